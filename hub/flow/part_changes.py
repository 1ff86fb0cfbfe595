"""A change to an order that was split by store: it is worked into the purchase order, which is divided anew; each part that comes out
otherwise is changed, or cancelled. What the change does not divide is a person's.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hub.flow.case import HUB, Case, keep, make
from hub.flow.draft import Draft, settle
from hub.flow.effects import answer, hearing, named, stands, telling, void, worked_in
from hub.flow.kinds import move_on, supersede
from hub.flow.narrate import plural, say
from hub.flow.route import route
from hub.ledger import documents
from hub.rules import changing, splitting
from hub.rules.changing import CANCELS, Changed, Doubt
from hub.rules.progress import LEFT
from hub.rules.splitting import Undividable

ASIDE = ("purpose", "assumed", "totals")  # of an order: not what a store is to get


@dataclass(frozen=True, slots=True)
class Part:
    """One part that comes out otherwise."""

    row: Any
    change: Draft  # as if the buyer had sent it for this part alone
    after: Changed
    told: Draft


def apply_to_parts(case: Case, draft: Draft, order: Any, parts: Sequence[int]) -> None:
    """The purchase order gets a new revision, and so does each part that the change concerns. Raises Doubt, nothing done."""
    assert draft.value is not None
    was, cancels = json.loads(order.canonical), draft.value.get("purpose") in CANCELS
    hearing(draft, order)
    after = Changed(changing.cancelled(was), ()) if cancels else worked_in(case, draft, was)
    work = list(_concerned(case, draft, after, documents.latest(case.connection, list(parts)), cancels))
    draft.orders = [order.id, *parts]
    document = keep(case, draft)
    documents.revise(case.book, order.id, document, json.dumps(after.order, ensure_ascii=False), case.now, order.revision)
    what, said = "cancels" if cancels else "changes", f": {'; '.join(after.said)}" if after.said else ""
    text = f"{named(draft)} {what} the order and {plural(len(work), 'order')} of stores{said}"
    say(case, "order", text, [order.id], document)
    sent = [_carry(case, part, document) for part in work]
    draft.orders = [order.id]
    if cancels and not any(sent) and not stands(draft):
        answer(case, draft, was, "accepted", "no system of ours had begun with it")
    move_on(case, order.id)


def _concerned(case: Case, draft: Draft, after: Changed, rows: Sequence[Any], cancels: bool) -> Iterator[Part]:
    wanted = {} if cancels else _divided(after)
    if fresh := sorted(set(wanted) - {row.number for row in rows}):
        raise Doubt(f"it brings in a store that the order did not have ({fresh[0]}); tell our systems what changes")
    for row in rows:
        before, now = json.loads(row.canonical), wanted.get(row.number)
        if now is not None and _same(before, now):
            continue
        if row.state == "cancelled" and now is None:
            continue
        if row.state in (*LEFT, "cancelled"):
            gone = "was cancelled before" if row.state == "cancelled" else "has left, or some of it"
            raise Doubt(f"order {row.number} of a store {gone}; tell our systems what changes")
        yield _part(case, draft, row, before, now, after)


def _divided(after: Changed) -> dict[str, dict[str, Any]]:
    try:
        found = {part["number"]: part for part in splitting.split(after.order)}
    except Undividable as error:
        raise Doubt(f"with it the order cannot be split by store: {error}") from None
    if not found:
        raise Doubt("with it no line of the order names stores any more, and it went to our systems as one order for each store")
    return {number: _plain(part) for number, part in found.items()}


def _plain(part: dict[str, Any]) -> dict[str, Any]:
    whole = Draft(0, "order", HUB, part)
    settle(whole)
    if whole.state != "accepted" or whole.value is None:
        raise Doubt(f"with it {whole.why}")
    return whole.value


def _same(before: dict[str, Any], now: dict[str, Any]) -> bool:
    left, right = ({name: value for name, value in one.items() if name not in ASIDE} for one in (before, now))
    return left == right


def _part(case: Case, draft: Draft, row: Any, before: dict[str, Any], now: dict[str, Any] | None, after: Changed) -> Part:
    """What becomes of one part, and what our systems are told of it; without a store in the new division it is cancelled."""
    assert draft.value is not None
    value = {**draft.value, "number": row.number, **({"purpose": "cancel"} if now is None else {})}
    own = Draft(
        0, "order_change", draft.sender, value, number=row.number, partner=draft.partner, test=draft.test, orders=[row.id]
    )
    own.heard = draft.heard
    mine = Changed(changing.cancelled(before), ()) if now is None else Changed(now, _lines(before, now, after))
    return Part(row, own, mine, telling(case, own, before, mine))


def _lines(before: dict[str, Any], now: dict[str, Any], after: Changed) -> list[dict[str, Any]]:
    """The lines of a part that are not as they were, each with the word for its change."""
    words = {line["number"]: line["change"] for line in after.lines}
    known = {line["number"]: line for line in before.get("lines", ())}
    kept = {line["number"] for line in now.get("lines", ())}
    found = [
        {**line, "change": words.get(line["number"], "change") if line["number"] in known else "add"}
        for line in now.get("lines", ())
        if line != known.get(line["number"])
    ]
    return found + [{**line, "change": "delete"} for number, line in known.items() if number not in kept]


def _carry(case: Case, part: Part, document: int) -> bool:
    """The part gets a new revision, and our systems are told; says whether any of them had to be."""
    row, number, cancels = part.row, part.row.revision + 1, (part.change.value or {}).get("purpose") in CANCELS
    stored = make(case, part.told)
    documents.revise(case.book, row.id, stored, json.dumps(part.after.order, ensure_ascii=False), case.now, row.revision)
    only = void(case, part.change, row.id, document) if cancels else None
    if part.told.kind == "order":
        supersede(case, row.id, number)
    sent = route(case, part.told, stored, case.endpoint.name, f":{number}", only)
    move_on(case, row.id)
    return bool(sent)
