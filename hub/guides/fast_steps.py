"""What a segment does at one place of a guide: who reads it, where that leads, and how its codes choose among several rules."""

from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any, NamedTuple

from hub.guides.fast_code import Take, Writer
from hub.guides.fast_odd import Odd
from hub.guides.notation import Address
from hub.guides.plan import Entry

Closing = Callable[[list[Any], Any], None]


class Readers(dict[int, Take]):
    """The fast readers of one entry, by the number of parts a segment has."""

    def __init__(self, entry: Entry, depth: int, standard: str, marked: str | None) -> None:
        self.entry, self.depth, self.standard, self.marked = entry, depth, standard, marked

    def __missing__(self, size: int) -> Take:
        take = self[size] = Writer(self.entry, self.depth, self.standard, size, self.marked).write()
        return take


class Step(dict[int, Take]):
    """What a segment does, by the number of its parts: who reads it, where that leads, what is judged of the loops it ends."""

    def __init__(self, readers: Readers, after: Any, closing: Closing | None) -> None:
        self.readers, self.after, self.closing = readers, after, closing

    def __missing__(self, size: int) -> Take:
        longest = len(self.readers.entry.rule.elements) + 1
        take = self[size] = self.longer(longest) if size > longest else self.closed(self.leading(self.readers[size]))
        return take

    def leading(self, take: Any) -> Take:
        """The same code with the next place as its default: cheaper than asking for it afterwards."""
        return FunctionType(take.__code__, take.__globals__, take.__name__, (self.after,))

    def closed(self, take: Take) -> Take:
        """Judges first what has ended."""
        closing = self.closing
        if closing is None:
            return take

        def judge(segment: Sequence[str], items: list[Any], work: Any) -> Any:
            closing(items, work)
            return take(segment, items, work)

        return judge

    def longer(self, longest: int) -> Take:
        """Elements that the rule does not know."""
        take, rule = self[longest], self.readers.entry.rule

        def cut(segment: Sequence[str], items: list[Any], work: Any) -> Any:
            if rule.closed and any(segment[longest:]):
                raise Odd
            return take(segment[:longest], items, work)

        return cut


class Barred(NamedTuple):
    """The rule takes the segment, but the interpreter finds something."""

    def choose(self, segment: Sequence[str], work: Any) -> Step:
        raise Odd


class Levels(NamedTuple):
    """A node of a tree: its level says what follows."""

    at: int
    steps: dict[str, Step]

    def choose(self, segment: Sequence[str], work: Any) -> Step:
        return self.steps[segment[self.at] if 0 < self.at < len(segment) else ""]


class Choice(dict[int, Take]):
    """Several rules may take the segment: its codes say which, whatever its length."""

    def __init__(self, choose: Callable[[Sequence[str], Any], Step]) -> None:
        self.choose = choose

    def __missing__(self, size: int) -> Take:
        choose = self.choose

        def take(segment: Sequence[str], items: list[Any], work: Any) -> Any:
            return choose(segment, work)[size](segment, items, work)

        self[size] = take
        return take


class ByCode(Choice):
    """The same where one code says it all."""

    def __init__(self, steps: Mapping[str, Any], other: Any, place: Address, marked: str | None) -> None:
        self.steps, self.other, self.place, self.marked = steps, other, place, marked
        super().__init__(lambda segment, work: self.step(segment, work, work.at(segment, place)))

    def step(self, segment: Sequence[str], work: Any, code: str) -> Step:
        """Where this code leads."""
        found = self.steps.get(code, self.other)
        step: Step = found if isinstance(found, Step) else found.choose(segment, work)
        return step

    def __missing__(self, size: int) -> Take:
        slow, marked = super().__missing__(size), self.marked
        at, component = self.place
        if marked is None or component > 1 or at >= size:
            return slow
        takes = Takes(self.steps, size, slow)

        def take(segment: Sequence[str], items: list[Any], work: Any) -> Any:
            code = segment[at]
            if marked and marked in code:
                return slow(segment, items, work)
            return takes[code.partition(work.component)[0] if component else code](segment, items, work)

        self[size] = take
        return take


class Takes(dict[str, Take]):
    """The readers of segments of one length, by a code in them."""

    def __init__(self, steps: Mapping[str, Any], size: int, slow: Take) -> None:
        self.steps, self.size, self.slow = steps, size, slow

    def __missing__(self, code: str) -> Take:
        step = self.steps.get(code)
        if not isinstance(step, Step):
            return self.slow
        take = self[code] = step[self.size]
        return take


def choice(found: list[tuple[Any, Any]], marked: str | None) -> Choice:
    """Takes the first rule whose codes the segment has."""
    places = {place for whens, _ in found for place, _ in whens}
    if len(places) == 1 and all(len(whens) < 2 for whens, _ in found):
        steps: dict[str, Any] = {}
        for whens, step in found:
            for code in [code for _, codes in whens for code in codes]:
                steps.setdefault(code, step)
        other = Barred() if found[-1][0] else found[-1][1]  # only the last may take any code
        return ByCode(steps, other, places.pop(), marked)

    def choose(segment: Sequence[str], work: Any) -> Step:
        for whens, step in found:
            if all(work.at(segment, place) in codes for place, codes in whens):
                return step if isinstance(step, Step) else step.choose(segment, work)
        raise Odd

    return Choice(choose)
