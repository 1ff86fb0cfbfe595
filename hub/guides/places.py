"""Where each segment of a document belongs in its guide: the rule that took it, and the loop it stands in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from hub.formats.envelope import TransactionSet
from hub.guides.frame import Frame
from hub.guides.functions import EQUALS
from hub.guides.inspection import part
from hub.guides.notation import Address, Guide, Rule
from hub.guides.plan import Entry, Scope, plan
from hub.guides.walk import Walk


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One segment: its number from 1 (the header is 1), the rule that took it, and what it stands in."""

    position: int
    entry: Entry
    scope: Scope
    parent: "Place | None"  # the segment that opened the loop
    depth: int
    level: str = ""  # of a node of a tree

    @property
    def rule(self) -> Rule:
        return self.entry.rule

    @property
    def address(self) -> str:
        """As a change of a guide would name it: `PO1/N1/REF`, `HL/O/PRF`."""
        above = f"{self.parent.address}/" if self.parent else ""
        inner = f"{self.parent.level}/" if self.parent and self.parent.level else ""
        return above + inner + called(self.rule)


def called(rule: Rule) -> str:
    """The tag, with the code that tells it from others of this tag: `DTM[011]`."""
    return f"{rule.tag}[{rule.when[0].codes[0]}]" if rule.when else rule.tag


def places(guide: Guide, tset: TransactionSet) -> dict[int, Place]:
    """By number of the segment; what no rule took is not there."""
    tour = Tour(plan(guide), tset, UTC)
    tour.read()
    return tour.places


def computed(guide: Guide, tset: TransactionSet) -> set[tuple[int, Address]]:
    """Where a value stands that the document adds up to: the number of the segment, and the element."""
    tour = Tour(plan(guide), tset, UTC)
    document = {**tour.read(), "nodes": tour.nodes}
    stated = [(it, EQUALS[it.element.equals or ""].value(it.item, document)) for it in tour.inspector.stated]
    return {(it.spot.position, it.element.address) for it, value in stated if value is not None}


class Tour(Walk):
    """A reading that remembers which rule took which segment."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]  # as Walk takes them
        self.places: dict[int, Place] = {}
        self._openers: dict[Frame, Place] = {}

    def take(self, entry: Entry, segment: Sequence[str], position: int) -> None:
        frame = self.frame
        super().take(entry, segment, position)
        above = self._openers.get(frame)
        level, depth = "", above.depth + 1 if above else 0
        if entry.rule.tree and frame.forest:
            level = part(segment, entry.rule.tree.level).strip() if entry.rule.tree.level else ""
            depth += frame.forest.depths.get(part(segment, entry.rule.tree.id).strip(), 0)
        self.places[position] = place = Place(position, entry, frame.scope, above, depth, level)
        if self.frame is not frame:
            self._openers[self.frame] = place
