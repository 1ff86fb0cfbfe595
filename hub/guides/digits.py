"""Check digits of the numbers that GS1 gives out: items (GTIN, EAN, UPC), places (GLN), packages (SSCC)."""

from collections.abc import Sequence
from typing import Any

GTIN, GLN, SSCC = "gtin", "gln", "sscc"
LENGTHS = {"upc": (8, 12, 13, 14), "ean": (8, 12, 13, 14), GTIN: (8, 12, 13, 14), GLN: (13,), SSCC: (18, 20)}
KINDS = frozenset(LENGTHS) - {GLN}  # keys and paths that say it themselves; a place is one by its scheme
ITEM, SCHEME = "id", "scheme"
ZERO = ord("0")
TOGETHER = 512  # numbers that are added up side by side
LOW = int("0f" * 7 * TOGETHER, 16)
EACH = {wide: int("01" * wide, 16) for wide in (4, 6, 7)}
TENS = bytes(range(0, 256, 10))


def right(kind: str, number: str) -> bool:
    """False for a number of this kind whose last digit is not the check digit of the others. What is no such number at all, by its
    length or its characters, is not judged.

    >>> right("upc", "012345678905"), right("upc", "012345678906"), right("upc", "AB3543"), right("sscc", "00106141411928374657")
    (True, False, True, True)
    """
    if len(number) not in LENGTHS[kind] or not (number.isascii() and number.isdigit()):
        return True
    return _sum(number) % 10 == 0


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
    return str(item.get(ITEM) or "") if item.get(SCHEME) == GLN else None


def all_right(numbers: Sequence[str]) -> bool:
    """False when the check digit of an item's number among these is wrong; what is no such number is not judged.

    >>> all_right(["4006381333931", "012345678905", "AB3543"]), all_right(["012345678905", "012345678906"])
    (True, False)
    """
    sizes = set(map(len, numbers))
    for size in sizes.intersection(LENGTHS[GTIN]):
        those = numbers if len(sizes) == 1 else [number for number in numbers if len(number) == size]
        for first in range(0, len(those), TOGETHER):
            some = those[first : first + TOGETHER]
            if not _together(some, size) and not all(right(GTIN, number) for number in some):
                return False
    return True


def _together(numbers: Sequence[str], size: int) -> bool:
    """True when the check digits of numbers of this size are right; else some may be.

    Their digits are added up side by side, the number being written as one: a byte for two digits never runs over, since no
    number of up to 14 adds up to more than 252.
    """
    whole = ("0" if size % 2 else "").join(numbers)
    if not (whole.isascii() and whole.encode().isdigit()):  # bytes are looked at five times as quickly
        return False
    wide = (size + 1) // 2
    digits = int(whole, 16)
    pairs = (digits & LOW) + 3 * (digits >> 4 & LOW)
    sums = (pairs * EACH[wide]).to_bytes((len(numbers) + 1) * wide, "little")
    return not sums[wide - 1 : -wide : wide].strip(TENS)
