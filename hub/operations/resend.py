"""Resend: by a person's word a document goes to its partner once more, as a new message or as the same bytes again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from hub.ledger import deliveries, documents, outbound
from hub.operations.open import OFFERED, papers
from hub.operations.person import Person, Refused, orders_named

SETTLED = ("none", "accepted", "resent")  # receipts that nobody waits for


@dataclass(frozen=True, slots=True)
class Resend:
    """What goes once more: what is overdue or was not accepted under a number, or one document or message by its id."""

    number: str | None = None
    document: int | None = None
    message: int | None = None
    channel: str | None = None
    same: bool = False  # the same bytes with the same numbers, the whole message


def resend(connection: Connection, asked: Resend, by: Person) -> list[str]:
    """Make it due again. Raises Refused, and changes nothing, when there is nothing of the kind."""
    said: list[str] = []
    for message, ids in _chosen(connection, asked).items():
        row = outbound.get(connection, message)
        assert row is not None
        _check(row)
        said += _same(connection, row, by) if asked.same else _anew(connection, row, ids, by)
    return said


def _chosen(connection: Connection, asked: Resend) -> dict[int, list[int]]:
    """Messages, with the documents of each that are meant."""
    if asked.message is not None:
        if outbound.get(connection, asked.message) is None:
            raise Refused(f"there is no message {asked.message}")
        return {asked.message: outbound.documents_in(connection, asked.message)}
    if asked.document is not None:
        rows = outbound.carrying(connection, asked.document)
        if not rows:
            raise Refused(f"document {asked.document} was never sent")
        return {rows[-1].id: [asked.document]}
    found: dict[int, list[int]] = {}
    for message, document in _offered(connection, asked):
        found.setdefault(message, []).append(document)
    if not found:
        raise Refused(
            f"nothing under {asked.number} is overdue, rejected or partly accepted; `crossdock open` lists what is open, "
            "and --document or --message sends what you name"
        )
    return found


def _offered(connection: Connection, asked: Resend) -> Iterable[tuple[int, int]]:
    number = asked.number or ""
    ids = {row.id for row in documents.numbered(connection, number) if asked.channel in (None, row.endpoint)}
    ids |= {
        row.id for order in orders_named(connection, number, asked.channel) for row in documents.of_order(connection, order.id)
    }
    for document in sorted(ids):
        for message in outbound.carrying(connection, document)[-1:]:
            if any(one.document == document and one.state in OFFERED for one in papers(connection, message)):
                yield message.id, document


def _check(row: Any) -> None:
    if row.partner is None or row.control_number is None:
        raise Refused(f"{row.name} went to {row.target}: only documents for partners can be sent again")
    if row.sent_at is None:
        raise Refused(f"{row.name} has not been delivered yet; it goes by itself, or `crossdock retry`")


def _anew(connection: Connection, message: Any, ids: Iterable[int], by: Person) -> list[str]:
    """The same documents in a new message under new numbers; the old numbers stay those of the old message."""
    said: list[str] = []
    wanted = set(ids)
    for row in deliveries.of_outbound(connection, message.id):
        if row.document_id not in wanted:
            continue
        orders = deliveries.orders_of(connection, [row.id])
        new = deliveries.add(connection, f"{row.key}:again:{message.id}", row.document_id, row.target, row.kind, orders, by.at)
        said.append(_told(connection, message, row, "as a new message", new, by))
    if not list(papers(connection, message)):
        _put_aside(connection, message)
    return said


def _told(connection: Connection, message: Any, row: Any, how: str, new: int | None, by: Person) -> str:
    document = documents.get(connection, row.document_id)
    name = f"{row.kind.replace('_', ' ')} {document.number if document else ''}"
    if new is None:
        return f"{name} was sent again already"
    was = f"{message.name}, number {message.control_number}, {message.receipt.replace('_', ' ')}"
    text = f"{name} goes to {row.target} once more {how} (before: {was}): {by.why}"
    orders = documents.orders_of(connection, row.document_id)
    return by.say(connection, "resend", text, orders, document=row.document_id, outbound=message.id)


def _put_aside(connection: Connection, message: Any) -> None:
    """Nobody waits for the receipt of the old message any more."""
    if message.receipt not in SETTLED:
        outbound.set_receipt(connection, message.id, "resent")


def _same(connection: Connection, message: Any, by: Person) -> list[str]:
    """The same bytes under the same numbers, as a message of its own: with a name and a key that no far side takes for the old one."""
    key = f"{message.key}:same:{message.id}"
    carried = deliveries.of_outbound(connection, message.id)
    if deliveries.known(connection, f"{carried[0].key}:same:{message.id}"):
        return [f"{message.name} was sent again already"]
    wait = message.receipt_due - message.made_at if message.receipt_due else None
    row = {
        **message._mapping,
        "key": key,
        "made_at": by.at,
        "sent_at": None,
        "receipt": "open" if wait else "none",
        "receipt_due": by.at + wait if wait else None,
    }
    copy = outbound.add(connection, {name: value for name, value in row.items() if name != "id"})
    outbound.rename(connection, copy, re.sub(r"^\d+", f"{copy:010d}", message.name))
    places = [{**one._mapping, "outbound_id": copy} for one in outbound.parcels_of(connection, message.id)]
    outbound.add_parcels(connection, copy, places)
    said: list[str] = []
    for one in carried:
        orders = deliveries.orders_of(connection, [one.id])
        new = deliveries.add(connection, f"{one.key}:same:{message.id}", one.document_id, one.target, one.kind, orders, by.at)
        if new is not None:
            deliveries.bind(connection, new, copy)
        said.append(_told(connection, message, one, "with the same bytes", new, by))
    _put_aside(connection, message)
    return said
