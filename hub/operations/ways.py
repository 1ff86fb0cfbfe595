"""Ways: where the routes send a document, which of them fit, and why each other does not. Changes nothing."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from hub.flow.route import barred
from hub.ledger import aliases, documents
from hub.rules.routing import Facts, Match, conditions, objections, targets
from hub.settings.company import Company

NEVER = ("acknowledgement",)  # goes back where the question came from, without a route


@dataclass(frozen=True, slots=True)
class Judged:
    """One line of routes.yaml, and what speaks against it."""

    place: str
    document: str
    asks: Sequence[str]
    to: Sequence[str]
    objections: Sequence[str]


@dataclass(frozen=True, slots=True)
class Way:
    """One document's way."""

    kind: str
    number: str | None
    source: str
    goes: Sequence[Match]
    barred: dict[str, str]  # places that a route names and it does not go to all the same
    routes: Sequence[Judged]

    @property
    def to(self) -> list[str]:
        return [match.target for match in self.goes if match.target not in self.barred]


def ways(company: Company, rows: Iterable[Any]) -> Iterator[Way]:
    """The way of each of these documents, rows of the ledger; those that need no route are left out."""
    for row in rows:
        if row.direction == "in" and row.canonical and row.kind not in NEVER:
            value = json.loads(row.canonical)
            facts = Facts(row.kind, row.endpoint, value.get("channel"), row.partner or value.get("partner"), value)
            yield way(company, facts, row.number, bool(row.test))


def way(company: Company, facts: Facts, number: str | None, test: bool) -> Way:
    """Where a document goes, and what every route says to it."""
    goes = targets(company.routes, facts)
    stopped = {match.target: barred(company.endpoints[match.target], facts.document, test) for match in goes}
    judged = [Judged(one.place, one.document, conditions(one), one.to, list(objections(one, facts))) for one in company.routes]
    return Way(facts.document, number, facts.source or "", goes, {name: why for name, why in stopped.items() if why}, judged)


def of_number(connection: Connection, number: str) -> list[Any]:
    """Documents of the orders of this number, or of the documents of this number."""
    orders = documents.orders_numbered(connection, number) or aliases.orders_named(connection, number)
    rows = [row for order in orders for row in documents.of_order(connection, order)]
    return rows or list(documents.numbered(connection, number))
