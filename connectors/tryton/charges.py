"""Charges and allowances: lines of a sale of their own, of the products that the settings name; and told apart when read back."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from connectors.tryton.records import Record
from hub.sdk import Rejected

SIGNS = {"charge": 1, "allowance": -1}
NAMED = {"charge": "a charge", "allowance": "an allowance"}
SETTINGS = {"charge": "charge_product", "allowance": "allowance_product"}
EXPECTED = {"net": "untaxed_amount", "total": "total_amount"}
CENT = Decimal("0.01")


def as_lines(given: Record, products: dict[str, str | None]) -> Record:
    """The sale with a line for each charge and allowance, behind all others. Raises Rejected where no product stands for it.

    >>> sale = {"lines": [{"quantity": 1}], "adjustments": [{"kind": "charge", "text": "Express", "amount": "4.90"}]}
    >>> as_lines(sale, {"charge": "SHIPPING"})["lines"][1]
    {'product': {'code': 'SHIPPING'}, 'description': 'Express', 'quantity': 1, 'unit_price': '4.90'}
    """
    rows = given.get("lines") or ()
    inner = [_line(one, line, products) for line in rows for one in _counted(line)]
    extra = [_line(one, None, products) for one in _counted(given)]
    bare = [{name: value for name, value in line.items() if name != "adjustments"} for line in rows]
    head = {name: value for name, value in given.items() if name not in ("adjustments", *EXPECTED.values())}
    return {**head, "lines": [*bare, *inner, *extra]}


def _counted(item: Record) -> list[Record]:
    """Those that change what is to be paid."""
    return [one for one in item.get("adjustments") or () if one.get("kind") in SIGNS and Decimal(one.get("amount") or 1)]


def _line(one: Record, of: Record | None, products: dict[str, str | None]) -> Record:
    kind, words = one["kind"], one.get("text") or one.get("code")
    named = f"{NAMED[kind]} ({words})" if words else NAMED[kind]
    if one.get("amount") is None:
        raise Rejected(f"the order has {named} without an amount: {one.get('percent')} percent of something")
    product = products.get(kind)
    if product is None:
        raise Rejected(f"the order has {named} of {one['amount']}: name the product that stands for it, `{SETTINGS[kind]}`")
    told = f"{words or kind} ({next(iter(of['product'].values()), '')})" if of else words or kind
    amount = str(SIGNS[kind] * Decimal(one["amount"]))
    return {"product": {"code": product}, "description": told, "quantity": 1, "unit_price": amount}


def apart(value: Record, products: Iterable[str | None]) -> Record:
    """What was read of Tryton: the lines of those products are `charges`, and nothing of them is goods that move.

    >>> apart({"lines": [{"product": {"code": "A"}}, {"product": {"code": "SHIPPING"}}]}, ["SHIPPING", None])
    {'lines': [{'product': {'code': 'A'}}], 'charges': [{'product': {'code': 'SHIPPING'}}]}
    """
    codes = {code for code in products if code is not None}
    found, extra = dict(value), list[Any]()
    for name in ("lines", "outgoing_moves"):
        if name in value:
            rows = value[name] or ()
            found[name] = [row for row in rows if (row.get("product") or {}).get("code") not in codes]
            extra += [row for row in rows if row not in found[name]] if name == "lines" else []
    return {**found, "charges": extra} if extra else found


def untied(given: Record, record: Record, by: str) -> str | None:
    """Why what Tryton makes of an order is not what the order comes to. A line that is no whole number of cents may be rounded.

    >>> sale = {"untaxed_amount": "10.00", "lines": [{"quantity": "1", "unit_price": "10.00"}]}
    >>> untied(sale, {"untaxed_amount": "10.00"}, "net"), untied(sale, {"untaxed_amount": "9.00"}, "net")
    (None, 'the sale would come to 9.00 in Tryton, the order to 10.00 (net): look at prices, discounts and taxes')
    """
    name = EXPECTED.get(by, "")
    if given.get(name) is None:
        return None
    wanted, there = Decimal(given[name]), Decimal(record[name])
    amounts = [Decimal(str(line["quantity"])) * Decimal(line["unit_price"]) for line in given["lines"] if line.get("unit_price")]
    if abs(wanted - there) <= CENT * sum(amount != round(amount, 2) for amount in amounts):
        return None
    return f"the sale would come to {there} in Tryton, the order to {wanted} ({by}): look at prices, discounts and taxes"
