"""A hub born in the nursery: the hub's command line, with all that it is made of loaded beforehand."""

from collections.abc import Sequence
from importlib import import_module

from hub.cli import cli

for name in ("hub.app", "hub.cli.run", "hub.engine.cluster", "hub.notices", "hub.web.server", "connectors.http.connector"):
    import_module(name)


def run(words: Sequence[str]) -> int:
    try:
        cli.main(args=list(words), prog_name="crossdock")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
