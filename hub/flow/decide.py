"""Decide: documents, their orders, deliveries and acknowledgements, in one transaction; those of a large arrival in several.

Nothing of an arrival is decided twice: the first statement looks how far it has come. Acknowledgements come with the last part.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
from hub.ledger.book import Book
from hub.ledger.columns import clean
from hub.model import plain
from hub.settings.endpoint import Endpoint


@dataclass(frozen=True, slots=True)
class Part:
    """Documents of an arrival that are decided together; with the last, what is said of all of them."""

    drafts: Sequence[Draft]
    first: int = 0  # position of the first of them
    answers: Sequence[Answer] = ()
    problem: str | None = None
    last: bool = True


def decide(site: Site, connection: Connection, endpoint: Endpoint, arrival: Any, part: Part) -> bool:
    """Everything that follows from this part of an arrival; False where it was decided before."""
    if documents.decided(connection, arrival.id) != part.first:
        return False
    site.probe("decide.commit" if part.last else "decide.part")
    case = Case(site, Book(connection, len(part.drafts)), endpoint, arrival, site.now(), arrivals.quiet(arrival))
    case.who = arrivals.marks(arrival).get(arrivals.PERSON)
    if part.first:
        _configured_otherwise(case, part.first)
    unheard = _unheard(connection, part.drafts)
    for draft in part.drafts:
        draft.unheard = _first(draft, unheard)
        decide_document(case, draft)
    for n, answer in enumerate(part.answers):
        _answer(case, answer, part.first + len(part.drafts) + n)
    if part.problem:
        say(case, "unreadable", f"{arrival.name or arrival.key} from {endpoint.name}: {part.problem}")
    timeline.add(case.connection, case.said)
    if part.last:
        arrivals.settle(connection, arrival.id, "failed" if part.problem else "done", part.problem)
    return True


def _configured_otherwise(case: Case, first: int) -> None:
    """Said once, with the first part that goes by another configuration than the one before it."""
    last = documents.get(case.connection, documents.of_arrival(case.connection, case.arrival.id, first - 1)[0].id)
    if last is not None and last.configuration != case.site.company.hash:
        text = (
            f"the configuration was changed while {case.arrival.name or case.arrival.key} was worked off: {plural(first, 'document')} "
            "of it stand as they were decided before, the others, and what is acknowledged, go by what is set now"
        )
        say(case, "configuration", text)


def _unheard(connection: Connection, drafts: Sequence[Draft]) -> set[str]:
    """Numbers of orders that the ledger knows nothing of: those need not be looked for one by one."""
    numbers = {clean(draft.number) for draft in drafts if draft.kind in ORDERS and draft.number}
    return numbers - documents.heard(connection, numbers) if numbers else set()


def _first(draft: Draft, unheard: set[str]) -> bool:
    """Whether nobody has heard of its number; from now on it is known."""
    number = clean(draft.number or "")
    new = number in unheard and draft.kind in ORDERS
    unheard.discard(number)
    return new


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


def _answer(case: Case, answer: Answer, position: int) -> None:
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
        sound=True,
    )
    document = make(case, draft, case.arrival.id)
    documents.link_as(case.connection, document, case.arrival.id, answer.of)  # so the life of each order shows it
    key = f"{draft.kind}:{answer.partner}:{draft.number}:{draft.content[:12]}:{case.arrival.id}:{case.endpoint.name}"
    if not case.quiet:
        deliveries.add(case.connection, key, document, case.endpoint.name, draft.kind, (), case.now)
    verdict = answer.document.verdict.replace("_", " ")
    holds = f" ({plural(answer.document.received or 0, 'document')})" if answer.document.level == "group" else ""
    will = "would be" if case.quiet else "will be"
    text = f"{answer.document.level} {draft.number} {will} acknowledged to {answer.partner} as {verdict}{holds}"
    say(case, "acknowledge", text, (), document)
