"""Values of the fast path: texts, numbers and dates read without a word, or None where anything is remarkable."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from hub.guides.codecs import CODECS, NUMBER, NUMERIC, Misread, read_date
from hub.guides.notation import Element

MOST_VALUES = 8192
Decode = Callable[[str], Any]

# what was read before
dates: dict[str, date] = {}
numbers: dict[str, Decimal] = {}


def decoder(element: Element) -> Decode:
    """Reads the text of an element; None where anything is remarkable."""
    low, high = element.low, element.high
    if element.table:
        return element.table.words.get
    if element.codec == "text":
        return lambda value: value if low <= len(value) <= high and value[-1] != " " and value.isprintable() else None
    if element.codec in ("date", "moment"):
        return lambda value: dates.get(value) or day(value)
    if element.codec == "decimal":
        return lambda value: (numbers.get(value) or decimal(value)) if low <= len(value) <= high else None
    decode = by_codec(element.codec)
    return lambda value: decode(value) if low <= len(value) <= high else None


def by_codec(name: str) -> Decode:
    """Reads by this codec; None where anything is remarkable."""
    codec, numeric = CODECS.get(name, CODECS["date"]), name in NUMERIC

    def decode(text: str) -> Any:
        if numeric and not (text.isascii() and text.isdigit()):
            return None
        try:
            value, remark = codec.read(text)
        except Misread:
            return None
        return None if remark else value

    return decode


def decimal(text: str) -> Decimal | None:
    """An unsigned number; None otherwise."""
    if text.strip(NUMBER) or not text.isascii():
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if len(numbers) > MOST_VALUES:
        numbers.clear()
    numbers[text] = number
    return number


def day(text: str) -> date | None:
    """A date in its plain form; None otherwise."""
    try:
        found, _ = read_date(text)
    except Misread:
        return None
    if len(dates) > MOST_VALUES:
        dates.clear()
    dates[text] = found
    return found
