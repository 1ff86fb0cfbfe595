"""What the fast reader looks values up in: numbers and dates met before, and the one way it gives up."""

from datetime import UTC, date, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from hub.guides import moments
from hub.guides.codecs import CODECS, NUMBER, Misread, digits, read_date
from hub.guides.notation import Element

SHORT = 4  # numbers of so many characters are not remembered: prices differ, and to keep one costs more than to read it thrice
MOST = 1 << 14  # values remembered, the first that come; in a large file, making room would cost more than it saves


class Odd(Exception):
    """Something is remarkable: the interpreter must read the document, and say what."""


class Numbers(dict[str, Decimal]):
    """Decimals by their text; only short ones are asked for, and there are not many."""

    def __missing__(self, text: str) -> Decimal:
        value = self[text] = number(text)
        return value


def number(text: str) -> Decimal:
    """Any decimal."""
    if text.removeprefix("-").strip(NUMBER):
        raise Odd
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Odd from None


class Dates(dict[str, date]):
    """Calendar dates by their text."""

    def __missing__(self, text: str) -> date:
        try:
            day, _ = read_date(text)
        except Misread:
            raise Odd from None
        if len(self) < MOST:
            self[text] = day
        return day


class Days(dict[str, date]):
    """Calendar dates of EDIFACT by their text, in the layout 102."""

    def __missing__(self, text: str) -> date:
        moment = laid_out(text, "102", UTC)
        if moment.layout or moment.assumed or not isinstance(moment.value, date):
            raise Odd
        if len(self) < MOST:
            self[text] = moment.value
        return moment.value


class Plainly(dict[str, Any]):
    """Values of any other codec by their text, where nothing is remarkable about it."""

    def __init__(self, codec: str) -> None:
        self.codec = CODECS[codec]

    def __missing__(self, text: str) -> Any:
        try:
            value, remark = self.codec.read(text)
        except Misread:
            raise Odd from None
        if remark:
            raise Odd
        if len(self) < MOST:
            self[text] = value
        return value


numbers = Numbers()
dates = Dates()
days = Days()
plainly: dict[str, Plainly] = {codec: Plainly(codec) for codec in CODECS}


def fits(element: Element, code: str) -> bool:
    """True when the interpreter finds nothing about this code as the text of the element."""
    allowed = (element.const,) if element.const is not None else element.only
    if (allowed and code not in allowed) or element.use == "never" or element.carries or element.components:
        return False
    if element.table:
        return code in element.table.words
    return element.codec == "text" and element.low <= len(code) <= element.high


def sized(element: Element, text: str) -> None:
    """Give up on a number with too few or too many digits."""
    if not element.low <= digits(text) <= element.high:
        raise Odd


def clocked(parts: list[str], zone: tzinfo) -> moments.Moment:
    """A date with a time beside it."""
    try:
        return moments.read(parts, zone)
    except Misread:
        raise Odd from None


def laid_out(text: str, layout: str, zone: tzinfo) -> moments.Moment:
    """A date in a layout that is named beside it."""
    try:
        return moments.read_laid_out(text, layout, zone)
    except Misread:
        raise Odd from None
