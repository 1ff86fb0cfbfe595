"""What a change makes of an order, and which answer belongs to which change. Pure; works on plain JSON values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

Plain = dict[str, Any]
Values = Mapping[str, Any]
Quantities = Literal["new", "delta"]
CANCELS = ("cancel", "cancelled")  # somebody calls the order off; its source says that it is called off
CHANGES = ("change", "cancel")  # purposes of an answer to a change

# What each word for a line's change may touch; words that are not here need a person.
TOUCHES: dict[str, tuple[str, ...]] = {
    "quantity_up": ("quantity",),
    "quantity_down": ("quantity",),
    "price": ("price",),
    "price_and_quantity": ("price", "quantity"),
    "dates": ("dates",),
    "reschedule": ("dates", "quantity"),
    "replace_item": ("ids",),
    "no_change": (),
    "change": ("quantity", "price", "dates", "ids"),
}
GOES_WITH = {
    "price": ("price", "price_basis", "price_per", "price_unit", "prices"),
    "dates": ("dates", "schedules"),
    "ids": ("ids", "descriptions"),
}
OWN = (
    "number",
    "purpose",
    "type",
    "lines",
    "totals",
    "change",
    "changed_on",
    "assumed",
    "schema_version",
    "channel",
    "partner",
    "test",
)
MERGED = ("dates", "references", "parties", "contacts", "extras")  # keyed: what the change does not name stays
EMPTY: tuple[Any, ...] = (None, "", [], {})
LINE_OWN = ("change", "quantity_left", "number")


class Doubt(ValueError):
    """A person must look before this change takes effect."""


@dataclass(frozen=True, slots=True)
class Changed:
    """An order as it is after a change."""

    order: Plain
    lines: Sequence[Plain]  # every line the change speaks of, as it is now, with the word for its change; deleted ones too
    said: Sequence[str] = field(default=())  # what happened, in words


def changed(order: Values, change: Values, quantities: Quantities) -> Changed:
    """The order with the change worked in. Raises Doubt when the change does not fit the order.

    Lines are found by the buyer's line number, else by the one item id that fits. `quantities`: whether the partner's
    numbers in a change are the new quantity or what is added and taken away.
    """
    _same(order, change, "currency", "XXX")
    lines = [dict(line) for line in order.get("lines", ())]
    touched, said = [], []
    assumed = set(change.get("assumed", ()))
    for place, line in enumerate(change.get("lines", ())):
        row, words = _line(lines, line, quantities, f"lines[{place}].number" in assumed)
        touched.append(row)
        said.append(words)
    if not lines:
        raise Doubt("it leaves no line of the order; a cancellation would say so")
    result = {name: value for name, value in order.items() if name not in ("totals", "assumed")}
    head = {name: value for name, value in change.items() if name not in OWN and value not in EMPTY}
    for name, value in head.items():
        if name == "notes":
            result[name] = list(dict.fromkeys([*result.get(name, ()), *value]))
        else:
            result[name] = _keyed(result[name], value) if name in MERGED and isinstance(result.get(name), dict) else value
    said += [f"{name.replace('_', ' ')} changed" for name in head if name != "extras" and result[name] != order.get(name)]
    return Changed({**result, "purpose": "replace", "lines": lines}, touched, [words for words in said if words])


def _keyed(ours: Plain, theirs: Plain) -> Plain:
    """By role; a party that is only named again keeps the address it had."""
    result = {**ours, **theirs}
    for role, one in theirs.items():
        before = ours.get(role)
        if isinstance(one, dict) and isinstance(before, dict) and one.get("id") == before.get("id"):
            result[role] = {**before, **one}
    return result


def cancelled(order: Values) -> Plain:
    """The order as it is once it is called off: its lines stay to be looked at."""
    return {**order, "purpose": "cancel"}


def _line(lines: list[Plain], line: Values, quantities: Quantities, unnumbered: bool) -> tuple[Plain, str]:
    """Work one line of a change into `lines`; says the line as it is then, and what happened."""
    word = str(line.get("change") or "change")
    number = str(line.get("number"))
    if word == "add":
        if any(one["number"] == number for one in lines):
            raise Doubt(f"it adds line {number}, which the order has already")
        added = {name: value for name, value in line.items() if name not in ("change", "quantity_left")}
        lines.append(added)
        return {**added, "change": word}, f"line {number} added: {line.get('quantity')} {line.get('unit') or ''}".rstrip()
    place = _place(lines, line, unnumbered)
    before = lines[place]
    if word == "delete":
        del lines[place]
        return {**before, "change": word}, f"line {before['number']} deleted"
    if word == "replace":
        lines[place] = {**{name: value for name, value in line.items() if name not in LINE_OWN}, "number": before["number"]}
        return {**lines[place], "change": word}, f"line {before['number']} replaced"
    if word not in TOUCHES:
        raise Doubt(f"it says `{word}` of line {before['number']}, and no rule says what that does")
    lines[place] = _touched(before, line, word, quantities)
    if "quantity" in TOUCHES[word] and line.get("quantity") is not None and not _number(lines[place]["quantity"]):
        del lines[place]
        return {**before, "change": "delete"}, f"line {before['number']} deleted: its quantity is 0"
    return {**lines[place], "change": word}, _words(before, lines[place])


def _place(lines: Sequence[Values], line: Values, unnumbered: bool) -> int:
    ids = line.get("ids") or {}
    found = [] if unnumbered else [n for n, one in enumerate(lines) if one["number"] == str(line.get("number"))]
    if not found:
        found = [n for n, one in enumerate(lines) if set(ids.values()) & set((one.get("ids") or {}).values())]
    name = ", ".join(ids.values()) if unnumbered else line.get("number")
    if len(found) != 1:
        raise Doubt(f"it speaks of line {name}, which the order {'has several times' if found else 'does not have'}")
    theirs, word = lines[found[0]].get("ids") or {}, line.get("change")
    other = [scheme for scheme in ids if scheme in theirs and ids[scheme] != theirs[scheme]]
    if other and word not in ("replace_item", "change", None):
        raise Doubt(f"line {name} is another item: {other[0]} is {theirs[other[0]]} in the order, {ids[other[0]]} in the change")
    return found[0]


def _touched(before: Plain, line: Values, word: str, quantities: Quantities) -> Plain:
    touches, after = TOUCHES[word], dict(before)
    for what in touches:
        if what == "quantity":
            _quantity(after, line, word, quantities)
            continue
        for name in GOES_WITH[what]:
            if line.get(name) not in EMPTY:
                after[name] = _merged(after.get(name), line[name], name)
    if word == "change":
        handled = {*LINE_OWN, "quantity", "unit", "destinations", *(name for names in GOES_WITH.values() for name in names)}
        after |= {name: value for name, value in line.items() if name not in handled and value not in EMPTY}
    if "price" not in touches and line.get("price") is not None and _number(line["price"]) != _number(before.get("price")):
        raise Doubt(f"line {before['number']} says `{word}`, but its price is another one as well")
    return after


def _merged(ours: Any, theirs: Any, name: str) -> Any:
    """Dates are added to; the ids of another item take the place of the former."""
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return theirs
    other = name == "ids" and any(ours[scheme] != value for scheme, value in theirs.items() if scheme in ours)
    return theirs if other else {**ours, **theirs}


def _quantity(after: Plain, line: Values, word: str, quantities: Quantities) -> None:
    """The quantity of a line, as the partner writes it in a change."""
    given = line.get("quantity")
    if given is None:
        return
    _same(after, line, "unit", None)
    was, said = _number(after.get("quantity")), _number(given)
    now = said if quantities == "new" else was - abs(said) if word == "quantity_down" else was + said
    number = after["number"]
    if now < 0:
        raise Doubt(f"line {number} would come to {now}")
    if (word == "quantity_up" and now < was) or (word == "quantity_down" and now > was):
        raise Doubt(f"line {number} says `{word}`, but {was} would become {now}; see `changes.quantities` in the partner file")
    if now not in (was, 0):
        _parts(after, line, quantities)
    after["quantity"] = str(now)


def _parts(after: Plain, line: Values, quantities: Quantities) -> None:
    """Stores and dates among which the quantity is divided: the change must divide the new one."""
    for name in ("destinations", "schedules"):
        if line.get(name) and quantities == "new":
            after[name] = line[name]
        elif after.get(name):
            raise Doubt(f"line {after['number']} is divided among {name}, and the change does not divide its new quantity")


def _same(one: Values, other: Values, name: str, unknown: str | None) -> None:
    ours, theirs = one.get(name, unknown), other.get(name, unknown)
    if unknown not in (ours, theirs) and ours != theirs:
        raise Doubt(f"its {name} is {theirs}, the order's is {ours}")


def _number(value: Any) -> Decimal:
    return Decimal(str(value or 0))


def _words(before: Values, after: Values) -> str:
    differ = [name for name in ("quantity", "price") if _number(before.get(name)) != _number(after.get(name))]
    said = [f"{name} {before.get(name)} → {after.get(name)}" for name in differ]
    said += [name for name in ("dates", "schedules", "ids") if before.get(name) != after.get(name)]
    return f"line {before['number']}: {', '.join(said)}" if said else ""


def telling(after: Changed, order: Values, change: Values) -> Plain:
    """The change as our systems are told it: the whole order as it is now, each line with what happened to it."""
    words = {str(line["number"]): line["change"] for line in after.lines}
    lines = [{**line, "change": words.get(line["number"], "no_change")} for line in after.order["lines"]]
    lines += [dict(line) for line in after.lines if line["change"] == "delete"]
    cancels = change.get("purpose") in CANCELS
    told = {name: change[name] for name in ("change", "changed_on") if change.get(name)}
    return {**after.order, **told, "purpose": "cancel" if cancels else "change", "lines": [] if cancels else lines}


def late(change: Values, applied: Iterable[str | None]) -> str | None:
    """The number of a change applied before that the buyer counts after this one; None when there is none.

    >>> late({"change": "2"}, ["1", "3", None]), late({"change": "4"}, ["3"])
    ('3', None)
    """
    mine = str(change.get("change") or "")
    later = [one for one in applied if one and one.isdecimal() and mine.isdecimal() and int(one) > int(mine)]
    return max(later, key=int, default=None)


def answers_change(response: Values) -> bool:
    """Whether an order response speaks of a change to the order, not of the order itself."""
    return bool(response.get("change")) or response.get("purpose") in CHANGES


def awaiting(documents: Iterable[tuple[str, Values]], response: Values) -> Values | None:
    """The change that this answer belongs to: the one it names, else the oldest question without an answer, where that is one.

    `documents` are those that came before and took effect, as (kind, canonical), oldest first.
    """
    asked: list[Values] = []
    for kind, value in documents:
        if kind in ("order", "order_change"):
            asked.append({**value, "kind": kind})
        elif kind == "order_response" and asked:
            asked.remove(_question(value, asked) or asked[0])
    found = _question(response, asked) or (asked[0] if asked else None)
    return found if found is not None and _is_change(found) else None


def _is_change(value: Values) -> bool:
    return value["kind"] == "order_change" or value.get("purpose") in CANCELS


def _question(response: Values, asked: Sequence[Values]) -> Values | None:
    if not answers_change(response):
        return None
    of_changes = [one for one in asked if _is_change(one)]
    return next((one for one in of_changes if one.get("change") == response.get("change")), of_changes[0] if of_changes else None)


def as_answer(response: Values, change: Values) -> Plain:
    """An order response as the answer to this change: it names the change, and what each of its lines wanted."""
    words = {str(line.get("number")): line["change"] for line in change.get("lines", ()) if line.get("change")}
    lines = [
        {**line, "change": line.get("change") or words.get(str(line.get("number")), "no_change")}
        for line in response.get("lines", ())
    ]
    purpose = "cancel" if change.get("purpose") in CANCELS else "change"
    named = {"change": change["change"]} if change.get("change") else {}
    return {**response, **named, "purpose": purpose} | ({"lines": lines} if lines else {})


def answer(order: Values, change: Values, verdict: str, answered_on: str) -> Plain:
    """The hub's own answer to a change: accepted or rejected as a whole.

    Without lines: a line rejected in an answer to an order means something else. Without words: many partners take none.
    """
    taken = {"order_number": "number", "order_release": "release", "order_type": "type"} | {
        name: name for name in ("ordered_on", "contract", "currency", "references", "parties", "channel", "partner", "test")
    }
    head = {name: order[source] for name, source in taken.items() if order.get(source)}
    return as_answer({**head, "verdict": verdict, "responded_on": answered_on}, change)
