"""`python -m hub.cli` is the same as `crossdock`."""

from hub.cli.main import main

main()
