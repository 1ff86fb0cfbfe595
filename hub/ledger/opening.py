"""Which database the ledger is in, and whether there can be one."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from hub.errors import Misconfigured
from hub.ledger import migrations
from hub.ledger.store import Ledger


def address(text: str, home: Path) -> str:
    """The whole address of a database; a relative SQLite file starts at `home`. Raises Misconfigured."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # their words may hold the password
        raise Misconfigured("this is no address of a database; they are written like `sqlite:///var/crossdock.db`") from None
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if url.get_backend_name() != "sqlite":
        raise Misconfigured(f"the ledger is kept in SQLite or PostgreSQL, not in {url.get_backend_name()}")
    if not url.database:
        raise Misconfigured("a ledger in memory would forget everything: name a file in `database`")
    return f"sqlite:///{(home / Path(url.database)).resolve()}"


def without_secrets(text: str) -> str:
    """The address as people may see it.

    >>> without_secrets("postgresql+psycopg://hub:hunter2@db:5433/orders?password=hunter2&host=/run/pg")
    'postgresql://db:5433/orders'
    """
    url = make_url(text)
    return URL.create(url.get_backend_name(), host=url.host, port=url.port, database=url.database).render_as_string()


def opened(url: str) -> Ledger:
    """The ledger at this address, its tables made. Raises Misconfigured where there can be none, Unavailable where none answers."""
    try:
        ledger = Ledger(url)
        ledger.create()
    except (OSError, DatabaseError) as error:
        why = error.strerror if isinstance(error, OSError) else error.orig
        raise Misconfigured(f"the ledger {without_secrets(url)} cannot be opened: {why}") from error
    return ledger


def looked_at(url: str) -> Ledger:
    """The ledger that is at this address, to be read only: the database refuses every change. Raises Misconfigured, Unavailable."""
    shown = without_secrets(url)
    if not begun(url):
        raise Misconfigured(f"there is no ledger at {shown}; say where it is with --database")
    ledger = Ledger(url, only_look=True)
    try:
        reached = ledger.look(migrations.version)
    except DatabaseError as error:
        raise Misconfigured(f"the ledger {shown} cannot be opened: {error.orig}") from error
    if reached != migrations.HEAD:
        ledger.close()
        raise Misconfigured(f"the ledger {shown} is not of this release; start the hub once, it brings the ledger up to date")
    return ledger


def begun(url: str) -> bool:
    """False where no hub has run yet: SQLite's file is not there."""
    place = make_url(url)
    return place.get_backend_name() != "sqlite" or Path(place.database or "").is_file()
