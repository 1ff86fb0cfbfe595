"""The second reader: pydifact re-reads every interchange we write and must see, one by one, the elements we meant."""

from itertools import zip_longest
from typing import Any, NamedTuple

from pydifact.parser import Parser

from hub.findings import Finding
from hub.formats.edifact.writer import Written
from hub.formats.envelope import COMPONENT
from hub.formats.second import disagrees


class _Segment(NamedTuple):
    tag: str
    elements: tuple[Any, ...]


class _Plain:
    """Segments as they are: pydifact's own checks look for directories that it does not ship."""

    @staticmethod
    def create_segment(name: str, *elements: Any, **_: Any) -> _Segment:
        return _Segment(name, elements)


def agree(written: Written) -> list[Finding]:
    """What the second reader sees otherwise than we meant it; empty when it agrees."""
    text = written.body.decode(written.encoding, "replace")
    try:
        seen = _read(written, text)
    except Exception as error:  # pydifact raises whatever it stumbles over; any of it means: do not send
        return [disagrees(f"the second reader could not read it: {type(error).__name__} {error}")]
    return [*_tail(written, text), *_compared(written, seen), *_counted(seen)]


def _read(written: Written, text: str) -> list[list[list[str]]]:
    """Segments as lists of components; with a UNA of ours where none is written, as pydifact looks for one anywhere."""
    marks = written.separators
    usual = f"UNA{marks.component}{marks.element}{marks.decimal}{marks.release} {marks.terminator}"
    parser = Parser(factory=_Plain())  # type: ignore[arg-type]  # it is only asked to create segments
    segments = list(parser.parse(text if written.advice else usual + text))
    return [[[segment.tag], *map(_opened, segment.elements)] for segment in segments[1:]]


def _opened(element: Any) -> list[str]:
    return [str(part) for part in element] if isinstance(element, list) else [str(element)]


def _compared(written: Written, seen: list[list[list[str]]]) -> list[Finding]:
    """The first place where the two differ; what follows would only be echoes of it."""
    for number, (meant, found) in enumerate(zip_longest(written.segments, seen), 1):
        if meant is None or found is None:
            return [disagrees(f"{len(written.segments)} segments were meant, the second reader sees {len(seen)}", number)]
        opened = [value.split(COMPONENT) for value in meant]
        if opened != found:
            at = next((at for at, pair in enumerate(zip_longest(opened, found)) if pair[0] != pair[1]), 0)
            words = f"segment {number} was meant to be {opened}, the second reader sees {found}"
            return [disagrees(words, number).at(segment=meant[0], element=at or None)]
    return []


def _counted(seen: list[list[list[str]]]) -> list[Finding]:
    """Counts and references, which pydifact reads and does not look at."""
    found: list[Finding] = []
    begun: dict[str, tuple[int, str]] = {}
    messages = groups = in_group = 0
    for number, segment in enumerate(seen):
        tag, values = segment[0][0], ["".join(element) for element in segment[1:]] + [""] * 5
        if tag in ("UNB", "UNG", "UNH"):
            begun[tag] = (number, values[0] if tag == "UNH" else values[4])
            in_group = 0 if tag == "UNG" else in_group + (tag == "UNH")
            groups, messages = groups + (tag == "UNG"), messages + (tag == "UNH")
        elif tag in ("UNT", "UNE", "UNZ"):
            start, reference = begun.get({"UNT": "UNH", "UNE": "UNG", "UNZ": "UNB"}[tag], (number, ""))
            counts = {"UNT": number - start + 1, "UNE": in_group, "UNZ": groups or messages}
            if values[:2] != [str(counts[tag]), reference]:
                words = f"{tag} says {values[0]} and {values[1]!r}, the second reader counts {counts[tag]} and sees {reference!r}"
                found.append(disagrees(words, number + 1).at(segment=tag))
    return found


def _tail(written: Written, text: str) -> list[Finding]:
    """The bytes must begin with what was meant to be first, and end with the last terminator."""
    begins, ends = text.startswith(written.advice or "UNB"), text.endswith(written.separators.terminator + written.eol)
    return [] if begins and ends else [disagrees("the bytes do not begin and end with the interchange")]
