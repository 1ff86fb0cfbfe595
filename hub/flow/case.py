"""A case: what every decision about the documents of one arrival needs, and how each of them is kept."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from hub.flow.draft import Draft, dumps
from hub.flow.narrate import arrived
from hub.flow.site import Site
from hub.ledger import documents, timeline
from hub.settings.endpoint import Endpoint


@dataclass(slots=True)
class Case:
    """What every decision about one document needs."""

    site: Site
    connection: Connection
    endpoint: Endpoint
    arrival: Any
    now: datetime
    said: timeline.Entries = field(default_factory=list)  # for the timeline, kept together at the end


def keep(case: Case, draft: Draft, same_as: int | None = None) -> int:
    """Store the document; says its id."""
    row = {
        "arrival_id": case.arrival.id,
        "position": draft.position,
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
        "findings": dumps({"findings": [finding.as_dict() for finding in draft.findings]}),
        "same_as": same_as,
        "guide": draft.guide,
        "configuration": case.site.company.hash,
        "made_at": case.now,
    }
    document = documents.add(case.connection, row)
    documents.link(case.connection, document, draft.orders)
    arrived(case, draft, document)
    return document
