"""Mends the values of a segment before it is read, where a partner's file says so; each finding notes old and new."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from hub.formats.envelope import TransactionSet
from hub.guides import codecs, faults
from hub.guides.codecs import CODECS, NUMERIC, Misread
from hub.guides.faults import Fault
from hub.guides.inspection import UNTYPED, part
from hub.guides.notation import Element, Pairs, Rule
from hub.guides.report import Report, Spot, quoted
from hub.guides.tables import Table

DAY = re.compile(r"(\d{4})[-./ ]?(\d\d)[-./ ]?(\d\d)(?:[T ].*)?")
CLOCK = re.compile(r"(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?")
ORNAMENTS = "$€£¥' \u00a0_"


class Remedy(NamedTuple):
    """What is done about one fault: the value instead."""

    fault: Fault
    check: str
    value: str


class Mender:
    """Mends what these checks would find in one document."""

    def __init__(self, tset: TransactionSet, report: Report, mending: frozenset[str]) -> None:
        self.tset, self.report, self.mending = tset, report, mending
        marks = tset.interchange.separators
        self.component = marks.component
        self.special = {
            mark for mark in (marks.element, marks.component, marks.release, marks.repetition, *marks.terminator) if mark
        }

    def mend(self, spot: Spot, segment: Sequence[str]) -> Sequence[str]:
        """The segment with what could be mended; findings go into the report."""
        made = list(segment)
        for element in spot.rule.elements:
            raw = part(segment, element.address.element)
            if raw.strip() and element.use != "never":
                whole = self.composite if element.components else self.simple
                made[element.address.element] = whole(spot, element, raw)
        return made

    def composite(self, spot: Spot, element: Element, raw: str) -> str:
        parts, texts = raw.split(self.component), self.tset.components(raw)
        if len(parts) != len(texts):  # a separator of several bytes
            return raw
        for index, (component, text) in enumerate(zip(element.components, texts, strict=False)):
            parts[index] = self.value(spot, component, text, parts[index])
        return self.component.join(parts)

    def simple(self, spot: Spot, element: Element, raw: str) -> str:
        return self.value(spot, element, self.tset.text(raw), raw)

    def value(self, spot: Spot, element: Element, text: str, raw: str) -> str:
        """The raw text of one value, or the one that is taken instead."""
        for fault, check, value in self.remedies(spot.rule, element, text.rstrip()):
            if not self.special.intersection(value):  # it would fall apart when it is read
                said = f"is {quoted(text)}"
                self.report.element(fault, spot, element, said, text, check, value)
                text = raw = value
        return raw

    def remedies(self, rule: Rule, element: Element, text: str) -> Iterator[Remedy]:
        """One after the other: each begins where the last one left."""
        for check, remedy in REMEDIES:
            if text and check in self.mending and (found := remedy(rule, element, text)) is not None:
                yield Remedy(found[0], check, found[1])
                text = found[1]


Found = tuple[Fault, str] | None


def _code(rule: Rule, element: Element, text: str) -> Found:
    allowed = (element.const,) if element.const is not None else element.only
    return _listed(text, allowed)


def _unknown(rule: Rule, element: Element, text: str) -> Found:
    table = _table(rule, element)
    return _listed(text, tuple(table.words)) if table else None


def _listed(text: str, allowed: Sequence[str]) -> Found:
    """Small letters and blanks are all that is wrong with it.

    >>> _listed(" ea", ("EA", "CA"))[1], _listed("QQ", ("EA",))
    ('EA', None)
    """
    plain = text.strip().upper()
    return (faults.WRONG_CODE, plain) if allowed and text not in allowed and plain in allowed else None


def _table(rule: Rule, element: Element) -> Table | None:
    """The codes that may stand here: its own, those of a key, those of a qualifier in a pair."""
    if rule.key and rule.key.address == element.address:
        return rule.key.table
    return element.table or next((pairs.table for pairs in rule.pairs if _qualifies(pairs, element)), None)


def _qualifies(pairs: Pairs, element: Element) -> bool:
    return any(element.address == qualifier for qualifier, _ in pairs.places())


def _date(rule: Rule, element: Element, text: str) -> Found:
    found = DAY.fullmatch(text)
    if element.type != "DT" or found is None or (text.isdigit() and len(text) == 8):
        return None
    day = "".join(found.groups())
    return (faults.WRONG_DATE, day) if _reads(codecs.read_date, day) else None


def _time(rule: Rule, element: Element, text: str) -> Found:
    found = CLOCK.fullmatch(text)
    if element.codec != "time" or found is None:
        return None
    clock = "".join(group.zfill(2) for group in found.groups() if group)
    return (faults.WRONG_TIME, clock) if _reads(codecs.read_time, clock) else None


def _type(rule: Rule, element: Element, text: str) -> Found:
    plain = "".join(letter for letter in text if letter >= " " and letter != "\x7f")
    if element.codec in NUMERIC and not _reads(CODECS[element.codec].read, plain):
        plain = number(plain)
        if not _reads(CODECS[element.codec].read, plain):
            return None
    return (faults.WRONG_CHARACTER, plain) if plain and plain != text else None


def number(text: str) -> str:
    """A number without what people put around and into it.

    >>> [number(text) for text in ("$1,250.00", "1.250,00 €", "1 250", "1,250,000", "12-")]
    ['1250.00', '1250.00', '1250', '1250000', '-12']
    """
    plain = "".join(letter for letter in text if letter not in ORNAMENTS)
    if plain.endswith("-"):
        plain = f"-{plain[:-1]}"
    if "," in plain and "." in plain:
        point = max(plain, key=lambda letter: plain.rfind(letter) if letter in ",." else -1)
        return plain.replace("," if point == "." else ".", "").replace(",", ".")
    return next((plain.replace(mark, "") for mark in ",." if plain.count(mark) > 1), plain)


def _length(rule: Rule, element: Element, text: str) -> Found:
    size = codecs.digits(text) if element.codec in NUMERIC else len(text)
    if element.low <= size <= element.high or element.high >= UNTYPED or element.codec in ("date", "moment", "time"):
        return None
    fault = faults.TOO_LONG if size > element.high else faults.TOO_SHORT
    fitting = fitted(text, replace(element, only=(element.const,)) if element.const is not None else element)
    return (fault, fitting) if fitting is not None else None


def fitted(text: str, element: Element) -> str | None:
    """The value in its length; None where that would make another number or code of it.

    >>> from hub.guides.notation import Address
    >>> [fitted(text, Element(Address(1), low=2, high=4)) for text in ("7", "x", "00123", "12345", "Oslo harbour")]
    ['07', None, '0123', None, 'Oslo']
    """
    digits = text.isascii() and text.isdigit()
    if len(text) < element.low:
        return text.zfill(element.low) if digits else None
    bare = text[: -element.high].lstrip("0") + text[-element.high :]
    if digits or element.codec in NUMERIC:
        return bare if len(bare) <= element.high else None
    return None if element.only or element.table or element.type == "ID" else text[: element.high].rstrip()


def _reads(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except Misread:
        return False
    return True


# in this order: a code in capitals is not too long, a number without its separators neither
REMEDIES: tuple[tuple[str, Callable[[Rule, Element, str], Found]], ...] = (
    ("code", _code),
    ("unknown_code", _unknown),
    ("date", _date),
    ("time", _time),
    ("element_type", _type),
    ("element_length", _length),
)
