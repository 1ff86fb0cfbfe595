"""Messages we send: final bytes, their numbers, and the receipts that come for them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, func, select, update

from hub.ledger.book import Book
from hub.ledger.sql import count, fixed, ignore, insert, insert_all, named, upsert
from hub.ledger.tables import deliveries, documents, drawn, numbers, outbound, parcels, receipts

# Statements of the hot path, made once.
BIND = (
    update(drawn)
    .where(drawn.c.counter == bindparam("series"), drawn.c.outbound_id.is_(None), drawn.c.void.is_(None))
    .values(outbound_id=bindparam("message"))
)
SAID_OF = (
    select(receipts)
    .where(receipts.c.outbound_id == bindparam("message"), receipts.c.concerns.in_(bindparam("of", expanding=True)))
    .order_by(receipts.c.id)
)
UNANSWERED = and_(outbound.c.receipt != fixed("none"), outbound.c.receipt != fixed("accepted"), outbound.c.sent_at.isnot(None))
RENAME = update(outbound).where(outbound.c.id == bindparam("message")).values(name=bindparam("called"))


def draw(connection: Connection, counter: str, most: int, now: datetime) -> int:
    """The next number of this counter; unique and increasing, wrapping at `most`."""
    number = count(connection, numbers, {"counter": counter}, "last")
    insert_all(connection, drawn, [{"counter": counter, "number": number, "at": now}])
    return (number - 1) % most + 1


def void(connection: Connection, counter: str, gone: Iterable[int], reason: str, now: datetime) -> None:
    """Numbers that are accounted for but never used from here; the counter goes on behind them."""
    last = 0
    for last in gone:
        ignore(connection, drawn, {"counter": counter, "number": last, "void": reason, "at": now})
    upsert(connection, numbers, ("counter",), {"counter": counter, "last": last})


def leap(connection: Connection, to: int, reason: str, now: datetime) -> None:
    """Messages go on behind this id: a row without a target stands there, with the reason."""
    row = {
        "id": to,
        "key": f"void:{to}",
        "target": "",
        "name": reason,
        "media_type": "",
        "kind": "void",
        "hash": "",
        "test": False,
    }
    connection.execute(outbound.insert(), {**row, "made_at": now, "receipt": "none"})
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.setval(func.pg_get_serial_sequence("outbound", "id"), to)))


def last_numbers(connection: Connection, counters: Iterable[str]) -> dict[str, int]:
    """The numbers drawn last from these counters."""
    query = select(numbers).where(numbers.c.counter.in_(list(counters)))
    return {row.counter: row.last for row in connection.execute(query)}


def bind(connection: Connection, counter: str, outbound_id: int) -> None:
    """The numbers drawn last from this counter belong to this message."""
    connection.execute(BIND, {"series": counter, "message": outbound_id})


def withdraw(connection: Connection, outbound_id: int, why: str) -> None:
    """This message never leaves: its numbers stay drawn, with the reason."""
    connection.execute(update(drawn).where(drawn.c.outbound_id == outbound_id).values(void=why))
    set_receipt(connection, outbound_id, "none")


def numbers_of(connection: Connection, outbound_id: int) -> Sequence[Row[Any]]:
    """The numbers that a message was sent under: counter, number; in the order in which they were drawn."""
    return connection.execute(
        select(drawn).where(drawn.c.outbound_id == outbound_id).order_by(drawn.c.counter, drawn.c.number)
    ).all()


def add(connection: Connection, row: Mapping[str, Any]) -> int:
    return insert(connection, outbound, row)


def add_named(book: Book, row: Mapping[str, Any], name: Callable[[int], str]) -> tuple[int, str]:
    """A new message whose name holds its id; says both."""
    number = book.id(outbound)
    called = name(number)
    book.add(outbound, {**row, "id": number, "name": called})
    return number, called


def rename(connection: Connection, outbound_id: int, name: str) -> None:
    connection.execute(RENAME, {"message": outbound_id, "called": name})


def add_parcels(connection: Connection, outbound_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Which document stands where in the message, so that an acknowledgement finds it."""
    insert_all(connection, parcels, [{"outbound_id": outbound_id, **row} for row in rows])


def parcels_of(connection: Connection, outbound_id: int) -> Sequence[Row[Any]]:
    """Where each document stands in a message."""
    return connection.execute(select(parcels).where(parcels.c.outbound_id == outbound_id)).all()


def get(connection: Connection, outbound_id: int) -> Row[Any] | None:
    return connection.execute(select(outbound).where(outbound.c.id == outbound_id)).first()


class Side(NamedTuple):
    """With whom, and in test or in production: each has numbers of its own."""

    partner: str
    test: bool


def by_group(connection: Connection, side: Side, code: str, number: str) -> Sequence[Row[Any]]:
    """Our parcels in the group that a partner acknowledges. Numbers are compared without leading zeros."""
    return _newest(connection, side, parcels.c.group_number == bare(number), parcels.c.group_code == code)


def by_interchange(connection: Connection, side: Side, number: str) -> Sequence[Row[Any]]:
    """Our parcels in the interchange that a partner acknowledges."""
    return _newest(connection, side, outbound.c.control_number == bare(number))


def by_set(connection: Connection, side: Side, group: str, number: str) -> Sequence[Row[Any]]:
    """Our parcel with this number in the group of that number, whatever the group's code."""
    rows = _newest(connection, side, parcels.c.group_number == bare(group))
    return [row for row in rows if bare(row.set_number) == bare(number)]


def by_number(connection: Connection, side: Side, number: str) -> Sequence[Row[Any]]:
    """Our parcels with documents that people know by this number, the newest first."""
    query = _sent(side).join(documents, documents.c.id == parcels.c.document_id).where(documents.c.number == number)
    return connection.execute(query.order_by(outbound.c.id.desc())).all()


def _sent(side: Side) -> Select[Any]:
    columns = (outbound.c.sent_at, outbound.c.receipt, outbound.c.receipt_due)
    joined = select(parcels, *columns).join(outbound, outbound.c.id == parcels.c.outbound_id)
    return joined.where(parcels.c.partner == side.partner, outbound.c.test == side.test)


def _newest(connection: Connection, side: Side, *where: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Numbers come round again after years: the newest message counts."""
    rows = connection.execute(_sent(side).where(*where).order_by(outbound.c.id.desc())).all()
    newest = rows[0].outbound_id if rows else None
    return [row for row in rows if row.outbound_id == newest]


def bare(number: Any) -> str:
    """A control number without leading zeros.

    >>> bare("000000407"), bare("0000"), bare(None)
    ('407', '0', '0')
    """
    return str(number or "").lstrip("0") or "0"


def unanswered(connection: Connection, outbound_id: int, kinds: Collection[str]) -> int:
    """How many documents of these kinds in this message nothing has been said of."""
    said = select(receipts.c.concerns).where(receipts.c.outbound_id == outbound_id)
    query = select(func.count()).select_from(parcels.join(documents, documents.c.id == parcels.c.document_id))
    mine = query.where(parcels.c.outbound_id == outbound_id, documents.c.kind.in_(kinds))
    return connection.scalar(mine.where(parcels.c.document_id.notin_(said))) or 0


def add_receipts(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    insert_all(connection, receipts, rows)


def receipts_of(connection: Connection, outbound_id: int) -> Sequence[Row[Any]]:
    return connection.execute(select(receipts).where(receipts.c.outbound_id == outbound_id).order_by(receipts.c.id)).all()


def said_of(connection: Connection, outbound_id: int, papers: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """Receipts that speak of these documents in this message, by document, oldest first."""
    found: dict[int, list[Row[Any]]] = {}
    for some in named(papers):
        for row in connection.execute(SAID_OF, {"message": outbound_id, "of": some}):
            found.setdefault(row.concerns, []).append(row)
    return found


def set_receipt(connection: Connection, outbound_id: int, verdict: str) -> None:
    connection.execute(update(outbound).where(outbound.c.id == outbound_id).values(receipt=verdict))


def open_receipts(connection: Connection) -> Sequence[Row[Any]]:
    """Messages sent whose receipt has not come, or was not good; those that were sent again count no more."""
    query = select(outbound).where(UNANSWERED, outbound.c.receipt != fixed("resent"))
    return connection.execute(query.order_by(outbound.c.id)).all()


def carrying(connection: Connection, document: int) -> Sequence[Row[Any]]:
    """Messages that carry this document, with the set it is there."""
    return connection.execute(
        select(outbound, parcels.c.set_type)
        .select_from(deliveries.join(outbound, outbound.c.id == deliveries.c.outbound_id))
        .outerjoin(parcels, (parcels.c.outbound_id == outbound.c.id) & (parcels.c.document_id == document))
        .where(deliveries.c.document_id == document)
        .order_by(outbound.c.id)
    ).all()


def documents_of_file(connection: Connection, name: str) -> Sequence[Row[Any]]:
    """The documents that went out in the message of this name."""
    query = select(documents).join(deliveries, deliveries.c.document_id == documents.c.id)
    return connection.execute(
        query.join(outbound, outbound.c.id == deliveries.c.outbound_id).where(outbound.c.name == name)
    ).all()


def documents_in(connection: Connection, outbound_id: int) -> list[int]:
    """The documents a message carries."""
    return list(connection.scalars(select(parcels.c.document_id).where(parcels.c.outbound_id == outbound_id)))
