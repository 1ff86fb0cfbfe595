"""The envelope around a sample: plain, always the same, for both standards. Real ones are written by `hub.formats`."""

from hub.formats.envelope import COMPONENT, trimmed
from hub.guides.notation import Guide

Lines = list[list[str]]
X12, EDIFACT = ("*", ">", "~"), ("+", ":", "'")  # between elements, between components, behind a segment
WIDTHS = (3, 2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
SENDER, RECEIVER, NUMBER, DAY, CLOCK = "SAMPLEBUYER", "SAMPLESELLER", "1", "20261122", "0930"
USUAL = {"x12": "004010", "edifact": "D96A"}
FULL = {"x12": 6, "edifact": 4}  # length of a version that says all


def wrapped(guide: Guide, body: Lines) -> Lines:
    """Header and trailer segments around those of one document."""
    return _x12(guide, body) if guide.standard == "x12" else _edifact(guide, body)


def bare(guide: Guide) -> bool:
    """True for segments that stand in the interchange itself, without group and set around them."""
    return guide.standard == "x12" and guide.level == "interchange"


def version(guide: Guide) -> str:
    """A version that the guide was written for, the usual one if it is among them."""
    usual, size = USUAL[guide.standard], FULL[guide.standard]
    if not guide.versions or usual.startswith(guide.versions):
        return usual
    return next((it for it in guide.versions if len(it) >= size), guide.versions[0].ljust(3, "0") + "010")[:12]


def rendered(standard: str, segments: Lines) -> bytes:
    """The bytes of these segments, one a line."""
    element, component, terminator = X12 if standard == "x12" else EDIFACT
    shown = [segment if segment[0] == "ISA" else trimmed(segment) for segment in segments]
    lines = [element.join(segment).replace(COMPONENT, component) + terminator + "\n" for segment in shown]
    return "".join(lines).encode()


def _x12(guide: Guide, body: Lines) -> Lines:
    day, of = DAY[2:], version(guide)
    isa = ["ISA", "00", "", "00", "", "ZZ", SENDER, "ZZ", RECEIVER, day, CLOCK, "U", "00401", NUMBER.zfill(9), "0", "T", X12[1]]
    if of >= "00402":
        isa[11:13] = "^", of[:5]
    head = [value.ljust(width) for value, width in zip(isa, WIDTHS, strict=True)]
    if bare(guide):
        return [head, *body, ["IEA", "0", NUMBER.zfill(9)]]
    return [
        head,
        ["GS", guide.group or "PO", SENDER, RECEIVER, DAY if of >= "004010" else day, CLOCK, NUMBER, "X", of],
        ["ST", guide.set, "0001"],
        *body,
        ["SE", str(len(body) + 2), "0001"],
        ["GE", "1", NUMBER],
        ["IEA", "1", NUMBER.zfill(9)],
    ]


def _edifact(guide: Guide, body: Lines) -> Lines:
    of = version(guide)
    kind = COMPONENT.join((guide.set, of[0], of[1:4], "UN"))
    parties = [COMPONENT.join((name, "ZZ")) for name in (SENDER, RECEIVER)]
    return [
        ["UNB", COMPONENT.join(("UNOC", "3")), *parties, COMPONENT.join((DAY[2:], CLOCK)), NUMBER],
        ["UNH", "1", kind],
        *body,
        ["UNT", str(len(body) + 2), "1"],
        ["UNZ", "1", NUMBER],
    ]
