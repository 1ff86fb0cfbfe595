"""Codecs of mappings: each reads a foreign scalar into a canonical value and writes it back; `read(write(v)) == v`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from hub.guides.codecs import measured
from hub.mapping.layout import Layout

ZONED_DATE = re.compile(r"^(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)$")  # a day of XML may say its zone
GROUPED = re.compile(r"[+-]?\d{1,3}(?:([.,' \u00a0\u202f])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")
MINOR = "minor"  # amounts in the smallest coin: how small that is, the document's currency says
LONGEST = 40  # digits of an item number
SHOWN = 40  # characters of a text that is no number


@dataclass(frozen=True, slots=True)
class Codec:
    """Both directions; either raises ValueError in plain words."""

    name: str
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]


def _read_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        raise ValueError("text is expected here, not a list or an object")
    return _write_text(value)


def _write_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _read_decimal(value: Any) -> Decimal:
    text = repr(value) if isinstance(value, float) else _scalar(value)
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"`{_short(text)}` is not a number") from None
    if not measured(number) or "_" in text:
        raise ValueError(f"`{_short(text)}` is not a number we can take")
    return number


def _scalar(value: Any) -> str:
    if isinstance(value, bool | dict | list):
        raise ValueError("a number is expected here")
    return str(value).strip()


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _number(value: Any) -> Decimal:
    number = Decimal(value)
    if not measured(number):
        raise ValueError(f"{number:.4} is not a number that can be written")
    return number


def _write_decimal(value: Any) -> str:
    return format(_number(value), "f")


def _write_number(value: Any) -> int | float:
    number = _number(value)
    if number == number.to_integral_value():
        return int(number)
    if Decimal(repr(float(number))) != number:
        raise ValueError(f"{number} has more digits than a JSON number keeps")
    return float(number)


def _read_integer(value: Any) -> int:
    return _whole(_read_decimal(value))


def _whole(number: Decimal) -> int:
    if number != number.to_integral_value():
        raise ValueError(f"`{number}` is not a whole number")
    return int(number)


def _read_date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    text = re.sub(ZONED_DATE, r"\1", _read_text(value))
    try:
        return date.fromisoformat(text[:10]) if len(text) == 10 or text[10:11] in ("T", " ") else date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text}` is not a date such as 2026-11-22") from None


def _write_date(value: date) -> str:
    return (value.date() if isinstance(value, datetime) else value).isoformat()


def _read_moment(value: Any) -> datetime | date:
    if isinstance(value, datetime) and value.tzinfo is None and value == datetime.combine(value, datetime.min.time()):
        return value.date()
    text = _read_text(value)
    if len(text) == 10 or ZONED_DATE.match(text):
        return _read_date(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text}` is not a time such as 2026-11-22T12:00:05Z") from None
    if moment.tzinfo is None:
        raise ValueError(f"`{text}` says no time zone")
    return moment


def _write_moment(value: date) -> str:
    if isinstance(value, datetime) and value.utcoffset() == UTC.utcoffset(None):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat()


def formed(name: str, forms: Sequence[str]) -> Codec:
    """Days or times in forms of one's own; the first that fits is read, the first is written.

    >>> formed("date", ["%d.%m.%Y", "%d/%m/%y"]).read("05/12/26"), formed("date", ["%d.%m.%Y"]).write(date(2026, 12, 5))
    (datetime.date(2026, 12, 5), '05.12.2026')
    """
    for form in forms:
        if "%" not in form:
            raise ValueError(f"`{form}` is no form of a date such as %d.%m.%Y")

    def read(value: Any) -> Any:
        if isinstance(value, date):
            return _read_date(value) if name == "date" else _read_moment(value)
        text = _read_text(value).strip()
        for form in forms:
            try:
                return _moment_or_day(datetime.strptime(text, form), name, form)  # noqa: DTZ007 - a zone is asked for where it counts
            except ValueError:
                continue
        raise ValueError(f"`{text}` is not of the form {' or '.join(forms)}")

    return Codec(name, read, lambda value: value.strftime(forms[0]))


def _moment_or_day(moment: datetime, name: str, form: str) -> date:
    timed = any(mark in form for mark in ("%H", "%I"))
    return moment if name == "moment" and timed and moment.tzinfo is not None else moment.date()


def decimals(name: str, mark: str) -> Codec:
    """Numbers with this decimal mark; groups of three digits may be marked with the other or a blank.

    >>> decimals("decimal", ",").read("1.234,50"), decimals("decimal", ",").write(Decimal("1234.50"))
    (Decimal('1234.50'), '1234,50')
    >>> decimals("decimal", ",").read("1.5")
    Traceback (most recent call last):
    ...
    ValueError: `1.5` is not a number with `,` before its decimals
    """
    if mark not in (".", ","):
        raise ValueError(f"the decimal mark is a point or a comma, not `{mark}`")
    other = "," if mark == "." else "."

    def read(value: Any) -> Decimal:
        if not isinstance(value, str):
            return _read_decimal(value)
        text = value.strip()
        if match := GROUPED.fullmatch(text):
            text = text.replace(match[1], "") if match[1] != mark else text
        if other in text or text.count(mark) > 1:
            raise ValueError(f"`{_short(value)}` is not a number with `{mark}` before its decimals")
        return _read_decimal(text.replace(mark, "."))

    return Codec(name, read, lambda value: _write_decimal(value).replace(".", mark))


def padded(digits: str) -> Codec:
    """A number of fixed length whose zeros in front got lost, as in the cells of a workbook.

    >>> padded("12").read(12345678905), padded("12").write("012345678905")
    ('012345678905', '012345678905')
    """
    if not digits.isdecimal() or not 0 < int(digits) <= LONGEST:
        raise ValueError(f"`{digits}` is not how many digits an item number has")

    def read(value: Any) -> str:
        text = _read_text(value).strip()
        return text.zfill(int(digits)) if text.isdecimal() else text

    return Codec("digits", read, _write_text)


def codec_for(name: str, forms: Sequence[str], layout: Layout) -> Codec:
    """The codec of this name as a rule's `form`, or else the layout, wants it. Raises ValueError."""
    if name in ("date", "moment") and (forms or layout.dates):
        return formed(name, forms or layout.dates)
    if name in ("decimal", "integer", MINOR) and (forms or layout.decimal):
        exact = decimals(name, forms[0] if forms else str(layout.decimal))
        return exact if name != "integer" else Codec(name, lambda value: _whole(exact.read(value)), exact.write)
    if name == "digits":
        return padded(forms[0] if forms else "")
    if forms:
        raise ValueError(f"the codec {name} has no forms")
    return CODECS[name]


def _read_truth(value: Any) -> bool:
    if value in (True, "true", "True", "yes", "Y", "1", 1):
        return True
    if value in (False, "false", "False", "no", "N", "0", 0):
        return False
    raise ValueError(f"`{value}` is neither true nor false")


CODECS = {
    codec.name: codec
    for codec in (
        Codec("text", _read_text, _write_text),
        Codec("digits", _read_text, _write_text),
        Codec("decimal", _read_decimal, _write_decimal),
        Codec(MINOR, _read_decimal, _write_decimal),
        Codec("number", _read_decimal, _write_number),
        Codec("integer", _read_integer, lambda value: int(_number(value))),
        Codec("date", _read_date, _write_date),
        Codec("moment", _read_moment, _write_moment),
        Codec("truth", _read_truth, bool),
    )
}
