"""The command line: thin doors. Each command parses, calls one operation, and shows what it got."""

from hub.cli.main import cli, main

__all__ = ["cli", "main"]
