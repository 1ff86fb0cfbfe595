"""Reads ISA, or the first GS or ST where there is none, and finds the separators by looking, never by fixed offsets."""

import re
from dataclasses import dataclass, field

from hub.findings import Finding, note
from hub.formats.envelope import Separators
from hub.formats.tape import character, utf8

# An ISA with its first separator; a bare group; a bare set. Any place in the text, but never inside a word.
START = re.compile(
    r"(?<![A-Za-z0-9])(?:ISA([^A-Za-z0-9 \t\r\n]{1,4}).{0,40}?\1"
    r"|GS([^A-Za-z0-9 \t\r\n]{1,4})[A-Z]{2}\2"
    r"|ST([^A-Za-z0-9 \t\r\n]{1,4})[A-Z0-9]{3}\3[A-Z0-9]{1,9})",
    re.DOTALL,
)
# A header in the middle of another interchange: strict, because data may hold the three letters.
NESTED = re.compile(r"ISA([^A-Za-z0-9 \t\r\n]{1,4})(?:(?!\1).){2}\1(?:(?:(?!\1).){0,24}\1(?:(?!\1).){2}\1){2}", re.DOTALL)
LONGEST = 600  # characters of a header with generous padding
FOLLOWERS = "(?:GS|TA1|IEA|ISA|ISB|ISE|ST)"
LENGTH = 106
LINE_ENDS = "\r\n"


@dataclass(slots=True)
class Header:
    """What the first segment of an interchange told: its elements, the separators, and where it ends."""

    elements: list[str]
    separators: Separators
    size: int  # bytes to skip to the first segment after it, in the text that was given
    element: str  # separator as it stands in latin-1 text
    terminator: str  # the same; a line end is one character here, the other is stripped
    component: str = ""
    findings: list[Finding] = field(default_factory=list)
    ended: bool = True  # False: no terminator can be told, nothing after it can be read


def wide(separator: str) -> str:
    """A separator as people see it, not as bytes."""
    return utf8(separator) or separator


def read(text: str, offset: int) -> Header:
    """Take the header apart that `text` begins with: ISA, GS or ST."""
    return isa(text, offset) if text.startswith("ISA") else bare(text, offset)


def isa(text: str, offset: int) -> Header:
    """Take the ISA apart that `text` begins with."""
    element = character(text, 3)
    parts = text[:LONGEST].split(element, 16)
    short = _cut_short(parts, element)
    if short is not None:
        return _short(text, element, short, offset)
    elements = ["ISA", *(_clean(part) for part in parts[1:16])]
    start = len(element.join(parts[:16])) + len(element)
    return _with_sixteenth(text, start, elements, element, offset)


def _clean(part: str) -> str:
    part = part.replace("\r", "").replace("\n", "")
    return utf8(part) or part


def _cut_short(parts: list[str], element: str) -> int | None:
    """How many elements an ISA has that ends before its sixteenth; None when it is whole."""
    for number, part in enumerate(parts[1:16], 1):
        if number > 1 and len(part) > 3 and re.search(r"[^A-Za-z0-9](?:GS|ST|TA1|IEA)$", part):
            return number
    return None if len(parts) == 17 else len(parts) - 1


def _short(text: str, element: str, count: int, offset: int) -> Header:
    """An ISA with too few elements: read what follows where its end can be seen."""
    gap = re.search(r"([^A-Za-z0-9 \t\r\n])?([ \t\r\n]*)" + FOLLOWERS + re.escape(element), text[4:LONGEST])
    terminator = (gap.group(1) or _line_end(gap.group(2))) if gap else ""
    size = 4 + gap.start() + len(gap.group(1) or "") if gap else len(text)
    elements = [_clean(part) for part in text[:size].rstrip(terminator or None).split(element)][:17]
    finding = Finding(
        "TA105:022" if gap else "TA105:023",
        f"The ISA segment has {len(elements) - 1} elements, 16 are needed" + ("" if gap else "; the file ends in it"),
        segment="ISA",
        offset=offset,
        hint="Ask the sender for the whole file; nothing in it can be trusted without its header.",
    )
    separators = Separators(wide(element), ">", _shown(terminator, text[size - 2 : size + 2]))
    return Header(elements, separators, size, element, terminator, ">", [finding], ended=bool(terminator))


def _with_sixteenth(text: str, start: int, elements: list[str], element: str, offset: int) -> Header:
    """ISA16 and the terminator stand between the sixteenth separator and the next segment."""
    rest = text[start:]
    near = re.search(rf"{FOLLOWERS}{re.escape(element)}", rest[:40])
    gap = rest[: near.start()] if near else rest[:40]
    core = gap.strip(" \t\r\n") if near else gap
    marks = _characters(core)
    findings: list[Finding] = []
    if not near:
        component, terminator, size = _by_place(gap)
    elif len(marks) >= 2:
        component, terminator = marks[0], marks[-1]
        size = gap.rindex(terminator) + len(terminator)
        if len(marks) > 2:
            findings.append(_bad_sixteenth("".join(marks[:-1]), offset))
    else:
        component, terminator, size = _one_mark(rest, gap, marks, element)
    component = component.strip()
    if not component:
        findings.append(_no_sixteenth(offset))
    if not terminator:
        findings.append(_no_terminator(offset))
    elif not findings and not _well_padded(text, start, element, component, terminator):
        findings.append(_wrong_length(start + size, offset))
    elements.append(wide(component))
    shown = _shown(terminator, rest[max(size - 2, 0) : size + 1])
    separators = Separators(wide(element), wide(component), shown, _repetition(elements))
    findings += _numbers(elements, offset)
    return Header(elements, separators, start + size, element, terminator, component, findings, ended=bool(terminator))


def _characters(core: str) -> list[str]:
    found = []
    at = 0
    while at < len(core):
        mark = character(core, at)
        at += len(mark)
        if mark not in BLANK:
            found.append(mark)
    return found


BLANK = (" ", "\t", "\r", "\n", "\xc2\xa0")


def _by_place(gap: str) -> tuple[str, str, int]:
    """Nothing familiar follows: the two characters that stand there."""
    if len(gap.strip(" \r\n\t")) < 2 and len(gap) < 3:
        return gap[:1], gap[1:2] or "\n", len(gap)
    component = character(gap)
    terminator = character(gap, len(component))
    if terminator == "\r" and gap[len(component) + 1 : len(component) + 2] == "\n":
        terminator = "\n"
        return component, terminator, len(component) + 2
    if terminator.isalnum():
        return component, "", len(component)
    return component, terminator, len(component) + len(terminator)


def _one_mark(rest: str, gap: str, marks: list[str], element: str) -> tuple[str, str, int]:
    """One character (or none) between ISA15 and the next segment: ISA16 without a terminator, or the reverse?"""
    mark = marks[0] if marks else ""
    after = rest[len(gap) : len(gap) + 4000]
    segment = rf"[ \t\r\n]*(?:GS|GE|ST|SE|TA1|IEA|[A-Z][A-Z0-9]{{1,2}}){re.escape(element)}"
    if mark and not mark.isalnum() and (re.search(re.escape(mark) + segment, after) or after.rstrip().endswith(mark)):
        return "", mark, gap.index(mark) + len(mark)
    line_end = _line_end(gap)
    if mark and line_end:
        return mark, line_end, gap.rindex(line_end) + 1
    if mark:
        return mark, "", len(gap)
    seen = re.findall(rf"([^A-Za-z0-9 \t\r\n]){segment}", after)
    return "", next((one for one in seen if one != element), line_end), len(gap)


def _line_end(gap: str) -> str:
    return "\n" if "\n" in gap else "\r" if "\r" in gap else ""


def _shown(terminator: str, around: str) -> str:
    return "\r\n" if terminator == "\n" and "\r\n" in around else wide(terminator)


def _repetition(elements: list[str]) -> str | None:
    """ISA11 is a separator only from 00402 on, and only if it is not a letter."""
    version, mark = elements[12].strip(), elements[11].strip()
    if version < "00402" or len(mark) != 1 or mark.isalnum():
        return None
    return mark


def _well_padded(text: str, start: int, element: str, component: str, terminator: str) -> bool:
    size = start + len(component)
    return size == LENGTH - 1 and text[103 : 103 + len(element)] == element and len(terminator) == 1


def _wrong_length(size: int, offset: int) -> Finding:
    return Finding(
        "hub:isa-length",
        f"The ISA segment is {size} bytes long with its terminator, or padded otherwise than the standard says ({LENGTH} bytes)",
        severity="warning",
        check="isa_length",
        segment="ISA",
        offset=offset,
        hint="Read by counting separators. Ask the sender to pad each ISA element to its fixed length.",
    )


def _no_sixteenth(offset: int) -> Finding:
    return Finding(
        "TA105:027",
        "ISA16, the component separator, is missing: the terminator stands in its place",
        severity="warning",
        check="component_separator",
        segment="ISA",
        element=16,
        offset=offset,
        hint="Read without a component separator. Ask the sender to put one, such as '>', before the terminator.",
    )


def _bad_sixteenth(value: str, offset: int) -> Finding:
    return Finding(
        "TA105:027",
        f"ISA16, the component separator, is '{wide(value)}': it must be one character",
        segment="ISA",
        element=16,
        offset=offset,
        value=wide(value),
        hint="Ask the sender to send a single character in ISA16.",
    )


def _no_terminator(offset: int) -> Finding:
    return Finding(
        "TA105:004",
        "No segment terminator can be told from the ISA segment",
        segment="ISA",
        offset=offset,
        hint="Put one character after ISA16, such as '~', and the same one after every segment.",
    )


def _numbers(elements: list[str], offset: int) -> list[Finding]:
    """ISA13 must be a number; missing, nothing can be acknowledged."""
    number = elements[13].strip()
    if number.isdecimal():
        return []
    return [
        Finding(
            "TA105:018",
            f"ISA13, the control number, is '{number}': nine digits are expected",
            severity="warning" if number else "error",
            check="interchange_number" if number else None,  # without one nothing can be acknowledged
            segment="ISA",
            element=13,
            offset=offset,
            value=number,
            hint="Ask the sender for a numeric control number; acknowledgements refer to it.",
        )
    ]


def bare(text: str, offset: int) -> Header:
    """Separators of a file that begins with GS or ST, told from that segment."""
    element = character(text, 2)
    count = 8 if text.startswith("GS") else 2
    parts = text[:LONGEST].split(element, count)
    last = re.match(r"[A-Za-z0-9 ]*", parts[-1])
    tail = parts[-1][last.end() :] if last else ""
    if count == 2 and tail.startswith(element):  # ST03
        tail = re.sub(r"^[A-Za-z0-9 ]*", "", tail[len(element) :])
    terminator = _line_end(tail[:2]) if tail[:1] in LINE_ENDS else character(tail)
    component = next((mark for mark in ">:<|^\\" if mark not in (element, terminator)), ">")
    separators = Separators(wide(element), component, _shown(terminator, tail[:2]))
    finding = note(
        "hub:no-interchange",
        f"No ISA stands before this {text[:2]}: separators were guessed",
        segment=text[:2],
        offset=offset,
        hint="Nothing can be acknowledged to nobody. Ask the sender for the interchange header.",
    )
    return Header([], separators, 0, element, terminator or "\n", component, [finding], ended=terminator != element)
