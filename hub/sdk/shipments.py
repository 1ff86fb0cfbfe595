"""What the mappings of stores write of a shipment, an order at a time.

`{"number", "carrier", "orders": [{"id", "order"}], "parcels": [{"order", "tracking"}], "contents": [{"order", "line", "quantity"}]}`;
`order` in parcels and contents names the `id` of an entry in `orders`, none means all of them.
"""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hub.errors import Rejected


def shipped(sheet: Mapping[str, Any], entry: str) -> tuple[list[str], Counter[str]]:
    """Tracking numbers and quantities by line of one order. Without a number of the carrier's, ours is what it is known by.

    >>> shipped({"number": "S1", "contents": [{"line": "7", "quantity": "2"}, {"order": "2", "line": "7", "quantity": "9"}]}, "1")
    (['S1'], Counter({'7': 2}))
    """
    mine = {name: [one for one in sheet.get(name, ()) if one.get("order") in (None, entry)] for name in ("parcels", "contents")}
    lines: Counter[str] = Counter()
    for row in mine["contents"]:
        lines[row["line"]] += pieces(row["quantity"])
    return [str(one["tracking"]) for one in mine["parcels"] if one.get("tracking")] or [str(sheet["number"])], lines


def pieces(quantity: Any) -> int:
    """A number of pieces. Raises Rejected for parts of one."""
    number = Decimal(str(quantity))
    if number != number.to_integral_value():
        raise Rejected(f"{number} is no whole number of pieces")
    return int(number)
