"""Connections, tuned for their database; and what its errors mean for those who share one."""

import threading
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.pool import NullPool

TURN = 0x63726F7373646F63  # the name of our lock among the database's advisory locks
PAUSE = 5000  # milliseconds after which PostgreSQL takes the turn from a process that was paused while it wrote
STATEMENTS = 512  # that SQLite keeps prepared for each connection: lists of rows have one for each of their sizes
PATIENCE = 10  # seconds to wait for a connection
BEGIN = text("SELECT set_config('idle_in_transaction_session_timeout', :pause, true)")
BEGIN_IN_TURN = text("SELECT set_config('idle_in_transaction_session_timeout', :pause, true), pg_advisory_xact_lock(:turn)")
TROUBLE = ("08", "25", "40", "53", "55", "57", "58", "XX")  # classes of errors that are not one statement's own fault
AT_ODDS = ("40001", "40P01")  # serialization failure, deadlock: the same again will do


def connect(url: str, only_look: bool = False, cache: int | None = None) -> Engine:
    """An engine tuned for its database. SQLite: WAL, full sync, BEGIN IMMEDIATE by our own hand. `only_look`: it refuses to write.
    `cache`: KB of pages that each of SQLite's connections may keep; 2,000 by itself."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        engine = _sqlite(address)
        if cache is not None:
            event.listen(engine, "connect", lambda connection, record: connection.execute(f"PRAGMA cache_size=-{cache}"))
        if only_look:
            event.listen(engine, "connect", lambda connection, record: connection.execute("PRAGMA query_only=ON"))
        return engine
    options = {"postgresql_readonly": True} if only_look else {}
    patient = {"connect_timeout": PATIENCE}
    return create_engine(
        address, pool_size=8, pool_pre_ping=True, pool_timeout=PATIENCE, connect_args=patient, execution_options=options
    )


def _sqlite(address: URL) -> Engine:
    file = address.database
    if file:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    pool = NullPool if file in (None, "", ":memory:") else None
    engine = create_engine(address, poolclass=pool, connect_args={"check_same_thread": False, "cached_statements": STATEMENTS})
    event.listen(engine, "connect", _tune)
    event.listen(engine, "begin", _begin)
    return engine


def _tune(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin by itself: it selects before it begins
    for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writing = threading.current_thread().name == "ledger-write"
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def begin(connection: Connection, turn: bool) -> None:
    """The first word of a writer's transaction. SQLite's `BEGIN IMMEDIATE` has said it."""
    if connection.dialect.name == "postgresql":
        values = {"pause": str(PAUSE)} | ({"turn": TURN} if turn else {})
        connection.execute(BEGIN_IN_TURN if turn else BEGIN, values)


def state_of(error: DBAPIError) -> str:
    """The five characters by which PostgreSQL names an error."""
    return str(getattr(error.orig, "sqlstate", None) or "")


def at_odds(error: DBAPIError) -> bool:
    """Two transactions stood in each other's way, and this one gave in."""
    return state_of(error) in AT_ODDS


def in_trouble(error: DBAPIError) -> bool:
    """The database itself is in trouble, or the whole transaction; otherwise one statement was wrong."""
    if error.connection_invalidated:
        return True
    if state := state_of(error):
        return state.startswith(TROUBLE)
    return isinstance(error, OperationalError | InterfaceError)


def words(error: DBAPIError) -> str:
    """What the database said, in one line."""
    return " ".join(str(error.orig).split())
