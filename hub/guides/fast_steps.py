"""What a segment does at one place of a guide: who reads it, where that leads, and how its codes choose among several rules."""

from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any, NamedTuple

from hub.guides.fast_code import Take, Writer
from hub.guides.fast_odd import Odd
from hub.guides.fast_shapes import Shape, cut, index, size_of, text_at
from hub.guides.notation import Address
from hub.guides.plan import Entry

Closing = Callable[[list[Any], Any], None]
MOST = 1024  # readers that are written for a guide; about 8 KB each


class Written:
    """How many readers were written for a guide: whoever sends ever new shapes must not fill the memory."""

    count = 0

    def one_more(self) -> None:
        if self.count >= MOST:
            raise Odd
        self.count += 1


class Takes:
    """Who reads segments, by their shape. Whoever asks often asks `takes`, which is a plain mapping, and then `find`."""

    def __init__(self) -> None:
        self.takes: dict[Shape, Take] = {}

    def find(self, shape: Shape) -> Take:
        """Who reads those of this shape."""
        take = self.takes.get(shape)
        if take is None:
            take = self.takes[shape] = self.made(shape)
        return take

    def made(self, shape: Shape) -> Take:
        """The same for a shape that is new."""
        raise NotImplementedError


class Readers(Takes):
    """The fast readers of one entry."""

    def __init__(self, entry: Entry, depth: int, standard: str, written: Written) -> None:
        super().__init__()
        self.entry, self.depth, self.standard, self.written = entry, depth, standard, written

    def made(self, shape: Shape) -> Take:
        self.written.one_more()
        return Writer(self.entry, self.depth, self.standard, shape).write()


class Step(Takes):
    """What a segment does: who reads it, where that leads, what is judged of the loops it ends."""

    def __init__(self, readers: Readers, after: Any, closing: Closing | None) -> None:
        super().__init__()
        self.readers, self.after, self.closing = readers, after, closing

    def made(self, shape: Shape) -> Take:
        longest = len(self.readers.entry.rule.elements) + 1
        if size_of(shape) > longest:
            return self.longer(*cut(shape, longest))
        return self.closed(self.leading(self.readers.find(shape)))

    def leading(self, take: Any) -> Take:
        """The same code with the next place as its default: cheaper than asking for it afterwards."""
        return FunctionType(take.__code__, take.__globals__, take.__name__, (self.after,))

    def closed(self, take: Take) -> Take:
        """Judges first what has ended."""
        closing = self.closing
        if closing is None:
            return take

        def judge(parts: Sequence[str], items: list[Any], work: Any) -> Any:
            closing(items, work)
            return take(parts, items, work)

        return judge

    def longer(self, shape: Shape, longest: int) -> Take:
        """Elements that the rule does not know."""
        take, rule = self.find(shape), self.readers.entry.rule

        def shorter(parts: Sequence[str], items: list[Any], work: Any) -> Any:
            if rule.closed and any(parts[longest:]):
                raise Odd
            return take(parts[:longest], items, work)

        return shorter


class Barred(NamedTuple):
    """The rule takes the segment, but the interpreter finds something."""

    def choose(self, shape: Shape, parts: Sequence[str], work: Any) -> Step:
        raise Odd


class Levels(NamedTuple):
    """A node of a tree: its level says what follows."""

    at: int
    steps: dict[str, Step]

    def choose(self, shape: Shape, parts: Sequence[str], work: Any) -> Step:
        return self.steps[text_at(shape, parts, work, Address(self.at)) if self.at else ""]


class Choice(Takes):
    """Several rules may take the segment: its codes say which, whatever its shape."""

    def __init__(self, choose: Callable[[Shape, Sequence[str], Any], Step]) -> None:
        super().__init__()
        self.choose = choose

    def made(self, shape: Shape) -> Take:
        choose = self.choose

        def take(parts: Sequence[str], items: list[Any], work: Any) -> Any:
            return choose(shape, parts, work).find(shape)(parts, items, work)

        return take


class ByCode(Choice):
    """The same where one code says it all."""

    def __init__(self, steps: Mapping[str, Any], other: Any, place: Address) -> None:
        self.steps, self.other, self.place = steps, other, place
        super().__init__(self.step)

    def step(self, shape: Shape, parts: Sequence[str], work: Any) -> Step:
        """Where the code leads."""
        found = self.steps.get(text_at(shape, parts, work, self.place), self.other)
        step: Step = found if isinstance(found, Step) else found.choose(shape, parts, work)
        return step

    def made(self, shape: Shape) -> Take:
        slow, at = super().made(shape), self.plain(shape)
        if at is None:
            return slow
        steps = self.steps
        known: dict[str, Take] = {}

        def take(parts: Sequence[str], items: list[Any], work: Any) -> Any:
            code = parts[at]
            try:
                read = known[code]
            except KeyError:
                step = steps.get(code)
                if not isinstance(step, Step):
                    return slow(parts, items, work)
                read = known[code] = step.find(shape)
            return read(parts, items, work)

        return take

    def plain(self, shape: Shape) -> int | None:
        """Which of the parts is the code; None where that is not so plain."""
        if not isinstance(shape, int):
            return index(shape, self.place)
        return self.place.element if not self.place.component and self.place.element < shape else None


def choice(found: list[tuple[Any, Any]]) -> Choice:
    """Takes the first rule whose codes the segment has."""
    places = {place for whens, _ in found for place, _ in whens}
    if len(places) == 1 and all(len(whens) < 2 for whens, _ in found):
        steps: dict[str, Any] = {}
        for whens, step in found:
            for code in [code for _, codes in whens for code in codes]:
                steps.setdefault(code, step)
        other = Barred() if found[-1][0] else found[-1][1]  # only the last may take any code
        return ByCode(steps, other, places.pop())

    def choose(shape: Shape, parts: Sequence[str], work: Any) -> Step:
        for whens, step in found:
            if all(text_at(shape, parts, work, place) in codes for place, codes in whens):
                return step if isinstance(step, Step) else step.choose(shape, parts, work)
        raise Odd

    return Choice(choose)
