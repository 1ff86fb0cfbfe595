"""The past: what the ledger knew of some orders before a document came, copied into a database in memory that is thrown away."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, Table, or_, select, text, union

from hub.ledger.connect import connect
from hub.ledger.deliveries import with_documents
from hub.ledger.sql import insert_all
from hub.ledger.tables import (
    aliases,
    arrivals,
    deliveries,
    delivery_orders,
    document_orders,
    documents,
    holds,
    metadata,
    numbers,
    orders,
    outbound,
    parcels,
    receipts,
    revisions,
    waits,
)

LAST = 1 << 62  # behind every document
LATEST = datetime.max.replace(tzinfo=UTC)
Rows = dict[str, list[dict[str, Any]]]  # by the name of the table


class Before(NamedTuple):
    """The moment before a document was decided: its id, since ids are given in the order of decisions, and the time."""

    document: int
    at: datetime


def known(connection: Connection, names: Collection[str], linked: Collection[int], before: Before) -> Rows:
    """What was known of orders and documents that go by one of these names, and of the linked orders; with all their documents."""
    found = _orders(connection, names, linked)
    papers = union(
        select(document_orders.c.document_id).where(document_orders.c.order_id.in_(found)),
        select(documents.c.id).where(documents.c.number.in_(names)),
    )
    mine = list(connection.scalars(select(documents.c.id).where(documents.c.id.in_(papers), documents.c.id < before.document)))
    told = or_(aliases.c.at.is_(None), aliases.c.at < before.at)
    rows = {
        "documents": _rows(connection, select(documents).where(documents.c.id.in_(mine))),
        "revisions": _rows(connection, select(revisions).where(_of(revisions, found), revisions.c.document_id.in_(mine))),
        "document_orders": _rows(connection, select(document_orders).where(document_orders.c.document_id.in_(mine))),
        "aliases": _rows(connection, select(aliases).where(_of(aliases, found), told)),
        "deliveries": _rows(
            connection, select(deliveries).where(deliveries.c.document_id.in_(mine), deliveries.c.created_at <= before.at)
        ),
        "orders": _rows(connection, select(orders).where(orders.c.id.in_(found))),
    }
    sent = [row["id"] for row in rows["deliveries"]]
    rows["delivery_orders"] = _rows(connection, select(delivery_orders).where(delivery_orders.c.delivery_id.in_(sent)))
    return rows


def present(connection: Connection, names: Collection[str]) -> Rows:
    """What is known now of orders and documents that go by one of these names, or were sent under one: as `known`, with the
    messages, what is held, and how far numbers have been drawn."""
    asked = or_(parcels.c.group_number.in_(names), outbound.c.control_number.in_(names), documents.c.number.in_(names))
    whole = parcels.join(outbound, outbound.c.id == parcels.c.outbound_id).join(
        documents, documents.c.id == parcels.c.document_id
    )
    messages = list(connection.scalars(select(outbound.c.id).select_from(whole).where(asked).distinct()))
    carried = _rows(connection, select(parcels).where(parcels.c.outbound_id.in_(messages)))
    rows = known(connection, names, [row["document_id"] for row in carried], Before(LAST, LATEST))
    mine, found = [row["id"] for row in rows["documents"]], [row["id"] for row in rows["orders"]]
    rows = {
        **rows,
        "parcels": carried,
        "outbound": _rows(connection, select(outbound).where(outbound.c.id.in_(messages))),
        "receipts": _rows(connection, select(receipts).where(receipts.c.outbound_id.in_(messages))),
        "holds": _rows(connection, select(holds).where(_of(holds, found))),
        "waits": _rows(connection, select(waits).where(waits.c.document_id.in_(mine))),
        "numbers": _rows(connection, select(numbers)),
    }
    for table in (arrivals, documents, orders, deliveries, outbound):  # ids go on from the last, and keys and names with them
        (*_, last), listed = (
            [None, *_rows(connection, select(table).order_by(table.c.id.desc()).limit(1))],
            rows.get(table.name, []),
        )
        rows[table.name] = listed if last is None or last in listed else [*listed, last]
    return rows


def made(connection: Connection, after: int) -> Sequence[Row[Any]]:
    """Deliveries made after this one, whatever their state, with their documents."""
    return connection.execute(with_documents().where(deliveries.c.id > after).order_by(deliveries.c.id)).all()


def _of(table: Table, found: Collection[int]) -> Any:
    return table.c.order_id.in_(found)


def _orders(connection: Connection, names: Collection[str], linked: Collection[int]) -> list[int]:
    query = union(
        select(orders.c.id).where(orders.c.number.in_(names)),
        select(aliases.c.order_id).where(aliases.c.reference.in_(names)),
        select(document_orders.c.order_id).where(document_orders.c.document_id.in_(linked)),
    )
    return sorted(connection.scalars(query))


def _rows(connection: Connection, query: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(query)]


class Scratch:
    """An empty ledger in memory. What is put into it, and whatever is written there, is gone afterwards."""

    def __init__(self) -> None:
        self._engine = connect("sqlite://")
        self._connection = self._engine.connect()
        metadata.create_all(self._connection)
        self._connection.commit()

    @contextmanager
    def holding(self, rows: Mapping[str, list[dict[str, Any]]]) -> Iterator[Connection]:
        """A connection that sees these rows and nothing else."""
        transaction = self._connection.begin()
        try:
            self._connection.execute(text("PRAGMA defer_foreign_keys=ON"))  # rows are there without all that they refer to
            for name, found in rows.items():
                insert_all(self._connection, metadata.tables[name], found)
            yield self._connection
        finally:
            transaction.rollback()

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()
