"""Reads UNA and UNB, or the first UNG or UNH where there is none, and finds the separators."""

import re
from dataclasses import dataclass, field

from hub.findings import Finding, note
from hub.formats.envelope import Separators
from hub.formats.tape import BLANKS

START = re.compile(r"(?<![A-Za-z0-9])(?:UNA(?=[^A-Za-z0-9]{4,6})|UN[BGH](?=[^A-Za-z0-9 \t\r\n]))")
# Advice in the middle of another interchange, whose UNZ never came.
NESTED = re.compile(r"(?<![A-Za-z0-9?])UNA[^A-Za-z0-9\r\n]{5}[^A-Za-z0-9]")
TAGS = "(?:UNA|UNB|UNG|UNH|UNZ)"


@dataclass(slots=True)
class Header:
    """The separators of an interchange, and the length of UNA with the line end after it."""

    separators: Separators
    terminator: str
    size: int = 0
    findings: list[Finding] = field(default_factory=list)


def read(text: str, offset: int) -> Header:
    """Take the header apart that `text` begins with: UNA, UNB, UNG or UNH."""
    if text.startswith("UNA"):
        return _advice(text, offset)
    return Header(*_defaults(text))


def _advice(text: str, offset: int) -> Header:
    """UNA: six characters, the fifth the repetition separator from syntax 4 on."""
    component, element, decimal, release, fifth, sixth = list((text[3:9] + " " * 6)[:6])
    findings = []
    size = 9
    if _too_short(text, fifth, sixth):
        fifth, sixth, size = " ", fifth, 8
        findings.append(
            note(
                "hub:una-short",
                "UNA is one character short: the blank before the terminator was lost",
                segment="UNA",
                offset=offset,
                hint="Read as if it were there. Ask the sender to send all six characters.",
            )
        )
    rest = text[size:]
    size += len(rest) - len(rest.lstrip(BLANKS))
    unb = text[size : size + 20]
    separators = Separators(
        element,
        component,
        "\r\n" if sixth == "\r" and rest.startswith("\n") else sixth,
        _repetition(unb, component, fifth, (component, element, release, sixth)),
        None if release == " " else release,
        decimal,
    )
    return Header(separators, sixth, min(size, len(text)), findings)


def _too_short(text: str, fifth: str, sixth: str) -> bool:
    """True when the terminator stands fifth: what follows begins at once, or every segment ends so."""
    if fifth in BLANKS or fifth.isalnum():
        return False
    if sixth == "U":
        return bool(re.match(TAGS, text[8:]))
    return sixth in BLANKS and bool(re.search(re.escape(fifth) + r"\s*UN[HGBZT]", text[9:2000]))


def _defaults(text: str) -> tuple[Separators, str]:
    """Without UNA: the defaults of the level, unless the segment itself shows others."""
    element = text[3]
    if element == "+":
        repetition = _repetition(text, ":", " ", (":", "+", "?", "'"))
        terminator = _line_end(text)
        return Separators("+", ":", terminator, repetition, "?"), terminator[-1]
    component = re.match(r"UNB.[A-Z]{4}([^A-Za-z0-9])", text, re.DOTALL)
    second = component[1] if component else ":"
    ends = re.search(r"([^A-Za-z0-9 ])\s*UN[HGTZ]" + re.escape(element), text[4:])
    terminator = ends[1] if ends and ends[1] not in (element, second) else "'"
    return Separators(element, second, terminator, None, "?"), terminator


def _line_end(text: str) -> str:
    """The terminator is `'`, unless lines end the segments and there is none."""
    line = re.search(r"(\r?\n|\r)UN[GH]\+", text)
    if line is None or "'" in text[: line.end() + 200]:
        return "'"
    return line[1]


def _repetition(unb: str, component: str, fifth: str, taken: tuple[str, ...]) -> str | None:
    """From syntax version 4 on there is a repetition separator, `*` unless UNA says another."""
    version = re.match(r"UNB.[A-Z]{4}" + re.escape(component) + r"(\d)", unb, re.DOTALL)
    if not version or version[1] < "4":
        return None
    mark = "*" if fifth in BLANKS else fifth
    return None if mark in taken else mark
