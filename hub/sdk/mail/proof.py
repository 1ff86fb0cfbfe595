"""Whether a mail comes from whom it says: by its DKIM signatures, or by the word of a mail server of ours."""

import re
from collections.abc import Callable, Sequence
from email import message_from_bytes, policy
from fnmatch import fnmatchcase

import dkim
from dkim.dnsplug import get_txt

from hub.errors import Unavailable

Resolve = Callable[..., bytes | str | None]  # resolve(name, timeout=seconds): the TXT record
SIGNATURES = 5  # looked at
lookup: Resolve = get_txt


def allowed(sender: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(sender, pattern.lower()) for pattern in patterns)


def aligned(domain: str, sender: str) -> bool:
    """True when a signature of this domain speaks for the sender.

    >>> aligned("acme.example", "orders@eu.acme.example"), aligned("e.example", "a@acme.example"), aligned("example", "a@x.example")
    (True, False, False)
    """
    host = sender.rpartition("@")[2]
    return "." in domain and (host == domain or host.endswith(f".{domain}"))


def signed(raw: bytes, sender: str, resolve: Resolve) -> str | None:
    """Why no DKIM signature speaks for the sender; None when one does. Raises Unavailable when keys cannot be asked for."""
    verifier = dkim.DKIM(raw, timeout=5)
    count = sum(name.lower() == b"dkim-signature" for name, _ in verifier.headers)
    reasons = [_wrong(verifier, index, sender, resolve) for index in range(min(count, SIGNATURES))]
    if None in reasons:
        return None
    return f"it has no DKIM signature that speaks for {sender}" + "".join(f"; {reason}" for reason in reasons)


def _wrong(verifier: dkim.DKIM, index: int, sender: str, resolve: Resolve) -> str | None:
    def ask(name: bytes, timeout: int = 5) -> bytes | str | None:
        try:
            return resolve(name, timeout=timeout)
        except Exception as error:
            raise Unavailable(f"the DKIM key cannot be asked for: {type(error).__name__}") from error

    try:
        good = verifier.verify(idx=index, dnsfunc=ask)
    except dkim.DKIMException as error:
        return f"signature {index + 1}: {str(error)[:120]}"
    domain = (verifier.domain or b"").decode("ascii", errors="replace").lower()
    if not good:
        return f"signature {index + 1} of {domain} does not fit the mail"
    if b"l" in verifier.signature_fields:
        return f"signature {index + 1} of {domain} covers a part of the mail only"
    return None if aligned(domain, sender) else f"signature {index + 1} is of {domain}"


def vouched(raw: bytes, sender: str, server: str) -> str | None:
    """Why our own server's Authentication-Results do not speak for the sender; only the topmost is believed (RFC 8601, 5)."""
    lines = message_from_bytes(raw, policy=policy.compat32).get_all("Authentication-Results") or [""]
    said = re.sub(r"\([^()]*\)", " ", " ".join(str(lines[0]).split()))
    name, _, results = said.partition(";")
    if name.split(" ")[0].lower() != server.lower():
        return f"{server} has said nothing of it"
    for result in results.split(";"):
        found = re.fullmatch(r"dkim=pass\b.*\bheader\.d=([\w.-]+).*", result.strip(), re.IGNORECASE)
        if found and aligned(found[1].lower(), sender):
            return None
    return f"{server} does not say that it is signed for {sender}"
