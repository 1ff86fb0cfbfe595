"""Joining an answer with the order it belongs to: what the system left out, the partner gets back as they sent it.

Pure. Works on plain JSON values: the answer as far as a mapping could read it, and the stored order revision.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.findings import Finding
from hub.rules.crossing import as_sent

Plain = dict[str, Any]

# What each answer takes over from the order, when it does not say otherwise: its own field → the order's field.
HEAD: dict[str, dict[str, str]] = {
    "order_response": {
        "order_number": "number",
        "order_release": "release",
        "order_type": "type",
        "ordered_on": "ordered_on",
        "contract": "contract",
        "currency": "currency",
        "references": "references",
        "parties": "parties",
    },
    "ship_order": {
        "order_number": "number",
        "order_release": "release",
        "references": "references",
        "dates": "dates",
        "freight": "freight",
        "carriages": "carriages",
        "notes": "notes",
        "parties": "parties",
    },
    "ship_notice": {"parties": "parties"},
    "invoice": {
        "order_number": "number",
        "order_release": "release",
        "ordered_on": "ordered_on",
        "currency": "currency",
        "references": "references",
        "terms": "terms",
        "parties": "parties",
    },
    "remittance": {},
}
SHIPPED = {
    "number": "number",
    "release": "release",
    "ordered_on": "ordered_on",
    "type": "type",
    "contract": "contract",
    "references": "references",
}
LINES = {"order_response": "lines", "ship_order": "lines", "ship_notice": "contents", "invoice": "lines"}
# Taken over for each line, the partner's own words first: a system's ids for an item never reach a partner.
ECHOED = ("unit", "ids")
AT_HOME = ("ship_order",)  # stays among systems of ours, who know an item by the ids that tables gave it
FILLED: dict[str, tuple[str, ...]] = {
    "order_response": ("quantity", "price", "price_basis", "descriptions"),
    "ship_order": ("quantity", "descriptions"),
    "ship_notice": ("descriptions",),
    "invoice": ("price", "price_basis", "descriptions"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """An order as the ledger has it."""

    id: int
    order: Mapping[str, Any]  # present revision, plain
    channel: str
    partner: str | None = None
    lines: Mapping[str, str] = field(default_factory=dict)  # the answering system's line ids → the buyer's


def join(kind: str, answer: Mapping[str, Any], known: list[Known]) -> tuple[Plain, list[Finding]]:
    """The answer completed from its orders, and what does not fit. `known` has one order, or several for a shipment."""
    joined: Plain = dict(answer)
    if not known:
        return joined, []
    main = known[0]
    joined["channel"], joined["partner"] = main.channel, main.partner
    told = as_sent(main.order)
    for name, source in HEAD[kind].items():
        _take(joined, name, told.get(source))
    if kind == "ship_notice":
        joined["orders"] = [_shipped(entry, known) for entry in answer.get("orders", ())]
    findings: list[Finding] = []
    if field_name := LINES.get(kind):
        joined[field_name] = _lines(kind, field_name, joined, known, findings)
    return _finish(kind, joined, main), findings


def _take(joined: Plain, name: str, value: Any) -> None:
    """Fill what is absent; merge what is keyed, the answer's own entries first."""
    if value is None:
        return
    if isinstance(value, dict) and isinstance(joined.get(name), dict):
        joined[name] = {**value, **joined[name]}
    elif joined.get(name) in (None, (), [], {}, ""):
        joined[name] = value


def _shipped(entry: Mapping[str, Any], known: list[Known]) -> Plain:
    result = dict(entry)
    match = _order_of(entry, known)
    if match:
        for name, source in SHIPPED.items():
            _take(result, name, match.order.get(source))
        result["number"] = match.order["number"]
    return result


def _order_of(entry: Mapping[str, Any], known: list[Known]) -> Known | None:
    fits = [one for one in known if one.order["number"] == entry.get("number")]
    return fits[0] if fits else known[0] if len(known) == 1 else None


def _lines(kind: str, name: str, joined: Plain, known: list[Known], findings: list[Finding]) -> list[Plain]:
    rows = joined.get(name) or ()
    if kind == "order_response" and not rows and joined.get("verdict") == "accepted":
        rows = [{"number": line["number"], "outcomes": [{"status": "accepted"}]} for line in known[0].order.get("lines", ())]
    return [_line(kind, f"{name}[{n}]", row, joined, known, findings) for n, row in enumerate(rows)]


def _line(kind: str, path: str, row: Mapping[str, Any], joined: Plain, known: list[Known], findings: list[Finding]) -> Plain:
    number = "line" if kind == "ship_notice" else "number"
    owner = owner_of(kind, row, joined, known)
    line = find_line(row, number, owner) if owner else None
    if line is None:
        findings.append(_no_line(path, row, number))
        return dict(row)
    result = {**row, number: line["number"]}
    _check_unit(path, row, line, findings)
    told = as_sent(owner.order)["lines"][owner.order["lines"].index(line)] if owner and kind not in AT_HOME else line
    for name in ECHOED:
        if told.get(name) is not None:
            result[name] = told[name]
    for name in FILLED[kind]:
        _take(result, name, line.get(name))
    if kind == "order_response":
        result["outcomes"] = [_outcome(outcome, line) for outcome in row.get("outcomes", ())]
    if kind == "ship_notice" and line.get("quantity") is not None:
        _take(result, "ordered", line["quantity"])
        _take(result, "ordered_unit", line.get("unit"))
    if kind == "ship_notice" and not result.get("order") and len(joined.get("orders", ())) == 1:
        result["order"] = joined["orders"][0].get("id")
    return result


def owner_of(kind: str, row: Mapping[str, Any], joined: Plain, known: list[Known]) -> Known | None:
    """The order a row belongs to."""
    if len(known) == 1:
        return known[0]
    if kind == "ship_notice":
        entry = next((one for one in joined.get("orders", ()) if one.get("id") == row.get("order")), None)
        return _order_of(entry, known) if entry else None
    return _order_of({"number": row.get("order_number")}, known)


def find_line(row: Mapping[str, Any], number: str, owner: Known) -> Mapping[str, Any] | None:
    """The order's line: by the buyer's line number, by the system's line id, or by the one item id that fits."""
    lines = owner.order.get("lines", ())
    wanted = row.get(number) or owner.lines.get(str(row.get("system_line")))
    if wanted is not None:
        return next((line for line in lines if line["number"] == str(wanted)), None)
    ids = set((row.get("ids") or {}).values())
    fits = [line for line in lines if ids & set((line.get("ids") or {}).values())]
    return fits[0] if len(fits) == 1 else None


def _outcome(outcome: Mapping[str, Any], line: Mapping[str, Any]) -> Plain:
    result = dict(outcome)
    _take(result, "quantity", line.get("quantity"))
    if line.get("unit") is not None:
        result["unit"] = line["unit"]
    return result


def _no_line(path: str, row: Mapping[str, Any], number: str) -> Finding:
    said = row.get(number) or row.get("system_line") or ", ".join((row.get("ids") or {}).values()) or "nothing that names it"
    return Finding(
        "hub:no-such-line",
        f"the answer speaks of line {said}, which the order does not have",
        kind="application",
        path=path,
        hint="look at the order (`crossdock trace`), mend the answer in the system that gave it, and let it come again",
    )


def _check_unit(path: str, row: Mapping[str, Any], line: Mapping[str, Any], findings: list[Finding]) -> None:
    if row.get("unit") and line.get("unit") and row["unit"] != line["unit"]:
        findings.append(
            Finding(
                "hub:unit-differs",
                f"the answer counts in {row['unit']}, the order in {line['unit']}",
                kind="application",
                path=f"{path}.unit",
                hint="let the system answer in the unit ordered, or give a conversion in its mapping",
            )
        )


def _finish(kind: str, joined: Plain, main: Known) -> Plain:
    if kind == "order_response" and not joined.get("verdict"):
        joined["verdict"] = verdict(joined.get("lines") or ())
    if kind == "order_response" and not joined.get("number"):
        joined.pop("number", None)
    return joined


def verdict(lines: Any) -> str:
    """What the lines say together: all as ordered, none at all, or something in between.

    >>> verdict([{"outcomes": [{"status": "accepted"}]}]), verdict([{"outcomes": [{"status": "backordered"}]}])
    ('detail', 'accepted_with_changes')
    """
    statuses = {outcome.get("status") for line in lines for outcome in line.get("outcomes", ())}
    if statuses <= {"accepted"}:
        return "detail"
    return "rejected_with_detail" if statuses <= {"rejected"} else "accepted_with_changes"
