"""Putting values at dotted paths of plain dicts, and taking them from there."""

from collections.abc import Iterator
from typing import Any


def put(root: dict[str, Any], path: str, value: Any, source: str | None = None) -> None:
    """Put a value at a dotted path, making what is missing on the way; numbers make lists.

    Under `extras` a value is kept with the place it came from.

    >>> item = {}; put(item, "parties.ship_to.name", "Store 42"); put(item, "notes.0", "rush"); item
    {'parties': {'ship_to': {'name': 'Store 42'}}, 'notes': ['rush']}
    """
    steps = path.split(".")
    if len(steps) == 2 and steps[0] == "extras":
        value = {"value": str(value), "place": source}
    here: Any = root
    for step, following in zip(steps, [*steps[1:], ""], strict=True):
        fresh: Any = value if following == "" else [] if following.isdigit() else {}
        here = _enter(here, step, fresh, last=following == "")


def _enter(here: Any, step: str, fresh: Any, last: bool) -> Any:
    if isinstance(here, list):
        index = int(step)
        here.extend({} for _ in range(index + 1 - len(here)))
        if last or not isinstance(here[index], dict | list) or (isinstance(fresh, list) and not here[index]):
            here[index] = fresh
        return here[index]
    if last:
        here[step] = fresh
        return fresh
    return here.setdefault(step, fresh)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every scalar with its path, numbers for places in lists."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{path}.{index}")
    elif value is not None:
        yield path, value


def numberless(path: str) -> str:
    """
    >>> numberless("lines.0.ids.upc")
    'lines.ids.upc'
    """
    return ".".join(step for step in path.split(".") if not step.isdigit() and step != "*")
