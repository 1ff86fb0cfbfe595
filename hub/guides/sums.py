"""Money that a document adds up to: amounts of lines, allowances and charges, taxes, totals."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

Values = dict[str, Any]
CENT = Decimal("0.01")

# how many units one price is for; anything else is for one
BASES = {
    "HP": 100,
    "PH": 100,
    "C": 100,
    "TP": 1000,
    "PT": 1000,
    "hundred": 100,
    "thousand": 1000,
    "per_hundred": 100,
    "per_thousand": 1000,
}


def money(value: Decimal) -> Decimal:
    """Rounded to the cent, halves away from zero.

    >>> money(Decimal("1.005"))
    Decimal('1.01')
    """
    try:
        return value.quantize(CENT, ROUND_HALF_UP)
    except InvalidOperation:  # more digits than any sum of money has; whoever sent it is told by its length
        return value


def line_amount(line: Values, document: Values) -> Decimal | None:
    """Quantity times price of one line, rounded to the cent.

    >>> line_amount({"quantity": Decimal(3), "price": Decimal("0.335")}, {})
    Decimal('1.01')
    >>> line_amount({"quantity": Decimal(54), "price": Decimal("3630.1724"), "price_per": Decimal(100)}, {})
    Decimal('1960.29')
    """
    quantity, price = line.get("quantity"), line.get("price")
    if quantity is None or price is None:
        return None
    per = line.get("price_per") or BASES.get(line.get("price_basis") or "", 1)
    return money(quantity * price / per)


def lines_total(item: Values, document: Values) -> Decimal | None:
    """Sum of the line amounts; None while a line has no price.

    >>> lines_total({}, {"lines": [{"quantity": Decimal(2), "price": Decimal("1.50")}] * 2})
    Decimal('6.00')
    """
    amounts = [line_amount(line, document) for line in document.get("lines") or ()]
    return None if None in amounts else sum((amount for amount in amounts if amount is not None), Decimal("0.00"))


def adjusted(item: Values, base: Decimal | None) -> Decimal:
    """Charges less allowances of a document or a line; one without an amount counts by its percentage.

    >>> adjusted({"adjustments": [{"kind": "allowance", "amount": Decimal(2)}, {"kind": "charge", "amount": Decimal(5)}]}, None)
    Decimal('3')
    """
    total = Decimal(0)
    for adjustment in item.get("adjustments") or ():
        amount = adjustment.get("amount")
        if amount is None and base is not None and adjustment.get("percent") is not None:
            amount = money(base * adjustment["percent"] / 100)
        total += _signed(adjustment.get("kind"), amount)
    return total


def _signed(kind: str | None, amount: Decimal | None) -> Decimal:
    if amount is None or kind not in ("allowance", "charge"):
        return Decimal(0)
    return amount if kind == "charge" else -amount


def _taxes(item: Values) -> Decimal:
    return sum((tax["amount"] for tax in item.get("taxes") or () if tax.get("amount") is not None), Decimal(0))


def invoice_total(item: Values, document: Values) -> Decimal | None:
    """Lines, charges less allowances of lines and document, taxes of both; plus the stated rounding difference.

    >>> line = {"quantity": Decimal(10), "price": Decimal("2.50"), "taxes": [{"kind": "ST", "amount": Decimal("1.00")}]}
    >>> invoice_total({}, {"lines": [line], "adjustments": [{"kind": "allowance", "percent": Decimal(10)}]})
    Decimal('23.50')
    """
    base = lines_total(item, document)
    if base is None:
        return None
    total = base + adjusted(document, base) + _taxes(document) + (document.get("rounding") or 0)
    for line in document.get("lines") or ():
        total += adjusted(line, line_amount(line, document)) + _taxes(line)
    return money(total)


# --- sums of messages that state the amount of each line -----------------------------------------------------------


def net_line_amount(line: Values, document: Values) -> Decimal | None:
    """Amount of a line with its allowances and charges; prices that hold them already are taken as they are.

    >>> line = {"quantity": Decimal(2), "price": Decimal(10), "adjustments": [{"kind": "allowance", "amount": Decimal(1)}]}
    >>> net_line_amount(line, {}), net_line_amount({**line, "amount": Decimal(20)}, {})
    (Decimal('19.00'), Decimal('20.00'))
    """
    plain, stated = line_amount(line, document), line.get("amount")
    if plain is None:
        return stated
    return plain if stated == plain else money(plain + adjusted(line, plain))


def priced_amount(line: Values, document: Values) -> Decimal | None:
    """What a line comes to by its price and quantity, with its allowances and charges where its amount says so; None without them.

    >>> line = {"quantity": Decimal(2), "price": Decimal(10), "adjustments": [{"kind": "allowance", "amount": Decimal(1)}]}
    >>> priced_amount({**line, "amount": Decimal(19)}, {}), priced_amount({"amount": Decimal(20)}, {})
    (Decimal('19.00'), None)
    """
    return None if line_amount(line, document) is None else net_line_amount(line, document)


def net_lines_total(item: Values, document: Values) -> Decimal | None:
    """Sum of the amounts of the lines, as stated or else as computed; None while one is not known.

    >>> net_lines_total({}, {"lines": [{"amount": Decimal("2.50")}, {"quantity": Decimal(2), "price": Decimal(1)}]})
    Decimal('4.50')
    """
    total = Decimal("0.00")
    for line in document.get("lines") or ():
        amount = line.get("amount")
        amount = net_line_amount(line, document) if amount is None else amount
        if amount is None:
            return None
        total += amount
    return total


def tax_total(item: Values, document: Values) -> Decimal | None:
    """Taxes of the document, or else of its lines; None where no tax says its amount.

    >>> tax_total({}, {"taxes": [{"amount": Decimal("1.90")}], "lines": [{"taxes": [{"amount": Decimal("1.90")}]}]})
    Decimal('1.90')
    """
    for items in ([document], document.get("lines") or ()):
        amounts = [tax["amount"] for it in items for tax in it.get("taxes") or () if tax.get("amount") is not None]
        if amounts:
            return sum(amounts, Decimal(0))
    return None


def taxable_amount(item: Values, document: Values) -> Decimal | None:
    """Bases of the taxes of the document; lines, charges and allowances where a tax says none; None without taxes.

    >>> taxable_amount({}, {"taxes": [{"base": Decimal(10)}, {"base": Decimal(5)}]})
    Decimal('15')
    """
    taxes = document.get("taxes") or ()
    if not taxes:
        return None
    bases = [tax.get("base") for tax in taxes]
    if None not in bases:
        return sum((base for base in bases if base is not None), Decimal(0))
    total = net_lines_total(item, document)
    return None if total is None else total + adjusted(document, total)


def amount_due(item: Values, document: Values) -> Decimal | None:
    """Amounts of the lines, charges less allowances of the document, taxes; plus the stated rounding difference.

    >>> lines = [{"amount": Decimal("100.00")}]
    >>> amount_due({}, {"lines": lines, "taxes": [{"amount": Decimal(19)}], "adjustments": [{"kind": "charge", "amount": Decimal(5)}]})
    Decimal('124.00')
    """
    base = net_lines_total(item, document)
    if base is None:
        return None
    tax = tax_total(item, document)
    if tax is None:
        tax = (document.get("amounts") or {}).get("tax") or Decimal(0)
    plain = money(base + tax + (document.get("rounding") or 0))
    # Some senders say at the end what their lines hold already.
    return plain if document.get("total") == plain else plain + money(adjusted(document, base))
