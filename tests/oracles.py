"""What pyx12 and pydifact make of a file, in the same shape as what we make of it: the segments of its documents, taken apart."""

import re
from collections.abc import Iterable
from io import StringIO
from itertools import zip_longest
from typing import Any, NamedTuple

from pydifact.parser import Parser
from pyx12.segment import Segment
from pyx12.x12file import X12Reader

from hub.errors import Unreadable
from hub.formats import detect
from hub.formats.envelope import TransactionSet

Opened = list[list[list[str]]]  # documents' segments, their elements, and the components of these
READABLE = ("00401", "00501")  # the only ISA12 that pyx12 reads
BEGIN = {"x12": "ST", "edifact": "UNH"}
END = {"x12": "SE", "edifact": "UNT"}


class Difference(NamedTuple):
    """The first place where the two do not see the same."""

    number: int  # of the segment among those of all documents, from 1
    ours: Any
    theirs: Any


def ours(content: bytes) -> tuple[str | None, Opened]:
    """The standard, and the segments of all documents in file order."""
    standard: str | None = None
    found: Opened = []
    try:
        for event in detect.read([content]):
            if isinstance(event, TransactionSet):
                standard = event.interchange.standard
                found += [[_bare(_split(event, element)) for element in segment] for segment in event.segments]
    except Unreadable:
        pass
    return standard, list(map(_bare_segment, found))


def _split(event: TransactionSet, element: str) -> list[str]:
    return event.components(element)


def theirs(standard: str, content: bytes) -> Opened | str:
    """The same by the other reader; or in words why it reads nothing."""
    text = _text(content)
    try:
        segments = _pyx12(text) if standard == "x12" else _pydifact(text)
    except Exception as error:  # they raise whatever they stumble over
        return f"{type(error).__name__}: {error}".strip()
    return list(map(_bare_segment, _documents(segments, standard)))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _pyx12(text: str) -> Opened:
    start = text.find("ISA")
    if start >= 0 and text[start + 84 : start + 89] not in READABLE:
        text = text[: start + 84] + "00401" + text[start + 89 :]
    return [_opened(segment) for segment in X12Reader(StringIO(text))]


def _opened(segment: Segment) -> list[list[str]]:
    elements = [[part.value or "" for part in composite.elements] for composite in segment.elements]
    return [[segment.get_seg_id() or ""], *elements]


class _Plain:
    """Segments as they are."""

    @staticmethod
    def create_segment(name: str, *elements: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        return name, elements


def _pydifact(text: str) -> Opened:
    found: Opened = []
    parsed: Iterable[Any] = Parser(factory=_Plain()).parse(text)  # type: ignore[arg-type]  # it only creates segments
    for name, elements in parsed:
        found.append([[name], *([str(part) for part in it] if isinstance(it, list) else [str(it)] for it in elements)])
    return found


def _documents(segments: Iterable[list[list[str]]], standard: str) -> Opened:
    """Those from the header to the trailer of a document."""
    found, inside = [], False
    for segment in segments:
        tag = segment[0][0].strip()
        inside = inside or tag == BEGIN[standard]
        if inside:
            found.append(segment)
        inside = inside and tag != END[standard]
    return found


def _bare(parts: Iterable[str]) -> list[str]:
    """Without empty components at the end, and without line breaks, which no character set of these standards has."""
    kept = [re.sub(r"[\r\n]", "", part) for part in parts]
    while len(kept) > 1 and not kept[-1].strip():
        kept.pop()
    return kept


def _bare_segment(segment: list[list[str]]) -> list[list[str]]:
    kept = [[part.rstrip() for part in _bare(element)] for element in segment]
    kept[0] = [kept[0][0].strip()]
    while len(kept) > 1 and kept[-1] == [""]:
        kept.pop()
    return kept


def difference(one: Opened, other: Opened) -> Difference | None:
    """The first place; None where both see the same."""
    for number, (mine, its) in enumerate(zip_longest(one, other), 1):
        if mine != its:
            return Difference(number, mine, its)
    return None
