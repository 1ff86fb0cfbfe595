"""Writes EDIFACT interchanges: service string advice, envelopes, counts, release characters, character sets."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub.findings import Finding
from hub.formats.edifact.charset import CODECS
from hub.formats.envelope import COMPONENT, Address, Separators, trimmed

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
    segments: list[list[str]]
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
    segments: list[list[str]]
    findings: list[Finding]
    separators: Separators
    encoding: str
    advice: str = ""  # UNA as written
    eol: str = ""
    spans: list[int] = field(default_factory=list)  # first segment of each message, from 0


def write(envelope: Envelope, reference: str, groups: Sequence[OutGroup]) -> Written:
    """One interchange with these messages. What cannot be right is in the findings."""
    marks = _marks(envelope)
    findings = [*_version(envelope), *_separators(envelope, marks)]
    answers = all(message.type in SERVICE for group in groups for message in group.messages)
    segments = [_unb(envelope, reference, envelope.wants_receipt and not answers)]
    spans: list[int] = []
    for group in groups:
        segments += _group(envelope, group, len(segments), spans)
    count = len(groups) if envelope.groups else sum(len(group.messages) for group in groups)
    segments.append(["UNZ", str(count), reference])
    segments = [[BREAKS.sub(" ", value) for value in segment] for segment in segments]
    findings += _characters(envelope, segments, spans)
    encoding = CODECS.get(envelope.label, "latin-1")
    advice = _advice(envelope, marks)
    head = advice + (envelope.eol if advice else "")
    body = head + "".join(_text(segment, marks) + marks.terminator + envelope.eol for segment in segments)
    return Written(body.encode(encoding, "replace"), segments, findings, marks, encoding, advice, envelope.eol, spans)


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


def _group(envelope: Envelope, group: OutGroup, at: int, spans: list[int]) -> list[list[str]]:
    segments: list[list[str]] = []
    if envelope.groups and group.messages:
        segments.append(_ung(envelope, group))
    for message in group.messages:
        spans.append(at + len(segments))
        segments += _message(message, envelope.syntax)
    if envelope.groups and group.messages:
        segments.append(["UNE", str(len(group.messages)), group.reference])
    return segments


def _ung(envelope: Envelope, group: OutGroup) -> list[str]:
    first = group.messages[0]
    day = f"{envelope.made_at:%Y%m%d}" if envelope.syntax >= "4" else f"{envelope.made_at:%y%m%d}"
    moment = COMPONENT.join((day, f"{envelope.made_at:%H%M}"))
    version = COMPONENT.join((*_parts(first.version), first.association or "")).rstrip(COMPONENT)
    ids = (envelope.group_sender, envelope.group_receiver)
    return trimmed(["UNG", group.code, *ids, moment, group.reference, first.agency, version])


def _message(message: OutMessage, syntax: str) -> list[list[str]]:
    version = SERVICE[message.type]["4" if syntax >= "4" else "3"] if message.type in SERVICE else message.version
    name = COMPONENT.join((message.type, *_parts(version), message.agency, message.association or ""))
    body = [trimmed(segment) for segment in message.segments]
    header = ["UNH", message.reference, name.rstrip(COMPONENT)]
    return [header, *body, ["UNT", str(len(body) + 2), message.reference]]


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


def _characters(envelope: Envelope, segments: list[list[str]], spans: list[int]) -> list[Finding]:
    """Characters that the label cannot carry: nothing is replaced silently."""
    allowed, encoding = SETS.get(envelope.label), CODECS.get(envelope.label, "latin-1")
    found = []
    for number, segment in enumerate(segments):
        first = max((start for start in spans if start <= number), default=number)
        for at, value in enumerate(segment):
            wrong = [letter for letter in value if letter != COMPONENT and not _fits(letter, allowed, encoding)]
            if wrong:
                text = f"{segment[0]}/{at} holds {' '.join(dict.fromkeys(wrong))!r}, which {envelope.label} cannot carry"
                hint = "Name a wider character set in the partner file, such as UNOC or UNOY, or change the text."
                finding = Finding("0085:21", text, hint=hint, segment=segment[0], position=number - first + 1, element=at or None)
                found.append(finding.at(value=value.replace(COMPONENT, envelope.separators.component)))
    return found


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
