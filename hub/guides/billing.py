"""Named functions of grocery documents and of billed shipments: allowances by their sign, totals, numbers of packages."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hub.guides.sums import invoice_total, line_amount, lines_total, money
from hub.guides.trees import LINKS

Values = dict[str, Any]
SIGNED = ("amount", "rate", "percent")  # the first that is there says by its sign what it is
LATER = ("bill_back", "vendor_check", "credit", "paid_by_vendor", "paid_by_buyer", "optional")  # settled beside the invoice
HANDLING = "H"  # X12 305: notification only


# --- allowances and charges that differ by their sign ------------------------------------------------------------------


def signed_adjustments(document: Values) -> list[str]:
    """What is negative is an allowance, what is positive a charge; both are kept without the sign.

    >>> order = {"adjustments": [{"rate": Decimal("-1.50")}], "lines": [{"adjustments": [{"amount": Decimal(5)}, {"code": "1"}]}]}
    >>> signed_adjustments(order), order["adjustments"], order["lines"][0]["adjustments"]
    ([], [{'rate': Decimal('1.50'), 'kind': 'allowance'}], [{'amount': Decimal('5'), 'kind': 'charge'}, {'code': '1'}])
    """
    for adjustment in _adjustments(document):
        said = next((adjustment[name] for name in SIGNED if adjustment.get(name)), None)
        if said is not None:
            adjustment.update({name: abs(adjustment[name]) for name in SIGNED if adjustment.get(name) is not None})
            adjustment["kind"] = "allowance" if said < 0 else "charge"
    return []


def unsigned_adjustments(document: Values) -> Values:
    """The way back: allowances are written with a minus, a percentage with what it is taken of.

    >>> line = {"quantity": Decimal(10), "price": Decimal(2), "adjustments": [{"kind": "allowance", "percent": Decimal(5)}]}
    >>> unsigned_adjustments({"lines": [line]})["lines"][0]["adjustments"]
    [{'kind': 'allowance', 'percent': Decimal('-5'), 'handling': 'off_invoice', 'base': Decimal('20.00')}]
    """
    _complete(document, lines_total({}, document))
    for line in document.get("lines") or ():
        _complete(line, line_amount(line, document))
    return document


def _complete(item: Values, base: Decimal | None) -> None:
    for adjustment in item.get("adjustments") or ():
        adjustment.setdefault("handling", "off_invoice")
        if adjustment.get("percent") is not None and base is not None:
            adjustment.setdefault("base", base)
        if adjustment.get("kind") == "allowance":
            adjustment.update({name: -adjustment[name] for name in SIGNED if adjustment.get(name)})


def _adjustments(document: Values) -> Iterator[Values]:
    for item in (document, *(document.get("lines") or ())):
        yield from item.get("adjustments") or ()


# --- totals ------------------------------------------------------------------------------------------------------------


def grocery_total(item: Values, document: Values) -> Decimal | None:
    """Lines, and what is taken off or put on in the invoice itself; what is billed back or paid otherwise is not in it.

    >>> line = {"quantity": Decimal(10), "price": Decimal(2), "adjustments": [{"kind": "allowance", "rate": Decimal("0.10")}]}
    >>> grocery_total({}, {"lines": [line], "adjustments": [{"kind": "allowance", "handling": "bill_back", "amount": Decimal(5)}]})
    Decimal('19.00')
    """
    base = lines_total(item, document)
    if base is None:
        return None
    total = base + (document.get("rounding") or 0) + _on_invoice(document, base)
    for line in document.get("lines") or ():
        total += _on_invoice(line, line_amount(line, document))
    return money(total)


def _on_invoice(item: Values, base: Decimal | None) -> Decimal:
    """Charges less allowances that change the total; before writing allowances are negative already."""
    total = Decimal(0)
    for adjustment in item.get("adjustments") or ():
        amount = _amount(adjustment, item.get("quantity"), base)
        if amount is not None and adjustment.get("handling") not in LATER:
            total += -abs(amount) if adjustment.get("kind") == "allowance" else amount
    return total


def _amount(adjustment: Values, quantity: Decimal | None, base: Decimal | None) -> Decimal | None:
    """The amount as stated, or else from the rate or the percentage."""
    if adjustment.get("amount") is not None:
        return Decimal(adjustment["amount"])
    basis = adjustment.get("quantity") or quantity
    if adjustment.get("rate") is not None and basis is not None:
        return money(adjustment["rate"] * basis)
    share = adjustment.get("base") or base
    if adjustment.get("percent") is not None and share is not None:
        return money(share * adjustment["percent"] / 100)
    return None


def billed_total(item: Values, document: Values) -> Decimal | None:
    """What is asked for one order of a billed shipment: its contents, charges less allowances, taxes.

    >>> content = {"order": "O1", "quantity": Decimal(2), "price": Decimal("1.50")}
    >>> billed_total({"number": "A"}, {"orders": [{"id": "O1", "number": "A", "taxes": [{"amount": Decimal(1)}]}], "contents": [content]})
    Decimal('4.00')
    """
    orders = document.get("orders") or ()
    order = next(
        (it for it in orders if it.get("number") == item.get("number") and it.get("release") == item.get("release")), None
    )
    if order is None:
        return None
    only = len(orders) == 1
    contents = [it for it in document.get("contents") or () if it.get("order") == order["id"] or (only and not it.get("order"))]
    return invoice_total({}, {**order, "lines": list(_items(contents, document))})


def _items(contents: list[Values], document: Values) -> Iterator[Values]:
    """Contents as they are billed: an item that stands over several packs is one."""
    if document.get("structure") != "standard_pack":
        yield from contents
        return
    left = list(contents)
    while left:
        first = _billed(left[0])
        same = [it for it in left if _billed(it) == first]
        left = [it for it in left if _billed(it) != first]
        stated = [it["quantity"] for it in same if it.get("quantity") is not None]
        yield {**first, "quantity": sum(stated, Decimal(0))} if len(stated) == len(same) else same[0]


def _billed(content: Values) -> Values:
    return {name: value for name, value in content.items() if name not in (*LINKS, "quantity")}


def total_unit(item: Values, document: Values) -> str | None:
    """Unit of a sum of quantities: the one that is stated, or else that of the first line.

    >>> total_unit({}, {"lines": [{"unit": "CS"}]}), total_unit({}, {"totals": {"unit": "EA"}, "lines": [{"unit": "CS"}]})
    ('CS', 'EA')
    """
    stated = (document.get("totals") or {}).get("unit")
    units = (line.get("unit") for line in document.get("lines") or document.get("contents") or ())
    return stated or next((unit for unit in units if unit), None)


# --- what must be said and is usually the same -------------------------------------------------------------------------


def number_packages(document: Values) -> None:
    """Packs are numbered, and those on a pallet counted, where the document does not say it.

    >>> notice = {"packages": [{"id": "P1", "type": "tare"}, {"id": "P2", "type": "pack", "parent": "P1"}]}
    >>> number_packages(notice); notice["packages"][0]["count"], notice["packages"][1]["number"]
    (1, 1)
    """
    packages = document.get("packages") or ()
    number = 0
    for package in packages:
        if package.get("type") == "tare":
            package.setdefault("count", sum(other.get("parent") == package["id"] for other in packages))
        else:
            number += 1
            package.setdefault("number", number)


def activity_kind(document: Values) -> None:
    """A report that does not say how it is to be taken is for notice only.

    >>> report = {}; activity_kind(report); report
    {'extras': {'handling': {'value': 'H'}}}
    """
    document.setdefault("extras", {}).setdefault("handling", {"value": HANDLING})
