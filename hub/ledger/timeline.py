"""The timeline: the append-only list of what happened, in words a person can follow."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from hub.ledger.sql import insert_all
from hub.ledger.tables import document_orders, timeline

Entries = list[dict[str, Any]]


def entries(
    now: datetime,
    what: str,
    text: str,
    order_ids: Sequence[int] = (),
    document: int | None = None,
    arrival: int | None = None,
    outbound: int | None = None,
    who: str | None = None,
) -> Entries:
    """One entry for each of these orders; or one without an order, when none is known."""
    return [
        {
            "at": now,
            "what": what,
            "text": text,
            "order_id": order,
            "document_id": document,
            "arrival_id": arrival,
            "outbound_id": outbound,
            "who": who,
        }
        for order in order_ids or (None,)
    ]


def add(connection: Connection, rows: Entries) -> None:
    """Keep these entries, in this order."""
    insert_all(connection, timeline, rows)


def say(
    connection: Connection,
    now: datetime,
    what: str,
    text: str,
    order_ids: Sequence[int] = (),
    document: int | None = None,
    **about: Any,
) -> None:
    """Keep what `entries` makes of this."""
    add(connection, entries(now, what, text, order_ids, document, **about))


def of_order(connection: Connection, order: int) -> Sequence[Row[Any]]:
    """What happened to this order, also through documents that were joined to it later."""
    linked = select(document_orders.c.document_id).where(document_orders.c.order_id == order)
    joined = select(timeline).where(timeline.c.order_id.is_(None), timeline.c.document_id.in_(linked))
    mine = select(timeline).where(timeline.c.order_id == order)
    return sorted((row for query in (mine, joined) for row in connection.execute(query)), key=lambda row: row.id)


def recent(connection: Connection, most: int) -> Sequence[Row[Any]]:
    """The newest entries first."""
    return connection.execute(select(timeline).order_by(timeline.c.id.desc()).limit(most)).all()


def of_documents(connection: Connection, ids: Sequence[int], order: int | None = None) -> Sequence[Row[Any]]:
    """What was said of these documents, whether or not they belong to an order; with `order`, not what was said to other orders."""
    query = select(timeline).where(timeline.c.document_id.in_(ids))
    if order is not None:
        query = query.where(or_(timeline.c.order_id.is_(None), timeline.c.order_id == order))
    return connection.execute(query.order_by(timeline.c.id)).all()


def of_arrival(connection: Connection, arrival: int) -> Sequence[Row[Any]]:
    """What was said while this arrival was decided, oldest first."""
    return connection.execute(select(timeline).where(timeline.c.arrival_id == arrival).order_by(timeline.c.id)).all()
