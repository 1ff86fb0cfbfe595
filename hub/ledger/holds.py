"""Holds: what a person keeps from leaving (an order, an endpoint), and documents that wait for an earlier one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from hub.ledger.among import among
from hub.ledger.sql import ignore, upsert
from hub.ledger.tables import documents, holds, orders, pauses, waits

HELD = select(holds.c.order_id).where(among(holds.c.order_id, "ids"))


def hold(connection: Connection, order: int, who: str, why: str, now: datetime) -> bool:
    """Nothing of this order leaves from now on; False when it was held already."""
    return ignore(connection, holds, {"order_id": order, "who": who, "why": why, "since": now})


def free(connection: Connection, order: int) -> bool:
    """The order may go on; False when nobody held it."""
    return bool(connection.execute(delete(holds).where(holds.c.order_id == order)).rowcount)


def held(connection: Connection, order_ids: Iterable[int]) -> set[int]:
    """Those of these orders that a person holds."""
    return set(connection.scalars(HELD, {"ids": list(order_ids)}))


def orders_held(connection: Connection) -> Sequence[Row[Any]]:
    """Every order that a person holds, with its number and channel."""
    query = select(holds, orders.c.number, orders.c.channel).join(orders, orders.c.id == holds.c.order_id)
    return connection.execute(query.order_by(holds.c.order_id)).all()


def pause(connection: Connection, endpoint: str, who: str, why: str, now: datetime) -> bool:
    """Nothing goes to this endpoint and it is asked for nothing; False when it was so already."""
    return ignore(connection, pauses, {"endpoint": endpoint, "who": who, "why": why, "since": now})


def resume(connection: Connection, endpoint: str) -> bool:
    """The endpoint may go on; False when no person had stopped it."""
    return bool(connection.execute(delete(pauses).where(pauses.c.endpoint == endpoint)).rowcount)


def wait(connection: Connection, document: int, until: datetime) -> None:
    """This document waits for the one it speaks of, until then."""
    upsert(connection, waits, ("document_id",), {"document_id": document, "until": until})


def ended(connection: Connection, document: int) -> None:
    """This document waits no longer."""
    connection.execute(delete(waits).where(waits.c.document_id == document))


def waited_out(connection: Connection, now: datetime) -> Sequence[Row[Any]]:
    """Documents that have waited long enough."""
    late = list(connection.scalars(select(waits.c.document_id).where(waits.c.until <= now)))
    return connection.execute(select(documents).where(documents.c.id.in_(late)).order_by(documents.c.id)).all() if late else ()
