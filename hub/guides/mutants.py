"""Mutants: a valid sample broken in one place, one for each rule of its guide, with the finding it must give.

What must be found is told from the notation, not asked of the reader: tests hold the two against each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from hub.errors import CrossdockError
from hub.findings import Finding
from hub.guides import difference, wrapping
from hub.guides.faulty_elements import in_elements
from hub.guides.faulty_envelopes import in_envelope
from hub.guides.faulty_segments import in_segments
from hub.guides.notation import Guide
from hub.guides.places import computed, places
from hub.guides.samples import Sample, sample
from hub.guides.wounds import Ground, Wound
from hub.guides.wrapping import Lines


class NoMutant(CrossdockError):
    """The guide has no such rule to break."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A whole interchange with one fault, and the finding that tells it."""

    guide: Guide
    wound: Wound
    segments: Lines

    @property
    def rule(self) -> str:
        """Its name: the kind of fault and the place, such as `too-long:PO1/N1/4`."""
        return self.wound.name

    @property
    def text(self) -> str:
        """What was done, in words."""
        return self.wound.text

    @property
    def content(self) -> bytes:
        """The interchange as bytes."""
        return wrapping.rendered(self.guide.standard, self.segments)

    def told_by(self, finding: Finding) -> bool:
        """True for the finding with the rule's own code at the place of the fault."""
        wanted = self.wound
        place = (finding.segment, finding.position, finding.element, finding.component)
        return finding.code == wanted.code and place == (wanted.segment, wanted.position, wanted.element, wanted.component)


def mutants(guide: Guide, whole: Sample | None = None) -> Iterator[Mutant]:
    """One for each rule that the sample follows: by default all that the guide carries."""
    whole = whole or sample(guide)
    tset = difference.as_set(guide, whole.body)
    ground = Ground(guide, whole.body, places(guide, tset), computed(guide, tset))
    taken: set[str] = set()
    segments = () if wrapping.bare(guide) else in_segments(ground)
    for wound in (*segments, *in_elements(ground)):
        if wound.name not in taken:
            taken.add(wound.name)
            yield Mutant(guide, wound, wrapping.wrapped(guide, wound.body))
    for wound in in_envelope(guide, wrapping.wrapped(guide, whole.body)):
        yield Mutant(guide, wound, wound.body)


def mutant(guide: Guide, rule: str, whole: Sample | None = None) -> Mutant:
    """The mutant of this name, or the first of this kind. Raises NoMutant with the nearest names."""
    names = []
    for found in mutants(guide, whole):
        if rule in (found.rule, found.wound.kind):
            return found
        names.append(found.rule)
    kinds = list(dict.fromkeys(name.partition(":")[0] for name in names))
    near = get_close_matches(rule, [*kinds, *names], n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"kinds of faults: {', '.join(kinds)}"
    raise NoMutant(f"{guide.name} has no rule {rule!r} to break; {hint}")
