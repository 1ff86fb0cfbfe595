"""Parts: an order for many stores goes to our systems as one order for each, where the partner's file or the channel's says so.

Their answers go to our systems as they are. The partner hears of the purchase order only: of each answer by itself, or of
all parts together once every part was answered or the time for that has passed.
"""

import json
from collections.abc import Sequence
from typing import Any

from hub.flow.case import HUB, Case, make
from hub.flow.draft import Draft, settle
from hub.flow.narrate import plural, say, words
from hub.flow.number import numbered_whole
from hub.flow.route import route
from hub.ledger import documents, holds
from hub.rules import splitting
from hub.rules.duration import words as lasting
from hub.rules.joining import Known
from hub.rules.splitting import Undividable
from hub.settings.partner import Gather

SHOWN = 5


def divided(case: Case, draft: Draft) -> list[dict[str, Any]]:
    """The parts that an order is to be taken apart into; none where it stays whole. Raises Undividable."""
    partner = case.site.partner(draft.partner)
    wanted = case.endpoint.split or (partner.split if partner else "none")
    if wanted == "none" or draft.released or draft.value is None:
        return []
    parts = splitting.split(draft.value)
    taken = [part["number"] for part in parts if documents.orders_numbered(case.connection, part["number"])]
    if taken and not is_split(case, documents.orders_numbered(case.connection, draft.number or "")):
        raise Undividable(f"the order of a store would be called {taken[0]}, and there is such an order already")
    return parts


def doubt(case: Case, draft: Draft, order: Any) -> str | None:
    """Why a person must look before this order is taken apart, if so."""
    if order is not None and is_split(case, [order.id]):
        return f"order {draft.number} went to our systems as one order for each store; tell them what changes"
    try:
        divided(case, draft)
    except Undividable as error:
        return f"it cannot be split by store: {error}"
    return None


def is_split(case: Case, orders: list[int]) -> bool:
    """Whether one of these was taken apart."""
    return any(parts_of(case, row) for row in documents.latest(case.connection, orders))


def parts_of(case: Case, order: Any) -> list[int]:
    """The orders that this one was taken apart into: they belong to its document."""
    last = documents.revision(case.connection, order.id, order.revision)
    linked = documents.orders_of(case.connection, last.document_id) if last else []
    return [one for one in linked if one != order.id]


def send(case: Case, draft: Draft, document: int, key: dict[str, Any], again: str = "") -> None:
    """An order that was taken up goes where the routes say: as it is, or in parts. `again` as `route` has it."""
    parts = divided(case, draft)
    if not parts:
        route(case, draft, document, case.endpoint.name, again)
        return
    made = [(part, documents.open_order(case.book, {**key, "number": part["number"]}, draft.partner, case.now)) for part in parts]
    documents.link(case.book, document, [order for _, order in made])
    names = ", ".join(part["number"] for part, _ in made[:SHOWN]) + (", …" if len(made) > SHOWN else "")
    say(
        case,
        "order",
        f"{words(draft)} is split into {plural(len(made), 'order')}, one for each store: {names}",
        draft.orders,
        document,
    )
    for n, (part, order) in enumerate(made):
        own = Draft(_position(case, n), "order", HUB, part, number=part["number"], partner=draft.partner, test=draft.test)
        own.orders, own.heard = [order], draft.heard
        settle(own)
        stored = make(case, own, case.arrival.id if case.arrival else None)
        documents.revise(case.book, order, stored, own.canonical or "", case.now, 0)
        route(case, own, stored, case.endpoint.name, again)


def _position(case: Case, n: int) -> int:
    """Behind the parts of other orders of the same arrival."""
    rows = documents.came_with(case.connection, case.arrival.id) if case.arrival and n == 0 else ()
    case.parts = max([documents.BEHIND, *(row.position + 1 for row in rows)]) if n == 0 else case.parts
    return case.parts + n


def whole_of(case: Case, rows: Sequence[Any]) -> Any:
    """The purchase order that all of these orders are parts of; None where they are not."""
    numbers = {splitting.whole(json.loads(row.canonical)) for row in rows}
    number = numbers.pop() if len(numbers) == 1 else None
    if number is None:
        return None
    mine = (rows[0].channel, rows[0].test, rows[0].release)
    found = documents.latest(case.connection, documents.orders_numbered(case.connection, number))
    return next((row for row in found if (row.channel, row.test, row.release) == mine), None)


def answered(case: Case, draft: Draft, document: int, order: Any) -> None:
    """A part was answered: our systems hear of it as it is, the partner as of the purchase order."""
    route(case, draft, document, order.channel, only=_places(case, "system"))
    if draft.kind not in splitting.GATHERED or draft.state != "accepted":
        return
    settings = _settings(case, draft.partner)
    if draft.kind not in settings.together or _gathered(case, order, draft.kind):
        _pass_on(case, draft, splitting.addressed(_said(case, documents.get(case.connection, document)), order.number), order)
        return
    holds.wait(case.connection, document, case.now + settings.wait)
    open_ = gather(case, draft.kind, order, late=False)
    if open_:
        text = f"{words(draft)} waits for the answers to {plural(open_, 'other part')} of {order.number}, {lasting(settings.wait)} at most"
        say(case, "gather", text, [order.id], document)


def gather(case: Case, kind: str, order: Any, late: bool) -> int:
    """One answer of those to the parts, if all are there or it is late; else says how many are missing."""
    parts = parts_of(case, order)
    latest = {part: _answer(case, part, kind) for part in parts}
    found = {row.id: row for row in latest.values() if row is not None}
    missing = sum(row is None for row in latest.values())
    if missing and not late:
        return missing
    for row in found.values():
        holds.ended(case.connection, row.id)
    known = Known(order.id, json.loads(order.canonical), order.channel, order.partner)
    value = splitting.gathered(kind, known, [_said(case, row) for row in found.values()], not missing)
    draft = Draft(0, kind, HUB, value, number=value.get("number"), partner=order.partner, test=order.test)
    without = f"; {plural(missing, 'part')} not answered in the time set" if missing else ""
    name = f"{kind.replace('_', ' ')} of {plural(len(found), 'part')}"
    say(case, "gather", f"{name} becomes one for {order.number}{without}", [order.id])
    _pass_on(case, draft, value, order)
    return 0


def waited_out(case: Case, row: Any) -> None:
    """The time for the other parts' answers has passed."""
    order = whole_of(case, documents.latest(case.connection, documents.orders_of(case.connection, row.id)))
    if order is not None and not _gathered(case, order, row.kind):
        gather(case, row.kind, order, late=True)


def _said(case: Case, row: Any) -> dict[str, Any]:
    """What a part's answer says: its packages have the same numbers wherever they are told."""
    said: dict[str, Any] = json.loads(numbered_whole(case.site, case.connection, row))
    return said


def _pass_on(case: Case, draft: Draft, value: dict[str, Any], order: Any) -> None:
    """To the partner, as an answer to the purchase order."""
    told = Draft(0, draft.kind, HUB, value, number=draft.number, partner=order.partner, test=draft.test, orders=[order.id])
    settle(told)
    document = make(case, told)
    if told.state != "accepted":
        say(case, "held", f"{words(told)} for {order.number} is held: {told.why}", [order.id], document)
        return
    route(case, told, document, order.channel, only=_places(case, "channel"))


def _gathered(case: Case, order: Any, kind: str) -> bool:
    """Whether the partner has heard of this before: what comes later goes by itself."""
    return any(row.kind == kind and row.sender == HUB for row in documents.of_order(case.connection, order.id))


def _answer(case: Case, part: int, kind: str) -> Any:
    rows = documents.of_order(case.connection, part)
    return next((row for row in reversed(rows) if row.kind == kind and row.state == "accepted" and row.direction == "in"), None)


def _places(case: Case, role: str) -> list[str]:
    return [name for name, endpoint in case.site.company.endpoints.items() if endpoint.role == role]


def _settings(case: Case, partner: str | None) -> Gather:
    found = case.site.partner(partner)
    return found.gather if found else Gather()
