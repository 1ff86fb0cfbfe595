"""Codecs: the text of an element and its value, both ways. `read(write(v)) == v` for each of them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

DIGITS = "0123456789"
NUMBER = DIGITS + "."
FURTHEST = 30  # places before or after the point: a short text such as 1E999999 must not become a long one
PIVOT = 70  # two-digit years from here on are of the last century


class Misread(ValueError):
    """Text that is not what its type says. `fault` names the check that failed."""

    def __init__(self, fault: str, text: str) -> None:
        super().__init__(text)
        self.fault = fault


class Unwritable(ValueError):
    """A value that this codec cannot write without losing something."""


class Codec(NamedTuple):
    """`read` gives the value and a remark where the text was sloppy; `write` takes the value and the longest text allowed."""

    read: Callable[[str], tuple[Any, str | None]]
    write: Callable[[Any, int], str]


def read_text(text: str) -> tuple[str, str | None]:
    """Text as it is."""
    return text, None


def write_text(value: Any, high: int = 0) -> str:
    """Text as it is; other values are a mistake in a guide.

    >>> write_text("BOX 12")
    'BOX 12'
    """
    if not isinstance(value, str):
        raise Unwritable(f"{value!r} is not text")
    return value


def read_decimal(text: str) -> tuple[Decimal, str | None]:
    """An exact number; a plus sign is forgiven, a decimal comma too.

    >>> read_decimal(".50")
    (Decimal('0.50'), None)
    >>> read_decimal("+1")
    (Decimal('1'), 'a plus sign is not needed')
    """
    plain, remark = text, None
    if plain.startswith("+"):
        plain, remark = plain[1:], "a plus sign is not needed"
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    if plain[:1] == "+" or plain.removeprefix("-").strip(NUMBER):
        raise Misread("character", "is not a number")
    try:
        return Decimal(plain), remark
    except InvalidOperation:
        raise Misread("character", "is not a number") from None


def write_decimal(value: Any, high: int = 0) -> str:
    """Digits and a point, never an exponent; zeros at the end go only where the text would be too long.

    >>> write_decimal(Decimal("1E+3"), 15), write_decimal(Decimal("10.00"), 15), write_decimal(Decimal("0.5000"), 3)
    ('1000', '10.00', '0.5')
    """
    number = _number(value)
    text = f"{abs(number) if number == 0 else number:f}"
    if high and digits(text) > high and "." in text:
        text = text.rstrip("0").rstrip(".")
    if high and digits(text) > high and text.removeprefix("-").startswith("0."):
        text = text.replace("0.", ".", 1)
    return text


def read_integer(text: str) -> tuple[int, str | None]:
    """A whole number.

    >>> read_integer("007")
    (7, None)
    """
    value, remark = read_decimal(text)
    if value != value.to_integral_value():
        raise Misread("character", "is not a whole number")
    return int(value), remark


def write_integer(value: Any, high: int = 0) -> str:
    """A whole number.

    >>> write_integer(7)
    '7'
    """
    number = _number(value)
    if number != number.to_integral_value():
        raise Unwritable(f"{value} is not a whole number")
    return str(int(number))


def implied(places: int) -> Codec:
    """Numbers whose last digits stand behind a point that is not written.

    >>> implied(2).read("25000"), implied(2).write(Decimal("250"), 15)
    ((Decimal('250.00'), None), '25000')
    >>> implied(2).read("250.00")
    (Decimal('250.00'), 'the point is implied and must not be written; the number is taken as written')
    """

    def read(text: str) -> tuple[Decimal, str | None]:
        value, remark = read_decimal(text)
        if "." in text or "," in text:
            return value, "the point is implied and must not be written; the number is taken as written"
        return value.scaleb(-places), remark

    def write(value: Any, high: int = 0) -> str:
        scaled = _number(value).scaleb(places)
        if scaled != scaled.to_integral_value():
            raise Unwritable(f"{value} has more than {places} decimals")
        return str(int(scaled))

    return Codec(read, write)


def read_date(text: str) -> tuple[date, str | None]:
    """A calendar date of eight digits, or of six.

    >>> read_date("20261122"), read_date("991231")
    ((datetime.date(2026, 11, 22), None), (datetime.date(1999, 12, 31), None))
    """
    if not (text.isascii() and text.isdigit() and len(text) in (6, 8)):
        raise Misread("date", "is not a date of the form CCYYMMDD")
    full = text if len(text) == 8 else ("19" if int(text[:2]) >= PIVOT else "20") + text
    try:
        return date(int(full[:4]), int(full[4:6]), int(full[6:])), None
    except ValueError:
        raise Misread("date", "is no day of the calendar") from None


def write_date(value: Any, high: int = 8) -> str:
    """Eight digits, or six where no more fit.

    >>> write_date(date(2026, 11, 22)), write_date(date(2026, 11, 22), 6)
    ('20261122', '261122')
    """
    if not isinstance(value, date):
        raise Unwritable(f"{value!r} is not a date")
    text = f"{value.year:04}{value.month:02}{value.day:02}"
    return text if not 6 <= high < 8 else text[2:]


def read_time(text: str) -> tuple[str, str | None]:
    """A time of day as text: hours, minutes, perhaps seconds and their fraction.

    >>> read_time("0930"), read_time("09301505")
    (('09:30', None), ('09:30:15.05', None))
    """
    if not (text.isascii() and text.isdigit() and len(text) in (4, 6, 7, 8)):
        raise Misread("time", "is not a time of the form HHMM")
    if text[:2] > "23" or text[2:4] > "59" or text[4:6] > "59":
        raise Misread("time", "is no time of the day")
    seconds = f":{text[4:6]}" if len(text) > 4 else ""
    return f"{text[:2]}:{text[2:4]}{seconds}" + (f".{text[6:]}" if len(text) > 6 else ""), None


def write_time(value: Any, high: int = 8) -> str:
    """The digits of a time of day.

    >>> write_time("09:30:15.05")
    '09301505'
    """
    return write_text(value).replace(":", "").replace(".", "")


def digits(text: str) -> int:
    """Length of a number as the standards count it: without sign and point."""
    return len(text) - text.count("-") - text.count(".") - text.count("+") - text.count(",")


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Unwritable(f"{value!r} is not a number")
    number = Decimal(value)
    if not measured(number):
        raise Unwritable(f"{number:.4} is not a number that can be written")
    return number


def measured(number: Decimal) -> bool:
    """True for a number that may be counted with: finite, and neither larger nor smaller than trade needs.

    >>> measured(Decimal("0.00")), measured(Decimal("1E999999")), measured(Decimal("NaN"))
    (True, False, False)
    """
    return number.is_finite() and abs(number.adjusted()) <= FURTHEST


CODECS: dict[str, Codec] = {
    "text": Codec(read_text, write_text),
    "date": Codec(read_date, write_date),
    "time": Codec(read_time, write_time),
    "decimal": Codec(read_decimal, write_decimal),
    "integer": Codec(read_integer, write_integer),
    **{f"n{places}": implied(places) for places in range(10)},
}
SPREAD = ("joined", "texts")  # over several addresses, see `spread`
NAMES = (*CODECS, "moment", *SPREAD)
NUMERIC = frozenset(name for name in CODECS if name not in ("text", "date", "time"))
