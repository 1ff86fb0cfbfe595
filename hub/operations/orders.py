"""Orders: which there are and where they stand; and everything that waits for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from hub.ledger import arrivals, deliveries, documents, holds, lanes, outbound


@dataclass(frozen=True, slots=True)
class Row:
    """One order in a list."""

    number: str
    channel: str
    state: str
    revision: int
    test: bool
    opened_at: datetime
    changed_at: datetime


def listing(connection: Connection, state: str | None, most: int) -> list[Row]:
    """The newest orders first."""
    rows = documents.recent_orders(connection, state, most)
    return [Row(one.number, one.channel, one.state, one.revision, one.test, one.opened_at, one.changed_at) for one in rows]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits, and for what."""

    held: Sequence[Any]
    parked: Sequence[Any]
    receipts: Sequence[Any]
    stopped: Sequence[Any]
    orders: Sequence[Any]
    messages: Sequence[Any]
    undecided: Sequence[Any]


def waiting(connection: Connection) -> Waiting:
    """Held documents, parked deliveries, receipts that have not come, endpoints that were stopped, held orders, messages no
    machine took, and those that could not be decided yet."""
    return Waiting(
        documents.held(connection),
        deliveries.parked(connection),
        outbound.open_receipts(connection),
        lanes.stopped(connection),
        holds.orders_held(connection),
        arrivals.failed(connection),
        arrivals.postponed(connection),
    )
