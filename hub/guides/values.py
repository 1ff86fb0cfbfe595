"""Plain values of a document, and getting things into and out of them by path."""

from collections.abc import Sequence
from typing import Any

Values = dict[str, Any]
SELF = "."  # the item itself
UNQUALIFIED = "unqualified"  # the key of a value that came without its qualifier


def split(path: str) -> tuple[str, ...]:
    """The steps of a dotted path; `.` is the item itself.

    >>> split("freight.payment"), split(".")
    (('freight', 'payment'), ('.',))
    """
    return (SELF,) if path == SELF else tuple(path.split("."))


def put(item: Values, path: Sequence[str], value: Any) -> None:
    """Set what stands at a path, making the mappings on the way.

    >>> item = {}
    >>> put(item, ("freight", "payment"), "PP"); item
    {'freight': {'payment': 'PP'}}
    """
    for step in path[:-1]:
        item = item.setdefault(step, {})
    item[path[-1]] = value


def get(item: Any, path: Sequence[str]) -> Any:
    """What stands at a path, or None."""
    for step in path:
        if step != SELF:
            item = item.get(step) if isinstance(item, dict) else None
        if item is None:
            return None
    return item


def file(mapping: Values, key: str, value: Any) -> str:
    """File under a key; under `#2`, `#3` and so on where it is taken. Gives the key used.

    >>> roles = {"buyer": 1}
    >>> file(roles, "buyer", 2), roles
    ('buyer#2', {'buyer': 1, 'buyer#2': 2})
    """
    key = free(mapping, key)
    mapping[key] = value
    return key


def free(mapping: Values, key: str) -> str:
    """The key that filing under `key` would use.

    >>> free({"a": 0, "a#2": 0, "a#3": 0, "a#4": 0}, "a"), free({}, "a")
    ('a#5', 'a')
    """
    if key not in mapping:
        return key
    taken, number = 1, 2
    while f"{key}#{number}" in mapping:  # in leaps, then back by halves: a key may be taken thousands of times
        taken, number = number, number * 2
    while number - taken > 1:
        middle = (taken + number) // 2
        taken, number = (middle, number) if f"{key}#{middle}" in mapping else (taken, middle)
    return f"{key}#{number}"


def unnumbered(key: str) -> str:
    """The key without the number it was given because it was taken.

    >>> unnumbered("buyer#2"), unnumbered("x12:A#"), unnumbered("#1")
    ('buyer', 'x12:A#', '#1')
    """
    word, mark, number = key.rpartition("#")
    return word if mark and word and number.isdecimal() else key
