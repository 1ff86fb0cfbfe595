"""Writes EDIFACT interchanges: service string advice, envelopes, counts, release characters, character sets."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.findings import Finding
from hub.formats.edifact.charset import CODECS
from hub.formats.envelope import COMPONENT, Address, Separators, trimmed
from hub.formats.lines import Lines

PLAIN = Separators("+", ":", "'", None, "?", ".")
REPETITION = "*"
BREAKS = re.compile(r"[\r\n\t]+")
VERSION = re.compile(r"UNO[A-Z]:[1-4]\Z")
# What UNOA allows beyond digits and capitals; UNOB also has small letters and what its second line says.
BASIC = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-()/=!\"%&*;<>'+:?")
SMALL = BASIC | frozenset("abcdefghijklmnopqrstuvwxyz")
# Messages of the syntax itself: their version follows that of the envelope.
SERVICE = {"CONTRL": {"3": "D:3", "4": "4:1"}}
SETS = {"UNOA": BASIC, "UNOB": SMALL}


@dataclass(frozen=True, slots=True)
class Envelope:
    """How a partner wants an interchange to look. `made_at` is already in the zone to write."""

    sender: Address
    receiver: Address
    made_at: datetime
    test: bool
    separators: Separators = PLAIN
    version: str = "UNOC:3"
    advice: bool = True  # UNA
    wants_receipt: bool = False
    application: str | None = None  # UNB 0026
    groups: bool = False  # UNG
    group_sender: str = ""
    group_receiver: str = ""
    eol: str = ""

    @property
    def label(self) -> str:
        return self.version[:4]

    @property
    def syntax(self) -> str:
        return self.version[5:] or "3"


@dataclass(frozen=True, slots=True)
class OutMessage:
    """One message; `segments` without UNH and UNT. Components of a composite are joined by COMPONENT."""

    reference: str
    segments: Sequence[list[str]]
    type: str
    version: str  # such as D96A, or "4:1" of a service message
    agency: str = "UN"
    association: str | None = None


@dataclass(frozen=True, slots=True)
class OutGroup:
    """Messages of one type; a UNG only where the envelope wants groups."""

    code: str
    reference: str
    messages: list[OutMessage]


@dataclass(frozen=True, slots=True)
class Written:
    """The bytes, and the segments they are meant to hold, UNB to UNZ, components joined by COMPONENT."""

    body: bytes
    segments: Sequence[list[str]]
    findings: list[Finding]
    separators: Separators
    encoding: str
    advice: str = ""  # UNA as written
    eol: str = ""


def write(envelope: Envelope, reference: str, groups: Sequence[OutGroup]) -> Written:
    """One interchange with these messages. What cannot be right is in the findings."""
    marks = _marks(envelope)
    findings = [*_version(envelope), *_separators(envelope, marks)]
    answers = all(message.type in SERVICE for group in groups for message in group.messages)
    segments = Lines(_checked(envelope, _interchange(envelope, reference, groups, answers), findings))
    encoding = CODECS.get(envelope.label, "latin-1")
    advice = _advice(envelope, marks)
    body = bytearray((advice + (envelope.eol if advice else "")).encode(encoding, "replace"))
    end = marks.terminator + envelope.eol
    for block in segments.blocks():
        body += "".join([_text(segment, marks) + end for segment in block]).encode(encoding, "replace")
    return Written(bytes(body), segments, findings, marks, encoding, advice, envelope.eol)


def _interchange(envelope: Envelope, reference: str, groups: Sequence[OutGroup], answers: bool) -> Iterator[list[str]]:
    yield _unb(envelope, reference, envelope.wants_receipt and not answers)
    for group in groups:
        yield from _group(envelope, group)
    count = len(groups) if envelope.groups else sum(len(group.messages) for group in groups)
    yield ["UNZ", str(count), reference]


def usable(found: Separators) -> Separators:
    """A sender's separators, where they are plain characters that can be told apart; else the usual ones."""
    marks = Separators(found.element, found.component, found.terminator, None, found.release or "?", found.decimal)
    chosen = [marks.element, marks.component, marks.terminator, marks.release or "?", REPETITION]
    return marks if len(set(chosen)) == len(chosen) and all(map(_separating, chosen)) else PLAIN


def _separating(mark: str) -> bool:
    return len(mark) == 1 and mark.isascii() and mark.isprintable() and not mark.isalnum() and mark != " "


def _marks(envelope: Envelope) -> Separators:
    """Separators with the release character, and from syntax 4 on the repetition separator."""
    marks = envelope.separators
    release = marks.release or "?"
    taken = (marks.element, marks.component, marks.terminator, release)
    repetition = marks.repetition or (None if REPETITION in taken else REPETITION)
    return Separators(*taken[:3], repetition if envelope.syntax >= "4" else None, release, marks.decimal)


def _advice(envelope: Envelope, marks: Separators) -> str:
    """UNA where the partner wants it, or where the separators are not the usual ones."""
    usual = Separators("+", ":", "'", REPETITION if marks.repetition else None, "?", marks.decimal)
    if not envelope.advice and marks == usual and marks.decimal in ".":
        return ""
    fifth = marks.repetition or " "
    return f"UNA{marks.component}{marks.element}{marks.decimal}{marks.release}{fifth}{marks.terminator}"


def _unb(envelope: Envelope, reference: str, asks: bool) -> list[str]:
    day = f"{envelope.made_at:%Y%m%d}" if envelope.syntax >= "4" else f"{envelope.made_at:%y%m%d}"
    return trimmed(
        [
            "UNB",
            COMPONENT.join((envelope.label, envelope.syntax)),
            _address(envelope.sender),
            _address(envelope.receiver),
            COMPONENT.join((day, f"{envelope.made_at:%H%M}")),
            reference,
            "",
            envelope.application or "",
            "",
            "1" if asks else "",
            "",
            "1" if envelope.test else "",
        ]
    )


def _address(address: Address) -> str:
    return COMPONENT.join((address.id or "", address.qualifier or "")).rstrip(COMPONENT)


def _group(envelope: Envelope, group: OutGroup) -> Iterator[list[str]]:
    wrapped = envelope.groups and group.messages
    if wrapped:
        yield _ung(envelope, group)
    for message in group.messages:
        yield from _message(message, envelope.syntax)
    if wrapped:
        yield ["UNE", str(len(group.messages)), group.reference]


def _ung(envelope: Envelope, group: OutGroup) -> list[str]:
    first = group.messages[0]
    day = f"{envelope.made_at:%Y%m%d}" if envelope.syntax >= "4" else f"{envelope.made_at:%y%m%d}"
    moment = COMPONENT.join((day, f"{envelope.made_at:%H%M}"))
    version = COMPONENT.join((*_parts(first.version), first.association or "")).rstrip(COMPONENT)
    ids = (envelope.group_sender, envelope.group_receiver)
    return trimmed(["UNG", group.code, *ids, moment, group.reference, first.agency, version])


def _message(message: OutMessage, syntax: str) -> Iterator[list[str]]:
    version = SERVICE[message.type]["4" if syntax >= "4" else "3"] if message.type in SERVICE else message.version
    name = COMPONENT.join((message.type, *_parts(version), message.agency, message.association or ""))
    yield ["UNH", message.reference, name.rstrip(COMPONENT)]
    yield from map(trimmed, message.segments)
    yield ["UNT", str(len(message.segments) + 2), message.reference]


def _parts(version: str) -> tuple[str, str]:
    """Version and release of a directory.

    >>> _parts("D96A"), _parts("4:1")
    (('D', '96A'), ('4', '1'))
    """
    if ":" in version:
        number, _, release = version.partition(":")
        return number, release
    return version[:1], version[1:]


def _text(segment: list[str], marks: Separators) -> str:
    return marks.element.join(marks.component.join(released(part, marks) for part in value.split(COMPONENT)) for value in segment)


def released(text: str, marks: Separators) -> str:
    """The text with a release character before each separator in it.

    >>> released("it's 5+3: ok?", PLAIN)
    "it?'s 5?+3?: ok??"
    """
    release = marks.release or "?"
    taken = {release, marks.terminator, marks.element, marks.component, *(marks.repetition or "")}
    if not taken.intersection(text):
        return text
    return "".join(release + letter if letter in taken else letter for letter in text)


def _checked(envelope: Envelope, segments: Iterable[list[str]], findings: list[Finding]) -> Iterator[list[str]]:
    """The segments on one line each; characters that the label cannot carry are told: nothing is replaced silently."""
    first = None  # where the last message began
    for number, found in enumerate(segments):
        segment = [BREAKS.sub(" ", value) for value in found]
        first = number if segment[0] == "UNH" else first
        findings += _characters(envelope, segment, 1 if first is None else number - first + 1)
        yield segment


def _characters(envelope: Envelope, segment: list[str], position: int) -> Iterator[Finding]:
    allowed, encoding = SETS.get(envelope.label), CODECS.get(envelope.label, "latin-1")
    for at, value in enumerate(segment):
        wrong = [letter for letter in value if letter != COMPONENT and not _fits(letter, allowed, encoding)]
        if wrong:
            text = f"{segment[0]}/{at} holds {' '.join(dict.fromkeys(wrong))!r}, which {envelope.label} cannot carry"
            hint = "Name a wider character set in the partner file, such as UNOC or UNOY, or change the text."
            finding = Finding("0085:21", text, hint=hint, segment=segment[0], position=position, element=at or None)
            yield finding.at(value=value.replace(COMPONENT, envelope.separators.component))


def _fits(letter: str, allowed: frozenset[str] | None, encoding: str) -> bool:
    if letter < " " or letter == "\x7f":
        return False
    if letter.isascii():
        return allowed is None or letter in allowed
    try:
        return allowed is None and bool(letter.encode(encoding))
    except UnicodeEncodeError:
        return False


def _version(envelope: Envelope) -> list[Finding]:
    if VERSION.match(envelope.version) and envelope.label in CODECS:
        return []
    hint = "Name a label and a version in the partner file, such as UNOC:3."
    return [Finding("0085:2", f"{envelope.version!r} is no syntax we can write", segment="UNB", element=1, hint=hint)]


def _separators(envelope: Envelope, marks: Separators) -> list[Finding]:
    chosen = [marks.element, marks.component, marks.terminator, marks.release or "?", *(marks.repetition or "")]
    if len(set(chosen)) == len(chosen) and all(
        len(mark) == 1 and mark.isascii() and not mark.isalnum() and mark > " " for mark in chosen
    ):
        return []
    hint = "Name different characters in the partner file, none of them a letter, digit or blank."
    return [Finding("0085:22", f"These separators cannot be told apart: {' '.join(chosen)}", segment="UNA", hint=hint)]
