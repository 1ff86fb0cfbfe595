"""What a document says that routes may ask for: its items, amount, countries and ways to be shipped. Pure; plain values."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

from hub.rules.condition import value_at

WAYS = ("carrier", "mode", "service", "routing")
STATED = ("total", "totals.amount")
Values = Mapping[str, Any]


def lines(value: Values) -> list[Values]:
    """Lines of an order, an answer or an invoice; contents of a ship notice."""
    return [line for name in ("lines", "contents") for line in value.get(name) or ()]


def items(value: Values) -> set[str]:
    """Every id of every item, whoever gave it.

    >>> sorted(items({"lines": [{"ids": {"upc": "036000291452", "sku": "T-1"}}]}))
    ['036000291452', 'T-1']
    """
    return {str(one) for line in lines(value) for one in (line.get("ids") or {}).values()}


def amount(value: Values) -> Decimal | None:
    """What the document states, else what quantities and prices come to; None where that cannot be known.

    >>> amount({"lines": [{"quantity": "2", "price": "1.50"}, {"quantity": "1", "price": "4"}]})
    Decimal('7.00')
    >>> amount({"lines": [{"quantity": "2"}]}), amount({"total": "9.90"})
    (None, Decimal('9.90'))
    """
    stated = next((found for path in STATED if (found := value_at(value, path)) is not None), None)
    if stated is not None:
        return Decimal(str(stated))
    priced = [(line.get("quantity"), line.get("price"), line.get("price_per") or 1) for line in value.get("lines") or ()]
    if not priced or any(quantity is None or price is None for quantity, price, _ in priced):
        return None
    return sum((Decimal(str(q)) * Decimal(str(p)) / Decimal(str(per)) for q, p, per in priced), Decimal(0))


def countries(value: Values) -> set[str]:
    """Countries it is shipped to: of the document, else of its lines.

    >>> countries({"parties": {"ship_to": {"country": "US"}}})
    {'US'}
    """
    whole = value_at(value, "parties.ship_to.country")
    found = [whole] if whole else [value_at(line, "parties.ship_to.country") for line in lines(value)]
    return {str(one) for one in found if one}


def ship_methods(value: Values) -> set[str]:
    """How it is shipped: carrier, mode, service and routing of every leg, as sent.

    >>> sorted(ship_methods({"carriages": [{"carrier": "UPSN", "mode": "U"}]}))
    ['U', 'UPSN']
    """
    legs = [leg for holder in (value, *lines(value)) for leg in holder.get("carriages") or ()]
    return {str(leg[way]) for leg in legs for way in WAYS if leg.get(way)}


def fitting(patterns: Iterable[str], found: Iterable[str]) -> bool:
    """True when one of the texts fits one of the patterns, in which `*` stands for any characters.

    >>> fitting(["0614141*"], {"0614141000036"}), fitting(["T-1"], {"t-1"})
    (True, False)
    """
    texts = list(found)
    return any(fnmatchcase(text, pattern) for pattern in patterns for text in texts)
