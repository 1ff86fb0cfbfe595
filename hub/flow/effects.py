"""What follows from a change or cancellation: the order as it is then, what our systems are told, what is not sent, our own answer."""

import json
from dataclasses import replace
from typing import Any

from hub.flow.case import HUB, Case, make
from hub.flow.draft import Draft, settle
from hub.flow.narrate import say, words
from hub.flow.route import send
from hub.ledger import deliveries, documents
from hub.rules import changing
from hub.rules.asking import reading
from hub.rules.changing import CANCELS, Changed, Doubt
from hub.rules.routing import Facts, routed
from hub.settings.partner import Changes


def stands(draft: Draft) -> bool:
    """Whether it says how the order stands at its source, not what somebody wishes: then nobody waits for an answer."""
    return (draft.value or {}).get("purpose") == "cancelled"


def named(draft: Draft) -> str:
    """A change, as a person would name it."""
    number = (draft.value or {}).get("change")
    return words(draft).replace("order change", f"order change {number} to", 1) if number else words(draft)


def policy(case: Case, draft: Draft) -> Changes:
    """How this partner changes orders."""
    partner = case.site.partner(draft.partner)
    return partner.changes if partner else Changes()


def hearing(draft: Draft, order: Any) -> None:
    """It rests on what systems said of the order, too: lines that stay as they were."""
    draft.heard = {**reading(json.loads(order.heard or "[]")), **draft.heard}


def worked_in(case: Case, draft: Draft, was: dict[str, Any]) -> Changed:
    """The order with the change worked in, as our model has orders."""
    assert draft.value is not None
    after = changing.changed(was, draft.value, policy(case, draft).quantities)
    whole = Draft(0, "order", HUB, dict(after.order))
    settle(whole)
    if whole.state != "accepted" or whole.value is None:
        raise Doubt(f"with it {whole.why}")
    return replace(after, order=whole.value)


def telling(case: Case, draft: Draft, was: dict[str, Any], after: Changed) -> Draft:
    """What our systems are told: the change where a route takes it, else the whole order; a cancellation only as a change."""
    assert draft.value is not None
    change = changing.telling(after, was, draft.value)
    for kind, value in (("order_change", change), ("order", after.order)):
        told = Draft(0, kind, HUB, {**value}, number=draft.number, partner=draft.partner, test=draft.test, orders=draft.orders)
        told.heard = draft.heard
        settle(told)
        if told.state != "accepted":
            raise Doubt(str(told.why))
        if routed(case.site.company.routes, Facts(kind, case.endpoint.name, case.endpoint.name, told.partner, told.value or {})):
            return told
        if draft.value.get("purpose") in CANCELS:
            break
    raise Doubt("no route takes it: our systems would not hear of it; see routes.yaml")


def reason(document: int) -> str:
    """Why something is not sent."""
    return f"cancelled by document {document}"


def void(case: Case, draft: Draft, order: int, document: int) -> list[str]:
    """What no system of ours has begun with is never sent; says which systems must be told."""
    known: set[str] = set()
    for row in deliveries.of_order(case.connection, order):
        target = case.site.company.endpoints.get(row.target)
        if target is None or target.role != "system":
            continue
        if row.outbound_id is None and deliveries.skip(case.connection, row.id, reason(document)):
            text = f"the {row.kind.replace('_', ' ')} for {row.target} is not sent: the order is cancelled"
            say(case, "skip", text, [order], row.document_id)
        elif row.state != "skipped":
            known.add(row.target)
    for row in documents.of_order(case.connection, order):
        if row.kind == "order_change" and row.state == "held" and row.id != document:
            documents.mark(case.connection, row.id, "skipped", reason(document))
            say(case, "skip", "a change that was held is not done: the order is cancelled", [order], row.id)
    return sorted(known)


def answer(case: Case, draft: Draft, order: dict[str, Any], verdict: str, why: str) -> None:
    """The hub answers by itself, over the channel that the change came by."""
    assert draft.value is not None
    today = case.now.astimezone(case.site.zone(case.site.partner(draft.partner))).date()
    value = changing.answer(order, draft.value, verdict, str(today))
    answer = Draft(
        0, "order_response", HUB, value, number=draft.number, partner=draft.partner, test=draft.test, orders=draft.orders
    )
    settle(answer)
    document = make(case, answer)
    key = f"order_response:{case.endpoint.name}:{draft.number}:{document}"
    if send(case, answer, document, key, case.endpoint.name):
        text = f"{named(draft)} will be answered to {case.endpoint.name}: {verdict} ({why})"
        say(case, "route", text, draft.orders, document)
