"""Decide: documents, their orders, deliveries and acknowledgements, in one transaction.

Nothing of an arrival is decided twice: the first statement looks whether it has been.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from hub.flow.acknowledge import Answer
from hub.flow.draft import Draft, dumps
from hub.flow.kinds import decide_acknowledgement, decide_answer, decide_order
from hub.flow.narrate import arrived, plural, refused, say
from hub.flow.site import Site
from hub.ledger import arrivals, deliveries, documents, timeline
from hub.model import plain
from hub.settings.endpoint import Endpoint

ORDERS = ("order", "order_change")


@dataclass(slots=True)
class Case:
    """What every decision about one document needs."""

    site: Site
    connection: Connection
    endpoint: Endpoint
    arrival: Any
    now: datetime
    said: timeline.Entries = field(default_factory=list)  # for the timeline, kept together at the end


def decide(
    site: Site,
    connection: Connection,
    endpoint: Endpoint,
    arrival: Any,
    drafts: Sequence[Draft],
    answers: Sequence[Answer],
    problem: str | None,
) -> None:
    """Everything that follows from one arrival."""
    if documents.decided(connection, arrival.id):
        return
    site.probe("decide.commit")
    case = Case(site, connection, endpoint, arrival, site.now())
    for draft in drafts:
        _decide_one(case, draft)
    for n, answer in enumerate(answers):
        _answer(case, answer, len(drafts) + n, drafts)
    if problem:
        say(case, "unreadable", f"{arrival.name or arrival.key} from {endpoint.name}: {problem}")
    timeline.add(connection, case.said)
    arrivals.settle(connection, arrival.id, "failed" if problem else "done", problem)


def _decide_one(case: Case, draft: Draft) -> None:
    """One document; its siblings never suffer from it."""
    if draft.state in ("rejected", "unsupported"):
        document = keep(case, draft)
        refused(case, draft, document)
    elif draft.kind == "acknowledgement":
        decide_acknowledgement(case, draft, keep(case, draft))
    elif draft.kind in ORDERS:
        decide_order(case, draft, keep)
    else:
        decide_answer(case, draft, keep(case, draft))


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


def _answer(case: Case, answer: Answer, position: int, drafts: Sequence[Draft]) -> None:
    """An acknowledgement becomes a document with a delivery, in the same transaction as what it acknowledges."""
    value = plain(answer.document)
    draft = Draft(
        position,
        answer.document.kind,
        "hub",
        value,
        partner=answer.partner,
        test=answer.test,
        number=answer.document.control_number,
    )
    row = {
        "arrival_id": case.arrival.id,
        "position": position,
        "direction": "out",
        "endpoint": case.endpoint.name,
        "partner": answer.partner,
        "kind": draft.kind,
        "sender": "hub",
        "test": answer.test,
        "number": draft.number,
        "content": draft.content,
        "state": "accepted",
        "canonical": draft.canonical,
        "configuration": case.site.company.hash,
        "made_at": case.now,
    }
    document = documents.add(case.connection, row)
    covered = {(one.control_number, one.type) for one in answer.document.documents}
    order_ids = sorted({order for one in drafts for order in one.orders if (one.control_number, one.type) in covered})
    documents.link(case.connection, document, order_ids)
    key = f"{draft.kind}:{answer.partner}:{draft.number}:{draft.content[:12]}:{case.arrival.id}:{case.endpoint.name}"
    deliveries.add(case.connection, key, document, case.endpoint.name, draft.kind, (), case.now)
    verdict = answer.document.verdict.replace("_", " ")
    text = f"group {draft.number} will be acknowledged to {answer.partner} as {verdict} ({plural(len(answer.document.documents), 'document')})"
    say(case, "acknowledge", text, order_ids, document)
