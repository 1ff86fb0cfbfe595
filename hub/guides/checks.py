"""The checks on what we read: what each covers, how strict the hub is where a partner's file says nothing, what repairing means.

A finding names its check. `strict`: it is an error, and what is wrong by the standard rejects in the acknowledgement. `tolerate`:
taken as it stands, with a warning (told to the sender) or a note (told to nobody). `repair`: taken as mended, noted with old and
new; what cannot be mended is an error. Defaults follow what real files look like: what most senders get wrong without harm is
tolerated.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from hub.findings import Finding, Severity
from hub.formats.envelope import Standard

Level = Literal["strict", "tolerate", "repair"]
Levels = Mapping[str, Level]


class Check(NamedTuple):
    """One check. `repair` says what mending means, nothing where none is possible; `told` is the severity of what is tolerated;
    `codes` are those of X12 and EDIFACT where what is tolerated has none of the standard's own; `sometimes`: only a finding that
    says its remedy has been mended, all others cannot be."""

    covers: str
    default: Level = "strict"
    repair: str = ""
    told: Severity = "warning"
    codes: tuple[str, str] | None = None
    sometimes: bool = False


CHECKS: dict[str, Check] = {
    # envelope
    "trailer": Check("a trailer (SE, GE, IEA, UNT, UNE, UNZ) that never came"),
    "envelope_order": Check("segments outside of what they belong to, headers and trailers without each other"),
    "segment_count": Check("number of segments in SE01, UNT/1", repair="the segments that are there count"),
    "group_count": Check("number of documents or groups in GE01, IEA01, UNE/1, UNZ/1", repair="what is there counts"),
    "control_number": Check("control numbers of header and trailer that differ", repair="the header's number counts"),
    "number_padding": Check(
        "control numbers of header and trailer that differ by padding only",
        "tolerate",
        "the header's number counts",
        "note",
    ),
    "interchange_number": Check("an ISA13 that is no number of nine digits", "tolerate"),
    "duplicate_number": Check("control numbers used before in the same file", "tolerate"),
    "isa_length": Check(
        "an ISA that is not 106 bytes long", "tolerate", "taken apart at its separators", codes=("TA105:022", "0085:18")
    ),
    "component_separator": Check("an ISA without its sixteenth element", "tolerate", "read as if no element had components"),
    "document_group": Check("a document in a group that is meant for others", "tolerate", "its own type counts"),
    "character_set": Check(
        "characters that the interchange does not promise, such as letters with accents under UNOA",
        "tolerate",
        "read as UTF-8 or Latin-1, whichever it is",
        "note",
        ("AK403:6", "0085:21"),
    ),
    # segments
    "segment_required": Check("a segment or loop that must be there"),
    "segment_unknown": Check("a segment that the guide does not have"),
    "segment_forbidden": Check("a segment that may not stand in this place, or that the guide forbids"),
    "segment_repeat": Check("a segment or loop that comes more often than it may"),
    "segment_order": Check("a segment that comes too late", repair="read as if it stood in its place"),
    # elements
    "element_required": Check("an element that must be filled"),
    "element_forbidden": Check("an element that must be empty", repair="left out"),
    "element_excess": Check("elements and components behind the last one there is", repair="left out"),
    "element_repeat": Check("an element repeated more often than we can read", "tolerate", "the first repetitions are read"),
    "element_length": Check(
        "values that are too long or too short",
        repair="zeros in front of numbers come and go; text that is too long is cut",
        sometimes=True,
    ),
    "version_length": Check("values that are too long for the version, and would fit in a newer one", "tolerate"),
    "element_type": Check(
        "values that are no number, and control characters",
        repair="thousand separators, currency signs and control characters go",
        sometimes=True,
    ),
    "number_style": Check("a plus sign, or a point where it is implied", "tolerate", "read as it is meant"),
    "code": Check(
        "codes other than those that the guide allows", repair="small letters become capitals, blanks in front go", sometimes=True
    ),
    "unknown_code": Check(
        "codes that our tables do not have",
        "tolerate",
        "small letters become capitals, blanks in front go",
        "note",
        ("AK403:7", "0085:12"),
        sometimes=True,
    ),
    "qualifier": Check("a qualifier in a pair that is too long or too short to be one", "tolerate"),
    "date": Check("days that are none", repair="dashes, points, slashes and a time behind the day go", sometimes=True),
    "date_layout": Check("dates of EDIFACT in a layout we cannot read, or another than stated", "tolerate"),
    "time": Check("times that are none", repair="colons go", sometimes=True),
    "conditional": Check("elements that others ask for (conditional notes P, R, C, L)", "tolerate"),
    "exclusive": Check("elements that exclude each other (conditional note E)"),
    "trailing_blank": Check("blanks at the end of a value", "tolerate", "taken off", "note", ("AK403:6", "0085:37")),
    # content: what is said, not how it is written; strict holds the document for a person, and rejects nothing
    "tree_order": Check("nodes of a tree (HL, CPS) that are not numbered in order", "tolerate", "their order counts"),
    "tree_parent": Check("a node that names a parent which is not there", "tolerate", "read as a root"),
    "tree_level": Check("a node of a level that may not stand there", "tolerate"),
    "line_count": Check("numbers of lines or nodes, hash totals", "tolerate", "what is there counts", sometimes=True),
    "totals": Check(
        "amounts: lines, allowances, taxes, totals of an invoice", "tolerate", "the computed amount counts", sometimes=True
    ),
    "totals_missing": Check("the segment of totals that was not sent", "tolerate", told="note"),
    "check_digit": Check("check digits of GTIN (EAN, UPC), GLN and SSCC", "tolerate"),
}


# What is tolerated in others' documents and never written by us.
OURS: Levels = dict.fromkeys(
    ("conditional", "qualifier", "number_style", "version_length", "date_layout", "element_repeat", "document_group"), "strict"
)


def level(name: str, levels: Levels) -> Level:
    """How strict to be with a check."""
    return levels.get(name, CHECKS[name].default)


def usual(name: str) -> Severity:
    """The severity of a finding where nothing is said of its check."""
    return CHECKS[name].told if CHECKS[name].default == "tolerate" else "error"


def mended(levels: Levels) -> frozenset[str]:
    """Checks whose faults are to be repaired."""
    return frozenset(name for name in CHECKS if level(name, levels) == "repair")


def weighed(finding: Finding, levels: Levels, standard: Standard) -> Finding:
    """The finding as these levels see it.

    >>> long = Finding("AK403:5", "is 4 long", check="element_length", remedy="EA")
    >>> [weighed(long, {"element_length": level}, "x12").severity for level in ("strict", "tolerate", "repair")]
    ['error', 'warning', 'note']
    >>> weighed(Finding("hub:trimmed", "…", "note", "note", check="trailing_blank"), {"trailing_blank": "strict"}, "x12").code
    'AK403:6'
    """
    if finding.check is None:
        return finding
    check, chosen = CHECKS[finding.check], level(finding.check, levels)
    remedy = finding.remedy if check.sometimes else check.repair
    if chosen == "repair" and remedy:
        return finding.at(severity="note", text=f"{finding.text}; mended: {remedy}", remedy=remedy)
    if chosen == "tolerate":
        return finding if finding.severity == check.told else finding.at(severity=check.told)
    if finding.kind == "application":
        return finding.at(severity="error")
    own = check.codes[standard == "edifact"] if check.codes and finding.code.startswith("hub:") else finding.code
    return finding.at(severity="error", kind="syntax", code=own)
