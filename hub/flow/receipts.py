"""Receipts: what a partner says of something we sent, matched to the message and its documents in any order of arrival."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from hub.flow.case import Case
from hub.flow.draft import Draft
from hub.flow.narrate import say
from hub.guides.alike import Among
from hub.ledger import documents, outbound
from hub.ledger.outbound import Side, bare

Values = Mapping[str, Any]
BAD = ("rejected", "partly_accepted")
RESENT = "resent"
WAITING = ("open", "overdue", "none")


class Said(NamedTuple):
    """What is said of one document we sent."""

    row: Any
    verdict: str
    detail: Values


def decide_acknowledgement(case: Case, draft: Draft, document: int) -> None:
    """A partner's acknowledgement is matched to the message and the documents it speaks of."""
    value = draft.value or {}
    if draft.state != "accepted":
        return
    level = value.get("level", "group")
    if level == "document":
        _of_documents(case, draft, document, value)
        return
    rows = _rows(case, draft, value, level)
    if not rows:
        _unknown(case, document, _name(value, level))
        return
    judged = _judged(value, Among(row.set_number for row in rows))
    each = [_said(row, judged, value, level) for row in rows]
    _receipts(case, document, each)
    # groups inside an interchange are acknowledged by themselves: that it came says nothing of them yet
    whole = level == "group" or not rows[0].group_number
    _settle(case, rows[0], together(value.get("verdict", "received"), [one.verdict for one in each]), whole)


def _judged(value: Values, ours: Among) -> dict[str, Values]:
    """What is said of each document that is named, by itself or in a row."""
    found: dict[str, Values] = {}
    for one in value.get("documents", ()):
        alone = {name: said for name, said in one.items() if name != "also"}
        numbers = [one.get("control_number"), *(number for row in one.get("also", ()) for number in ours.row(*row))]
        found |= {bare(number): alone for number in numbers}
    return found


def together(verdict: str, each: Sequence[str]) -> str:
    """What is said of a message: nothing of it was accepted in part where each of its documents was refused by name.

    >>> together("partly_accepted", ["rejected"]), together("partly_accepted", ["rejected", "accepted"])
    ('rejected', 'partly_accepted')
    """
    return "rejected" if verdict == "partly_accepted" and set(each) == {"rejected"} else verdict


def _said(row: Any, judged: Mapping[str, Values], value: Values, level: str) -> Said:
    said = judged.get(bare(row.set_number)) or _unnamed(value, level)
    return Said(row, said.get("verdict", "received"), said)


def _unnamed(value: Values, level: str) -> Values:
    """What is said of a document that is not named: in an interchange that came, those are accepted, if their group is."""
    if any(group.get("verdict") == "rejected" for group in value.get("groups", ())):
        return value
    return {**value, "verdict": "accepted"} if level == "interchange" and value.get("verdict") == "partly_accepted" else value


def _rows(case: Case, draft: Draft, value: Values, level: str) -> Sequence[Any]:
    if level == "interchange":
        return outbound.by_interchange(case.connection, _side(draft), str(value.get("interchange")))
    return outbound.by_group(case.connection, _side(draft), str(value.get("group")), str(value.get("control_number")))


def _side(draft: Draft) -> Side:
    return Side(draft.partner or "", draft.test)


def _name(value: Values, level: str) -> str:
    if level == "interchange":
        return f"interchange {value.get('interchange')}"
    return f"group {value.get('group')} {value.get('control_number')}"


def _of_documents(case: Case, draft: Draft, document: int, value: Values) -> None:
    """Each document is said something of by itself, by its place in what we sent or by its number."""
    if not value.get("documents"):
        _of_one(case, draft, document, value)
    for one in value.get("documents", ()):
        row = _sent(case, draft, one)
        if row is None:
            _unknown(case, document, f"{one.get('type') or 'document'} {one.get('number') or one.get('control_number')}")
            continue
        verdict = str(one.get("verdict", "received")).removeprefix("item_")
        _receipts(case, document, [Said(row, verdict, one)])
        _settle(case, row, verdict, whole=False)


def _of_one(case: Case, draft: Draft, document: int, value: Values) -> None:
    """What is said speaks of one document, which its references name."""
    numbers = [str(one["value"]) for one in value.get("references", {}).values() if one.get("value")]
    found = (row for number in numbers for row in outbound.by_number(case.connection, _side(draft), number))
    row = next(found, None)
    if row is None:
        _unknown(case, document, " ".join(["a document", *numbers[:1]]))
        return
    verdict = str(value.get("verdict", "received"))
    _receipts(case, document, [Said(row, verdict, value)])
    _settle(case, row, verdict, whole=False)


def _sent(case: Case, draft: Draft, one: Values) -> Any:
    side, kind = _side(draft), one.get("type")
    if one.get("group") and one.get("control_number"):
        rows = outbound.by_set(case.connection, side, str(one["group"]), str(one["control_number"]))
        rows = [row for row in rows if kind in (None, row.set_type)]
        if rows:
            return rows[0]
    if not one.get("number"):
        return None
    rows = [row for row in outbound.by_number(case.connection, side, str(one["number"])) if kind in (None, row.set_type)]
    return rows[0] if rows else None


def _unknown(case: Case, document: int, name: str) -> None:
    say(case, "receipt", f"{case.endpoint.name} acknowledged {name}, which we did not send", (), document)


def _settle(case: Case, row: Any, verdict: str, whole: bool) -> None:
    """What is bad always counts; what is good ends the waiting once it is said of everything in the message.

    A message that was sent again waits for nothing: the new one does.
    """
    if row.receipt == RESENT:
        return
    partner = case.site.partner(row.partner)
    waited = partner.receipts.expect if partner else {}
    if verdict in BAD or (whole and row.receipt in WAITING and not outbound.unanswered(case.connection, row.outbound_id, waited)):
        outbound.set_receipt(case.connection, row.outbound_id, verdict)


def _receipts(case: Case, document: int, said: Sequence[Said]) -> None:
    """What is said of documents in one message is kept, and told of their orders: all at once, as they may be very many."""
    message, papers = said[0].row.outbound_id, [one.row.document_id for one in said]
    before = outbound.said_of(case.connection, message, papers)
    orders = documents.orders_of_all(case.connection, papers)
    outbound.add_receipts(case.connection, [_kept(case, document, one) for one in said])
    documents.link(case.book, document, sorted({order for found in orders.values() for order in found}))
    for one in said:
        text = _told(case, one) + _remark(case, one, before.get(one.row.document_id, ()))
        say(case, "receipt", text, list(orders.get(one.row.document_id, ())), document, message)


def _kept(case: Case, document: int, said: Said) -> dict[str, Any]:
    return {
        "outbound_id": said.row.outbound_id,
        "document_id": document,
        "concerns": said.row.document_id,
        "verdict": said.verdict,
        "detail": json.dumps(said.detail),
        "at": case.now,
    }


def _told(case: Case, said: Said) -> str:
    text = f"{case.endpoint.name} acknowledged our {said.row.set_type} {said.row.set_number}: {said.verdict.replace('_', ' ')}"
    why = "; ".join(faults(said.detail))
    if said.verdict in BAD:
        return text + f" ({why or 'it names no fault'})"
    return text + (f" ({why})" if said.verdict != "accepted" and why else "")


def _remark(case: Case, said: Said, before: Sequence[Any]) -> str:
    """What is odd about a receipt: it is not the first, it comes late, or for what was sent again since."""
    remarks = []
    if before:
        last = before[-1].verdict.replace("_", " ")
        counts = "; what is bad counts" if (said.verdict in BAD) != (before[-1].verdict in BAD) else ""
        remarks.append("said before" if before[-1].verdict == said.verdict else f"before it said {last}{counts}")
    if said.row.receipt == RESENT:
        remarks.append("it was sent again since, and the receipt of that one counts")
    elif not before and said.row.receipt_due is not None and case.now > said.row.receipt_due:
        remarks.append(f"late, it was due {said.row.receipt_due:%Y-%m-%d %H:%M} UTC")
    return "".join(f"; {remark}" for remark in remarks)


def faults(detail: Values) -> Iterator[str]:
    """What an acknowledgement finds wrong with a document, in words."""
    for one in detail.get("segments", ()):
        elements = "".join(f", element {it['position']} code {it['code']}" for it in one.get("elements", ()))
        yield f"{one.get('tag') or 'segment'} at {one['position']}{elements}"
    for one in detail.get("faults", ()):
        yield " ".join(str(one[name]) for name in ("code", "text", "tag", "value") if one.get(name))
    if detail.get("codes"):
        yield f"codes {', '.join(detail['codes'])}"
