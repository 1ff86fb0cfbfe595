"""Marking: values that are known again wherever they are moved, and finding out by trying what a computed value rests on."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from hub.guides.inspection import Inspector
from hub.guides.moments import Period
from hub.guides.notation import Address
from hub.guides.report import Spot
from hub.guides.values import Values

MOST = 1000  # values up to which inputs are found by trying each


class Spotted(NamedTuple):
    """An element or component of a segment."""

    position: int  # of the segment, from 1
    address: Address


class Marking(Inspector):
    """Makes every value an object of its own, and remembers where it stood."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.origins: dict[int, Spotted] = {}
        self.alive: list[Any] = []  # an object that is gone could lend its identity to another

    def keep(self, spot: Spot, address: Address, value: Any) -> Any:
        return self._marked(Spotted(spot.position, address), value)

    def _marked(self, at: Spotted, value: Any) -> Any:
        if isinstance(value, Period):
            return Period(self._marked(at, value.first), self._marked(at, value.last))
        if isinstance(value, list):
            return [self._marked(at, one) for one in value]
        if isinstance(value, dict):
            return {name: self._marked(at, one) for name, one in value.items()}
        made = own(value)
        self.alive.append(made)
        self.origins[id(made)] = at
        return made


# Kinds of values that can be told apart by what they are; each as a class of its own, so that no object is shared.
KINDS: dict[type[Any], Any] = {
    base: type(f"Marked{base.__name__}", (base,), {}) for base in (str, int, float, Decimal, date, datetime)
}


def own(value: Any) -> Any:
    """The same value as an object that nobody else has."""
    kind = KINDS.get(type(value))
    if kind is None:
        return value
    if isinstance(value, datetime):
        return kind(value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond, value.tzinfo)
    return kind(value.year, value.month, value.day) if isinstance(value, date) else kind(value)


def plain(path: str) -> str:
    """
    >>> plain("lines[0].ids.upc"), plain("lines.0.ids.upc")
    ('lines.0.ids.upc', 'lines.0.ids.upc')
    """
    return path.replace("[", ".").replace("]", "")


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every single value with its path; and the object itself, by which it can be known again."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{index}]")
    elif value is not None:
        yield path, value, value


def _held(value: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every single value by its path, as `leaves` names it: what holds it, and under which key. A key may be any text that was sent."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        here = f"{path}[{key}]" if isinstance(value, list) else f"{path}.{key}" if path else str(key)
        if isinstance(inner, dict | list):
            yield from _held(inner, here)
        elif inner is not None:
            yield here, value, key


def rests(raw: Any, names: Iterable[str], final: Mapping[str, Any], again: Callable[[Any], Any]) -> dict[str, list[str]]:
    """Which values change what functions for the whole document make: each is changed once, and they are run `again`."""
    found: dict[str, list[str]] = {}
    for name in names:
        trial = deepcopy(raw)
        for holder, key in [(holder, key) for path, holder, key in _held(trial) if path == name]:
            change(holder, key)
        after = {path: leaf for path, leaf, _ in leaves(again(trial))}
        for path, leaf in final.items():
            if after.get(path) != leaf:
                found.setdefault(path, []).append(name)
    return found


def change(holder: Any, key: Any) -> Callable[[], None]:
    """Change a value a little: one more, a day later, a letter longer. Gives what undoes it."""
    value = holder[key]
    holder[key] = _other(value)

    def undo() -> None:
        holder[key] = value

    return undo


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | Decimal):
        return value + 1
    return value + timedelta(days=1) if isinstance(value, date) else f"{value}x"


def inputs(compute: Callable[[], Any], document: Values) -> list[str]:
    """The values of a document that something computed of it rests on: what changes it; and of what is only counted, the items."""
    expected, found = compute(), list[str]()
    held = list(_held(document))
    for path, holder, key in held if len(held) <= MOST else ():
        undo = change(holder, key)
        found += [path] if compute() != expected else []
        undo()
    return found + [
        one for name, items in document.items() if isinstance(items, list) for one in _counted(compute, name, items, found)
    ]


def _counted(compute: Callable[[], Any], name: str, items: list[Any], found: list[str]) -> Iterator[str]:
    expected = compute()
    for index in range(len(items)) if not any(one.startswith(f"{name}[") for one in found) else ():
        gone = items.pop(index)
        if compute() != expected:
            yield f"{name}[{index}]"
        items.insert(index, gone)
