"""Check digits of the numbers that GS1 gives out: items (GTIN, EAN, UPC), places (GLN), packages (SSCC)."""

from typing import Any

LENGTHS = {"upc": (8, 12, 13, 14), "ean": (8, 12, 13, 14), "gtin": (8, 12, 13, 14), "gln": (13,), "sscc": (18, 20)}
KINDS = frozenset(LENGTHS) - {"gln"}  # keys and paths that say it themselves; a place is one by its scheme
ITEM, SCHEME = "id", "scheme"
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
    kind = name.partition("#")[0]
    return kind not in KINDS or right(kind, number)


def place(item: dict[str, Any]) -> str | None:
    """The number of a place, where the item says that it is a GLN."""
    return str(item.get(ITEM) or "") if item.get(SCHEME) == "gln" else None


def doubtful(values: dict[str, Any]) -> bool:
    """True when a check digit somewhere in a document is wrong, or may be."""
    for name, inner in values.items():
        kind = type(inner)
        if kind is str:
            if inner == "gln" and name == SCHEME:
                if not right(inner, place(values) or ""):
                    return True
            elif (name in KINDS or "#" in name) and not named(name, inner):
                return True
        elif kind is dict:
            if doubtful(inner):
                return True
        elif kind is list and any(type(item) is dict and doubtful(item) for item in inner):
            return True
    return False
