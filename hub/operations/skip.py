"""Skip: by a person's word a held document, a delivery that waits, or a message that no machine took is never to be done; what
waits behind it may go."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from hub.ledger import deliveries, documents, holds, outbound
from hub.operations.messages import dismiss
from hub.operations.person import Person, Refused, called, deliveries_named
from hub.operations.release import STUCK, described, stuck

UNDER_WAY = {
    "sending": "is being sent now: ask again when that has ended",
    "unknown": "may have arrived already: the hub finds out first, ask again then",
}


@dataclass(frozen=True, slots=True)
class Skip:
    """What is never to be done: what waits under a number, or one document, delivery or message by its id."""

    number: str | None = None
    document: int | None = None
    delivery: int | None = None
    message: int | None = None
    channel: str | None = None


def skip(connection: Connection, asked: Skip, by: Person) -> list[str]:
    """Give up one thing. Raises Refused, and changes nothing, when it is not clear which, or it is under way."""
    if asked.message is not None:
        return [dismiss(connection, asked.message, by)]
    if asked.document is not None:
        row = documents.get(connection, asked.document)
        if row is None:
            raise Refused(f"there is no document {asked.document}")
        return [_document(connection, row, by)]
    if asked.delivery is not None:
        rows = deliveries.many(connection, [asked.delivery])
        if not rows:
            raise Refused(f"there is no delivery {asked.delivery}")
        return [_delivery(connection, rows[0], by)]
    number = asked.number or ""
    held = stuck(connection, number, asked.channel)
    open_ones = [row for row in deliveries_named(connection, number, asked.channel) if row.state in deliveries.OPEN]
    if len(held) + len(open_ones) > 1:
        raise Refused(_several(connection, number, held, open_ones))
    if held:
        return [_document(connection, held[0], by)]
    if open_ones:
        return [_delivery(connection, open_ones[0], by)]
    raise Refused(f"nothing waits under {number}; `crossdock orders --waiting` lists what does")


def _several(connection: Connection, number: str, held: list[Any], open_ones: list[Any]) -> str:
    lines = [f"  --document {row.id}  {row.kind.replace('_', ' ')}, held: {row.why}" for row in held]
    lines += [f"  --delivery {row.id}  {called(row, None)}, {row.state}: {row.error or 'not sent yet'}" for row in open_ones]
    return "\n".join([f"{len(lines)} things wait under {number}; name one:", *lines])


def _document(connection: Connection, row: Any, by: Person) -> str:
    if row.state == "skipped":
        return f"{described(row)} is skipped already"
    if row.state not in STUCK:
        raise Refused(f"{described(row)} is {row.state}: only what is held can be skipped; its deliveries can, with --delivery")
    documents.mark(connection, row.id, "skipped", f"{by.why} ({by.who})")
    holds.ended(connection, row.id)
    text = f"{row.kind.replace('_', ' ')} {row.number or ''} is never to be done: {by.why}"
    return by.say(connection, "skip", text, documents.orders_of(connection, row.id), document=row.id)


def _delivery(connection: Connection, row: Any, by: Person) -> str:
    name = called(row, row.number)
    if row.state == "skipped":
        return f"{name} is skipped already"
    if row.state == "done":
        raise Refused(f"{name} was delivered")
    if not deliveries.skip(connection, row.id, f"{by.why} ({by.who})"):
        raise Refused(f"{name} {UNDER_WAY.get(row.state, UNDER_WAY['sending'])}")
    void = _withdraw(connection, row, by) if row.outbound_id is not None else ""
    text = f"{name} is never to be sent: {by.why}{void}"
    return by.say(connection, "skip", text, deliveries.orders_of(connection, [row.id]), document=row.document_id)


def _withdraw(connection: Connection, row: Any, by: Person) -> str:
    """Its message never leaves; what was to go with it goes in another, under other numbers."""
    message = outbound.get(connection, row.outbound_id)
    outbound.withdraw(connection, row.outbound_id, f"skipped by {by.who}: {by.why}")
    deliveries.unbind(connection, row.outbound_id)
    return f"; its number {message.control_number} is void" if message and message.control_number else ""
