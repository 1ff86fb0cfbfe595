"""What some messages say in other places than the model: put there after reading (`finish`), and back before writing.

The functions of `START` undo those of `FINISH` with the same name, on the plain values that are about to be written.
"""

from collections.abc import Callable
from typing import Any

Values = dict[str, Any]

STATUSES = ("accepted", "changed", "rejected", "accepted_with_changes", "deleted")  # what a line can be as a whole
WAITING = ("backordered", "partial_backordered")
COMING = ("to_be_delivered", "despatched")
VERDICTS = ("accepted", "accepted_with_changes", "rejected", "acknowledged")
ANSWERED = (
    "delivery_estimated",
    "delivery_promised",
    "delivery_scheduled",
    "delivery_planned",
    "ship_estimated",
    "ship_promised",
)
DAYS = ("D", "CD")  # UN 2151: days, calendar days
REPORTS = {"312": "accepted", "313": "rejected"}  # UN 1001: kinds of application reports


# --- answers to orders: status and quantities of a line, and its outcomes ---------------------------------------------


def answered_lines(document: Values) -> list[str]:
    """Outcomes from the status and the quantities of each line; the verdict from all of them where it is not said.

    >>> line = {"quantity": 100, "status": "changed", "quantities": {"to_be_delivered": {"value": 60}, "backordered": {"value": 40}}}
    >>> answered_lines({"lines": [line]}), [(it["status"], it["quantity"]) for it in line["outcomes"]]
    (['verdict'], [('accepted', 60), ('backordered', 40)])
    """
    for line in document.get("lines") or ():
        found = _outcomes(line)
        if found and "outcomes" not in line:
            dates = {role: date for role, date in (line.get("dates") or {}).items() if role in ANSWERED}
            if dates and found[0]["status"] != "rejected":
                found[0]["dates"] = dates
            line["outcomes"] = found
    if "verdict" in document:
        return []
    document["verdict"] = _verdict(document)
    return ["verdict"]


def _outcomes(line: Values) -> list[Values]:
    quantities = line.get("quantities") or {}
    coming = next((quantities[kind] for kind in COMING if kind in quantities), None)
    waiting = quantities.get("backordered")
    status = line.get("status")
    if waiting is not None:
        status = "accepted"
    found = [_outcome("accepted" if status is None else status, coming)] if coming is not None else []
    if waiting is not None:
        found.append(_outcome("backordered", waiting))
    if not found and status is not None:
        found.append({name: value for name, value in {**_own(line), "status": status}.items() if value is not None})
    return found


def _own(line: Values) -> Values:
    return {"quantity": line.get("quantity"), "unit": line.get("unit")}


def _outcome(status: str, quantity: Values) -> Values:
    said = {"status": status, "quantity": quantity.get("value"), "unit": quantity.get("unit")}
    return {name: value for name, value in said.items() if value is not None}


def _verdict(document: Values) -> str:
    said = {outcome["status"] for line in document.get("lines") or () for outcome in line.get("outcomes") or ()}
    if said <= {"accepted"}:
        return "accepted" if said else "acknowledged"
    return "rejected" if said == {"rejected"} else "accepted_with_changes"


def unanswered_lines(document: Values) -> None:
    """Status and quantities from the outcomes of each line that does not say them itself.

    >>> line = {"quantity": 100, "outcomes": [{"status": "accepted", "quantity": 60}, {"status": "backordered", "quantity": 40}]}
    >>> unanswered_lines({"verdict": "detail", "lines": [line]}); line["status"], line["quantities"]["backordered"]
    ('changed', {'value': 40, 'unit': None})
    """
    for line in document.get("lines") or ():
        outcomes = line.get("outcomes") or ()
        if outcomes and "status" not in line:
            line["status"] = _status(outcomes)
        if outcomes and "quantities" not in line and _split(outcomes, line):
            line["quantities"] = _quantities(outcomes)
        for outcome in outcomes:
            line["dates"] = {**(outcome.get("dates") or {}), **(line.get("dates") or {})}
    if document.get("verdict") not in (None, *VERDICTS) and ":" not in document["verdict"]:
        document["verdict"] = "rejected" if document["verdict"].startswith("rejected") else _verdict(document)


def _status(outcomes: Any) -> str:
    only = outcomes[0]["status"] if len(outcomes) == 1 else "changed"
    return only if only in STATUSES or ":" in only else "changed"


def _split(outcomes: Any, line: Values) -> bool:
    """True when the outcomes are about other quantities than the one ordered."""
    return (
        len(outcomes) > 1 or outcomes[0].get("quantity") not in (None, line.get("quantity")) or outcomes[0]["status"] in WAITING
    )


def _quantities(outcomes: Any) -> Values:
    sums: Values = {}
    for outcome in outcomes:
        if outcome.get("quantity") is None or outcome["status"] in ("rejected", "deleted"):
            continue
        kind = "backordered" if outcome["status"] in WAITING else "to_be_delivered"
        before = sums.get(kind, {"value": 0})
        sums[kind] = {"value": before["value"] + outcome["quantity"], "unit": outcome.get("unit")}
    return sums


# --- reports on syntax and content -------------------------------------------------------------------------------------


def application_verdict(document: Values) -> list[str]:
    """The verdict from the kind of the report; else a report with faults rejects.

    >>> report = {"faults": [{"code": "12"}]}; application_verdict(report), report["verdict"]
    (['verdict'], 'rejected')
    """
    document["level"] = "document"
    said = REPORTS.get(document.get("type") or "")
    document["verdict"] = said or ("rejected" if document.get("faults") else "accepted")
    return [] if said else ["verdict"]


def report_kind(document: Values) -> None:
    """The kind of report that says this verdict.

    >>> report = {"verdict": "rejected"}; report_kind(report); report["type"]
    '313'
    """
    if "type" not in document:
        document["type"] = "313" if document.get("verdict") == "rejected" else "312"


# --- kinds of documents and numbers of lines that a message must say ------------------------------------------------------


def counted_terms(document: Values) -> list[str]:
    """Days of the terms of payment, whatever they were counted in; what is no number of days is said in words.

    >>> terms = {"terms": [{"period": "W", "net_days": 2}, {"period": "M", "net_days": 1}]}; counted_terms(terms), terms["terms"]
    ([], [{'period': 'D', 'net_days': 14}, {'period': 'M', 'text': '1 M'}])
    """
    for term in document.get("terms") or ():
        for name in ("discount_days", "net_days"):
            if term.get("period") in (None, *DAYS) or name not in term:
                continue
            count = term.pop(name)
            if term["period"] == "W":
                term.update({"period": "D", name: count * 7})
            else:
                term.setdefault("text", f"{count} {term['period']}")
    return []


def days_of_terms(document: Values) -> None:
    """Says of days that they are days after a date.

    >>> terms = {"terms": [{"net_days": 30}]}; days_of_terms(terms); terms
    {'terms': [{'net_days': 30, 'relation': '3', 'period': 'D'}]}
    """
    for term in document.get("terms") or ():
        if "discount_days" in term or "net_days" in term:
            term.setdefault("relation", "3")
            term.setdefault("period", "D")


def nothing(document: Values) -> list[str]:
    """For what is only to be filled in before writing."""
    return []


def default_type(word: str) -> Callable[[Values], None]:
    """Says the kind of a document that says none.

    >>> order = {}; default_type("stand_alone")(order); order
    {'type': 'stand_alone'}
    """

    def fill(document: Values) -> None:
        document.setdefault("type", word)

    return fill


def shelf_life(document: Values) -> list[str]:
    """The best-before date of a content, wherever its line says it.

    >>> notice = {"contents": [{"dates": {"best_before": "2026-12-01"}}]}; shelf_life(notice), notice["contents"][0]["expires_on"]
    ([], '2026-12-01')
    """
    for content in document.get("contents") or ():
        best_before = (content.get("dates") or {}).get("best_before")
        if best_before is not None:
            content.setdefault("expires_on", best_before)
    return []


def number_contents(document: Values) -> None:
    """Numbers the contents that have no number of their own.

    >>> notice = {"contents": [{}, {"number": "7"}]}; number_contents(notice); notice
    {'contents': [{'number': '1'}, {'number': '7'}]}
    """
    for number, content in enumerate(document.get("contents") or (), 1):
        content.setdefault("number", str(number))


# `finish` after reading: (the document as read) -> paths it filled, listed under `assumed`
FINISH: dict[str, Callable[[Values], list[str]]] = {
    "answered_lines": answered_lines,
    "application_verdict": application_verdict,
    "number_contents": shelf_life,
    "counted_terms": counted_terms,
    **dict.fromkeys(("order_kind", "change_kind", "invoice_kind", "receipt_kind"), nothing),
}
# `finish` before writing: changes the values
START: dict[str, Callable[[Values], None]] = {
    "answered_lines": unanswered_lines,
    "application_verdict": report_kind,
    "order_kind": default_type("stand_alone"),
    "change_kind": default_type("change"),
    "invoice_kind": default_type("debit"),
    "receipt_kind": default_type("632"),
    "number_contents": number_contents,
    "counted_terms": days_of_terms,
}
