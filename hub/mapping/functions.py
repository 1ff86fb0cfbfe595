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
from hub.mapping.answering import ANSWERING
from hub.mapping.selling import SELLING

Values = dict[str, Any]
Function = Callable[[Values], Values]
Computed = Callable[[Values, Values], Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """Both directions of one value: `read(write(v)) == v`; either raises ValueError in plain words."""

    read: Callable[[Any], Any]
    write: Callable[[Any], Any]


def line_count(item: Values, document: Values) -> int:
    """
    >>> line_count({}, {"lines": [{}, {}]})
    2
    """
    return len(document.get("lines") or ())


def document_currency(item: Values, document: Values) -> str | None:
    """
    >>> document_currency({}, {"currency": "EUR"})
    'EUR'
    """
    currency: str | None = document.get("currency")
    return currency


def allowances_total(item: Values, document: Values) -> Decimal | None:
    """
    >>> allowances_total({}, {"adjustments": [{"kind": "allowance", "amount": Decimal(3)}, {"kind": "charge", "amount": Decimal(5)}]})
    Decimal('3')
    """
    return _sum_of("allowance", document)


def charges_total(item: Values, document: Values) -> Decimal | None:
    """
    >>> charges_total({}, {"adjustments": [{"kind": "charge", "amount": Decimal(5)}]})
    Decimal('5')
    """
    return _sum_of("charge", document)


def _sum_of(kind: str, document: Values) -> Decimal | None:
    found = [
        one["amount"] for one in document.get("adjustments") or () if one.get("kind") == kind and one.get("amount") is not None
    ]
    return sum(found, Decimal(0)) if found else None


def order_total(item: Values, document: Values) -> Decimal | None:
    """What an order comes to; nobody can say while a tax is known by its rate alone.

    >>> line = {"quantity": Decimal(2), "price": Decimal("1.50")}
    >>> order_total({}, {"lines": [line]}), order_total({}, {"lines": [{**line, "taxes": [{"percent": Decimal(25)}]}]})
    (Decimal('3.00'), None)
    """
    taxes = [tax for line in document.get("lines") or () for tax in line.get("taxes") or ()]
    return None if any(tax.get("percent") and tax.get("amount") is None for tax in taxes) else sums.invoice_total(item, document)


def total_without_tax(item: Values, document: Values) -> Decimal | None:
    """
    >>> total_without_tax({}, {"lines": [{"amount": Decimal(10)}], "adjustments": [{"kind": "charge", "amount": Decimal(5)}]})
    Decimal('15.00')
    """
    lines = sums.net_lines_total(item, document)
    return None if lines is None else lines + sums.adjusted(document, lines)


def total_with_tax(item: Values, document: Values) -> Decimal | None:
    """
    >>> total_with_tax({}, {"lines": [{"amount": Decimal(10)}], "taxes": [{"amount": Decimal("1.90")}]})
    Decimal('11.90')
    """
    plain = total_without_tax(item, document)
    return None if plain is None else plain + (sums.tax_total(item, document) or Decimal(0))


def to_be_paid(item: Values, document: Values) -> Decimal | None:
    """What is left to pay: the total with tax and rounding, less what was paid before.

    >>> to_be_paid({}, {"lines": [{"amount": Decimal(10)}], "rounding": Decimal("0.05"), "amounts": {"prepaid": Decimal(4)}})
    Decimal('6.05')
    """
    total = total_with_tax(item, document)
    paid = (document.get("amounts") or {}).get("prepaid") or Decimal(0)
    return None if total is None else total + (document.get("rounding") or Decimal(0)) - paid


def signed_amount(item: Values, document: Values) -> Decimal | None:
    """Of an allowance or a charge what it adds.

    >>> signed_amount({"kind": "allowance", "amount": Decimal(2)}, {}), signed_amount({"kind": "charge", "amount": Decimal(5)}, {})
    (Decimal('-2'), Decimal('5'))
    """
    return sums.adjusted({"adjustments": [item]}, None) if item.get("amount") is not None else None


def only_tax_category(item: Values, document: Values) -> str | None:
    """The category of the taxes of a document, where there is but one."""
    found: str | None = _only(document, "category")
    return found


def only_tax_percent(item: Values, document: Values) -> Decimal | None:
    """The rate of the taxes of a document, where there is but one."""
    found: Decimal | None = _only(document, "percent")
    return found


def _only(document: Values, name: str) -> Any:
    found = {tax.get(name) for tax in document.get("taxes") or ()}
    return found.pop() if len(found) == 1 else None


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


FUNCTIONS: dict[str, Function] = {**ANSWERING, **SELLING}
COMPUTED: dict[str, Computed] = {
    function.__name__: function
    for function in (
        line_count,
        document_currency,
        order_total,
        allowances_total,
        charges_total,
        total_without_tax,
        total_with_tax,
        to_be_paid,
        signed_amount,
        only_tax_category,
        only_tax_percent,
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
