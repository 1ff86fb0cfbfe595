"""Decide: documents, their orders, deliveries and acknowledgements, in one transaction.

Nothing of an arrival is decided twice: the first statement looks whether it has been.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from hub.flow.acknowledge import Answer
from hub.flow.case import HUB, Case, keep, make
from hub.flow.changes import catch_up, changes, decide_change, take_back
from hub.flow.draft import ORDERS, Draft
from hub.flow.kinds import decide_answer, decide_order
from hub.flow.narrate import plural, refused, say
from hub.flow.receipts import decide_acknowledgement
from hub.flow.site import Site
from hub.ledger import arrivals, deliveries, documents, timeline
from hub.model import plain
from hub.settings.endpoint import Endpoint


def decide(
    site: Site,
    connection: Connection,
    endpoint: Endpoint,
    arrival: Any,
    drafts: Sequence[Draft],
    answers: Sequence[Answer],
    problem: str | None,
) -> bool:
    """Everything that follows from one arrival; False where it was decided before."""
    if documents.decided(connection, arrival.id):
        return False
    site.probe("decide.commit")
    case = Case(site, connection, endpoint, arrival, site.now())
    for draft in drafts:
        decide_document(case, draft)
    for n, answer in enumerate(answers):
        _answer(case, answer, len(drafts) + n, drafts)
    if problem:
        say(case, "unreadable", f"{arrival.name or arrival.key} from {endpoint.name}: {problem}")
    timeline.add(connection, case.said)
    arrivals.settle(connection, arrival.id, "failed" if problem else "done", problem)
    return True


def decide_document(case: Case, draft: Draft) -> None:
    """One document; its siblings never suffer from it. Also for one that was stored before and is decided again."""
    if draft.state in ("rejected", "unsupported"):
        document = keep(case, draft)
        refused(case, draft, document)
    elif draft.kind == "acknowledgement":
        decide_acknowledgement(case, draft, keep(case, draft))
    elif changes(draft):
        decide_change(case, draft)
    elif draft.kind in ORDERS:
        decide_order(case, draft)
        catch_up(case, draft)
    else:
        document = keep(case, draft)
        decide_answer(case, draft, document)
        take_back(case, draft, document)


def _answer(case: Case, answer: Answer, position: int, drafts: Sequence[Draft]) -> None:
    """An acknowledgement becomes a document with a delivery, in the same transaction as what it acknowledges."""
    value = plain(answer.document)
    draft = Draft(
        position,
        answer.document.kind,
        HUB,
        value,
        partner=answer.partner,
        test=answer.test,
        number=answer.document.control_number or answer.document.interchange,
    )
    document = make(case, draft, case.arrival.id)
    covered = {(one.control_number, one.type) for one in answer.document.documents}
    order_ids = sorted({order for one in drafts for order in one.orders if (one.control_number, one.type) in covered})
    documents.link(case.connection, document, order_ids)
    key = f"{draft.kind}:{answer.partner}:{draft.number}:{draft.content[:12]}:{case.arrival.id}:{case.endpoint.name}"
    deliveries.add(case.connection, key, document, case.endpoint.name, draft.kind, (), case.now)
    verdict = answer.document.verdict.replace("_", " ")
    holds = f" ({plural(len(answer.document.documents), 'document')})" if answer.document.level == "group" else ""
    text = f"{answer.document.level} {draft.number} will be acknowledged to {answer.partner} as {verdict}{holds}"
    say(case, "acknowledge", text, order_ids, document)
