"""Judges trailers: counts, control numbers, and what is missing, doubled or misplaced. The caller brings the standard's code."""

from typing import Any

from hub.findings import Finding, Kind, Severity, note
from hub.formats.tape import same_number

ASK = "Ask the sender for a corrected file with a new control number."
STRANGE = "hub:character-set"
OF_SETS = ("SE", "UNT")  # trailers of documents
LONGEST = 6  # digits of a count, as the standards and their answers have it
CUT = "The file may have been cut off on its way: ask for it again."


def element(segment: list[str], number: int) -> str:
    """The element at this number, '' where the segment is shorter."""
    return segment[number] if number < len(segment) else ""


def name(segment: list[str], at: int) -> str:
    """How people of the standard call this element: SE01, UNT/1."""
    return f"{segment[0]}/{at}" if segment[0].startswith("UN") else f"{segment[0]}{at:02}"


def count(code: str, segment: list[str], seen: int, what: str, **place: Any) -> Finding | None:
    """The first element of a trailer must say how many there were."""
    claimed = element(segment, 1).strip()
    if claimed.isdecimal() and (claimed.lstrip("0") or "0") == str(seen):  # whatever its length
        return None
    return _finding(
        code,
        f"{name(segment, 1)} says {claimed or 'nothing'}, {what.format(seen)}",
        f"Correct {name(segment, 1)} to {seen} if nothing is missing. {ASK}",
        segment,
        1,
        check="segment_count" if segment[0] in OF_SETS else "group_count",
        **place,
    )


def number(code: str, segment: list[str], header: str, expected: str, **place: Any) -> Finding | None:
    """The second element of a trailer must repeat the control number of its header."""
    found = element(segment, 2)
    if found == expected:
        return None
    if same_number(found, expected):
        text = f"{name(segment, 2)} '{found}' and {header} '{expected}' differ by padding only"
        return _finding(code, text, "Taken as equal.", segment, 2, "note", "note", check="number_padding", **place)
    text = f"{name(segment, 2)} is '{found.strip()}', {header} is '{expected.strip()}': they must be equal"
    return _finding(code, text, ASK, segment, 2, check="control_number", **place)


def missing(code: str, trailer: str, before: str, **place: Any) -> Finding:
    """A trailer that never came."""
    return _finding(code, f"{trailer} is missing: {before} came first", CUT, [trailer], None, check="trailer", **place)


def doubled(code: str, header: list[str], at: int, scope: str, **place: Any) -> Finding:
    """A control number that was used before."""
    text = f"{name(header, at)} '{element(header, at).strip()}' was used before in this {scope}"
    hint = "Check whether the same document was put in twice."
    return _finding(code, text, hint, header, at, severity="warning", check="duplicate_number", **place)


def misplaced(code: str, segment: list[str], where: str, **place: Any) -> Finding:
    """A segment where none may stand."""
    return _finding(
        code, f"{segment[0][:10]} stands {where}", "It was skipped. " + ASK, segment, None, check="envelope_order", **place
    )


def junk(size: int, offset: int) -> Finding:
    """Bytes between interchanges that are none."""
    return note(
        "hub:junk",
        f"{size} bytes here belong to no interchange",
        offset=offset,
        hint="They were skipped. If an interchange is missing, its header is damaged.",
    )


def strange(why: str, segment: list[str], position: int, offset: int) -> Finding:
    """Characters that nobody agreed on; the first segment with some of them is told."""
    text = f"{segment[0][:10]} holds characters {why}; they are read as what their bytes can be"
    hint = "Agree on a character set with the sender."
    return note(STRANGE, text, check="character_set", segment=segment[0][:10], position=position, offset=offset, hint=hint)


def is_strange(finding: Finding) -> bool:
    return finding.code == STRANGE


def _finding(
    code: str,
    text: str,
    hint: str,
    segment: list[str],
    at: int | None,
    kind: Kind = "syntax",
    severity: Severity = "error",
    **place: Any,
) -> Finding:
    value = element(segment, at) if at else None
    finding = Finding(code, text, kind, severity, hint, segment=segment[0][:10], element=at, value=value)
    return finding.at(**place)
