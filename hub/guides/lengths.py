"""Lengths of elements that differ by version of the standard; the segment dictionary has those of the newest."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hub.guides.mistakes import Mistakes
from hub.guides.notation import Element
from hub.guides.segments import Segment, Segments
from hub.marked import Mark, MarkedDict

LENGTH = re.compile(r"(\d+)/(\d+)\Z")
DIRECTORY = re.compile(r"[DS](\d\d)([A-Z])")
CENTURY = 90  # directories of years before are of the next century
Era = str  # a version as text that sorts by age; "" for one that nobody can place
Steps = tuple[tuple[Era, int, int], ...]


def era(standard: str, version: str) -> Era:
    """When a version is from; "" for what is none.

    >>> era("x12", "004010VICS"), era("x12", "00501"), era("edifact", "D96A"), era("edifact", "D01B"), era("x12", "T")
    ('004010', '005010', '1996A', '2001B', '')
    """
    if standard == "x12":
        digits = version[:6]
        return digits.ljust(6, "0") if len(digits) >= 5 and digits.isdecimal() else ""
    found = DIRECTORY.match(version)
    if found is None:
        return ""
    year = int(found[1])
    return f"{(1900 if year >= CENTURY else 2000) + year}{found[2]}"


@dataclass(frozen=True, slots=True)
class Lengths:
    """By number of element: the eras in which its length changed, oldest first, and the lengths."""

    standard: str
    known: Mapping[str, Steps] = field(default_factory=dict)
    eras: tuple[Era, ...] = field(init=False)  # in which any length changed, oldest first

    def __post_init__(self) -> None:
        object.__setattr__(self, "eras", tuple(sorted({one[0] for steps in self.known.values() for one in steps})))

    def age(self, version: str) -> Era:
        """The era of a version as far as lengths know it: all versions of one age share every length."""
        when = era(self.standard, version)
        place = bisect_right(self.eras, when)
        return self.eras[place - 1] if place else (self.eras[0] if self.eras and when else "")

    def apply(self, segments: Segments, age: Era) -> Segments:
        """The dictionary as it was then."""
        return {tag: self._segment(entry, age) for tag, entry in segments.items()} if age else segments

    def _segment(self, entry: Segment, age: Era) -> Segment:
        return replace(entry, elements=tuple(self._element(element, age) for element in entry.elements))

    def _element(self, element: Element, age: Era) -> Element:
        if element.components:
            return replace(element, components=tuple(self._element(part, age) for part in element.components))
        steps = self.known.get(element.number or "", ())
        fitting = [step for step in steps if step[0] <= age] or list(steps[:1])
        if not fitting or fitting[-1][2] >= element.high:
            return element
        return replace(element, low=fitting[-1][1], high=fitting[-1][2], newest=element.high)


def read(standard: str, value: Any, mistakes: Mistakes, file: str) -> Lengths:
    """Lengths from a marked YAML value."""
    if not isinstance(value, MarkedDict):
        mistakes.add(Mark(file, 1, 1), "lengths are a mapping of element numbers")
        return Lengths(standard)
    return Lengths(
        standard, {str(number): _steps(standard, steps, value.values_at[number], mistakes) for number, steps in value.items()}
    )


def _steps(standard: str, steps: Any, mark: Mark, mistakes: Mistakes) -> Steps:
    found = []
    for version, text in steps.items() if isinstance(steps, MarkedDict) else ():
        length, when = LENGTH.match(str(text)), era(standard, str(version))
        if length is None or not when:
            mistakes.add(mark, f"`{version}: {text}` is no length of a version", 'such as `{"003010": 1/30, "005010": 1/50}`')
        else:
            found.append((when, int(length[1]), int(length[2])))
    if not found:
        mistakes.add(mark, "lengths by version are expected here", 'such as `{"003010": 1/30, "005010": 1/50}`')
    return tuple(sorted(found))
