"""Deliveries: one document for one place, from due to done; intent is recorded before the first byte."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, exists, func, or_, select, update

from hub.ledger import holds, whole
from hub.ledger.among import among
from hub.ledger.book import Book
from hub.ledger.each import Each
from hub.ledger.sql import fixed, ignore_all, insert_new
from hub.ledger.tables import deliveries, delivery_orders, documents, outbound

OPEN = ("due", "sending", "unknown", "parked", "held")
END = ("done", "skipped")
RESTING = ("due", "parked", "held")  # nothing is under way: a person may say otherwise

LEFT = and_(deliveries.c.state != fixed("done"), deliveries.c.state != fixed("skipped"))  # as the index of what is left says it


def in_state(state: str) -> ColumnElement[bool]:
    """In this state, which is not an end."""
    return and_(LEFT, deliveries.c.state == fixed(state))


def _earlier_open() -> Any:
    """Some order of this delivery has an earlier delivery to the same target that is not settled."""
    mine, other, theirs = delivery_orders.alias(), delivery_orders.alias(), deliveries.alias()
    return exists(
        select(1)
        .select_from(mine)
        .join(other, other.c.order_id == mine.c.order_id)
        .join(theirs, theirs.c.id == other.c.delivery_id)
        .where(
            mine.c.delivery_id == deliveries.c.id,
            theirs.c.id < deliveries.c.id,
            theirs.c.target == deliveries.c.target,
            theirs.c.state.in_(OPEN),
        )
    )


def with_documents(*columns: Any) -> Select[Any]:
    """Deliveries (or these columns of theirs) with what must be known of their documents."""
    own = (documents.c[name] for name in ("canonical", "test", "partner", "number", "endpoint", "heard"))
    return select(*(columns or (deliveries,)), *own).join(documents, documents.c.id == deliveries.c.document_id)


# Statements of the hot path, made once: to make one costs more than to run it.
READY = (
    with_documents(*(deliveries.c[name] for name in ("id", "key", "document_id", "target", "kind", "created_at", "outbound_id")))
    .where(in_state("due"), deliveries.c.target == bindparam("place"), deliveries.c.due <= bindparam("moment"), ~_earlier_open())
    .order_by(deliveries.c.id)
    .limit(bindparam("most"))
)
STILL_DUE = select(deliveries.c.id).where(among(deliveries.c.id, "ids"), deliveries.c.state == fixed("due")).with_for_update()
DOUBTFUL = (
    select(deliveries)
    .where(
        LEFT,
        deliveries.c.target == bindparam("place"),
        deliveries.c.state.in_((fixed("sending"), fixed("unknown"))),
        or_(deliveries.c.state == fixed("sending"), deliveries.c.due <= bindparam("moment")),
    )
    .order_by(deliveries.c.id)
)
KNOWN = select(deliveries.c.id).where(deliveries.c.key == bindparam("known"))
SENDING = (
    update(deliveries)
    .where(among(deliveries.c.id, "ids"), deliveries.c.state.notin_(END))
    .values(state="sending", outbound_id=bindparam("message"), epoch=bindparam("lease"), attempts=deliveries.c.attempts + 1)
)
SENDING_EACH = Each(
    deliveries, "id", ("outbound_id", "epoch"), "state = 'sending', attempts = attempts + 1", "state IN ('done', 'skipped')"
)
DONE = Each(deliveries, "outbound_id", ("reference", "settled_at"), "state = 'done', error = NULL", "state = 'skipped'")
SENT = Each(outbound, "id", ("sent_at",))


def add(
    connection: Connection, key: str, document: int, target: str, kind: str, order_ids: Iterable[int], now: datetime
) -> int | None:
    """A delivery that is due now, or held with one of its orders; None when this key has one already."""
    mine = list(order_ids)
    state = "held" if mine and holds.held(connection, mine) else "due"
    row = {"key": key, "document_id": document, "target": target, "kind": kind, "state": state, "created_at": now, "due": now}
    delivery = insert_new(connection, deliveries, {**row, "attempts": 0})
    if delivery is None:
        return None
    ignore_all(connection, delivery_orders, [{"delivery_id": delivery, "order_id": order} for order in mine])
    return delivery


def add_first(book: Book, key: str, document: int, target: str, kind: str, order_ids: Iterable[int], now: datetime) -> None:
    """The same for orders that nobody has heard of before: there can be no delivery of this key, and nobody holds them."""
    row = {"key": key, "document_id": document, "target": target, "kind": kind, "state": "due", "created_at": now, "due": now}
    row["attempts"] = 0
    delivery = book.new(deliveries, row)
    for order in order_ids:
        book.add(delivery_orders, {"delivery_id": delivery, "order_id": order})


def known(connection: Connection, key: str) -> bool:
    return connection.scalar(KNOWN, {"known": key}) is not None


def ready(connection: Connection, target: str, now: datetime, most: int) -> Sequence[Row[Any]]:
    """Due deliveries with their documents, oldest first, none before an open earlier one of any of its orders."""
    return connection.execute(READY, {"place": target, "moment": now, "most": most}).all()


def still_due(connection: Connection, ids: Iterable[int]) -> set[int]:
    """Those of these that are due as ever, and stay so until this transaction has ended; SQLite needs no lock."""
    return {one for (one,) in whole.rows(connection, STILL_DUE, {"ids": list(ids)})}


def doubtful(connection: Connection, target: str, now: datetime) -> Sequence[Row[Any]]:
    """Deliveries whose outcome nobody knows: found sending by a new drain, or left unknown."""
    return connection.execute(DOUBTFUL, {"place": target, "moment": now}).all()


def sending(connection: Connection, ids: Iterable[int], outbound_id: int, epoch: int) -> None:
    """The intent: from here on the outcome is unknown until settled."""
    connection.execute(SENDING, {"ids": list(ids), "message": outbound_id, "lease": epoch})


def sending_each(connection: Connection, messages: Mapping[int, Iterable[int]], epoch: int) -> None:
    """The same for many messages, each with its deliveries."""
    rows = [{"id": one, "outbound_id": message, "epoch": epoch} for message, ids in messages.items() for one in ids]
    SENDING_EACH.change(connection, rows)


def done(connection: Connection, taken: Mapping[int, tuple[str | None, datetime]]) -> None:
    """The far side has these messages: what it calls them, and when it took them."""
    rows = [{"outbound_id": one, "reference": reference, "settled_at": now} for one, (reference, now) in sorted(taken.items())]
    DONE.change(connection, rows)
    SENT.change(connection, [{"id": one, "sent_at": now} for one, (_, now) in sorted(taken.items())])


def put(
    connection: Connection, ids: Iterable[int], state: str, error: str | None, due: datetime | None = None, failed: bool = False
) -> None:
    """Move deliveries to another state with the reason; done and skipped are the end. What is due is held where its order is.

    `failed` counts an attempt that never reached `sending`.
    """
    values: dict[str, Any] = {"state": state, "error": error}
    if due is not None:
        values["due"] = due
    if failed:
        values["attempts"] = deliveries.c.attempts + 1
    moved = list(ids)
    connection.execute(update(deliveries).where(deliveries.c.id.in_(moved), deliveries.c.state.notin_(END)).values(**values))
    if state == "due":
        _hold_back(connection, moved)


def _hold_back(connection: Connection, ids: Sequence[int]) -> None:
    """What goes out in one message is held together."""
    family = _family(connection, ids)
    if holds.held(connection, orders_of(connection, family)):
        held = update(deliveries).where(deliveries.c.id.in_(family), deliveries.c.state == "due").values(state="held")
        connection.execute(held)


def _family(connection: Connection, ids: Iterable[int]) -> list[int]:
    """These deliveries, and those in the same messages."""
    mine = list(ids)
    messages = select(deliveries.c.outbound_id).where(deliveries.c.id.in_(mine), deliveries.c.outbound_id.isnot(None))
    query = select(deliveries.c.id).where(or_(deliveries.c.id.in_(mine), deliveries.c.outbound_id.in_(messages)))
    return list(connection.scalars(query))


def hold(connection: Connection, order: int) -> None:
    """Everything of this order that is due is held, with what goes out in the same messages.

    What is being sent is waited for (PostgreSQL), so that a failure of it cannot become due behind our back.
    """
    mine = list(connection.scalars(select(delivery_orders.c.delivery_id).where(delivery_orders.c.order_id == order)))
    open_ones = select(deliveries.c.id).where(deliveries.c.id.in_(mine), deliveries.c.state.in_(OPEN))
    _hold_back(connection, list(connection.scalars(open_ones.with_for_update())))


def free(connection: Connection, order: int, now: datetime) -> list[int]:
    """What was held with this order is due again, unless another order holds it; says which was held."""
    query = select(deliveries.c.id).join(delivery_orders, delivery_orders.c.delivery_id == deliveries.c.id)
    mine = list(connection.scalars(query.where(delivery_orders.c.order_id == order, deliveries.c.state == "held")))
    held = select(deliveries.c.id).where(deliveries.c.id.in_(_family(connection, mine)), deliveries.c.state == "held")
    put(connection, list(connection.scalars(held)), "due", None, now)
    return mine


def skip(connection: Connection, delivery: int, why: str) -> bool:
    """This delivery is never made; False when it is under way or at its end."""
    query = update(deliveries).where(deliveries.c.id == delivery, deliveries.c.state.in_(RESTING))
    return bool(connection.execute(query.values(state="skipped", error=why)).rowcount)


def revive(connection: Connection, delivery: int, now: datetime) -> bool:
    """What was to be skipped is due after all."""
    query = update(deliveries).where(deliveries.c.id == delivery, deliveries.c.state == "skipped")
    revived = bool(connection.execute(query.values(state="due", due=now, error=None)).rowcount)
    _hold_back(connection, [delivery])
    return revived


def unbind(connection: Connection, outbound_id: int) -> None:
    """What was to go out in this message goes in another."""
    query = update(deliveries).where(deliveries.c.outbound_id == outbound_id, deliveries.c.state.in_(RESTING))
    connection.execute(query.values(outbound_id=None, attempts=0))


def bind(connection: Connection, delivery: int, outbound_id: int) -> None:
    """This delivery is made by that message."""
    connection.execute(update(deliveries).where(deliveries.c.id == delivery).values(outbound_id=outbound_id))


def sent_again(connection: Connection, outbound_id: int, document: int) -> bool:
    """Whether a document that this message carries was sent to the same place once more, or is about to be."""
    mine, later = deliveries.alias(), deliveries.alias()
    again = (later.c.document_id == document, later.c.target == mine.c.target, later.c.id > mine.c.id, later.c.state != "skipped")
    query = select(later.c.id).select_from(mine.join(later, and_(*again)))
    return connection.scalar(query.where(mine.c.outbound_id == outbound_id, mine.c.document_id == document).limit(1)) is not None


def of_order(connection: Connection, order: int) -> Sequence[Row[Any]]:
    """Every delivery of an order, oldest first."""
    query = _numbered().join(delivery_orders, delivery_orders.c.delivery_id == deliveries.c.id)
    return connection.execute(query.where(delivery_orders.c.order_id == order)).all()


def leave(connection: Connection, ids: Iterable[int], due: datetime) -> None:
    """Marked as being sent, but not one byte has left: due again, and no attempt is counted."""
    mine = update(deliveries).where(deliveries.c.id.in_(list(ids)), deliveries.c.state == "sending")
    connection.execute(mine.values(state="due", due=due, attempts=deliveries.c.attempts - 1))


def of_outbound(connection: Connection, outbound_id: int) -> Sequence[Row[Any]]:
    return connection.execute(select(deliveries).where(deliveries.c.outbound_id == outbound_id)).all()


def carried(connection: Connection, outbound_id: int) -> Sequence[Row[Any]]:
    """Deliveries of a message with their documents, as `ready` gives them, in the order in which they were put into it."""
    query = with_documents().where(deliveries.c.outbound_id == outbound_id)
    return connection.execute(query.order_by(deliveries.c.id)).all()


def of_documents(connection: Connection, ids: Iterable[int]) -> Sequence[Row[Any]]:
    return connection.execute(_numbered().where(deliveries.c.document_id.in_(list(ids)))).all()


def many(connection: Connection, ids: Iterable[int]) -> Sequence[Row[Any]]:
    """These deliveries, with the numbers of their documents."""
    return connection.execute(_numbered().where(deliveries.c.id.in_(list(ids)))).all()


def _numbered() -> Select[Any]:
    return (
        select(deliveries, documents.c.number)
        .join(documents, documents.c.id == deliveries.c.document_id)
        .order_by(deliveries.c.id)
    )


def parked(connection: Connection) -> Sequence[Row[Any]]:
    """Deliveries that wait for a person."""
    return connection.execute(_numbered().where(in_state("parked"))).all()


def counts(connection: Connection) -> Mapping[str, int]:
    """How many deliveries are in each state that is not the end."""
    query = select(deliveries.c.state, func.count()).where(LEFT).group_by(deliveries.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}


def orders_of(connection: Connection, delivery_ids: Iterable[int]) -> list[int]:
    query = select(delivery_orders.c.order_id).where(delivery_orders.c.delivery_id.in_(list(delivery_ids))).distinct()
    return list(connection.scalars(query))
