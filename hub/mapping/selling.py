"""Functions for orders of stores, which tell how an order stands now rather than what somebody wishes. Each with a doctest."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

Values = dict[str, Any]
DIGITS = range(2, 10)  # decimals tried for a price that was told as a total


def as_it_stands(value: Values) -> Values:
    """A store's order takes the place of what was told of it before; one that says when it was cancelled is cancelled.

    >>> as_it_stands({"number": "7"})["purpose"], as_it_stands({"dates": {"cancelled": "2026-11-22"}})["purpose"]
    ('replace', 'cancelled')
    """
    cancelled = bool((value.get("dates") or {}).get("cancelled"))
    return {"purpose": "cancelled" if cancelled else "replace", **value}


def without_blanks(value: Values) -> Values:
    """Stores send empty texts for what they do not know.

    >>> without_blanks({"parties": {"ship_to": {"name": "Zoë", "postcode": "", "lines": ["1 High St", ""]}, "x": {"name": ""}}})
    {'parties': {'ship_to': {'name': 'Zoë', 'lines': ['1 High St']}}}
    """
    found: Values = _filled(value)
    return found


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        pairs = ((name, _filled(one)) for name, one in value.items())
        return {name: one for name, one in pairs if one not in ("", None, {}, [])}
    if isinstance(value, list):
        return [one for one in map(_filled, value) if one not in ("", None, {}, [])]
    return value


def person_names(value: Values) -> Values:
    """People have first and last names, a party has one: the company if there is one, the person beneath it.

    >>> person_names({"parties": {"ship_to": {"names": ["Zoë", "Brönte"]}, "bill_to": {"name": "Acme", "names": ["小", "林"]}}})
    {'parties': {'ship_to': {'name': 'Zoë Brönte'}, 'bill_to': {'name': 'Acme', 'names': ['小 林']}}}
    """
    return value | ({"parties": {role: _named(one) for role, one in value["parties"].items()}} if value.get("parties") else {})


def _named(party: Values) -> Values:
    person = " ".join(name for name in party.get("names", ()) if isinstance(name, str) and name.strip())
    rest = {name: one for name, one in party.items() if name not in ("name", "names")}
    if party.get("name"):
        return {"name": party["name"], **({"names": [person]} if person else {}), **rest}
    return {"name": person, **rest} if person else rest


def kinds_by_sign(value: Values) -> Values:
    """Amounts on top of the goods: of a line, discounts; of the order, a charge, or an allowance where they are negative.

    >>> kinds_by_sign({"lines": [{"adjustments": [{"amount": Decimal("-1.10")}]}], "adjustments": [{"amount": Decimal(5)}]})
    {'lines': [{'adjustments': [{'kind': 'allowance', 'amount': Decimal('1.10')}]}], 'adjustments': [{'kind': 'charge', 'amount': Decimal('5')}]}
    """
    found = dict(value)
    if value.get("lines"):
        lines = value["lines"]
        found["lines"] = [{**one, **_signed(one, "allowance")} for one in lines]
    return {**found, **_signed(value, "charge")}


def _signed(item: Values, positive: str) -> Values:
    rows = [one for one in item.get("adjustments", ()) if one.get("amount")]
    kinds = ({"kind": "allowance" if one["amount"] < 0 else positive, **one, "amount": abs(one["amount"])} for one in rows)
    return {"adjustments": [{**one} for one in kinds]} if "adjustments" in item else {}


def prices_from_totals(value: Values) -> Values:
    """Lines that are told as totals: before discounts (`prices.before`), after them (`prices.after`), and what was given back
    (`prices.refunded`, `quantities.refunded`, both negative). They get a price for one, what is left to deliver, and the
    discount on that; a line that was given back whole is no line any more. Taxes were told for all that was sold: of the line
    and of the order as much goes as of the money.

    The price has the fewest decimals with which price times quantity, rounded, is the total again.

    >>> line = {"quantity": Decimal(3), "prices": {"before": Decimal("10.00"), "after": Decimal("9.00")}}
    >>> prices_from_totals({"lines": [line]})["lines"]
    [{'quantity': Decimal('3'), 'price': Decimal('3.333'), 'adjustments': [{'amount': Decimal('1.00')}]}]
    >>> back = {"prices": {**line["prices"], "refunded": Decimal("-3.00")}, "quantities": {"refunded": {"value": Decimal(-1)}}}
    >>> prices_from_totals({"lines": [{**line, **back}]})["lines"]
    [{'quantity': Decimal('2'), 'price': Decimal('3.333'), 'adjustments': [{'amount': Decimal('0.67')}]}]
    >>> taxed = {**line, **back, "taxes": [{"amount": Decimal("1.80")}]}
    >>> found = prices_from_totals({"taxes": [{"amount": Decimal("2.80")}], "lines": [taxed]})
    >>> found["taxes"], found["lines"][0]["taxes"]
    ([{'amount': Decimal('2.20')}], [{'amount': Decimal('1.20')}])
    """
    lines = [_priced(line) for line in value.get("lines", ())]
    found = {**value, "lines": [line for line in lines if line.get("quantity")]}
    gone = _taxes(value.get("lines", ())) - _taxes(lines)
    if gone and len(value.get("taxes", ())) == 1 and value["taxes"][0].get("amount") is not None:
        found["taxes"] = [{**value["taxes"][0], "amount": value["taxes"][0]["amount"] - gone}]
    return found


def _taxes(lines: Iterable[Values]) -> Decimal:
    amounts = (tax.get("amount") for line in lines for tax in line.get("taxes", ()))
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


def _priced(line: Values) -> Values:
    prices, quantities = dict(line.get("prices") or {}), dict(line.get("quantities") or {})
    before, after = prices.pop("before", None), prices.pop("after", None)
    money, back = prices.pop("refunded", Decimal(0)), quantities.pop("refunded", {"value": Decimal(0)})["value"]
    sold = line.get("quantity")
    if before is None or after is None or not sold:
        return line
    price = _price(before, sold)
    left = sold + back
    discount = (price * left).quantize(before) - (after + money)
    rest = {name: one for name, one in line.items() if name not in ("quantity", "prices", "quantities")}
    kept: Values = {name: one for name, one in (("prices", prices), ("quantities", quantities)) if one}
    if money and after and "taxes" in line:
        kept["taxes"] = [_part(tax, (after + money) / after) for tax in line["taxes"]]
    found = {**rest, "quantity": left, "price": price, **kept}
    return {**found, "adjustments": [{"amount": discount}]} if discount else found


def _price(total: Decimal, quantity: Decimal) -> Decimal:
    prices = (round(total / quantity, digits) for digits in DIGITS)
    return next((price for price in prices if (price * quantity).quantize(total) == total), total / quantity)


def prices_without_tax(value: Values) -> Values:
    """Prices, discounts and charges that hold their tax (`extras.tax_shown` is true) become those without it, as everywhere else.

    A line has a net price with which it comes to its total less its taxes; the taxes of the order that no line has are the charges'.

    >>> line = {"quantity": Decimal(2), "price": Decimal("6.00"), "adjustments": [{"amount": Decimal("1.20")}], "taxes": [{"amount": Decimal("1.80")}]}
    >>> shop = {"extras": {"tax_shown": {"value": "true"}}, "taxes": [{"amount": Decimal("2.80")}], "adjustments": [{"amount": Decimal(6)}]}
    >>> found = prices_without_tax({**shop, "lines": [line]})
    >>> found["lines"][0]["price"], found["lines"][0]["adjustments"], found["adjustments"]
    (Decimal('5.00'), [{'amount': Decimal('1.00')}], [{'amount': Decimal('5.00')}])
    """
    if ((value.get("extras") or {}).get("tax_shown") or {}).get("value") != "true":
        return value
    found = {**value, "lines": [_net_line(line) for line in value.get("lines", ())]}
    rows, rest = value.get("adjustments") or [], _taxes([value]) - _taxes(value.get("lines", ()))
    if rows and (whole := sum((row["amount"] for row in rows), Decimal(0))) and rest > 0:
        net = [_part(row, (whole - rest) / whole) for row in rows[1:]]
        first = whole - rest - sum((row["amount"] for row in net), Decimal(0))  # what rounding leaves is the first one's
        found["adjustments"] = [{**rows[0], "amount": first}, *net]
    return found


def _net_line(line: Values) -> Values:
    price, quantity, tax = line.get("price"), line.get("quantity"), _taxes([line])
    if not (price and quantity and tax):
        return line
    cent = tax if tax.as_tuple().exponent else Decimal("0.01")
    rows = line.get("adjustments") or []
    gross = (price * quantity).quantize(cent) - sum((row["amount"] for row in rows), Decimal(0))
    net = [_part(row, (gross - tax) / gross) for row in rows] if gross else rows
    before = gross - tax + sum((row["amount"] for row in net), Decimal(0))
    return {**line, "price": _price(before, quantity), **({"adjustments": net} if rows else {})}


def left_of_lines(value: Values) -> Values:
    """Lines that tell what was ordered (`quantities.ordered`) beside what is left of it: discounts and taxes were told for all.

    >>> line = {"quantity": Decimal(2), "quantities": {"ordered": {"value": Decimal(3)}}, "adjustments": [{"amount": Decimal(9)}]}
    >>> left_of_lines({"lines": [line, {**line, "quantity": Decimal(0)}]})
    {'lines': [{'quantity': Decimal('2'), 'adjustments': [{'amount': Decimal('6')}]}]}
    """
    return {**value, "lines": [_left(line) for line in value.get("lines", ()) if line.get("quantity")]}


def _left(line: Values) -> Values:
    quantities = dict(line.get("quantities") or {})
    ordered = quantities.pop("ordered", {"value": line["quantity"]})["value"]
    found = {name: one for name, one in line.items() if name != "quantities"} | ({"quantities": quantities} if quantities else {})
    for name in ("adjustments", "taxes") if ordered not in (0, line["quantity"]) else ():
        if line.get(name):
            found[name] = [_part(one, line["quantity"] / ordered) for one in line[name]]
    return found


def _part(item: Values, part: Decimal) -> Values:
    return {**item, "amount": (item["amount"] * part).quantize(item["amount"])} if item.get("amount") is not None else item


SELLING: dict[str, Callable[[Values], Values]] = {
    function.__name__: function
    for function in (
        as_it_stands,
        without_blanks,
        person_names,
        kinds_by_sign,
        prices_from_totals,
        prices_without_tax,
        left_of_lines,
    )
}
