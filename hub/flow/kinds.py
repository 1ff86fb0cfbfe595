"""What is decided for each kind of document: an order, an answer to one."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hub.flow.case import Case, keep
from hub.flow.draft import Draft
from hub.flow.narrate import plural, say, words
from hub.flow.parts import answered, doubt, send, whole_of
from hub.flow.route import route
from hub.ledger import aliases, deliveries, documents
from hub.rules.condition import value_at
from hub.rules.planning import leaving, reason, refused
from hub.rules.progress import LEFT, state


def decide_order(case: Case, draft: Draft) -> None:
    """Take up, repeat, replace, hold: by the identity of the document and the purpose it states."""
    if draft.state != "accepted":
        keep(case, draft)
        return
    assert draft.value is not None
    key = order_key(case, draft)
    order = None if draft.unheard else documents.order_by_key(case.connection, key)
    earlier = [] if draft.unheard else before(case, draft)
    same = same_as(draft, earlier)
    why = _doubt(case, draft, order, any(row.state == "accepted" for row in earlier))
    if same is not None and (same.state == "accepted" or why):
        repeat(case, draft, same)
    elif why:
        draft.orders = [order.id] if order else []
        draft.hold(why)
        keep(case, draft)
    else:
        leaves = _plan(case, draft)
        document = keep(case, draft)
        take_up(case, draft, document, key, order)
        if leaves:
            say(case, "ship_by", leaves, draft.orders, document)


def _plan(case: Case, draft: Draft) -> str | None:
    """The day on which it is to leave, and what is wrong with the days it asks for; in words for the timeline."""
    assert draft.value is not None
    site, partner = case.site, case.site.partner(draft.partner)
    calendar, zone = site.calendar(partner), site.zone(partner)
    if partner is not None and partner.calendar is not None:
        draft.findings += refused(draft.value, partner.calendar, zone)
    day = leaving(calendar, zone, case.arrival.received_at if case.arrival is not None else case.now)
    if day is None or draft.value.get("ship_by"):
        return None
    draft.value = {**draft.value, "ship_by": day.isoformat()}
    return f"order {draft.number} is to leave by {day:%A} {day.isoformat()} ({reason(calendar)})"


def before(case: Case, draft: Draft) -> list[Any]:
    """Other documents of the same sender, kind and number that took effect or wait."""
    rows = documents.alike(case.connection, draft.sender, draft.kind, draft.number or "", draft.test)
    return [row for row in rows if row.id != draft.id]


def same_as(draft: Draft, earlier: Sequence[Any]) -> Any:
    """The latest of them that says the same, word for word. Who tells how an order stands may come back to an earlier word."""
    same = next((row for row in reversed(earlier) if row.content == draft.content), None)
    states = draft.control_number is None and (draft.value or {}).get("purpose") in ("replace", "cancelled")
    if same is not None and states and any(row.state == "accepted" and row.id > same.id for row in earlier):
        return None
    return same


def order_key(case: Case, draft: Draft) -> dict[str, Any]:
    """What makes an order its own: channel, number, release, and what the partner file adds."""
    partner = case.site.partner(draft.partner)
    extra = [str(value_at(draft.value, path) or "") for path in (partner.order_key if partner else ())]
    return {
        "channel": case.endpoint.name,
        "test": draft.test,
        "number": draft.number,
        "release": str((draft.value or {}).get("release") or ""),
        "extra": "|".join(extra),
    }


def repeat(case: Case, draft: Draft, same: Any) -> None:
    """The same document again: a no-op, noted and acknowledged."""
    draft.orders = documents.orders_of(case.connection, same.id)
    draft.state, draft.why = "duplicate", f"it is document {same.id} again, word for word"
    document = keep(case, draft, same_as=same.id)
    say(
        case,
        "duplicate",
        f"{words(draft)} came again with the same content; it is acknowledged and nothing else is done",
        draft.orders,
        document,
    )


def _doubt(case: Case, draft: Draft, order: Any, effective: bool) -> str | None:
    """Why a person must look before this order takes effect, if so. `effective`: one with this number did already."""
    assert draft.value is not None
    purpose = draft.value.get("purpose", "original")
    partner = case.site.partner(draft.partner)
    policy = draft.as_what or (partner.duplicates if partner else "hold")
    if order is not None and purpose == "original" and policy == "hold" and effective:
        return f"order {draft.number} came before with other content, and it says it is original; the partner file says hold"
    if draft.released:
        return None
    if why := doubt(case, draft, order):
        return why
    if purpose in ("confirm", "duplicate"):
        return (
            f"its purpose is {purpose}: it never creates an order by itself"
            if order is None
            else f"its purpose is {purpose}, but its content differs from the order's"
        )
    if order is None:
        return (
            None
            if purpose in ("original", "replace")
            else f"its purpose is {purpose}, and there is no order yet that it could concern"
        )
    if order.state in LEFT and (purpose != "original" or policy == "replace"):
        return f"it replaces order {draft.number}, of which goods have left already"
    return None


def take_up(case: Case, draft: Draft, document: int, key: Mapping[str, Any], order: Any) -> None:
    """The document becomes the order's present revision and goes where the routes say."""
    canonical = draft.canonical
    assert draft.value is not None and canonical is not None
    partner = case.site.partner(draft.partner)
    again = draft.value.get("purpose", "original") == "original" and partner is not None and partner.duplicates == "new"
    if order is not None and (draft.as_what == "new" or (again and not draft.as_what)):
        key, order = {**key, "extra": f"{key['extra']}#{document}"}, None
    order_id = order.id if order else documents.open_order(case.book, key, draft.partner, case.now)
    last = order.revision if order else 0
    revision = documents.revise(case.book, order_id, document, canonical, case.now, last)
    draft.orders = [order_id]
    documents.link(case.book, document, draft.orders, new=draft.unheard)
    lines = draft.value.get("lines", ())
    what = "taken up" if revision == 1 else f"replaced (revision {revision})"
    say(case, "order", f"order {draft.number} {what}: {plural(len(lines), 'line')}", draft.orders, document)
    if revision > 1:
        supersede(case, order_id, revision)
        if order.state == "cancelled":  # it lives again
            move_on(case, order_id)
    send(case, draft, document, dict(key), f":{revision}" if revision > 1 else "")


def supersede(case: Case, order: int, revision: int) -> None:
    """What could never be written of the order as it was is not waited for: the whole order goes again."""
    for row in deliveries.of_order(case.connection, order):
        if row.kind == "order" and row.state == "parked" and row.outbound_id is None:
            deliveries.skip(case.connection, row.id, f"replaced by revision {revision}")
            say(case, "skip", f"the order for {row.target} that could not be written is replaced by revision {revision}", [order])


def decide_answer(case: Case, draft: Draft, document: int) -> None:
    """An answer of a system goes on to whoever waits for it, and moves its orders on."""
    if draft.state != "accepted":
        return
    assert draft.value is not None
    earlier = documents.alike(case.connection, draft.sender, draft.kind, draft.number or "", draft.test)
    if any(row.content == draft.content and row.state == "accepted" and row.id != document for row in earlier):
        documents.mark(case.connection, document, "duplicate", "the same answer came before")
        say(case, "duplicate", f"{words(draft)} came again with the same content; nothing is done", draft.orders, document)
        return
    _name(case, draft)
    if said := summary(draft):
        say(case, draft.kind, said, draft.orders, document)
    rows = documents.latest(case.connection, draft.orders)
    purchase = whole_of(case, rows)
    if purchase is not None:
        answered(case, draft, document, purchase)
    else:
        route(case, draft, document, rows[0].channel if rows else None)
    for order in [*draft.orders, *([purchase.id] if purchase is not None else [])]:
        move_on(case, order)


def _name(case: Case, draft: Draft) -> None:
    """Remember what the answering system calls the orders and their lines."""
    assert draft.value is not None
    names = [
        (case.endpoint.name, str(one["value"]))
        for role, one in draft.value.get("references", {}).items()
        if one.get("value") and role.startswith("system")
    ]
    if draft.number:
        names.append((case.endpoint.name if draft.kind == "order_response" else aliases.ANYWHERE, draft.number))
    for order in draft.orders:
        for endpoint, name in names:
            aliases.add(case.connection, endpoint, name, order, now=case.now)
        for line in draft.value.get("lines", ()):
            if line.get("system_line") and line.get("number"):
                theirs, ours = str(line["system_line"]), str(line["number"])
                aliases.add(case.connection, case.endpoint.name, theirs, order, ours, now=case.now)


def move_on(case: Case, order: int) -> None:
    """Work out how far the order has come, and say so when that changed."""
    row = documents.latest(case.connection, [order])[0]
    rows = documents.of_order(case.connection, order)
    found = [(one.kind, json.loads(one.canonical)) for one in rows if one.canonical and one.state == "accepted"]
    reached = state(json.loads(row.canonical), found)
    if reached != row.state:
        documents.set_state(case.connection, order, reached, case.now)
        say(case, "state", f"order {row.number} is now {reached.replace('_', ' ')}", [order])


def summary(draft: Draft) -> str | None:
    """What an answer says, in words, where that is more than that it came."""
    value = draft.value or {}
    if draft.kind == "order_response":
        tally: dict[str, int] = {}
        for line in value.get("lines", ()):
            for outcome in line.get("outcomes", ()):
                tally[outcome["status"]] = tally.get(outcome["status"], 0) + 1
        said = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in tally.items()) or value.get("verdict", "")
        return f"{draft.sender} answered the order: {said}"
    if draft.kind == "remittance":
        paid = ", ".join(f"{one['invoice']} {one.get('state', 'paid').replace('_', ' ')}" for one in value.get("settled", ()))
        return f"{draft.sender} reports payment {draft.number}: {paid}"
    return None
