"""Addressing: a letter goes to whoever sent the order, and belongs to that message; both are looked up before it is written."""

import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection

from hub.ledger import deliveries, documents
from hub.settings.endpoint import LETTER, Endpoint

WAYS = ("email", "electronic_mail")  # of reaching a contact, as contacts name them


def addressed(connection: Connection, endpoint: Endpoint, rows: Sequence[Any]) -> list[Any]:
    """Delivery rows, with the order each speaks of (`ordered`) and what is known of the message that brought it (`origin`)."""
    return [_with_order(connection, row) if endpoint.speaks(row.kind) == LETTER else row for row in rows]


def _with_order(connection: Connection, row: Any) -> SimpleNamespace:
    orders = deliveries.orders_of(connection, [row.id])[:1]
    ordered = [json.loads(one.canonical) for one in documents.latest(connection, orders)]
    origin = json.loads(documents.brought(connection, orders[0]) or "{}") if orders else {}
    values = vars(row) if isinstance(row, SimpleNamespace) else row._mapping
    return SimpleNamespace(**{**values, "ordered": ordered[0] if ordered else {}, "origin": origin})


def reader_of(origin: dict[str, str], *values: dict[str, Any]) -> str | None:
    """Whom to write to: the sender of the message, else an address in the documents.

    >>> reader_of({}, {"contacts": {"buyer": {"numbers": {"phone": "1", "email": "a@b.example"}}}})
    'a@b.example'
    """
    if origin.get("from"):
        return origin["from"]
    for value in values:
        parties = [value, *(value.get("parties") or {}).values()]
        contacts = [contact for holder in parties for contact in (holder.get("contacts") or {}).values()]
        for contact in contacts:
            found = next((contact["numbers"][way] for way in WAYS if (contact.get("numbers") or {}).get(way)), None)
            if found:
                return str(found)
    return None
