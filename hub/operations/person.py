"""A person who asks something of the hub, and what they name by a number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from hub.errors import CrossdockError
from hub.ledger import aliases, deliveries, documents, timeline


class Refused(CrossdockError):
    """This cannot be done now; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks, why, and when."""

    who: str
    why: str
    at: datetime

    def say(self, connection: Connection, what: str, text: str, orders: Sequence[int] = (), **about: Any) -> str:
        """Keep it in the timeline; gives the words back."""
        timeline.say(connection, self.at, what, text, orders, who=self.who, **about)
        return text


def orders_named(connection: Connection, number: str, channel: str | None = None) -> Sequence[Any]:
    """Orders that the buyer, or one of our systems, calls so."""
    ids = documents.orders_numbered(connection, number) or aliases.orders_named(connection, number)
    return [row for row in documents.latest(connection, ids) if channel in (None, row.channel)]


def the_order(connection: Connection, number: str, channel: str | None) -> Any:
    """The one order that is meant; None when there is none. Raises Refused when there are several."""
    rows = orders_named(connection, number, channel)
    if len(rows) > 1:
        where = ", ".join(sorted({row.channel for row in rows}))
        raise Refused(f"{len(rows)} orders are known as {number}, on {where}; name one with --channel")
    return rows[0] if rows else None


def deliveries_named(connection: Connection, number: str, channel: str | None = None) -> Sequence[Any]:
    """Deliveries of the orders known by this number, and of documents that carry it themselves."""
    found = {
        row.id: row for order in orders_named(connection, number, channel) for row in deliveries.of_order(connection, order.id)
    }
    numbered = [row.id for row in documents.numbered(connection, number)]
    found |= {row.id: row for row in deliveries.of_documents(connection, numbered)}
    return [found[key] for key in sorted(found)]


def called(row: Any, number: str | None) -> str:
    """A delivery, as a person would name it."""
    return " ".join(part for part in (row.kind.replace("_", " "), number, f"for {row.target}") if part)
