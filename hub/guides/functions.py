"""Named functions of guides: values that are computed, and what happens to a whole document after reading.

They see the document as plain values (exact decimals, dates, lists and mappings) and forgive what is missing.
"""

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, NamedTuple

from hub.guides import answers
from hub.guides.packing import pack_up, unpack
from hub.guides.payment import fill_payment, with_payment

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


def line_count(item: Values, document: Values) -> int:
    """Number of lines; of contents in a ship notice.

    >>> line_count({}, {"lines": [{}, {}]}), line_count({}, {"contents": [{}]})
    (2, 1)
    """
    return len(document.get("lines") or document.get("contents") or ())


def quantity_sum(item: Values, document: Values) -> Decimal | None:
    """Sum of the quantities of the lines (hash total).

    >>> quantity_sum({}, {"lines": [{"quantity": Decimal("1.5")}, {"quantity": Decimal(2)}, {}]})
    Decimal('3.5')
    """
    lines = document.get("lines") or document.get("contents") or ()
    return sum((line["quantity"] for line in lines if line.get("quantity") is not None), Decimal(0))


def node_count(item: Values, document: Values) -> int | None:
    """Number of nodes of the tree as it was read or is about to be written.

    >>> node_count({}, {"nodes": 4})
    4
    """
    count = document.get("nodes")
    return count if isinstance(count, int) else None


def number_lines(document: Values) -> list[str]:
    """Numbers the lines that have no number, by their place; says which paths it filled.

    >>> order = {"lines": [{"number": "2"}, {"quantity": Decimal(1)}, {}]}
    >>> number_lines(order), [line["number"] for line in order["lines"]]
    (['lines[1].number', 'lines[2].number'], ['2', '3', '4'])
    """
    filled = _number(document.get("lines") or (), "lines")
    for place, line in enumerate(document.get("lines") or ()):
        filled += _number(line.get("sub_lines") or (), f"lines[{place}].sub_lines")
    return filled


def _number(items: Iterable[Values], path: str) -> list[str]:
    items = list(items)
    if all("number" in item for item in items):
        return []
    taken = {item.get("number") for item in items}
    filled = []
    for place, item in enumerate(items):
        if "number" not in item:
            number = place + 1
            while str(number) in taken:
                number += 1
            item["number"] = str(number)
            taken.add(str(number))
            filled.append(f"{path}[{place}].number")
    return filled


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


def overall_verdict(document: Values) -> list[str]:
    """What an acknowledgement that speaks of several documents says in all.

    >>> advice = {"documents": [{"verdict": "accepted"}, {"verdict": "item_rejected"}]}
    >>> overall_verdict(advice), advice["verdict"]
    (['verdict'], 'partly_accepted')
    """
    said = {str(one.get("verdict")).removeprefix("item_") for one in document.get("documents") or ()}
    if not said:
        return []
    if len(said) == 1:
        document["verdict"] = said.pop()
    elif said & {"rejected", "partly_accepted"}:
        document["verdict"] = "partly_accepted"
    else:
        document["verdict"] = "accepted_with_errors"
    return ["verdict"]


def shortage(item: Values, document: Values) -> Decimal | None:
    """What is missing of an item: ordered less shipped.

    >>> shortage({"ordered": Decimal(10), "quantity": Decimal(8)}, {})
    Decimal('2')
    """
    ordered, shipped = item.get("ordered"), item.get("quantity")
    return None if ordered is None or shipped is None else ordered - shipped


def complete_or_not(document: Values) -> list[str]:
    """A stock report whose purpose is a change lists only what changed.

    >>> report = {"purpose": "change"}
    >>> complete_or_not(report), report["complete"]
    (['complete'], False)
    """
    if document.get("purpose") != "change":
        return []
    document["complete"] = False
    return ["complete"]


class Computed(NamedTuple):
    """`value` takes the item and the document, and gives None when it cannot know; `code` is the finding's where it differs."""

    value: Callable[[Values, Values], Any]
    code: str


# `equals`
EQUALS: dict[str, Computed] = {
    "line_amount": Computed(line_amount, "hub:line-amount"),
    "lines_total": Computed(lines_total, "hub:total"),
    "invoice_total": Computed(invoice_total, "hub:total"),
    "line_count": Computed(line_count, "hub:line-count"),
    "quantity_sum": Computed(quantity_sum, "hub:quantity-sum"),
    "shortage": Computed(shortage, "hub:shortage"),
    "node_count": Computed(node_count, "hub:node-count"),
    "net_line_amount": Computed(net_line_amount, "hub:line-amount"),
    "net_lines_total": Computed(net_lines_total, "hub:total"),
    "tax_total": Computed(tax_total, "hub:total"),
    "taxable_amount": Computed(taxable_amount, "hub:total"),
    "amount_due": Computed(amount_due, "hub:total"),
}

# `finish`: (the document as read) -> paths it filled, listed under `assumed`
FINISH: dict[str, Callable[[Values], list[str]]] = {
    **{function.__name__: function for function in (number_lines, overall_verdict, complete_or_not, pack_up, fill_payment)},
    **answers.FINISH,
}

# the way back of some of them: (the document about to be written) -> the same as the guide's segments lay it out
PREPARE: dict[str, Callable[[Values], Values]] = {"pack_up": unpack, "fill_payment": with_payment}
