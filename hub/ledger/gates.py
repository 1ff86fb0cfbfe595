"""Gates: how targets stand, for all processes: failures in a row, until when they are left in peace, their next free slot."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from hub.ledger.sql import upsert
from hub.ledger.tables import gates


def get(connection: Connection, endpoint: str) -> Row[Any] | None:
    return connection.execute(select(gates).where(gates.c.endpoint == endpoint)).first()


def put(connection: Connection, endpoint: str, failures: int, until: datetime | None, why: str | None) -> None:
    """How the target stands from now on."""
    row = {"endpoint": endpoint, "failures": failures, "until": until, "why": why}
    upsert(connection, gates, ("endpoint",), row)


def shut(connection: Connection, now: datetime) -> Sequence[Row[Any]]:
    """Targets that are left in peace now."""
    return connection.execute(select(gates).where(gates.c.until > now).order_by(gates.c.endpoint)).all()


def open_all(connection: Connection) -> None:
    """A person says that targets may be tried again."""
    connection.execute(update(gates).values(failures=0, until=None, why=None))


def reserve(connection: Connection, endpoint: str, count: int, step: timedelta, now: datetime) -> datetime:
    """Slots for this many messages, a step apart; says when the first is. Nobody gets a slot twice."""
    row = get(connection, endpoint)
    first = max(now, row.free_at) if row is not None and row.free_at is not None else now
    values = {"endpoint": endpoint, "failures": row.failures if row is not None else 0, "free_at": first + step * count}
    upsert(connection, gates, ("endpoint",), values)
    return first
