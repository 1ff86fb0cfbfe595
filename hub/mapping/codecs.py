"""Codecs of JSON mappings: each reads a JSON scalar into a canonical value and writes it back; `read(write(v)) == v`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from hub.guides.codecs import measured

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
    return str(value)


def _write_text(value: Any) -> Any:
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
    number = _read_decimal(value)
    if number != number.to_integral_value():
        raise ValueError(f"`{value}` is not a whole number")
    return int(number)


def _read_date(value: Any) -> date:
    text = _read_text(value)
    try:
        return date.fromisoformat(text[:10]) if len(text) == 10 or text[10:11] in ("T", " ") else date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text}` is not a date such as 2026-11-22") from None


def _write_date(value: date) -> str:
    return (value.date() if isinstance(value, datetime) else value).isoformat()


def _read_moment(value: Any) -> datetime | date:
    text = _read_text(value)
    if len(text) == 10:
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
        Codec("decimal", _read_decimal, _write_decimal),
        Codec("minor", lambda value: _read_decimal(value).scaleb(-2), lambda value: int(_number(value).scaleb(2))),
        Codec("number", _read_decimal, _write_number),
        Codec("integer", _read_integer, lambda value: int(_number(value))),
        Codec("date", _read_date, _write_date),
        Codec("moment", _read_moment, _write_moment),
        Codec("truth", _read_truth, bool),
    )
}
