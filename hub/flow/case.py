"""A case: what every decision about documents of one arrival needs, and how each of them is kept."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from hub.flow.draft import Draft, dumps
from hub.flow.narrate import arrived
from hub.flow.site import Site
from hub.ledger import documents, timeline
from hub.ledger.book import Book
from hub.rules.asking import written
from hub.settings.endpoint import Endpoint

HUB = "hub"  # who wrote it, where it was us
NOTHING = dumps({"findings": []})
RENEWED = ("partner", "test", "content", "state", "why", "canonical", "same_as", "configuration", "heard")


@dataclass(slots=True)
class Case:
    """What every decision about one document needs."""

    site: Site
    book: Book
    endpoint: Endpoint
    arrival: Any  # None where a document is decided again whose arrival nobody needs
    now: datetime
    quiet: bool = False  # nothing that follows from it leaves
    who: str | None = None  # the person who asked for it, in the timeline
    parts: int = 0  # position of the first part of the order being taken apart
    said: timeline.Entries = field(default_factory=list)  # for the timeline, kept together at the end

    @property
    def connection(self) -> Connection:
        """To look, or to change what is there: nothing is left unwritten before."""
        return self.book.connection


def keep(case: Case, draft: Draft, same_as: int | None = None) -> int:
    """Store the document, or what became of it where it was stored before; says its id."""
    row = _row(case, draft, same_as)
    if draft.id is not None:
        documents.renew(case.connection, draft.id, {name: row[name] for name in RENEWED})
        documents.link(case.book, draft.id, draft.orders)
        return draft.id
    place = {"arrival_id": case.arrival.id, "position": draft.position, "made_at": case.now}
    row |= place
    document = documents.add(case.book, row)
    documents.link(case.book, document, draft.orders, new=True)
    arrived(case, draft, document)
    return document


def make(case: Case, draft: Draft, arrival: int | None = None) -> int:
    """Store a document that the hub itself has written, to be counted among those of this arrival; says its id."""
    place = {"direction": "out", "sender": HUB, "arrival_id": arrival, "position": draft.position, "made_at": case.now}
    row = _row(case, draft, None) | place
    document = documents.add(case.book, row)
    documents.link(case.book, document, draft.orders, new=True)
    return document


def _row(case: Case, draft: Draft, same_as: int | None) -> dict[str, Any]:
    return {
        "direction": "in",
        "endpoint": case.endpoint.name,
        "partner": draft.partner,
        "kind": draft.kind or "unknown",
        "type": draft.type,
        "version": draft.version,
        "control_number": draft.control_number,
        "sender": draft.sender,
        "test": draft.test,
        "number": draft.number,
        "release": (draft.value or {}).get("release"),
        "change": (draft.value or {}).get("change"),
        "content": draft.content,
        "state": draft.state,
        "why": draft.why,
        "canonical": draft.canonical,
        "findings": dumps({"findings": [finding.as_dict() for finding in draft.findings]}) if draft.findings else NOTHING,
        "same_as": same_as,
        "guide": draft.guide,
        "configuration": case.site.company.hash,
        "heard": dumps(written(draft.heard)) if draft.heard else None,
    }
