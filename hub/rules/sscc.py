"""Serial shipping container codes (SSCC-18): made from a company prefix and a serial number, never the same one twice.

Pure: whoever keeps the last serial that was used (the ledger) hands it in and stores the new one before anything is
printed or sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass

LENGTH = 18
SHORTEST, LONGEST = 4, 12  # of a GS1 company prefix


class Exhausted(ValueError):
    """No number is left in this range; take another extension digit or prefix."""


class BadRange(ValueError):
    """This cannot be a range of SSCCs."""


def check_digit(digits: str) -> str:
    """The GS1 check digit of what stands before it: GTIN, GLN and SSCC alike.

    >>> check_digit("10614141192837465"), check_digit("629104150021")
    ('7', '3')
    """
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"{digits!r} is not digits only")
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def checked(number: str) -> bool:
    """True when the last digit is the check digit of the others.

    >>> checked("106141411928374657"), checked("106141411928374658"), checked("")
    (True, False, False)
    """
    return len(number) > 1 and number.isascii() and number.isdigit() and check_digit(number[:-1]) == number[-1]


def plain(sscc: str) -> str:
    """The 18 digits of an SSCC, without the 00 and the brackets that labels and partners put before it. Raises ValueError.

    >>> plain("(00) 1 0614141 192837465 7"), plain("00106141411928374657")
    ('106141411928374657', '106141411928374657')
    """
    digits = "".join(sscc.replace("(00)", "00", 1).split())
    digits = digits[2:] if len(digits) == LENGTH + 2 and digits.startswith("00") else digits
    if len(digits) != LENGTH or not checked(digits):
        raise ValueError(f"{sscc!r} is not an SSCC of 18 digits with a right check digit")
    return digits


@dataclass(frozen=True, slots=True)
class Range:
    """All SSCCs of one company prefix and extension digit."""

    prefix: str
    extension: str = "0"

    def __post_init__(self) -> None:
        if not (self.prefix.isascii() and self.prefix.isdigit() and SHORTEST <= len(self.prefix) <= LONGEST):
            raise BadRange(f"a GS1 company prefix has {SHORTEST} to {LONGEST} digits, not {self.prefix!r}")
        if not (len(self.extension) == 1 and self.extension.isascii() and self.extension.isdigit()):
            raise BadRange(f"an extension is one digit, not {self.extension!r}")

    @property
    def last(self) -> int:
        """The highest serial there is."""
        return int(10 ** (LENGTH - 2 - len(self.prefix))) - 1

    def sscc(self, serial: int) -> str:
        """The SSCC with this serial. Raises Exhausted when it does not fit.

        >>> Range("0614141", "1").sscc(192837465)
        '106141411928374657'
        """
        if serial < 0:
            raise ValueError(f"a serial is not negative: {serial}")
        if serial > self.last:
            raise Exhausted(
                f"the prefix {self.prefix} with extension {self.extension} has no serial beyond {self.last}, {serial} was asked for"
            )
        body = f"{self.extension}{self.prefix}{serial:0{LENGTH - 2 - len(self.prefix)}}"
        return body + check_digit(body)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Numbers that were drawn, and the serial to keep: the next draw begins behind it."""

    numbers: tuple[str, ...]
    used: int


def draw(range_: Range, used: int, count: int = 1) -> Drawn:
    """The next numbers behind the last serial used (0: none was). All of them or, raising Exhausted, none.

    >>> draw(Range("0614141", "1"), 192837464, 2)
    Drawn(numbers=('106141411928374657', '106141411928374664'), used=192837466)
    """
    if count < 1 or used < 0:
        raise ValueError(f"{count} numbers behind serial {used} cannot be drawn")
    range_.sscc(used + count)
    return Drawn(tuple(_run(range_, used, count)), used + count)


def _run(range_: Range, used: int, count: int) -> Iterator[str]:
    for serial in range(used + 1, used + count + 1):
        yield range_.sscc(serial)
