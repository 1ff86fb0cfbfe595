"""Intend: in one short transaction numbers are drawn, final bytes are stored, and deliveries become `sending`.

From then on number and bytes belong together: every retry sends those bytes.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection

from hub.flow.envelopes import bind, compose, counters, draw, rows_of
from hub.flow.read import ACKNOWLEDGEMENT
from hub.flow.render import MEDIA, SUFFIX, Prepared
from hub.flow.site import Site
from hub.ledger import blobs, deliveries, documents, outbound, serials
from hub.ledger.book import Book
from hub.ledger.highwater import MESSAGE
from hub.rules.calendar import after
from hub.sdk import Outgoing
from hub.settings.endpoint import Endpoint
from hub.settings.partner import Partner

MOST_ORDERS = 100  # that a document names in what is said of its message; one that answers a whole file names itself
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Intent:
    """A message about to be pushed."""

    outbound_id: int
    ids: Sequence[int]  # its deliveries
    outgoing: Outgoing
    attempts: int  # before this one
    first_at: datetime
    epoch: int  # of the lease under which it is sent
    since: datetime  # its oldest document is to go there since then
    documents: Sequence[int]
    orders: Sequence[int]
    whole: Sequence[int] = ()  # documents that speak of more orders than are named


def intend(site: Site, connection: Connection, endpoint: Endpoint, prepared: Sequence[Prepared], epoch: int) -> list[Intent]:
    """Give messages their numbers and bytes, and record that they are being sent."""
    book = Book(connection, len(prepared))
    concerned = _concerned(connection, [row for one in prepared for row in one.rows])
    now = site.now()
    made = [_intend(site, book, endpoint, one, epoch, concerned, now) for one in prepared]
    intents = [intent for intent, _ in made]
    blobs.keep_all(connection, {name: intent.outgoing.body for intent, name in made})
    deliveries.sending_each(book.connection, {one.outbound_id: one.ids for one in intents}, epoch)
    return intents


class Concerned(NamedTuple):
    """What documents speak of: their orders with their numbers; and those documents that speak of too many to name them."""

    orders: Mapping[int, Mapping[int, str]]
    whole: Collection[int]


def _concerned(connection: Connection, rows: Sequence[Any]) -> Concerned:
    answers = [row.document_id for row in rows if row.kind == ACKNOWLEDGEMENT]
    whole = documents.of_more(connection, answers, MOST_ORDERS) if answers else ()
    papers = [row.document_id for row in rows if row.document_id not in whole]
    return Concerned(documents.orders_of_all(connection, papers), whole)


def _intend(
    site: Site, book: Book, endpoint: Endpoint, prepared: Prepared, epoch: int, about: Concerned, now: datetime
) -> tuple[Intent, str]:
    """The message, and the name of its bytes."""
    speech = endpoint.speaks(prepared.kind)
    body, control, places, title = _final(site, book, endpoint, prepared, now)
    partner = site.partner(endpoint.partner)
    expected = _expected(partner, prepared) if partner and places else None
    key, name_of_body = _key(prepared), blobs.digest(body)
    concerned = {order: number for row in prepared.rows for order, number in about.orders.get(row.document_id, {}).items()}
    row = {
        "key": key,
        "target": endpoint.name,
        "partner": endpoint.partner,
        "media_type": MEDIA[speech],
        "kind": prepared.kind,
        "number": prepared.number,
        "hash": name_of_body,
        "control_number": control,
        "test": prepared.test,
        "made_at": now,
        "receipt": "open" if expected else "none",
        "receipt_due": _due(site, partner, expected) if expected else None,
        "configuration": site.company.hash,
        "sent_at": None,
    }
    called = _named(set(concerned.values()), prepared)
    outbound_id, name = outbound.add_named(book, row, lambda number: file_name(number, title, called, SUFFIX[speech]))
    if places and partner:
        outbound.add_parcels(book.connection, outbound_id, places)
        bind(book.connection, partner, prepared.test, outbound_id)
    outgoing = Outgoing(key, body, name, prepared.kind, prepared.number, MEDIA[speech])
    since = min(row.created_at for row in prepared.rows)
    papers = [row.document_id for row in prepared.rows]
    whole = [paper for paper in papers if paper in about.whole]
    return Intent(outbound_id, prepared.ids, outgoing, 0, now, epoch, since, papers, sorted(concerned), whole), name_of_body


def _key(prepared: Prepared) -> str:
    """The delivery's own, or one made of all of them."""
    if len(prepared.rows) == 1:
        return str(prepared.rows[0].key)
    return f"batch:{blobs.digest(' '.join(row.key for row in prepared.rows).encode())[:32]}"


def marks(site: Site, connection: Connection, endpoint: Endpoint, intents: Sequence[Intent]) -> dict[str, int]:
    """The highest numbers that these messages are sent under."""
    partner, gs1 = site.partner(endpoint.partner), site.company.hub.gs1
    names = [name for test in (False, True) for name in counters(partner, test)] if partner else []
    names += [serials.counter_of(gs1.range)] if gs1 else []
    highest = max((intent.outbound_id for intent in intents), default=0)
    return {MESSAGE: highest, **(outbound.last_numbers(connection, names) if names else {})}


def _expected(partner: Partner, prepared: Prepared) -> timedelta | None:
    """How long the receipt may take: as long as the most urgent document may wait."""
    waits = [wait for kind in {row.kind for row in prepared.rows} if (wait := partner.receipt_due(kind)) is not None]
    return min(waits, default=None)


def _due(site: Site, partner: Partner | None, expected: timedelta) -> datetime:
    """When the receipt is due: so much later, of all time or of the partner's open time."""
    if partner is None or not partner.receipts.business:
        return site.now() + expected
    return after(site.calendar(partner), site.zone(partner), site.now(), expected)


def _final(
    site: Site, book: Book, endpoint: Endpoint, prepared: Prepared, now: datetime
) -> tuple[bytes, str | None, list[dict[str, Any]], str]:
    """Final bytes, interchange number, where each document stands, and what to call it in the file name."""
    if prepared.body is not None:
        return prepared.body, None, [], prepared.kind.replace("_", "-")
    partner = site.partner(endpoint.partner)
    assert partner is not None
    numbers = draw(book.connection, partner, prepared.parcels, now)
    written = compose(partner, prepared.parcels, numbers, now.astimezone(site.zone(partner)))
    title = "-".join(dict.fromkeys(parcel.guide.set for parcel in prepared.parcels))
    return written.body, str(numbers.interchange), rows_of(partner, prepared.parcels, numbers), title


def _named(numbers: Collection[str], prepared: Prepared) -> str:
    """The order's number where there is just one, else the document's: people look for orders."""
    return next(iter(numbers)) if len(numbers) == 1 else str(prepared.number or "")


def file_name(outbound_id: int, title: str, number: str, suffix: str) -> str:
    """Sorts in the order of sending, and says what is inside.

    >>> file_name(7, "invoice", "PO/1001", "json")
    '0000000007_invoice_PO-1001.json'
    """
    parts = [f"{outbound_id:010d}", title, UNSAFE.sub("-", number).strip("-")[:40]]
    return "_".join(part for part in parts if part) + f".{suffix}"


def stored(connection: Connection, outbound_id: int, epoch: int, look: bool = False) -> Intent:
    """The same message again, from its stored bytes; marked as being sent unless we only look."""
    row = outbound.get(connection, outbound_id)
    assert row is not None
    waiting = deliveries.of_outbound(connection, outbound_id)
    if not look:
        deliveries.sending(connection, [one.id for one in waiting], outbound_id, epoch)
    outgoing = Outgoing(row.key, blobs.body(connection, row.hash), row.name, row.kind, row.number, row.media_type)
    since = min(one.created_at for one in waiting)
    ids, attempts = [one.id for one in waiting], waiting[0].attempts
    papers, about = [one.document_id for one in waiting], _concerned(connection, waiting)
    orders = sorted({order for found in about.orders.values() for order in found})
    return Intent(outbound_id, ids, outgoing, attempts, row.made_at, epoch, since, papers, orders, sorted(about.whole))
