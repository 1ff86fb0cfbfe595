"""The timeline's words for what happens to documents."""

import logging
from collections.abc import Iterable
from typing import Any

from hub.flow.draft import Draft
from hub.ledger import arrivals, timeline
from hub.logs import about

log = logging.getLogger(__name__)


def plural(count: int, noun: str, many: str | None = None) -> str:
    """
    >>> plural(1, "line"), plural(3, "line"), plural(2, "delivery", "deliveries")
    ('1 line', '3 lines', '2 deliveries')
    """
    return f"{count} {noun if count == 1 else many or noun + 's'}"


def words(draft: Draft) -> str:
    """A document, as a person would name it."""
    kind = (draft.kind or f"document of type {draft.type}").replace("_", " ")
    return f"{kind} {draft.number}" if draft.number else kind


def say(
    case: Any, what: str, text: str, orders: Iterable[int] = (), document: int | None = None, outbound: int | None = None
) -> None:
    """Kept with the decision, all entries of an arrival at once. Logged at once: a decision that is made again says it again."""
    orders, arrival = list(orders), case.arrival.id if case.arrival else None
    if log.isEnabledFor(logging.INFO):
        with about(endpoint=case.endpoint.name, message=arrival, document=document, orders=orders):
            log.info(text)
    case.said += timeline.entries(case.now, what, text, orders, document, arrival, outbound, case.who)


def arrived(case: Any, draft: Draft, document: int) -> None:
    """A document came; and why it waits, if it does."""
    source = f" in {case.arrival.name}" if case.arrival.name else ""
    as_what = f"{draft.type} " if draft.type and draft.type != draft.kind else ""
    released = arrivals.marks(case.arrival).get(arrivals.RELEASED) if case.who else None
    by_hand = f", released by hand: {released}" if released else ""
    say(case, "received", f"{as_what}{words(draft)} came from {case.endpoint.name}{source}{by_hand}", draft.orders, document)
    remarks = [finding for finding in draft.findings if finding.severity != "note"]
    if remarks and draft.state == "accepted":
        say(case, "findings", f"read with {plural(len(remarks), 'remark')}: {remarks[0].text}", draft.orders, document)
    if draft.state in ("held", "waiting"):
        say(case, draft.state, f"{words(draft)} is {draft.state}: {draft.why}", draft.orders, document)


def refused(case: Any, draft: Draft, document: int) -> None:
    """A document that was not readable goes no further."""
    say(
        case,
        draft.state,
        f"{draft.type or 'document'} {draft.number or draft.control_number or ''} was {draft.state}: {draft.why}",
        draft.orders,
        document,
    )
