"""What is decided when a buyer changes or cancels an order: apply, wait for the order, refuse, or ask a person.

The rules are those of docs/decisions/0010. A change makes a revision; our systems are told the whole order as it is then.
"""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hub.flow.case import Case, keep, make
from hub.flow.draft import Draft
from hub.flow.effects import answer, hearing, named, policy, reason, stands, telling, void, worked_in
from hub.flow.kinds import before, move_on, order_key, repeat, same_as, supersede
from hub.flow.narrate import say, words
from hub.flow.part_changes import apply_to_parts
from hub.flow.parts import parts_of
from hub.flow.recall import recall
from hub.flow.route import route
from hub.ledger import deliveries, documents, holds
from hub.rules import changing
from hub.rules.changing import CANCELS, Changed, Doubt
from hub.rules.duration import words as lasting
from hub.rules.progress import LEFT

PARTIAL = (None, "original", "change", "add", "delete")  # purposes that say: only what is named changes


def changes(draft: Draft) -> bool:
    """Whether this document concerns an order that is there already."""
    return draft.kind == "order_change" or (draft.kind == "order" and (draft.value or {}).get("purpose") in CANCELS)


def decide_change(case: Case, draft: Draft) -> None:
    """Repeat, wait, refuse, hold or apply: by the order it names and how far that has come."""
    if draft.state != "accepted" or draft.value is None:
        keep(case, draft)
        return
    earlier = before(case, draft)
    if same := same_as(draft, earlier):
        repeat(case, draft, same)
        return
    try:
        order = _order_of(case, draft)
        if stands(draft) and (order is None or order.state == "cancelled"):
            _pass(case, draft, order)
            return
        if order is None:
            _wait(case, draft)
            return
        draft.orders = [order.id]
        if stands(draft) and order.state in LEFT:
            raise Doubt("it was cancelled where it came from, and goods of it have left")
        if order.state in (*LEFT, "cancelled"):
            _refuse(case, draft, order)
            return
        _doubt(draft, earlier)
        if parts := parts_of(case, order):
            apply_to_parts(case, draft, order, parts)
        else:
            _apply(case, draft, order)
    except Doubt as doubt:
        draft.hold(str(doubt))
        keep(case, draft)
        if draft.id is not None:
            say(case, "held", f"{named(draft)} is held: {draft.why}", draft.orders, draft.id)


def _order_of(case: Case, draft: Draft) -> Any:
    """The order that is meant, with its present revision; None while there is none."""
    found = documents.order_by_key(case.connection, order_key(case, draft))
    ids = [found.id] if found else documents.orders_numbered(case.connection, draft.number or "")
    release = str((draft.value or {}).get("release") or "")
    mine = (case.endpoint.name, draft.test, release)
    rows = [row for row in documents.latest(case.connection, ids) if (row.channel, row.test, row.release) == mine]
    if len(rows) > 1:
        raise Doubt(f"{len(rows)} orders are known as {draft.number} here, and nothing says which is meant")
    return rows[0] if rows else None


def _pass(case: Case, draft: Draft, order: Any) -> None:
    """Nothing is to be called off: the order never came to us, or is cancelled already."""
    draft.orders = [order.id] if order else []
    draft.state, draft.why = "skipped", "it is cancelled already" if order else "it was cancelled before it came to us"
    document = keep(case, draft)
    say(case, "skip", f"{words(draft)} is passed over: {draft.why}", draft.orders, document)


def _wait(case: Case, draft: Draft) -> None:
    """It came before its order: for a set time it waits, then it is a person's."""
    wait = policy(case, draft).wait
    if draft.released or wait <= timedelta():
        raise Doubt(f"there is no order {draft.number} yet")
    draft.state, draft.why = "waiting", f"order {draft.number} has not come yet; it waits for it, {lasting(wait)} at most"
    document = keep(case, draft)
    holds.wait(case.connection, document, case.now + wait)


def catch_up(case: Case, draft: Draft) -> None:
    """An order was taken up: what came before it and waited for it is decided now."""
    if draft.state != "accepted" or not draft.orders or draft.unheard:
        return
    alone = replace(case, arrival=None)  # shares what is said
    for row in documents.waiting(case.connection, draft.sender, draft.number or "", draft.test):
        if (row.release or "") == str((draft.value or {}).get("release") or ""):
            holds.ended(case.connection, row.id)
            decide_change(alone, recall(case.connection, row))


def _doubt(draft: Draft, earlier: list[Any]) -> None:
    """Why a person must look before this change takes effect, if so."""
    assert draft.value is not None
    purpose, number = draft.value.get("purpose"), draft.value.get("change")
    if draft.released or purpose in CANCELS:
        return
    if purpose not in PARTIAL:
        raise Doubt(f"its purpose is {purpose}, and no rule says what that does to an order")
    applied = [row.change for row in earlier if row.state == "accepted"]
    if number and number in applied:
        raise Doubt(f"change {number} came before with other content")
    if after := changing.late(draft.value, applied):
        raise Doubt(f"change {after}, which the buyer counts after it, was applied already")


def _apply(case: Case, draft: Draft, order: Any) -> None:
    """The order gets a new revision, and our systems are told."""
    assert draft.value is not None
    was, cancels = json.loads(order.canonical), draft.value.get("purpose") in CANCELS
    hearing(draft, order)
    after = Changed(changing.cancelled(was), ()) if cancels else worked_in(case, draft, was)
    told = telling(case, draft, was, after)
    number = order.revision + 1
    document = keep(case, draft)
    documents.revise(case.book, order.id, document, json.dumps(after.order, ensure_ascii=False), case.now, order.revision)
    said = f": {'; '.join(after.said)}" if after.said else ""
    what = "cancels" if cancels else "changes"
    say(case, "order", f"{named(draft)} {what} the order (revision {number}){said}", draft.orders, document)
    only = void(case, draft, order.id, document) if cancels else None
    if not cancels and told.kind == "order":
        supersede(case, order.id, number)
    sent = route(case, told, make(case, told), case.endpoint.name, f":{number}", only)
    if cancels and not sent and not stands(draft):
        answer(case, draft, was, "accepted", "no system of ours had begun with it")
    move_on(case, order.id)


def _refuse(case: Case, draft: Draft, order: Any) -> None:
    """Too late: the order stays as it is, and the buyer is told."""
    assert draft.value is not None
    why = "the order was cancelled before" if order.state == "cancelled" else "the goods have left, or some of them"
    draft.state, draft.why = "refused", why
    document = keep(case, draft)
    say(case, "refused", f"{named(draft)} is refused: {why}", draft.orders, document)
    answer(case, draft, json.loads(order.canonical), "rejected", why)


def take_back(case: Case, draft: Draft, document: int) -> None:
    """A system of ours has refused a change: the order is again what it was."""
    value = draft.value or {}
    refuses = str(value.get("verdict")).startswith("rejected") and changing.answers_change(value)
    if draft.kind != "order_response" or draft.state != "accepted" or not refuses:
        return
    for row in documents.latest(case.connection, draft.orders):
        last = documents.revision(case.connection, row.id, row.revision)
        former = documents.revision(case.connection, row.id, row.revision - 1)
        made = documents.get(case.connection, last.document_id) if last else None
        if former is None or made is None or not _made_by(made, value):
            text = f"{draft.sender} refused a change that is no longer the last of the order; a person must say what counts"
            say(case, "attention", text, [row.id], document)
            continue
        documents.revise(case.book, row.id, document, former.canonical, case.now, row.revision)
        text = f"{draft.sender} refused the change: the order is again as it was (revision {row.revision + 1})"
        say(case, "order", text, [row.id], document)
        _revive(case, row.id, made.id)
        move_on(case, row.id)


def _made_by(made: Any, response: dict[str, Any]) -> bool:
    change = json.loads(made.canonical)
    cancels = change.get("purpose") in CANCELS
    mine = made.kind == "order_change" or (made.kind == "order" and cancels)
    return mine and bool(change.get("change") == response.get("change"))


def _revive(case: Case, order: int, change: int) -> None:
    """What was not sent because of the cancellation is sent after all."""
    rows = [row for row in deliveries.of_order(case.connection, order) if row.state == "skipped"]
    for row in rows:
        if row.error == reason(change) and deliveries.revive(case.connection, row.id, case.now):
            say(case, "route", f"the {row.kind.replace('_', ' ')} for {row.target} is sent after all", [order], row.document_id)
