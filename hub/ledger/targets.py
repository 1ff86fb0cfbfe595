"""Targets: the places that something can be sent to now."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from hub.ledger.deliveries import DOUBTFUL, OPEN, in_state
from hub.ledger.deliveries import ready as sendable
from hub.ledger.tables import deliveries

# Statements of the hot path, made once.
FIRST = {state: select(func.min(deliveries.c.target)).where(in_state(state)) for state in OPEN}
NEXT = {state: query.where(deliveries.c.target > bindparam("last")) for state, query in FIRST.items()}
DOUBTED = DOUBTFUL.with_only_columns(deliveries.c.id).where(deliveries.c.due <= bindparam("moment")).order_by(None).limit(1)


def ready(connection: Connection, now: datetime) -> list[str]:
    """Targets with something to send, or to find out about; what waits behind an earlier one of its order does not count."""
    doubted = {
        target for state in ("sending", "unknown") for target in _each(connection, state) if _doubted(connection, target, now)
    }
    due = {target for target in _each(connection, "due") if target not in doubted and sendable(connection, target, now, 1)}
    return sorted(doubted | due)


def _each(connection: Connection, state: str) -> Iterator[str]:
    """Targets with a delivery in this state: from one to the next by the index, however many deliveries each has."""
    last = connection.scalar(FIRST[state])
    while last is not None:
        yield last
        last = connection.scalar(NEXT[state], {"last": last})


def _doubted(connection: Connection, target: str, now: datetime) -> bool:
    return connection.scalar(DOUBTED, {"place": target, "moment": now}) is not None
