"""One purchase order for many stores: taken apart into an order for each, and their answers gathered again. Pure; plain values.

A part keeps the buyer's line numbers, so whatever is said of its lines is said of the purchase order's.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from hub.rules.joining import Known, join, verdict

Plain = dict[str, Any]
Values = Mapping[str, Any]
WHOLE = "purchase_order"  # the reference of a part to the order it was made of
GATHERED = ("order_response", "ship_notice", "invoice")
TOTALS = ("totals",)  # as the buyer stated them: of the whole order only


class Undividable(ValueError):
    """Nobody can say what each store is to get."""


def split(order: Values) -> list[Plain]:
    """An order for each store, in the order in which the lines name them; none where no line names stores. Raises Undividable."""
    lines = order.get("lines") or ()
    if not any(line.get("destinations") for line in lines):
        return []
    for line in lines:
        _check(line)
    if any(one.get("amount") and not one.get("percent") for one in order.get("adjustments") or ()):
        raise Undividable("it has an allowance or a charge of a fixed amount, and nothing says which store it is for")
    stores = list(dict.fromkeys((one["id"], one.get("scheme")) for line in lines for one in line["destinations"]))
    if len({id_ for id_, _ in stores}) < len(stores):
        raise Undividable("two of its stores have the same id")
    return [_part(order, id_, scheme) for id_, scheme in stores]


def _check(line: Values) -> None:
    name, found = f"line {line['number']}", line.get("destinations")
    if not found:
        raise Undividable(f"{name} names no stores, other lines do")
    if line.get("sub_lines") or line.get("schedules"):
        raise Undividable(f"{name} is divided otherwise too, by sub-lines or dates")
    if any(one.get("quantity") is None for one in found):
        raise Undividable(f"{name} names a store without a quantity")
    if any(one.get("unit") not in (None, line.get("unit")) for one in found):
        raise Undividable(f"{name} counts its stores' quantities in another unit than {line.get('unit')}")
    total = sum((Decimal(str(one["quantity"])) for one in found), Decimal(0))
    if line.get("quantity") is not None and total != Decimal(str(line["quantity"])):
        raise Undividable(f"{name} says {line['quantity']}, its stores' quantities add up to {total}")


def _part(order: Values, id_: str, scheme: str | None) -> Plain:
    """The store is the ship-to; where the order names one (a distribution centre), it is whom the goods are marked for."""
    store = {"id": id_, **({"scheme": scheme} if scheme else {})}
    parties = dict(order.get("parties") or {})
    parties["mark_for" if "ship_to" in parties else "ship_to"] = store
    lines = [part for line in order["lines"] if (part := _line(line, id_)) is not None]
    kept = {name: value for name, value in order.items() if name not in TOTALS}
    references = {**(order.get("references") or {}), WHOLE: {"value": order["number"]}}
    return {**kept, "number": f"{order['number']}-{id_}", "parties": parties, "references": references, "lines": lines}


def _line(line: Values, id_: str) -> Plain | None:
    mine = [one for one in line["destinations"] if one["id"] == id_]
    if not mine:
        return None
    kept = {name: value for name, value in line.items() if name not in ("destinations", "adjustments")}
    total = sum((Decimal(str(one["quantity"])) for one in mine), Decimal(0))
    percents = [one for one in line.get("adjustments") or () if one.get("percent") and not one.get("amount")]
    return {**kept, "quantity": str(total), **({"adjustments": percents} if percents else {})}


def whole(part: Values) -> str | None:
    """The number of the purchase order that an order is a part of."""
    number = (part.get("references") or {}).get(WHOLE, {}).get("value")
    return None if number is None else str(number)


def addressed(answer: Values, number: str) -> Plain:
    """The answer to a part, as an answer to its purchase order."""
    result = _without(answer)
    if "order_number" in result:
        result["order_number"] = number
    if "orders" in result:
        result["orders"] = [{**_without(one), "number": number} for one in result["orders"]]
    return result


def _without(values: Values) -> Plain:
    references = {role: one for role, one in (values.get("references") or {}).items() if role != WHOLE}
    result = {**values, "references": references}
    return result if references else {name: value for name, value in result.items() if name != "references"}


def gathered(kind: str, order: Known, answers: Sequence[Values], complete: bool) -> Plain:
    """One answer to the purchase order, of the answers to its parts. `complete`: all of them are there."""
    made = {"order_response": _response, "ship_notice": _notice, "invoice": _invoice}[kind](order, answers)
    value, _ = join(kind, made, [order])
    if kind == "order_response":
        value["verdict"] = verdict(value.get("lines") or ())
        if not complete and value["verdict"] == "detail":
            value["verdict"] = "accepted_with_changes"
    return value


def _response(order: Known, answers: Sequence[Values]) -> Plain:
    lines = []
    for line in order.order.get("lines", ()):
        said = [row for answer in answers for row in answer.get("lines", ()) if row.get("number") == line["number"]]
        if said:
            outcomes = _summed([one for row in said for one in row.get("outcomes", ())], ("quantity",))
            lines.append({**_common(said, ("price", "price_basis", "notes")), "number": line["number"], "outcomes": outcomes})
    return {**_common(answers, ("number", "responded_on", "contract", "notes", "terms", "dates")), "lines": lines}


def _notice(order: Known, answers: Sequence[Values]) -> Plain:
    """Each part is an entry of its own under the purchase order's number, with its store; packages get names of their own."""
    orders, packages, contents = list[Plain](), list[Plain](), list[Plain]()
    for n, answer in enumerate(answers, 1):
        store = {role: one for role, one in (answer.get("parties") or {}).items() if role in ("ship_to", "mark_for")}
        own = {role: one for role, one in store.items() if one != (order.order.get("parties") or {}).get(role)}
        orders.append({"id": str(n), "number": order.order["number"], **({"parties": own} if own else {})})
        mine = {"order": str(n)}
        packages += [{**_renamed(one, n, ("id", "parent")), **mine} for one in answer.get("packages", ())]
        contents += [{**_renamed(one, n, ("package",)), **mine} for one in answer.get("contents", ())]
    head = _common(answers, ("structure", "freight", "carriages", "dates", "equipment", "notes"))
    first = {name: answers[0][name] for name in ("number", "noticed_at") if answers[0].get(name)}
    loads = [one for answer in answers for one in answer.get("loads", ())]
    further = {"references": _references(answers), "loads": loads}
    made = {**head, **first, "orders": orders, "packages": packages, "contents": contents}
    return {**made, **{name: value for name, value in further.items() if value}}


def _references(answers: Iterable[Values]) -> Plain:
    """All of them; under `#2` and so on where two answers say different things of one role."""
    found: Plain = {}
    for answer in answers:
        for role, one in (_without(answer).get("references") or {}).items():
            names = [role, *(f"{role}#{n}" for n in range(2, len(found) + 3))]
            if one not in [found.get(name) for name in names]:
                found[next(name for name in names if name not in found)] = one
    return found


def _invoice(order: Known, answers: Sequence[Values]) -> Plain:
    """Under the numbers of the first invoice and its shipment, as the ship notice is; lines of one item at one price are one line."""
    rows = [row for answer in answers for row in answer.get("lines", ())]
    head = _common(answers, ("type", "invoiced_on", "currency", "terms", "freight", "dates", "notes"))
    first = {name: answers[0][name] for name in ("number", "shipment_number") if answers[0].get(name)}
    made: Plain = {**head, **first, "lines": _summed(rows, ("quantity", "amount"), ("system_line",))}
    for name in ("adjustments", "taxes"):
        if found := [one for answer in answers for one in answer.get(name, ())]:
            made[name] = found
    totals = [answer.get("total") for answer in answers]
    return made if None in totals else {**made, "total": _sum(totals)}


def _common(answers: Iterable[Values], names: Sequence[str]) -> Plain:
    """What all of them say alike."""
    listed = list(answers)
    return {
        name: listed[0][name] for name in names if name in listed[0] and all(one.get(name) == listed[0][name] for one in listed)
    }


def _summed(rows: Sequence[Values], numbers: Sequence[str], without: Sequence[str] = ()) -> list[Plain]:
    """Rows that differ in these numbers only, made one."""
    alike: dict[str, list[Values]] = {}
    for row in rows:
        rest = {name: value for name, value in row.items() if name not in (*numbers, *without)}
        alike.setdefault(json.dumps(rest, sort_keys=True, default=str), []).append(row)
    found = []
    for same in alike.values():
        sums = {name: _sum([row[name] for row in same]) for name in numbers if all(row.get(name) is not None for row in same)}
        rest = {name: value for name, value in same[0].items() if name not in (*numbers, *without)}
        found.append({**rest, **sums})
    return found


def _renamed(values: Values, n: int, names: Sequence[str]) -> Plain:
    return {**values, **{name: f"{n}-{values[name]}" for name in names if values.get(name)}}


def _sum(numbers: Iterable[Any]) -> str:
    return str(sum((Decimal(str(number)) for number in numbers), Decimal(0)))
