"""Purges: what was taken away by policy, and what may be. Keys, hashes, numbers and the timeline stay."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, String, Table, cast, delete, exists, func, select, update

from hub.ledger.deliveries import LEFT
from hub.ledger.sql import fixed, upsert
from hub.ledger.tables import (
    arrivals,
    chunks,
    deliveries,
    document_orders,
    documents,
    orders,
    outbound,
    purges,
    revisions,
    ticks,
)


class Standing(NamedTuple):
    """What some documents are about, and whether anything of them is still going on."""

    orders: Sequence[Any]  # id, channel, state, changed_at
    busy: bool  # a delivery that is not at an end, or a document that waits for a person


def arrivals_before(connection: Connection, after: int, moment: datetime, most: int) -> Sequence[Row[Any]]:
    """Arrivals with an id above `after` that came up to that moment and were decided, and are still whole."""
    query = select(arrivals).where(arrivals.c.id > after, arrivals.c.received_at <= moment, arrivals.c.state != "received")
    return connection.execute(query.where(~_gone("arrival", arrivals)).order_by(arrivals.c.id).limit(most)).all()


def messages_before(connection: Connection, after: int, moment: datetime, most: int) -> Sequence[Row[Any]]:
    """Messages we sent up to that moment that are still whole."""
    query = select(outbound).where(outbound.c.id > after, outbound.c.made_at <= moment, outbound.c.hash != "")
    return connection.execute(query.where(~_gone("outbound", outbound)).order_by(outbound.c.id).limit(most)).all()


def _gone(what: str, table: Table) -> Any:
    return exists(select(1).where(purges.c.what == fixed(what), purges.c.key == cast(table.c.id, String)))


def documents_of_arrival(connection: Connection, arrival: int) -> list[int]:
    return list(connection.scalars(select(documents.c.id).where(documents.c.arrival_id == arrival)))


def documents_of_message(connection: Connection, message: int) -> list[int]:
    return list(connection.scalars(select(deliveries.c.document_id).where(deliveries.c.outbound_id == message)))


def standing(connection: Connection, ids: Sequence[int]) -> Standing:
    """How the orders of these documents stand."""
    linked = select(document_orders.c.order_id).where(document_orders.c.document_id.in_(ids))
    about = select(orders.c.id, orders.c.channel, orders.c.state, orders.c.changed_at).where(orders.c.id.in_(linked))
    going = select(deliveries.c.id).where(deliveries.c.document_id.in_(ids), LEFT)
    waiting = select(documents.c.id).where(documents.c.id.in_(ids), documents.c.state == "held")
    busy = any(connection.scalar(query.limit(1)) is not None for query in (going, waiting))
    return Standing(connection.execute(about).all(), busy)


def whole(connection: Connection, ids: Iterable[int]) -> Sequence[Row[Any]]:
    """Those of these documents that were not purged."""
    return connection.execute(select(documents).where(documents.c.id.in_(list(ids)), ~_gone("document", documents))).all()


def mark(connection: Connection, what: str, key: int | str, at: datetime, policy: str) -> None:
    """Remember that it is gone, since when and why."""
    upsert(connection, purges, ("what", "key"), {"what": what, "key": str(key), "at": at, "policy": policy})


def of(connection: Connection, what: str, keys: Iterable[int | str]) -> dict[str, Row[Any]]:
    """What was purged of these, by key: `at` and `policy`."""
    query = select(purges).where(purges.c.what == what, purges.c.key.in_([str(key) for key in keys]))
    return {row.key: row for row in connection.execute(query)}


def strip(connection: Connection, document: int, canonical: str | None, findings: str | None) -> None:
    """Only this is left of a document, and of the revision it made."""
    values = {"canonical": canonical, "findings": findings, "heard": None}
    connection.execute(update(documents).where(documents.c.id == document).values(**values))
    linked = select(document_orders.c.order_id).where(document_orders.c.document_id == document)
    mine = update(revisions).where(revisions.c.order_id.in_(linked), revisions.c.document_id == document)
    connection.execute(mine.values(canonical=canonical or "{}"))


def drop_blob(connection: Connection, name: str, at: datetime, policy: str) -> bool:
    """Take the bytes away unless something that is still whole has the same."""
    for what, table in (("arrival", arrivals), ("outbound", outbound)):
        if connection.scalar(select(table.c.id).where(table.c.hash == name, ~_gone(what, table)).limit(1)) is not None:
            return False
    connection.execute(delete(chunks).where(chunks.c.hash == name))
    mark(connection, "blob", name, at, policy)
    return True


def forget_ticks(connection: Connection, before: datetime) -> None:
    """Ticks that were worked off long ago; the last of each schedule says where it goes on."""
    schedule = connection.scalar(select(func.min(ticks.c.schedule)))
    while schedule is not None:
        last = select(func.max(ticks.c.planned)).where(ticks.c.schedule == schedule).scalar_subquery()
        old = delete(ticks).where(ticks.c.schedule == schedule, ticks.c.planned < before, ticks.c.planned < last)
        connection.execute(old.where(ticks.c.done_at.isnot(None)))
        schedule = connection.scalar(select(func.min(ticks.c.schedule)).where(ticks.c.schedule > schedule))
