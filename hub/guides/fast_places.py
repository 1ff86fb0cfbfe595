"""Where a reader is in a guide, as an automaton: from each place, each tag leads to the next one; made as it is needed.

A place is what the interpreter keeps in its open frames, as far as it matters for what may follow: for every open loop
its scope, the rank reached, and how often the rules of that rank were taken.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from hub.guides.fast_code import Take
from hub.guides.fast_odd import Odd
from hub.guides.fast_shapes import Shape
from hub.guides.fast_steps import Barred, Choice, Closing, Levels, Readers, Step, Takes, Written, choice
from hub.guides.notation import Guide
from hub.guides.plan import Entry, Plan, Scope, plan
from hub.guides.values import get

MOST = 4096  # places of a guide that are remembered


class Open(NamedTuple):
    """An open loop."""

    scope: Scope
    rank: int = 0
    taken: tuple[tuple[int, int], ...] = ()  # index of a rule of this rank, how often


class Place:
    """The steps from one place, by tag; `takes` holds what is known of them, in plain mappings: those are asked most quickly."""

    def __init__(self, paths: "Paths", loops: tuple[Open, ...]) -> None:
        self.paths, self.loops = paths, loops
        self.steps: dict[str, Takes] = {}
        self.takes: dict[str, dict[Shape, Take]] = {}
        self._end: tuple[Closing | None] | None = None

    def find(self, tag: str, shape: Shape) -> Take:
        """Who reads a segment of this shape; raises Odd where nobody does."""
        step = self.steps.get(tag)
        if step is None:
            step = self.steps[tag] = self.step(tag)
            self.takes[tag] = step.takes
        return step.find(shape)

    def step(self, tag: str) -> Takes:
        """What a segment with this tag does."""
        found = list(self.paths.candidates(self, tag))
        if not found:
            raise Odd
        step = found[0][1] if len(found) == 1 and not found[0][0] else choice(found)
        if isinstance(step, Barred):
            raise Odd
        return Choice(step.choose) if isinstance(step, Levels) else step

    @property
    def end(self) -> Closing | None:
        """What is judged when the document ends here."""
        if self._end is None:
            self._end = (_closing(self.loops, 0),)
        return self._end[0]


class Paths:
    """All places of one guide."""

    def __init__(self, guide: Guide) -> None:
        self.plan: Plan = plan(guide)
        self.standard, self.written = guide.standard, Written()
        self.places: dict[tuple[Open, ...], Place] = {}
        self.readers: dict[tuple[int, int], Readers] = {}
        self.depth = 2 + max((_depth(entry) for entry in self.plan.scope.entries), default=0)
        self.start = self.place((Open(self.plan.scope),))

    def place(self, loops: tuple[Open, ...]) -> Place:
        known = self.places.get(loops)
        if known is None:
            known = Place(self, loops)
            if len(self.places) < MOST:
                self.places[loops] = known
        return known

    def candidates(self, place: Place, tag: str) -> Iterator[tuple[Any, Any]]:
        """The rules that may take this tag, nearest first: the codes each asks for, and its step."""
        for depth in reversed(range(len(place.loops))):
            loop = place.loops[depth]
            for entry in loop.scope.by_tag.get(tag, ()):
                if entry.rank < loop.rank or _spent(entry, loop):
                    continue
                yield entry.whens, self.step(place, depth, entry)
                if not entry.whens:
                    return

    def step(self, place: Place, depth: int, entry: Entry) -> Any:
        loop = place.loops[depth]
        if _skips(entry, loop):
            return Barred()
        try:
            closing = _closing(place.loops, depth + 1)
        except Odd:
            return Barred()
        readers = self.readers.setdefault((id(entry), depth), Readers(entry, depth, self.standard, self.written))
        above = (*place.loops[:depth], _advanced(loop, entry))
        if entry.levels:
            assert entry.rule.tree is not None
            scopes = {code: Open(scope) for code, scope in entry.levels.items()}
            return Levels(
                entry.rule.tree.level,
                {code: Step(readers, self.place((*above, inner)), closing) for code, inner in scopes.items()},
            )
        inner = (Open(entry.scope),) if entry.scope is not None else ()
        return Step(readers, self.place((*above, *inner)), closing)


def _spent(entry: Entry, loop: Open) -> bool:
    return entry.limit is not None and entry.rank == loop.rank and dict(loop.taken).get(entry.index, 0) >= entry.limit


def _skips(entry: Entry, loop: Open) -> bool:
    """True when a segment that must be there was passed over."""
    taken = dict(loop.taken)
    passed = [it.index for it in loop.scope.checks if it.rule.use == "must" and loop.rank <= it.rank < entry.rank]
    return entry.limit == 0 or any(index not in taken for index in passed)


def _advanced(loop: Open, entry: Entry) -> Open:
    taken = dict(loop.taken) if entry.rank == loop.rank else {}
    if entry.limit is not None or entry.rule.use == "must":
        taken[entry.index] = min(taken.get(entry.index, 0) + 1, entry.limit or 1)
    return Open(loop.scope, entry.rank, tuple(sorted(taken.items())))


def _closing(loops: tuple[Open, ...], depth: int) -> Closing | None:
    """What is judged when the loops from this depth on end; raises where that is plain already."""
    needs: list[tuple[int, tuple[str, ...], tuple[str, ...]]] = []
    forests = []
    for at in reversed(range(depth, len(loops))):
        loop = loops[at]
        taken = dict(loop.taken)
        if any(it.rule.use == "must" and it.rank >= loop.rank and it.index not in taken for it in loop.scope.checks):
            raise Odd
        needs += [(at, it.each or (), it.rule.needs) for it in loop.scope.checks if it.rule.needs]
        forests += [at] if any(it.levels for it in loop.scope.entries) else []
    if not needs and not forests:
        return None

    def closing(items: list[Any], work: Any) -> None:
        for at, each, keys in needs:
            present = get(items[at], each) or {}
            if any(key not in present for key in keys):
                raise Odd
        for at in forests:
            work.fold(at, items[at])

    return closing


def _depth(entry: Entry) -> int:
    scopes = [*entry.levels.values(), *([entry.scope] if entry.scope else [])]
    return 1 + max((_depth(inner) for scope in scopes for inner in scope.entries), default=0)
