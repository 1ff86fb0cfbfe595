"""Functions for receiving advices whose lines say a shortage, a surplus and a refusal in places of their own; each with a doctest."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

Values = dict[str, Any]
SHORT, OVER = "short", "over"  # kinds of quantities, until they are differences
DIFFERENCES = {SHORT: {"of": "despatched"}, OVER: {"of": "ordered", "condition": "over_shipped"}}
REFUSAL = "rejection"  # role of the reference that holds why something was refused, until it is a difference
REFUSED = "rejected"  # its condition


def differences_of_receipt(value: Values) -> Values:
    """What is short, too much or refused is a difference of its line; a line that names no order is of the only one there is.

    >>> line = {"quantity": 90, "quantities": {"short": {"value": 10}}, "references": {"rejection": {"text": "wet"}}}
    >>> found = differences_of_receipt({"orders": [{"number": "7"}], "contents": [line]})
    >>> found["orders"], found["contents"][0]["order"]
    ([{'number': '7', 'id': '7'}], '7')
    >>> found["contents"][0]["discrepancies"]
    [{'quantity': -10, 'of': 'despatched'}, {'condition': 'rejected', 'text': 'wet'}]
    """
    contents = [_line(line) for line in value.get("contents", ())]
    known = [{**one, "id": one["number"]} for one in value.get("orders", ()) if one.get("number")]
    named = dict.fromkeys([one["id"] for one in known] + [one["order"] for one in contents if one.get("order")])
    orders = known + [{"id": name, "number": name} for name in list(named)[len(known) :]]
    only = orders[0]["id"] if len(orders) == 1 else None
    contents = [{**one, "order": one.get("order") or only} if only or "order" in one else one for one in contents]
    return {**value, **({"orders": orders} if orders else {}), "contents": contents}


def _line(line: Values) -> Values:
    quantities, references = dict(line.get("quantities") or {}), dict(line.get("references") or {})
    found = []
    for kind, words in DIFFERENCES.items():
        told = quantities.get(kind) or {}
        if told.get("value") is not None and told.get("unit") in (None, line.get("unit")):
            amount = quantities.pop(kind)["value"]
            found.append({"quantity": -amount if kind == SHORT else amount, **words})
    if why := references.pop(REFUSAL, None):
        words = {"reason": why.get("value"), "text": why.get("text")}
        found.append({"condition": REFUSED, **{name: said for name, said in words.items() if said is not None}})
    rest = {name: one for name, one in line.items() if name not in ("quantities", "references")}
    more = {"quantities": quantities, "references": references, "discrepancies": found}
    return {**rest, **{name: one for name, one in more.items() if one}}


def short_quantity(item: Values, document: Values) -> Decimal | None:
    """
    >>> short_quantity({"discrepancies": [{"quantity": Decimal(-10), "of": "despatched"}]}, {})
    Decimal('10')
    """
    found = _difference(item, DIFFERENCES[SHORT]["of"])
    return -found if found is not None and found < 0 else None


def over_quantity(item: Values, document: Values) -> Decimal | None:
    """
    >>> over_quantity({"discrepancies": [{"quantity": Decimal(2), "of": "ordered"}]}, {})
    Decimal('2')
    """
    found = _difference(item, DIFFERENCES[OVER]["of"])
    return found if found is not None and found > 0 else None


def _difference(item: Values, of: str) -> Any:
    rows = (one.get("quantity") for one in item.get("discrepancies") or () if one.get("of") == of)
    return next((quantity for quantity in rows if quantity is not None), None)


def refusal_code(item: Values, document: Values) -> str | None:
    """
    >>> refusal_code({"discrepancies": [{"condition": "rejected", "reason": "A3"}]}, {})
    'A3'
    """
    return _refusal(item, "reason")


def refusal_text(item: Values, document: Values) -> str | None:
    """
    >>> refusal_text({"discrepancies": [{"condition": "rejected", "text": "wet"}]}, {})
    'wet'
    """
    return _refusal(item, "text")


def _refusal(item: Values, word: str) -> str | None:
    return next((one.get(word) for one in item.get("discrepancies") or () if one.get("condition") == REFUSED), None)


def own_unit(item: Values, document: Values) -> str | None:
    """The unit of the line, for quantities beside its own.

    >>> own_unit({"unit": "CS"}, {})
    'CS'
    """
    return item.get("unit")


def number_of_order(item: Values, document: Values) -> str | None:
    """What the buyer calls the order that a content belongs to; nothing where it names no line and there is only one order.

    >>> orders = [{"id": "1", "number": "PO-7"}]
    >>> number_of_order({"order": "1", "line": "4"}, {"orders": orders}), number_of_order({"order": "PO-7", "line": "4"}, {})
    ('PO-7', 'PO-7')
    >>> number_of_order({"order": "1"}, {"orders": orders})
    """
    orders, name = document.get("orders") or (), item.get("order")
    if item.get("line") is None and len(orders) == 1:
        return None
    return next((one.get("number") for one in orders if one.get("id") == name), name)


COMPUTED: dict[str, Callable[[Values, Values], Any]] = {
    function.__name__: function
    for function in (short_quantity, over_quantity, refusal_code, refusal_text, own_unit, number_of_order)
}
