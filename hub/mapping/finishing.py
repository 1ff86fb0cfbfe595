"""Functions that complete the values of a document once a mapping has read it (`finish`); each with a doctest."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hub.rules.joining import verdict

Values = dict[str, Any]


def verdict_from_lines(value: Values) -> Values:
    """An order response whose sender says nothing about the whole order: its lines say it.

    >>> verdict_from_lines({"lines": [{"outcomes": [{"status": "accepted"}]}]})["verdict"]
    'detail'
    >>> verdict_from_lines({"lines": [{"outcomes": [{"status": "rejected"}]}]})["verdict"]
    'rejected_with_detail'
    >>> verdict_from_lines({"lines": [{"outcomes": [{"status": "accepted"}, {"status": "backordered"}]}]})["verdict"]
    'accepted_with_changes'
    """
    if value.get("verdict"):
        return value
    return {**value, "verdict": verdict(value.get("lines", ()))}


def number_lines(value: Values) -> Values:
    """Lines whose sender gives them no numbers are counted, and that is said.

    >>> number_lines({"lines": [{"quantity": 2}, {"number": "7"}]})
    {'lines': [{'quantity': 2, 'number': '1'}, {'number': '7'}], 'assumed': ['lines.0.number']}
    """
    lines = [{**line, "number": line.get("number") or str(at)} for at, line in enumerate(value.get("lines", ()), 1)]
    assumed = [f"lines.{at}.number" for at, line in enumerate(value.get("lines", ())) if not line.get("number")]
    return {**value, "lines": lines, "assumed": [*value.get("assumed", ()), *assumed]} if assumed else value


def is_change(value: Values) -> Values:
    """A document that is a change by its kind: what it does not name stays.

    >>> is_change({"number": "7"})
    {'number': '7', 'purpose': 'change'}
    """
    return {**value, "purpose": "change"}


def is_cancellation(value: Values) -> Values:
    """A document that calls an order off by its kind.

    >>> is_cancellation({"number": "7"})
    {'number': '7', 'purpose': 'cancel'}
    """
    return {**value, "purpose": "cancel"}


def answered_lines(value: Values) -> Values:
    """Lines that say one status for all of their quantity: it is the status of what happens to the quantity.

    >>> answered_lines({"lines": [{"number": "1", "status": "accepted"}]})["lines"][0]["outcomes"]
    [{'status': 'accepted'}]
    >>> answered_lines({"lines": [{"system_line": "1", "outcomes": [{"quantity": 5}, {"quantity": 2}]}]})["lines"][0]["outcomes"]
    [{'quantity': 5, 'status': 'changed'}, {'quantity': 2, 'status': 'backordered'}]
    """
    return {**value, "lines": [_answered(line) for line in value.get("lines", ())]}


def _answered(line: Values) -> Values:
    first, *rest = line.get("outcomes") or [{}]
    outcomes = [{**first, "status": line.get("status") or "changed"}, *({**one, "status": "backordered"} for one in rest)]
    return {**line, "number": line.get("number") or line.get("system_line"), "outcomes": outcomes}


def scheduled_outcomes(value: Values) -> Values:
    """Lines whose outcomes are schedules: each promises its quantity, what no schedule has is backordered, and a line with a reason
    for rejection (`references.rejection`) is rejected.

    >>> lines = [{"quantity": 5, "outcomes": [{"quantity": 0}, {"quantity": 3}]}, {"quantity": 5}]
    >>> [line["outcomes"] for line in scheduled_outcomes({"lines": lines})["lines"]]
    [[{'quantity': 3, 'status': 'accepted'}, {'quantity': 2, 'status': 'backordered'}], [{'quantity': 5, 'status': 'accepted'}]]
    >>> scheduled_outcomes({"lines": [{"quantity": 5, "references": {"rejection": {"value": "50"}}}]})["lines"]
    [{'outcomes': [{'quantity': 5, 'status': 'rejected'}]}]
    """
    return {**value, "lines": [_scheduled(line) for line in value.get("lines", ())]}


def _scheduled(line: Values) -> Values:
    quantity, planned = line.get("quantity"), line.get("outcomes")
    references = dict(line.get("references") or {})
    why = references.pop("rejection", None)
    rest = {name: one for name, one in line.items() if name not in ("references", "quantity")}  # as ordered, the order says
    rest |= {"references": references} if references else {}
    whole = {} if quantity is None else {"quantity": quantity}
    if why is not None:
        told = {"notes": [*line.get("notes", ()), why["text"]]} if why.get("text") else {}
        return {**rest, **told, "outcomes": [{**whole, "status": "rejected"}]}
    if planned is None:
        return {**rest, "outcomes": [{**whole, "status": "accepted"}]}
    outcomes = [{**one, "status": "accepted"} for one in planned if one.get("quantity")]
    left = (quantity or 0) - sum(one["quantity"] for one in outcomes)
    return {**rest, "outcomes": [*outcomes, *([{"quantity": left, "status": "backordered"}] if left > 0 else [])]}


def orders_of_contents(value: Values) -> Values:
    """The orders of a ship notice, where only its lines name them by number.

    >>> orders_of_contents({"order_number": "7", "contents": [{"order": "7"}, {}]})["orders"]
    [{'id': '7', 'number': '7'}]
    """
    named = [one.get("order") or value.get("order_number") for one in value.get("contents", ())]
    orders = [{"id": number, "number": number} for number in dict.fromkeys([*named, value.get("order_number")]) if number]
    contents = [{**one, "order": number} if number else one for one, number in zip(value.get("contents", ()), named, strict=True)]
    return {**value, "orders": orders, "contents": contents}


def orders_of_system(value: Values) -> Values:
    """The orders of a ship notice or a bill, where only its lines name them, and by the system's own numbers.

    >>> orders_of_system({"contents": [{"order": "4711"}, {"order": "4711"}]})["orders"]
    [{'id': '4711'}]
    >>> orders_of_system({"lines": [{"references": {"vendor_order": {"value": "4711"}}}]})
    {'lines': [{}], 'references': {'vendor_order': {'value': '4711'}}}
    """
    if "contents" in value:
        named = dict.fromkeys(one["order"] for one in value["contents"] if one.get("order"))
        return {**value, "orders": [{"id": number} for number in named]}
    lines = value.get("lines") or ()
    told = [line.get("references") for line in lines]
    if not told or not told[0] or any(one != told[0] for one in told):
        return value
    bare = [{name: one for name, one in line.items() if name != "references"} for line in lines]
    return {**value, "lines": bare, "references": {**told[0], **(value.get("references") or {})}}


def line_amounts_as_prices(value: Values) -> Values:
    """Lines that say an amount and no price: the price is the amount for one, where that divides evenly.

    >>> line_amounts_as_prices({"lines": [{"quantity": Decimal(4), "amount": Decimal("10.00")}]})["lines"][0]["price"]
    Decimal('2.50')
    """
    return {**value, "lines": [_priced(line) for line in value.get("lines", ())]}


def _priced(line: Values) -> Values:
    quantity, amount = line.get("quantity"), line.get("amount")
    if line.get("price") is not None or not quantity or amount is None:
        return line
    price = amount / quantity
    price = price.quantize(Decimal(1)) if price.as_tuple().exponent > 0 else price
    return {**line, "price": price} if price * quantity == amount and -price.as_tuple().exponent <= 6 else line


FINISHING: dict[str, Callable[[Values], Values]] = {
    function.__name__: function
    for function in (
        verdict_from_lines,
        number_lines,
        is_change,
        is_cancellation,
        answered_lines,
        scheduled_outcomes,
        orders_of_contents,
        orders_of_system,
        line_amounts_as_prices,
    )
}
