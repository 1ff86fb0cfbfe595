"""Syntax 4: repetitions that share one place are spread over the places that the segment dictionary has for them."""

from collections.abc import Iterable, Mapping

from hub.formats.envelope import TransactionSet
from hub.guides import faults
from hub.guides.notation import Element, Guide
from hub.guides.report import Report, Spot

Runs = Mapping[str, tuple[int, ...]]  # tag -> for each element, how many places like it follow, itself included


def runs_of(guide: Guide) -> dict[str, tuple[int, ...]]:
    """How often each element of each segment may repeat."""
    found: dict[str, tuple[int, ...]] = {}
    for rule in guide.rules():
        if len(rule.elements) >= len(found.get(rule.tag, ())):
            found[rule.tag] = _runs(rule.elements)
    return found


def _runs(elements: tuple[Element, ...]) -> tuple[int, ...]:
    runs = [1] * len(elements)
    for index in range(len(elements) - 2, -1, -1):
        if elements[index].number and elements[index].number == elements[index + 1].number:
            runs[index] = runs[index + 1] + 1
    return tuple(runs)


def spread(guide: Guide, runs: Runs, tset: TransactionSet, report: Report) -> None:
    """Change the segments of a message in place, where any of them repeats an element."""
    mark = tset.interchange.separators.repetition
    if mark is None or guide.standard != "edifact":
        return
    rules = {rule.tag: rule for rule in guide.rules()}
    for position, segment in enumerate(tset.segments[1:-1], 2):
        if any(mark in element for element in segment) and segment[0] in rules:
            segment[1:], lost = _spread(segment[1:], runs[segment[0]], mark)
            for index in lost:
                element = rules[segment[0]].elements[index] if index < len(runs[segment[0]]) else None
                spot = Spot(rules[segment[0]], position, None)
                if element:
                    text = "is repeated more often than we can read; the first repetitions are taken"
                    report.element(faults.REPEATED, spot, element, text, None)


def _spread(elements: Iterable[str], runs: tuple[int, ...], mark: str) -> tuple[list[str], list[int]]:
    made: list[str] = []
    lost: list[int] = []
    for element in elements:
        parts = element.split(mark)
        room = runs[len(made)] if len(made) < len(runs) else 1
        if len(parts) > room:
            lost.append(len(made))
        made += parts[:room] if len(parts) == 1 else [*parts[:room], *[""] * (room - len(parts))]
    return made, lost
