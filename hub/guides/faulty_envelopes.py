"""Faults of the envelope: counts and control numbers that disagree, trailers that never come."""

from collections.abc import Iterator

from hub.guides.notation import Guide
from hub.guides.wounds import Wound
from hub.guides.wrapping import Lines

# trailer -> code of a wrong count, of a wrong control number, of a missing trailer
X12 = {
    "SE": ("AK502:4", "AK502:3", "AK502:2"),
    "GE": ("AK905:5", "AK905:4", "AK905:3"),
    "IEA": ("TA105:021", "TA105:001", "TA105:023"),
}
EDIFACT = {"UNT": ("0085:29", "0085:28", "0085:13"), "UNZ": ("0085:29", "0085:28", "0085:13")}
OF_SET = ("SE", "UNT")


def in_envelope(guide: Guide, segments: Lines) -> Iterator[Wound]:
    """All faults of trailers. The bodies of these wounds are whole interchanges."""
    for tag, (count, number, gone) in (X12 if guide.standard == "x12" else EDIFACT).items():
        at = next((index for index, segment in enumerate(segments) if segment[0] == tag), None)
        if at is None:
            continue
        header = next((index for index, segment in enumerate(segments) if segment[0] in ("ST", "UNH")), 0)
        place = at - header + 1 if tag in OF_SET else None
        wrong = _changed(segments, at, 1, str(int(segments[at][1]) + 9))
        yield Wound("wrong-count", f"{tag}/1", f"{tag} counts nine too many", wrong, count, tag, place, 1)
        other = "9" * len(segments[at][2])
        wrong = _changed(segments, at, 2, other)
        yield Wound("wrong-number", f"{tag}/2", f"{tag} has another control number than its header", wrong, number, tag, place, 2)
        body = [segment for index, segment in enumerate(segments) if index != at]
        yield Wound("no-trailer", tag, f"{tag} was taken out", body, gone, tag, place)


def _changed(segments: Lines, at: int, element: int, text: str) -> Lines:
    segment = list(segments[at])
    segment[element] = text
    return [*segments[:at], segment, *segments[at + 1 :]]
