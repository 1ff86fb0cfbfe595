"""Named functions of sales reports that list items under each store; the model says the store at each line."""

from itertools import groupby
from typing import Any

from pydantic import Field

from hub.guides.stocktaking import PLACE, USUAL_PLACE
from hub.guides.values import file
from hub.model.activity import ActivityLine, ActivityReport
from hub.model.shape import Dates, Shape

Values = dict[str, Any]


class Store(Shape):
    """A place and what happened there."""

    location: str | None = Field(default=None, description="Place.")
    location_scheme: str | None = Field(default=None, description="Who issued that id.")
    location_role: str | None = Field(default=None, description="Kind of place.")
    dates: Dates = Field(default_factory=dict, description="Dates by role.")
    lines: tuple[ActivityLine, ...] = Field(default=(), description="Items.")


class StoreReport(ActivityReport):
    """What the segments of a sales report fill."""

    places: tuple[Store, ...] = Field(default=(), description="Stores.")


def sales_by_place(document: Values) -> list[str]:
    """The lines of all places in one list, each with its place and the dates of that.

    >>> report = {"places": [{"location": "A", "lines": [{"number": "1"}]}, {"location": "B", "lines": [{"number": "1"}]}]}
    >>> sales_by_place(report), [(line["number"], line["location"]) for line in report["lines"]]
    ([], [('1', 'A'), ('1', 'B')])
    """
    lines = list(document.get("lines") or ())
    for place in document.pop("places", None) or ():
        own = {name: place[name] for name in PLACE if name in place}
        for line in place.get("lines") or ():
            dates = dict(line.get("dates") or {})
            for role, value in (place.get("dates") or {}).items():
                if dates.get(role) != value:
                    file(dates, role, value)
            lines.append({**line, **own, **({"dates": dates} if dates else {})})
    if lines:
        document["lines"] = lines
    return []


def places_of_sales(document: Values) -> None:
    """The way back: lines that follow each other at one place stand under it.

    >>> report = {"lines": [{"number": "1", "location": "A"}, {"number": "2", "location": "A"}]}
    >>> places_of_sales(report); report["lines"], [len(place["lines"]) for place in report["places"]]
    ([], [2])
    """
    document.setdefault("extras", {}).setdefault("kind", {"value": "73E"})
    found = [(_place(line), line) for line in document.get("lines") or ()]
    document["lines"] = [line for place, line in found if not place]
    document["places"] = [
        {**place, "lines": [line for _, line in lines]}
        for place, lines in groupby((it for it in found if it[0]), lambda it: it[0])
    ]


def _place(line: Values) -> Values:
    """The place of a line, taken out of it."""
    place = {name: line.pop(name) for name in PLACE if line.get(name)}
    return {"location_role": USUAL_PLACE, **place} if place else {}
