"""A file cut into the segments that stand in it, envelopes and what belongs to nobody included: no byte is left out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from hub.findings import Finding
from hub.formats.envelope import Event, Group, Interchange, Separators, TransactionSet
from hub.guides.verdicts import JudgedDocument

BLANKS = re.compile(rb"[ \t\r\n\x00\x1a]*")
BOM = b"\xef\xbb\xbf"
ADVICE = b"UNA"
ADVISED = 9  # bytes of UNA


@dataclass(slots=True)
class Said:
    """One element in words."""

    place: str  # such as PO103 or C507-2
    title: str
    text: str
    means: str | None = None
    element: int = 0
    component: int | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "place": self.place,
            "title": self.title,
            "text": self.text,
            "means": self.means,
            "element": self.element,
            "component": self.component,
        }


@dataclass(slots=True)
class Piece:
    """One segment, or bytes that are none. `position` counts within its document, the header being 1."""

    tag: str
    offset: int
    end: int
    raw: str
    elements: Sequence[str]  # tag first, as they stand there; empty when it is no segment
    position: int | None = None
    document: int | None = None  # index of the document in the file
    title: str = ""
    depth: int = 0
    known: bool = True  # the guide has a rule for it, or it is part of an envelope
    judged: JudgedDocument | None = None  # the document that begins here
    said: list[Said] = field(default_factory=list)
    before: list[Finding] = field(default_factory=list)  # what is missing in front of it
    findings: list[Finding] = field(default_factory=list)
    behind: list[Finding] = field(default_factory=list)

    def of(self, said: Said) -> list[Finding]:
        """Findings about one element."""
        return [it for it in self.findings if it.element == said.element and (it.component or None) == said.component]

    def as_dict(self) -> dict[str, Any]:
        values: dict[str, Any] = {
            "tag": self.tag,
            "position": self.position,
            "offset": self.offset,
            "title": self.title,
            "depth": self.depth,
            "raw": self.raw,
            "known": self.known,
            "elements": [said.as_dict() for said in self.said],
            "missing_before": [finding.as_dict() for finding in self.before],
            "findings": [finding.as_dict() for finding in self.findings],
            "missing_behind": [finding.as_dict() for finding in self.behind],
        }
        if self.judged:
            judged = self.judged
            values["document"] = {"type": judged.type, "version": judged.version, "number": judged.number, "state": judged.state}
        return values


class Known(NamedTuple):
    """Where a reader saw a segment."""

    offset: int
    segment: Sequence[str]
    position: int | None = None
    document: int | None = None


def cut(data: bytes, begin: int, end: int, interchange: Interchange, events: Sequence[Event]) -> list[Piece]:
    """The segments of one interchange, from byte `begin` to `end`."""
    known = sorted(_known(events), key=lambda it: it.offset)
    stop = _stop(interchange.separators)
    pieces: list[Piece] = []
    at = begin
    for here, following in pairwise([*known, Known(end, ())]):
        pieces += _between(data, at, here.offset, stop, interchange.separators)
        within = here.document is not None and here.document == following.document
        at = following.offset if within else _end(data, here.offset, following.offset, stop)
        raw = _text(data[here.offset : at])
        pieces.append(Piece(here.segment[0], here.offset, at, raw, here.segment, here.position, here.document))
    return pieces + list(_between(data, at, end, stop, interchange.separators))


def _known(events: Sequence[Event]) -> Iterator[Known]:
    for event in events:
        if isinstance(event, TransactionSet):
            for position, (offset, segment) in enumerate(zip(event.offsets(), event.segments, strict=False), 1):
                yield Known(offset, segment, position, event.index)
        elif isinstance(event, Interchange | Group) and event.header:
            yield Known(event.offset, event.header)


def _stop(marks: Separators) -> re.Pattern[bytes]:
    """Everything up to the next terminator that is not released."""
    terminator = re.escape((marks.terminator or "\n").encode("utf-8", "replace"))
    if not marks.release:
        return re.compile(b".*?" + terminator, re.DOTALL)
    release = re.escape(marks.release.encode("utf-8", "replace"))
    return re.compile(b"(?:" + release + b".|(?!" + release + b"|" + terminator + b").)*+" + terminator, re.DOTALL)


def _end(data: bytes, begin: int, end: int, stop: re.Pattern[bytes]) -> int:
    found = stop.match(data, begin, end)
    return found.end() if found else end


def _between(data: bytes, begin: int, end: int, stop: re.Pattern[bytes], marks: Separators) -> Iterator[Piece]:
    """Pieces that no reader handed out: trailers of groups and interchanges, receipts, rubbish."""
    while begin < end:
        blank = BLANKS.match(data, begin, end)
        begin = blank.end() if blank else begin
        if data.startswith(BOM, begin):
            begin += len(BOM)
            continue
        if begin >= end:
            return
        after = min(begin + ADVISED, end) if data.startswith(ADVICE, begin) else _end(data, begin, end, stop)
        raw = _text(data[begin:after])
        yield _loose(raw, begin, after, marks)
        begin = after


def _loose(raw: str, begin: int, end: int, marks: Separators) -> Piece:
    if raw.startswith("UNA"):
        return Piece("UNA", begin, end, raw, ["UNA"])
    text = raw.strip().removesuffix(marks.terminator or "\n").replace("\r", "").replace("\n", "")
    elements = text.split(marks.element)
    tag = elements[0].strip()
    return Piece(tag[:10], begin, end, raw, elements if tag.isalnum() and len(tag) <= 3 else [])


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").strip("\r\n")
