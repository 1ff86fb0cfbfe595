"""The second reader: pydifact re-reads every interchange we write and must see, one by one, the elements we meant."""

from collections import deque
from collections.abc import Iterable, Iterator
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
    counts = _Counts()
    try:
        differ = _compared(written, counts.of(_seen(written, text)))
    except Exception as error:  # pydifact raises whatever it stumbles over; any of it means: do not send
        return [disagrees(f"the second reader could not read it: {type(error).__name__} {error}")]
    return [*_tail(written, text), *differ, *counts.findings]


def _seen(written: Written, text: str) -> Iterator[list[list[str]]]:
    """Segments as lists of components; with a UNA of ours where none is written, as pydifact looks for one anywhere."""
    marks = written.separators
    usual = f"UNA{marks.component}{marks.element}{marks.decimal}{marks.release} {marks.terminator}"
    parser = Parser(factory=_Plain())  # type: ignore[arg-type]  # it is only asked to create segments
    segments = iter(parser.parse(text if written.advice else usual + text))
    next(segments)
    for segment in segments:
        yield [[segment.tag], *map(_opened, segment.elements)]


def _opened(element: Any) -> list[str]:
    return [str(part) for part in element] if isinstance(element, list) else [str(element)]


def _compared(written: Written, seen: Iterator[list[list[str]]]) -> list[Finding]:
    """The first place where the two differ; what follows would only be echoes of it. What was seen is used up."""
    for number, (meant, found) in enumerate(zip_longest(written.segments, seen), 1):
        if meant is None or found is None:
            count = number - 1 if found is None else number + sum(1 for _ in seen)
            return [disagrees(f"{len(written.segments)} segments were meant, the second reader sees {count}", number)]
        opened = [value.split(COMPONENT) for value in meant]
        if opened != found:
            at = next((at for at, pair in enumerate(zip_longest(opened, found)) if pair[0] != pair[1]), 0)
            words = f"segment {number} was meant to be {opened}, the second reader sees {found}"
            deque(seen, maxlen=0)
            return [disagrees(words, number).at(segment=meant[0], element=at or None)]
    return []


class _Counts:
    """Counts and references, which pydifact reads and does not look at."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def of(self, seen: Iterable[list[list[str]]]) -> Iterator[list[list[str]]]:
        """The same segments; what is wrong with them stands in `findings` once all are through."""
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
                    words = (
                        f"{tag} says {values[0]} and {values[1]!r}, the second reader counts {counts[tag]} and sees {reference!r}"
                    )
                    self.findings.append(disagrees(words, number + 1).at(segment=tag))
            yield segment


def _tail(written: Written, text: str) -> list[Finding]:
    """The bytes must begin with what was meant to be first, and end with the last terminator."""
    begins, ends = text.startswith(written.advice or "UNB"), text.endswith(written.separators.terminator + written.eol)
    return [] if begins and ends else [disagrees("the bytes do not begin and end with the interchange")]
