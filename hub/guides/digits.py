"""Check digits of the numbers that GS1 gives out: items (GTIN, EAN, UPC), places (GLN), packages (SSCC)."""

from functools import lru_cache
from typing import Any, NamedTuple

from hub.guides.notation import Guide, Rule
from hub.guides.values import split

LENGTHS = {"upc": (8, 12, 13, 14), "ean": (8, 12, 13, 14), "gtin": (8, 12, 13, 14), "gln": (13,), "sscc": (18, 20)}
KINDS = frozenset(LENGTHS) - {"gln"}  # keys and paths that say it themselves; a place is one by its scheme
ITEM, SCHEME = "id", "scheme"
NUMBER, NUMBERS, PLACE, ITEMS = "number", "numbers", "place", "items"  # what stands under a key
ZERO = ord("0")
MOST = 1 << 14

_right: dict[str, bool] = {}


def right(kind: str, number: str) -> bool:
    """False for a number of this kind whose last digit is not the check digit of the others. What is no such number at all, by its
    length or its characters, is not judged.

    >>> right("upc", "012345678905"), right("upc", "012345678906"), right("upc", "AB3543"), right("sscc", "00106141411928374657")
    (True, False, True, True)
    """
    found = _right.get(number)
    if found is None:
        if len(_right) >= MOST:
            _right.clear()
        found = _right[number] = not (number.isascii() and number.isdigit()) or _sum(number) % 10 == 0
    return found or len(number) not in LENGTHS[kind]


def _sum(number: str) -> int:
    codes = number.encode()
    odd, even = codes[::-2], codes[-2::-2]
    return sum(odd) + 3 * sum(even) - ZERO * (len(odd) + 3 * len(even))


def named(name: str, number: str) -> bool:
    """False for a number with a wrong check digit under a key or path that says what it is.

    >>> named("upc#2", "012345678906"), named("sku", "012345678906")
    (False, True)
    """
    kind = name if "#" not in name else name.partition("#")[0]
    return kind not in KINDS or right(kind, number)


def place(item: dict[str, Any]) -> str | None:
    """The number of a place, where the item says that it is a GLN."""
    return str(item.get(ITEM) or "") if item.get(SCHEME) == "gln" else None


def doubtful(guide: Guide, values: dict[str, Any]) -> bool:
    """True when a check digit somewhere in a document is wrong, or may be."""
    branches = _branches(guide)
    return _anywhere(values) if branches is None else _below(values, branches)


class Branch(NamedTuple):
    """A key that leads to numbers, or holds one: a place (`scheme`), a mapping by kind of number, items by key or in a list."""

    name: str
    kind: str
    inside: tuple["Branch", ...] = ()


@lru_cache(maxsize=256)
def _branches(guide: Guide) -> tuple[Branch, ...] | None:
    """Where numbers stand; None where functions move values about, so that they may stand anywhere."""
    if "pack_up" in guide.finish or any(rule.tree or rule.function for rule in guide.rules()):
        return None
    return tuple(branch for rule in guide.body for branch in _of(rule))


def _of(rule: Rule) -> tuple[Branch, ...]:
    paths = [split(path) for whole in rule.elements for part in whole.each() for path in part.paths]
    found = [Branch(path[-1], NUMBER) for path in paths if path[-1] in KINDS and len(path) == 1]
    found += [_nested(path) for path in paths if path[-1] in KINDS and len(path) > 1]
    found += [Branch(SCHEME, PLACE)] if {(ITEM,), (SCHEME,)} <= set(paths) else []
    found += [Branch(it.into, NUMBERS) for it in rule.pairs if it.table is None or KINDS.intersection(it.table.words.values())]
    found += [branch for inner in rule.inside() for branch in _of(inner)]
    inside = tuple(dict.fromkeys(found))
    for step in reversed(split(rule.each) if rule.each and inside else ()):
        inside = (Branch(step, ITEMS, inside),)
    return inside


def _nested(path: tuple[str, ...]) -> Branch:
    inside = Branch(path[-1], NUMBER)
    for step in reversed(path[:-1]):
        inside = Branch(step, ITEMS, (inside,))
    return inside


def _below(values: dict[str, Any], branches: tuple[Branch, ...]) -> bool:
    for name, kind, inside in branches:
        inner = values.get(name)
        if not inner:
            continue
        if kind == NUMBERS:
            for key, number in inner.items():
                if not _right.get(number) and type(number) is str and not named(key, number):
                    return True
        elif kind == ITEMS:
            items = inner if type(inner) is list else (inner, *inner.values())
            if any(type(item) is dict and _below(item, inside) for item in items):
                return True
        elif not (named(name, inner) if kind == NUMBER else right("gln", place(values) or "")):
            return True
    return False


def _anywhere(values: dict[str, Any]) -> bool:
    for name, inner in values.items():
        if type(inner) is str and not (right("gln", place(values) or "") if name == SCHEME else named(name, inner)):
            return True
        items = inner if type(inner) is list else (inner,)
        if any(type(item) is dict and _anywhere(item) for item in items):
            return True
    return False
