"""Named functions for what paths and tables cannot say; each with a doctest.

FUNCTIONS (`finish`) complete canonical values after reading; COMPUTED (`equals`) say what a value must be, from the item and
the whole document; TURNED (`with`) turn one value after reading, and back before writing. A package may bring its own as entry
points of the group `crossdock.functions`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from inspect import signature
from typing import Any

from hub.guides import sums
from hub.mapping.selling import SELLING
from hub.mapping.totals import TOTALS
from hub.rules.joining import verdict

Values = dict[str, Any]
Function = Callable[[Values], Values]
Computed = Callable[[Values, Values], Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """Both directions of one value: `read(write(v)) == v`; either raises ValueError in plain words."""

    read: Callable[[Any], Any]
    write: Callable[[Any], Any]


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


def line_count(item: Values, document: Values) -> int:
    """
    >>> line_count({}, {"lines": [{}, {}]})
    2
    """
    return len(document.get("lines") or ())


def percent_as_rate() -> Turn:
    """A rate that is said as a part of one: 0.05 for five percent.

    >>> percent_as_rate().read(Decimal("0.05")), percent_as_rate().write(Decimal(5))
    (Decimal('5'), Decimal('0.05'))
    """
    return Turn(lambda rate: _plain(rate * 100), lambda percent: percent / 100)


def sscc_with_prefix() -> Turn:
    """An SSCC that is written as a scanner reads it, with 00 in front.

    >>> sscc_with_prefix().read("00106141410000000018"), sscc_with_prefix().write("106141410000000018")
    ('106141410000000018', '00106141410000000018')
    """
    return Turn(
        lambda text: text[2:] if len(text) == 20 and text.startswith("00") else text,
        lambda text: f"00{text}" if len(text) == 18 else text,
    )


def _plain(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


FUNCTIONS: dict[str, Function] = {
    function.__name__: function
    for function in (
        verdict_from_lines,
        number_lines,
        answered_lines,
        orders_of_contents,
        orders_of_system,
        line_amounts_as_prices,
    )
}
FUNCTIONS |= SELLING
COMPUTED: dict[str, Computed] = {
    function.__name__: function
    for function in (
        line_count,
        sums.line_amount,
        sums.lines_total,
        sums.invoice_total,
        sums.net_line_amount,
        sums.net_lines_total,
        sums.tax_total,
        sums.taxable_amount,
        sums.amount_due,
    )
}
COMPUTED |= TOTALS
TURNED: dict[str, Turn] = {function.__name__: function() for function in (percent_as_rate, sscc_with_prefix)}


def adopt(name: str, function: Any) -> None:
    """Take up a function of an installed package: of one argument for `finish`, of two for `equals`, a Turn for `with`.

    Raises ValueError for anything else, and for a name that is taken already.
    """
    room: dict[str, Any] = TURNED if isinstance(function, Turn) else _room(name, function)
    if room.get(name, function) is not function:
        raise ValueError(f"there is a function `{name}` already")
    room[name] = function


def _room(name: str, function: Any) -> dict[str, Any]:
    plain = callable(function) and not isinstance(function, type)
    wanted = len(signature(function).parameters) if plain else 0
    if wanted not in (1, 2):
        raise ValueError(f"`{name}` is neither a Turn nor a function of one or two arguments")
    return FUNCTIONS if wanted == 1 else COMPUTED
