"""Documents, and the three identities that never merge: arrival, document, order."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from hub.ledger import whole
from hub.ledger.among import among
from hub.ledger.book import Book
from hub.ledger.columns import Key
from hub.ledger.given import given
from hub.ledger.sql import fixed, ignore_all
from hub.ledger.tables import arrivals, document_orders, documents, orders, revisions

# Statements of the hot path, made once.
BEHIND = 1_000_000_000  # positions from here on: documents that we made of those that came in the same arrival
LAST = select(func.max(documents.c.position)).where(documents.c.arrival_id == bindparam("arrival"), documents.c.position < BEHIND)
HEARD = (
    "WITH given AS ({}) SELECT number FROM documents WHERE number IN (SELECT number FROM given) "
    "UNION SELECT number FROM orders WHERE number IN (SELECT number FROM given)"
)
ALIKE = (
    select(documents)
    .where(
        documents.c.sender == bindparam("by"),
        documents.c.kind == bindparam("what"),
        documents.c.number == bindparam("called"),
        documents.c.test == bindparam("trial"),
        documents.c.state.in_(("accepted", "refused", "held", "waiting")),
    )
    .order_by(documents.c.id)
)
WAITING = (
    select(documents)
    .where(
        documents.c.number == bindparam("called"),
        documents.c.state == "waiting",
        documents.c.sender == bindparam("by"),
        documents.c.test == bindparam("trial"),
    )
    .order_by(documents.c.id)
)
OF_ARRIVAL = (
    select(documents.c.id, documents.c.kind, documents.c.state, document_orders.c.order_id)
    .select_from(documents)
    .outerjoin(document_orders, (document_orders.c.document_id == documents.c.id) & (documents.c.direction == fixed("in")))
    .where(documents.c.arrival_id == bindparam("arrival"), documents.c.position >= bindparam("first"))
    .order_by(documents.c.position)
)
COUNTED = (
    select(documents.c.kind, documents.c.state, func.count())
    .where(documents.c.arrival_id == bindparam("arrival"), documents.c.position >= bindparam("first"))
    .group_by(documents.c.kind, documents.c.state)
)
ORDERS_OF = select(document_orders.c.order_id).where(document_orders.c.document_id == bindparam("document"))
BY_KEY = select(orders).where(
    *(orders.c[name] == bindparam(f"key_{name}") for name in ("channel", "test", "number", "release", "extra"))
)
LATEST = (
    select(orders, revisions.c.canonical, documents.c.heard)
    .join(revisions, (revisions.c.order_id == orders.c.id) & (revisions.c.n == orders.c.revision))
    .join(documents, documents.c.id == revisions.c.document_id)
    .where(among(orders.c.id, "ids"))
    .order_by(orders.c.id)
)
NUMBERS_OF = (
    select(orders.c.number)
    .join(document_orders, document_orders.c.order_id == orders.c.id)
    .where(document_orders.c.document_id == bindparam("document"))
    .limit(2)
)
ORDERS_OF_ALL = (
    select(document_orders.c.document_id, document_orders.c.order_id, orders.c.number)
    .join(orders, orders.c.id == document_orders.c.order_id)
    .where(among(document_orders.c.document_id, "ids"))
    .order_by(document_orders.c.order_id)
)
LINKED_AS = insert(document_orders).from_select(
    ["document_id", "order_id"],
    select(bindparam("document", type_=Key), document_orders.c.order_id)
    .join(documents, documents.c.id == document_orders.c.document_id)
    .where(documents.c.arrival_id == bindparam("arrival"))
    .where(documents.c.position >= bindparam("first"), documents.c.position < bindparam("behind"))
    .distinct(),
)
REVISED = (
    update(orders).where(orders.c.id == bindparam("order")).values(revision=bindparam("present"), changed_at=bindparam("moment"))
)


def add(book: Book, row: dict[str, Any]) -> int:
    """A new document; says its id, and puts it into the row."""
    return book.new(documents, row)


def decided(connection: Connection, arrival: int) -> int:
    """How many documents of this arrival have been decided already, answers to it among them: the position of the next."""
    last = connection.scalar(LAST, {"arrival": arrival})
    return 0 if last is None else int(last) + 1


def heard(connection: Connection, numbers: Iterable[str]) -> set[str]:
    """Those of these numbers that any document or order goes by, as the ledger keeps text."""
    found = set[str]()
    for asked, values in given(connection, documents, [{"number": number} for number in sorted(numbers)]):
        found.update(connection.exec_driver_sql(HEARD.format(asked), values).scalars())
    return found


def of_arrival(connection: Connection, arrival: int, first: int = 0) -> Sequence[Any]:
    """Id, kind and state of the documents that came with an arrival or answer it, from a position on; a row for each order of
    one that came: an answer is about all of them."""
    return connection.execute(OF_ARRIVAL, {"arrival": arrival, "first": first}).all()


def counted(connection: Connection, arrival: int, first: int = 0) -> Sequence[Any]:
    """Kind, state, and how many such documents came with an arrival or answer it, from a position on."""
    return connection.execute(COUNTED, {"arrival": arrival, "first": first}).all()


def get(connection: Connection, document: int) -> Row[Any] | None:
    return connection.execute(select(documents).where(documents.c.id == document)).first()


def many(connection: Connection, ids: Iterable[int]) -> Sequence[Row[Any]]:
    return connection.execute(select(documents).where(documents.c.id.in_(list(ids))).order_by(documents.c.id)).all()


def alike(connection: Connection, sender: str, kind: str, number: str, test: bool) -> Sequence[Row[Any]]:
    """Documents that took effect, were answered or wait, under the same sender, kind and number, oldest first."""
    return connection.execute(ALIKE, {"by": sender, "what": kind, "called": number, "trial": test}).all()


def mark(connection: Connection, document: int, state: str, why: str | None = None) -> None:
    connection.execute(update(documents).where(documents.c.id == document).values(state=state, why=why))


def renew(connection: Connection, document: int, row: Mapping[str, Any]) -> None:
    """A document that waited is decided again: its row says what became of it."""
    connection.execute(update(documents).where(documents.c.id == document).values(**row))


def waiting(connection: Connection, sender: str, number: str, test: bool) -> Sequence[Row[Any]]:
    """Documents of this sender that wait for the one of this number, oldest first."""
    return connection.execute(WAITING, {"by": sender, "called": number, "trial": test}).all()


def stuck(connection: Connection, number: str) -> Sequence[Row[Any]]:
    """Documents under this number that wait for a person or for an earlier document."""
    query = select(documents).where(documents.c.number == number, documents.c.state.in_(("held", "waiting")))
    return connection.execute(query.order_by(documents.c.id)).all()


def held(connection: Connection) -> Sequence[Row[Any]]:
    """Documents that wait for a person."""
    return connection.execute(select(documents).where(documents.c.state == fixed("held")).order_by(documents.c.id)).all()


def of_order(connection: Connection, order: int) -> Sequence[Row[Any]]:
    """All documents of an order, in and out, with the arrival they came in, oldest first."""
    return connection.execute(
        select(documents, arrivals.c.hash.label("raw"), arrivals.c.name.label("file"))
        .join(document_orders, document_orders.c.document_id == documents.c.id)
        .outerjoin(arrivals, arrivals.c.id == documents.c.arrival_id)
        .where(document_orders.c.order_id == order)
        .order_by(documents.c.id)
    ).all()


def numbered(connection: Connection, number: str) -> Sequence[Row[Any]]:
    """Documents that came under this number, also those that never took effect."""
    return connection.execute(
        select(documents, arrivals.c.hash.label("raw"), arrivals.c.name.label("file"))
        .outerjoin(arrivals, arrivals.c.id == documents.c.arrival_id)
        .where(documents.c.number == number, documents.c.direction == "in")
        .order_by(documents.c.id)
    ).all()


def acknowledgements_of(connection: Connection, arrival_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """What we answered to these arrivals at once."""
    return connection.execute(
        select(documents, arrivals.c.hash.label("raw"), arrivals.c.name.label("file"))
        .outerjoin(arrivals, arrivals.c.id == documents.c.arrival_id)
        .where(documents.c.arrival_id.in_(arrival_ids), documents.c.direction == "out")
        .order_by(documents.c.id)
    ).all()


def came_with(connection: Connection, arrival: int) -> Sequence[Row[Any]]:
    """What came in this arrival and what was answered to it at once, in order."""
    return connection.execute(select(documents).where(documents.c.arrival_id == arrival).order_by(documents.c.position)).all()


def link(book: Book, document: int, order_ids: Sequence[int], new: bool = False) -> None:
    """This document is about these orders; `new`: none of them knows it yet."""
    rows = [{"document_id": document, "order_id": order} for order in order_ids]
    if not new and rows:
        ignore_all(book.connection, document_orders, rows)
        return
    for row in rows:
        book.add(document_orders, row)


def link_as(connection: Connection, document: int, arrival: int, positions: range) -> None:
    """This document is about the orders of those documents of an arrival."""
    values = {"document": document, "arrival": arrival, "first": positions.start, "behind": positions.stop}
    connection.execute(LINKED_AS, values)


def orders_of(connection: Connection, document: int) -> list[int]:
    return list(connection.scalars(ORDERS_OF, {"document": document}))


def numbers_of(connection: Connection, document: int) -> list[str]:
    """The numbers of the orders of a document; two at most, which is enough to know whether it is one."""
    return list(connection.scalars(NUMBERS_OF, {"document": document}))


def orders_of_all(connection: Connection, ids: Iterable[int]) -> dict[int, dict[int, str]]:
    """The orders of each of these documents, with their numbers."""
    found: dict[int, dict[int, str]] = {}
    for document, order, number in whole.rows(connection, ORDERS_OF_ALL, {"ids": ids}):
        found.setdefault(document, {})[order] = number
    return found


def of_more(connection: Connection, ids: Sequence[int], most: int) -> set[int]:
    """Which of these documents speak of more orders than that."""
    query = select(document_orders.c.document_id).where(document_orders.c.document_id.in_(ids))
    return set(connection.scalars(query.group_by(document_orders.c.document_id).having(func.count() > most)))


def open_order(book: Book, key: Mapping[str, Any], partner: str | None, now: datetime) -> int:
    """A new order under this key, about to get its first revision; says its id."""
    row = {**key, "partner": partner, "state": "received", "revision": 1, "opened_at": now, "changed_at": now}
    return book.new(orders, row)


def order_by_key(connection: Connection, key: Mapping[str, Any]) -> Row[Any] | None:
    return connection.execute(BY_KEY, {f"key_{name}": value for name, value in key.items()}).first()


def revise(book: Book, order: int, document: int, canonical: str, now: datetime, last: int) -> int:
    """A new revision of the order, after the last one (0: there is none); says its number."""
    row = {"order_id": order, "n": last + 1, "document_id": document, "canonical": canonical, "made_at": now}
    book.add(revisions, row)
    if last:
        book.connection.execute(REVISED, {"order": order, "present": last + 1, "moment": now})
    return last + 1


def revision(connection: Connection, order: int, n: int) -> Row[Any] | None:
    """The order as it was then, and the document that made it so."""
    return connection.execute(select(revisions).where(revisions.c.order_id == order, revisions.c.n == n)).first()


def brought(connection: Connection, order: int) -> str | None:
    """What is known of the message that brought the order first (its headers, as JSON)."""
    query = (
        select(arrivals.c.headers)
        .join(documents, documents.c.arrival_id == arrivals.c.id)
        .join(revisions, revisions.c.document_id == documents.c.id)
        .where(revisions.c.order_id == order)
        .order_by(revisions.c.n)
    )
    return connection.scalars(query.limit(1)).first()


def set_state(connection: Connection, order: int, state: str, now: datetime) -> None:
    connection.execute(update(orders).where(orders.c.id == order).values(state=state, changed_at=now))


def latest(connection: Connection, order_ids: Iterable[int]) -> Sequence[Row[Any]]:
    """The orders with their present revision (`canonical`)."""
    return connection.execute(LATEST, {"ids": list(order_ids)}).all()


def orders_numbered(connection: Connection, number: str) -> list[int]:
    """Orders the buyers call so, over all channels."""
    return list(connection.scalars(select(orders.c.id).where(orders.c.number == number).order_by(orders.c.id)))


def recent_orders(connection: Connection, state: str | None, most: int) -> Sequence[Row[Any]]:
    query = select(orders).order_by(orders.c.id.desc()).limit(most)
    return connection.execute(query.where(orders.c.state == state) if state else query).all()
