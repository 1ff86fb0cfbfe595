"""Mail for connectors: servers whose failures are the contract's errors, mails taken apart, and who wrote them."""
