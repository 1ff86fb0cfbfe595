"""What a document comes to, as mappings write it: with and without taxes, allowances and charges. Each with a doctest."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hub.guides import sums

Values = dict[str, Any]


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


def billed_order_line(item: Values, document: Values) -> str | None:
    """Line of the order that is billed: where only the order is named, the line's number, which is the buyer's.

    >>> billed_order_line({"number": "7", "order_number": "PO-1"}, {}), billed_order_line({"number": "7"}, {})
    ('7', None)
    """
    stated: str | None = item.get("order_line")
    return item.get("number") if stated is None and item.get("order_number") is not None else stated


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


TOTALS: dict[str, Callable[[Values, Values], Any]] = {
    function.__name__: function
    for function in (
        document_currency,
        allowances_total,
        charges_total,
        order_total,
        total_without_tax,
        total_with_tax,
        to_be_paid,
        signed_amount,
        billed_order_line,
        only_tax_category,
        only_tax_percent,
    )
}
