"""Writes X12 interchanges: padding, envelopes, counts, and characters that collide with separators."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub.findings import Finding, note
from hub.formats.envelope import COMPONENT, Address, Separators, trimmed
from hub.formats.lines import Lines

# Widths of the ISA elements, the tag first; those that settings may fill with too much or nothing.
PADDING = (3, 2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
CHOSEN = (5, 6, 7, 8, 12, 13)
BREAKS = "\r\n\t"


@dataclass(frozen=True, slots=True)
class Envelope:
    """How a partner wants an interchange to look. `made_at` is already in the zone to write."""

    sender: Address
    receiver: Address
    group_sender: str
    group_receiver: str
    made_at: datetime
    test: bool
    separators: Separators = field(default_factory=lambda: Separators("*", ">", "~"))
    interchange_version: str = "00401"
    group_version: str = "004010"
    wants_receipt: bool = False
    agency: str = "X"
    eol: str = ""
    replace: str = " "  # stands for characters that are separators here
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class OutSet:
    """One transaction set; `segments` without ST and SE. Components of a composite are joined by COMPONENT."""

    control_number: str
    segments: Sequence[list[str]]
    type: str
    implementation: str | None = None


@dataclass(frozen=True, slots=True)
class OutGroup:
    """One functional group; `version` None takes the envelope's."""

    code: str
    control_number: int
    version: str | None
    sets: list[OutSet]


@dataclass(frozen=True, slots=True)
class Written:
    """The bytes, and the segments they are meant to hold, ISA to IEA, element by element."""

    body: bytes
    segments: Sequence[list[str]]
    findings: list[Finding]
    separators: Separators
    encoding: str = "utf-8"


def write(envelope: Envelope, control_number: int, groups: Sequence[OutGroup], notices: Sequence[list[str]] = ()) -> Written:
    """One interchange with these groups, and before them what it says of other interchanges (TA1).

    What had to be changed or cannot be right is in the findings.
    """
    findings = _separators(envelope)
    isa = _isa(envelope, control_number, findings)
    findings += _widths(isa)
    segments = Lines([isa, *(_clean(trimmed(notice), envelope, findings, 0) for notice in notices)])
    for group in groups:
        segments.extend(_group(envelope, group, findings))
    segments.append(["IEA", str(len(groups)), isa[13]])
    return Written(_body(envelope, segments), segments, findings, envelope.separators, envelope.encoding)


def _body(envelope: Envelope, segments: Lines) -> bytes:
    element, end = envelope.separators.element, envelope.separators.terminator + envelope.eol
    body = bytearray()
    for block in segments.blocks():
        body += "".join([element.join(segment) + end for segment in block]).encode(envelope.encoding)
    return bytes(body)


def _isa(envelope: Envelope, control_number: int, findings: list[Finding]) -> list[str]:
    bare = [
        "ISA",
        "00",
        "",
        "00",
        "",
        envelope.sender.qualifier or "ZZ",
        envelope.sender.id or "",
        envelope.receiver.qualifier or "ZZ",
        envelope.receiver.id or "",
        f"{envelope.made_at:%y%m%d}",
        f"{envelope.made_at:%H%M}",
        "",
        envelope.interchange_version,
        f"{control_number:09d}",
        "1" if envelope.wants_receipt else "0",
        "T" if envelope.test else "P",
        "",
    ]
    padded = [value.ljust(width) for value, width in zip(_clean(bare, envelope, findings, 0), PADDING, strict=True)]
    padded[11] = _repetition(envelope) or "U"
    padded[16] = envelope.separators.component
    return padded


def _repetition(envelope: Envelope) -> str:
    """The repetition separator, which there is only from 00402 on."""
    return "" if envelope.interchange_version < "00402" else envelope.separators.repetition or "^"


def _group(envelope: Envelope, group: OutGroup, findings: list[Finding]) -> Iterator[list[str]]:
    version = group.version or envelope.group_version
    day = f"{envelope.made_at:%Y%m%d}" if version >= "004010" else f"{envelope.made_at:%y%m%d}"
    number = str(group.control_number)
    head = ["GS", group.code, envelope.group_sender, envelope.group_receiver, day, f"{envelope.made_at:%H%M}"]
    yield _clean([*head, number, envelope.agency, version], envelope, findings, 0)
    for one in group.sets:
        yield from _set(envelope, one, findings)
    yield ["GE", str(len(group.sets)), number]


def _set(envelope: Envelope, one: OutSet, findings: list[Finding]) -> Iterator[list[str]]:
    yield ["ST", one.type, one.control_number, *([one.implementation] if one.implementation else [])]
    for position, segment in enumerate(one.segments, 2):
        yield trimmed(_clean(trimmed(segment), envelope, findings, position))
    yield ["SE", str(len(one.segments) + 2), one.control_number]


def _clean(segment: list[str], envelope: Envelope, findings: list[Finding], position: int) -> list[str]:
    """Characters that are separators here are replaced by the partner's rule; composites get the partner's separator."""
    marks = envelope.separators
    taken = marks.element + marks.component + marks.terminator + _repetition(envelope) + BREAKS
    values = list(segment)
    for at, value in enumerate(segment):
        if not value.isascii() or any(mark in value for mark in taken):
            values[at] = _fitting(value, taken, envelope)
            if values[at] != value:
                findings.append(_replaced(segment, at, position))
    return [value.replace(COMPONENT, marks.component) for value in values]


def _fitting(value: str, taken: str, envelope: Envelope) -> str:
    instead = "".join(letter for letter in envelope.replace if letter not in taken)
    return "".join(instead if letter in taken or not _encodable(letter, envelope.encoding) else letter for letter in value)


def _encodable(letter: str, encoding: str) -> bool:
    try:
        letter.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _replaced(segment: list[str], at: int, position: int) -> Finding:
    return note(
        "hub:replaced",
        f"{segment[0]}{at:02} held characters that are separators of this partner or cannot be sent; they were replaced",
        segment=segment[0],
        position=position or None,
        element=at,
        value=segment[at],
        hint="Choose other separators in the partner file if the text matters.",
    )


def _widths(isa: list[str]) -> list[Finding]:
    """ISA has fixed widths: nothing is cut silently."""
    return [
        Finding(
            "hub:isa-width",
            f"ISA{at:02} '{isa[at].strip()}' does not fit: it takes 1 to {PADDING[at]} characters",
            segment="ISA",
            element=at,
            value=isa[at],
            hint="Correct the id, qualifier or version in the partner file.",
        )
        for at in CHOSEN
        if len(isa[at]) != PADDING[at] or not isa[at].strip()
    ]


def _separators(envelope: Envelope) -> list[Finding]:
    marks = envelope.separators
    chosen = [marks.element, marks.component, marks.terminator, *_repetition(envelope)]
    if len(set(chosen)) == len(chosen) and all(len(mark) == 1 and not mark.isalnum() and mark != " " for mark in chosen):
        return []
    hint = "Name four different characters in the partner file, none of them a letter, digit or blank."
    return [Finding("hub:separators", f"These separators cannot be told apart: {' '.join(chosen)}", segment="ISA", hint=hint)]
