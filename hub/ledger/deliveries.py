"""Deliveries: one document for one place, from due to done; intent is recorded before the first byte."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, exists, func, or_, select, update

from hub.ledger.sql import ignore_all, insert
from hub.ledger.tables import arrivals, deliveries, delivery_orders, document_orders, documents, outbound

OPEN = ("due", "sending", "unknown", "parked")

# Statements of the hot path, made once.
KNOWN = select(deliveries.c.id).where(deliveries.c.key == bindparam("known"))
SENDING = (
    update(deliveries)
    .where(deliveries.c.id.in_(bindparam("ids", expanding=True)), deliveries.c.state != "done")
    .values(state="sending", outbound_id=bindparam("message"), epoch=bindparam("lease"), attempts=deliveries.c.attempts + 1)
)
DONE = (
    update(deliveries)
    .where(deliveries.c.outbound_id == bindparam("message"))
    .values(state="done", reference=bindparam("theirs"), settled_at=bindparam("moment"), error=None)
)
SENT = update(outbound).where(outbound.c.id == bindparam("message")).values(sent_at=bindparam("moment"))
ORDERS_OF_MESSAGE = (
    select(document_orders.c.order_id)
    .join(deliveries, deliveries.c.document_id == document_orders.c.document_id)
    .where(deliveries.c.outbound_id == bindparam("message"))
    .distinct()
    .order_by(document_orders.c.order_id)
)
DOCUMENTS_OF_MESSAGE = select(deliveries.c.document_id).where(deliveries.c.outbound_id == bindparam("message"))


def add(
    connection: Connection, key: str, document: int, target: str, kind: str, order_ids: Iterable[int], now: datetime
) -> int | None:
    """A delivery that is due now; None when this key has one already."""
    row = {"key": key, "document_id": document, "target": target, "kind": kind, "state": "due", "created_at": now, "due": now}
    if connection.scalar(KNOWN, {"known": key}) is not None:
        return None
    delivery = insert(connection, deliveries, {**row, "attempts": 0})
    ignore_all(connection, delivery_orders, [{"delivery_id": delivery, "order_id": order} for order in order_ids])
    return delivery


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


def _with_documents() -> Select[Any]:
    own = (documents.c[name] for name in ("canonical", "test", "partner", "number", "endpoint"))
    return select(deliveries, *own).join(documents, documents.c.id == deliveries.c.document_id)


def ready(connection: Connection, target: str, now: datetime, most: int) -> Sequence[Row[Any]]:
    """Due deliveries with their documents, oldest first, none before an open earlier one of any of its orders."""
    return connection.execute(
        _with_documents()
        .where(deliveries.c.target == target, deliveries.c.state == "due", deliveries.c.due <= now, ~_earlier_open())
        .order_by(deliveries.c.id)
        .limit(most)
    ).all()


def still_due(connection: Connection, ids: Iterable[int]) -> set[int]:
    """Those of these that are due as ever."""
    query = select(deliveries.c.id).where(deliveries.c.id.in_(list(ids)), deliveries.c.state == "due")
    return set(connection.scalars(query))


def doubtful(connection: Connection, target: str, now: datetime) -> Sequence[Row[Any]]:
    """Deliveries whose outcome nobody knows: found sending by a new drain, or left unknown."""
    return connection.execute(
        select(deliveries)
        .where(
            deliveries.c.target == target,
            or_(deliveries.c.state == "sending", and_(deliveries.c.state == "unknown", deliveries.c.due <= now)),
        )
        .order_by(deliveries.c.id)
    ).all()


def sending(connection: Connection, ids: Iterable[int], outbound_id: int, epoch: int) -> None:
    """The intent: from here on the outcome is unknown until settled."""
    connection.execute(SENDING, {"ids": list(ids), "message": outbound_id, "lease": epoch})


def done(connection: Connection, outbound_id: int, reference: str | None, now: datetime) -> None:
    """The far side has it."""
    connection.execute(DONE, {"message": outbound_id, "theirs": reference, "moment": now})
    connection.execute(SENT, {"message": outbound_id, "moment": now})


def put(
    connection: Connection, ids: Iterable[int], state: str, error: str | None, due: datetime | None = None, failed: bool = False
) -> None:
    """Move deliveries to another state with the reason; done is the end. `failed` counts an attempt that never reached `sending`."""
    values: dict[str, Any] = {"state": state, "error": error}
    if due is not None:
        values["due"] = due
    if failed:
        values["attempts"] = deliveries.c.attempts + 1
    connection.execute(update(deliveries).where(deliveries.c.id.in_(list(ids)), deliveries.c.state != "done").values(**values))


def leave(connection: Connection, ids: Iterable[int], due: datetime) -> None:
    """Marked as being sent, but not one byte has left: due again, and no attempt is counted."""
    mine = update(deliveries).where(deliveries.c.id.in_(list(ids)), deliveries.c.state == "sending")
    connection.execute(mine.values(state="due", due=due, attempts=deliveries.c.attempts - 1))


def of_outbound(connection: Connection, outbound_id: int) -> Sequence[Row[Any]]:
    return connection.execute(select(deliveries).where(deliveries.c.outbound_id == outbound_id)).all()


def carried(connection: Connection, outbound_id: int) -> Sequence[Row[Any]]:
    """Deliveries of a message with their documents, as `ready` gives them, in the order in which they were put into it."""
    query = _with_documents().where(deliveries.c.outbound_id == outbound_id)
    return connection.execute(query.order_by(deliveries.c.id)).all()


def of_arrivals(connection: Connection, endpoint: str, since: datetime, until: datetime) -> Sequence[Row[Any]]:
    """Deliveries of documents that came from an endpoint in a period, with the document's number."""
    query = select(deliveries, documents.c.number).join(documents, documents.c.id == deliveries.c.document_id)
    query = query.join(arrivals, arrivals.c.id == documents.c.arrival_id).where(documents.c.direction == "in")
    mine = arrivals.c.endpoint == endpoint, arrivals.c.received_at >= since, arrivals.c.received_at < until
    return connection.execute(query.where(*mine).order_by(deliveries.c.id)).all()


def of_documents(connection: Connection, ids: Iterable[int]) -> Sequence[Row[Any]]:
    return connection.execute(select(deliveries).where(deliveries.c.document_id.in_(list(ids))).order_by(deliveries.c.id)).all()


def parked(connection: Connection) -> Sequence[Row[Any]]:
    """Deliveries that wait for a person."""
    return connection.execute(
        select(deliveries, documents.c.number)
        .join(documents, documents.c.id == deliveries.c.document_id)
        .where(deliveries.c.state == "parked")
        .order_by(deliveries.c.id)
    ).all()


def counts(connection: Connection) -> Mapping[str, int]:
    """How many deliveries are in each state that is not the end."""
    query = select(deliveries.c.state, func.count()).where(deliveries.c.state.in_(OPEN)).group_by(deliveries.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}


def targets_ready(connection: Connection, now: datetime) -> list[str]:
    """Targets with something to send, or to find out about; what waits behind an earlier one of its order does not count."""
    open_ones = deliveries.c.state.in_(("sending", "unknown")), deliveries.c.state == "due"
    doubted, due = (select(deliveries.c.target).where(state, deliveries.c.due <= now).distinct() for state in open_ones)
    found = set(connection.scalars(doubted))
    found |= {target for target in connection.scalars(due) if target not in found and ready(connection, target, now, 1)}
    return sorted(found)


def orders_of_message(connection: Connection, outbound_id: int) -> list[int]:
    """Orders that the documents of a message belong to."""
    return list(connection.scalars(ORDERS_OF_MESSAGE, {"message": outbound_id}))


def documents_of_message(connection: Connection, outbound_id: int) -> list[int]:
    return list(connection.scalars(DOCUMENTS_OF_MESSAGE, {"message": outbound_id}))


def orders_of(connection: Connection, delivery_ids: Iterable[int]) -> list[int]:
    query = select(delivery_orders.c.order_id).where(delivery_orders.c.delivery_id.in_(list(delivery_ids))).distinct()
    return list(connection.scalars(query))
