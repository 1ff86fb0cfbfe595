"""What mutants have in common: the sound sample they are made from, and one fault with the finding it must give."""

from collections.abc import Iterator
from dataclasses import dataclass

from hub.formats.envelope import COMPONENT
from hub.guides import faults
from hub.guides.faults import Fault
from hub.guides.notation import Address, Guide
from hub.guides.places import Place
from hub.guides.wrapping import Lines

FIRST = 2  # number of the first segment behind the header


@dataclass(frozen=True, slots=True)
class Wound:
    """One fault: what was broken where, the broken segments, and the code and place of the finding."""

    kind: str
    where: str
    text: str
    body: Lines
    code: str
    segment: str
    position: int | None = None
    element: int | None = None
    component: int | None = None

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.where}" if self.where else self.kind


@dataclass(frozen=True, slots=True)
class Ground:
    """A sound sample, and the rule that took each of its segments."""

    guide: Guide
    body: Lines
    places: dict[int, Place]
    computed: set[tuple[int, Address]]  # values that the document adds up to

    @property
    def end(self) -> int:
        """Number of the trailer."""
        return len(self.body) + FIRST

    def rules(self) -> Iterator[Place]:
        """The first segment of each rule; of a tree, of each level."""
        seen = set()
        for position in sorted(self.places):
            place = self.places[position]
            if (place.rule, place.level) not in seen:
                seen.add((place.rule, place.level))
                yield place

    def segment(self, position: int) -> list[str]:
        return self.body[position - FIRST]

    def whole(self, place: Place) -> range:
        """Numbers of a segment and all that stands in its loop."""
        last = place.position
        while last + 1 in self.places and self.inside(self.places[last + 1], place):
            last += 1
        return range(place.position, last + 1)

    def inside(self, place: Place, outer: Place) -> bool:
        """True for a segment somewhere in the loop that `outer` opened."""
        above = place.parent
        while above is not None:
            if above is outer:
                return True
            above = above.parent
        return False

    def siblings(self, place: Place) -> list[Place]:
        """Segments of the same loop, in order; itself among them."""
        return [other for _, other in sorted(self.places.items()) if other.parent is place.parent and other.scope is place.scope]

    def changed(self, position: int, segment: list[str]) -> Lines:
        """The body with another segment there."""
        at = position - FIRST
        return [*self.body[:at], segment, *self.body[at + 1 :]]

    def without(self, positions: set[int]) -> Lines:
        return [segment for number, segment in enumerate(self.body, FIRST) if number not in positions]

    def inserted(self, position: int, *segments: list[str]) -> Lines:
        """The body with more segments, the first of them at this number."""
        at = position - FIRST
        return [*self.body[:at], *segments, *self.body[at:]]

    def wound(
        self,
        kind: str,
        where: str,
        text: str,
        body: Lines,
        fault: Fault | str,
        segment: str,
        position: int,
        at: Address | None = None,
    ) -> Wound:
        """A fault of this guide's standard."""
        code = fault if isinstance(fault, str) else faults.code(fault, self.guide.standard)
        component = at.component or None if at else None
        return Wound(kind, where, text, body, code, segment, position, at.element if at else None, component)


def text_at(segment: list[str], address: Address) -> str:
    """What stands at an address."""
    raw = segment[address.element] if address.element < len(segment) else ""
    if not address.component:
        return raw
    parts = raw.split(COMPONENT)
    return parts[address.component - 1] if address.component <= len(parts) else ""


def with_text(segment: list[str], address: Address, text: str) -> list[str]:
    """The segment with another text at an address; a whole composite is replaced when no component is named."""
    result = segment + [""] * (address.element + 1 - len(segment))
    if address.component:
        parts = result[address.element].split(COMPONENT)
        parts += [""] * (address.component - len(parts))
        parts[address.component - 1] = text
        text = COMPONENT.join(parts)
    result[address.element] = text
    while len(result) > 1 and not result[-1]:
        result.pop()
    return result
