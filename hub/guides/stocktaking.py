"""Named functions of stock reports that tell each quantity with its place, lot and state; the model has a line for each of these."""

from decimal import Decimal
from itertools import count
from typing import Any

from pydantic import Field

from hub.guides.values import file, unnumbered
from hub.model.inventory import InventoryReport, StockLine
from hub.model.shape import Dates, Shape

Values = dict[str, Any]
PLACE = ("location", "location_scheme", "location_role")
OWN = (*PLACE, "lot", "state", "movement", "reason")  # what makes stock a line of its own
COUNT = ("kind", "quantity", "unit")
USUAL_PLACE = "goods"


class Count(Shape):
    """One quantity."""

    kind: str = Field(description="Kind of the quantity.")
    quantity: Decimal = Field(description="The quantity.")
    unit: str | None = Field(default=None, description="Its unit.")


class Stock(Shape):
    """Quantities that share place, lot and state."""

    kind: str = Field(description="Kind of the first quantity.")
    quantity: Decimal = Field(description="The first quantity.")
    unit: str | None = Field(default=None, description="Its unit.")
    counts: tuple[Count, ...] = Field(default=(), description="Further quantities.")
    location: str | None = Field(default=None, description="Place.")
    location_scheme: str | None = Field(default=None, description="Who issued that id.")
    location_role: str | None = Field(default=None, description="Kind of place.")
    lot: str | None = Field(default=None, description="Lot or batch.")
    state: str | None = Field(default=None, description="State of the stock.")
    movement: str | None = Field(default=None, description="in or out.")
    reason: str | None = Field(default=None, description="Reason of the movement.")
    prices: dict[str, Decimal] = Field(default_factory=dict, description="Prices by kind.")
    dates: Dates = Field(default_factory=dict, description="Dates by role.")


class CountedLine(StockLine):
    """An item with its stocks, as a message lays them out."""

    stocks: tuple[Stock, ...] = Field(default=(), description="Stock by place, lot and state.")


class CountedReport(InventoryReport):
    """What the segments of a stock report fill."""

    lines: tuple[CountedLine, ...] = Field(default=(), description="Items.")


def stock_by_place(document: Values) -> list[str]:
    """A line for each place, lot and state of an item, all with its number; the day of the stock from that of the message.

    >>> line = {"number": "1", "stocks": [{"kind": "on_hand", "quantity": 5, "location": place} for place in "AB"]}
    >>> report = {"lines": [line]}
    >>> stock_by_place(report), [(it["number"], it["location"], it["quantities"]) for it in report["lines"]]
    ([], [('1', 'A', {'on_hand': 5}), ('1', 'B', {'on_hand': 5})])
    """
    assumed = []
    if "reported_at" not in document and "document" in (document.get("dates") or {}):
        document["reported_at"] = document["dates"]["document"]
        assumed.append("reported_at")
    if not document.get("lines"):
        return assumed
    taken = {line.get("number") for line in document["lines"]}
    found: list[Values] = []
    for place, line in enumerate(document["lines"], 1):
        made = _lines(line)
        if "number" not in line:
            number = next(str(it) for it in count(place) if str(it) not in taken)
            taken.add(number)
            made = [{**it, "number": number} for it in made]
            assumed += [f"lines[{len(found) + at}].number" for at in range(len(made))]
        found += made
    document["lines"] = found
    return assumed


def _lines(line: Values) -> list[Values]:
    base = {name: value for name, value in line.items() if name != "stocks"}
    found: list[Values] = []
    for stock in line.get("stocks") or ():
        own = {name: stock[name] for name in OWN if name in stock}
        for one in ({name: stock[name] for name in COUNT if name in stock}, *(stock.get("counts") or ())):
            if "kind" in one and "quantity" in one:
                _place(found, base, {**own, **({"unit": one["unit"]} if "unit" in one else {})}, one, stock)
    return found or [base]


def _place(found: list[Values], base: Values, own: Values, one: Values, stock: Values) -> None:
    """File a quantity in the line it belongs to, a new one where there is none that can take it."""
    wanted = {**{name: base[name] for name in OWN if name in base}, **own}
    line = next((it for it in found if _takes(it, wanted, one, stock)), None)
    if line is None:
        line = {**base, **own, "quantities": {}}
        found.append(line)
    line["quantities"][one["kind"]] = one["quantity"]
    for name in ("dates", "prices"):
        for role, value in (stock.get(name) or {}).items():
            if (line.get(name) or {}).get(role) != value:
                line[name] = dict(line.get(name) or {})  # not that of the other lines
                file(line[name], role, value)


def _takes(line: Values, wanted: Values, one: Values, stock: Values) -> bool:
    same = {name: line[name] for name in (*OWN, "unit") if name in line} == wanted
    clashes = any(
        role in (line.get(name) or {}) and line[name][role] != value
        for name in ("dates", "prices")
        for role, value in (stock.get(name) or {}).items()
    )
    return same and one["kind"] not in line["quantities"] and not clashes


def places_of_stock(document: Values) -> None:
    """The way back: each quantity with its place, lot and state.

    >>> report = {"lines": [{"location": "A", "quantities": {"on_hand": 5, "on_order": 0}, "unit": "PCE"}]}
    >>> places_of_stock(report); report["lines"][0]["stocks"][1]
    {'kind': 'on_order', 'quantity': 0, 'unit': 'PCE', 'location': 'A', 'location_role': 'goods'}
    """
    document.setdefault("extras", {}).setdefault("kind", {"value": "35"})
    if document.get("reported_at") is not None:
        document.setdefault("dates", {}).setdefault("document", document["reported_at"])
    for line in document.get("lines") or ():
        if line.get("location"):
            line.setdefault("location_role", USUAL_PLACE)
        own = {name: line.pop(name) for name in ("unit", *OWN) if name in line and line.get("quantities")}
        line["stocks"] = [
            {"kind": unnumbered(kind), "quantity": quantity, **own} for kind, quantity in line.pop("quantities", {}).items()
        ]
        if line["stocks"] and line.get("prices"):
            line["stocks"][0]["prices"] = line.pop("prices")
