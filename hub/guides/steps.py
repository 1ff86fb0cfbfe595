"""The fast path of reading: what to do with each filled element of a segment, prepared once for every set of filled ones.

Anything remarkable makes `run` give up; the segment is then read again by `inspection`, which explains. Tests hold both to
one truth.
"""

from collections.abc import Callable, Sequence
from typing import Any

from hub.formats.envelope import TransactionSet
from hub.guides.codecs import SPREAD
from hub.guides.composites import day_of, inside, over, pieces_of
from hub.guides.notation import Condition, Element, Rule
from hub.guides.quick import Decode, by_codec, dates, day, decimal, decoder, numbers
from hub.guides.values import Values, file, put, split

TEXT, CODE, DECIMAL, DATE, CHECK, ACT, OVER, PAIRS, LIST, INSIDE = range(10)
MOST_SHAPES = 512

Step = tuple[int, int, Any, int, int, Any]  # index, kind, name, shortest, longest, what the kind needs
Act = Callable[[str, Values, TransactionSet], bool]


class Shapes:
    """The steps for each set of filled elements; None where only `inspection` may read."""

    def __init__(self, elements: tuple[Element, ...], rule: Rule | None, standard: str, place: str = "") -> None:
        self.elements, self.rule, self.standard, self.place = elements, rule, standard, place
        self.first = 1 if rule else 0  # a segment has its tag in front, a composite has not
        self.known: dict[int | bytes, tuple[Step, ...] | None] = {}

    def steps(self, parts: Sequence[str]) -> tuple[Step, ...] | None:
        """What to do with these parts."""
        shape = len(parts) if "" not in parts else bytes(map(bool, parts))
        try:
            return self.known[shape]
        except KeyError:
            if len(self.known) > MOST_SHAPES:
                self.known.clear()
            steps = self.known[shape] = self._steps(parts)
            return steps

    def _steps(self, parts: Sequence[str]) -> tuple[Step, ...] | None:
        filled = {index for index, part in enumerate(parts) if part and index >= self.first}
        if not self._legal(filled):
            return None
        taken = self._taken()
        steps = [self._step(index, self.elements[index - self.first]) for index in sorted(filled - taken)]
        last = self._last(filled)
        if None in steps or last is None:
            return None
        return (*(step for step in steps if step is not None), *last)

    def _legal(self, filled: set[int]) -> bool:
        """No element too many or forbidden, none missing, and the conditional notes hold."""
        if max(filled, default=0) >= len(self.elements) + self.first:
            return False
        for index, element in enumerate(self.elements, self.first):
            if element.use != "may" and (index in filled) != (element.use == "must"):
                return False
            if index in filled and element.equals:
                return False
            if element.over and not self._plain_over(index, element, filled):
                return False
        return not self.rule or not any(broken(note, filled) for note in self.rule.conditions)

    def _plain_over(self, index: int, element: Element, filled: set[int]) -> bool:
        """True where the other elements of a codec are empty, or components that the fast path can take with it."""
        others = {it.component - 1 if not self.rule else it.element for it in element.over if it != element.address}
        if self.rule or any(it.element != element.address.element for it in element.over):
            return index not in filled or not others & filled
        return index in filled or not others & filled

    def _taken(self) -> set[int]:
        """Elements that need no step of their own: qualifiers, and members of groups."""
        if not self.rule:
            return set()
        taken = {self.rule.key.address.element} if self.rule.key and self.rule.key.table and self._plain_key() else set()
        for pairs in self.rule.pairs:
            taken.update(range(pairs.first, pairs.last + 1))
        if self.rule.groups:
            taken.update(range(self.rule.groups.first, self.rule.groups.last + 1))
        return taken

    def _plain_key(self) -> bool:
        key = self.rule.key if self.rule else None
        element = self.rule.element(key.address) if self.rule and key else None
        return bool(key and not key.address.component and element and not element.carries and not element.only)

    def _last(self, filled: set[int]) -> tuple[Step, ...] | None:
        """Steps that add to what is there: they stand last, so that giving up before them leaves nothing behind."""
        if not self.rule:
            return ()
        adding = [*map(self._pair_step, self.rule.pairs, [filled] * len(self.rule.pairs))]
        if self.rule.groups:
            adding.append(self._list_step(filled))
        if None in adding or (self.rule.each is None and len(adding) > 1):
            return None
        return tuple(step for step in adding if step and step[5])

    def _pair_step(self, pairs: Any, filled: set[int]) -> Step | None:
        words = pairs.table.words if pairs.table else None
        if pairs.inside:
            inside = [(index, self._decoders(index)) for index in range(pairs.first, pairs.last + 1) if index in filled]
            if any(picky(part) for index, _ in inside for part in self.elements[index - 1].each()):
                return None
            return (0, INSIDE, pairs.into, 0, 0, (words, inside) if inside and pairs.codec == "text" else None)
        found = []
        for index in range(pairs.first, pairs.last, 2):
            if (index in filled) != (index + 1 in filled):
                return None
            if index in filled and (picky(self.elements[index - 1]) or picky(self.elements[index])):
                return None
            if index in filled:
                element = self.elements[index]
                found.append((index, decoder(element) if pairs.codec == "text" else by_codec(pairs.codec)))
        return (0, PAIRS, pairs.into, 0, 0, (words, found) if found else None)

    def _decoders(self, index: int) -> list[Decode]:
        return [decoder(component) for component in self.elements[index - 1].components]

    def _list_step(self, filled: set[int]) -> Step | None:
        groups = self.rule.groups if self.rule else None
        if not groups or groups.shared or groups.size != 1 or groups.elements[0].paths != (".",) or picky(groups.elements[0]):
            return None
        indexes = [index for index in range(groups.first, groups.last + 1) if index in filled]
        return (0, LIST, groups.each, 0, 0, (decoder(groups.elements[0]), indexes) if indexes else None)

    def _step(self, index: int, element: Element) -> Step | None:
        if element.components:
            return (index, ACT, None, 0, 0, _composite(Shapes(element.components, None, self.standard, self._tag(index))))
        if element.codec in SPREAD or (element.codec == "moment" and self.standard == "edifact"):
            return self._over(index, element)
        released = self.standard == "edifact" and self.first == 1
        simple = element.const is None and not element.only and not released
        low, high = element.low, element.high
        if simple and not element.paths:
            return (index, CHECK, None, low, high, decoder(element))
        if simple and len(element.paths) == 1 and "." not in element.paths[0][1:]:
            name = element.paths[0]
            if element.table:
                return (index, CODE, name, low, high, element.table.words)
            if element.codec in ("text", "decimal", "date", "moment"):
                kind = {"text": TEXT, "decimal": DECIMAL}.get(element.codec, DATE)
                return (index, kind, name, low, high, None)
        return (index, ACT, None, 0, 0, _acting(element, released, self._tag(index)))

    def _over(self, index: int, element: Element) -> Step | None:
        """A codec over components of this composite."""
        if self.rule or element.const is not None or element.only or not element.paths or element.paths[0].startswith("extras."):
            return None
        places = [index, *(it.component - 1 for it in element.over if it != element.address)]
        decode = day_of if element.codec == "moment" else pieces_of(element)
        paths = [split(path) for path in element.paths]
        return (index, OVER, None, element.low, element.high, (decode, places, paths))

    def _tag(self, index: int) -> str:
        return f"{self.rule.tag}{index:02}" if self.rule else f"{self.place}-{index + 1:02}"


def picky(element: Element) -> bool:
    """True for an element that takes certain codes only."""
    return element.const is not None or bool(element.only)


def run(steps: tuple[Step, ...], parts: Sequence[str], item: Values, tset: TransactionSet) -> bool:  # noqa: C901  # one branch a kind
    """Take all steps; False as soon as anything is remarkable."""
    for index, kind, name, low, high, extra in steps:
        value = parts[index]
        if kind == TEXT:
            if not low <= len(value) <= high or value[-1] == " " or not value.isprintable():
                return False
            item[name] = value
        elif kind == DECIMAL:
            number = numbers.get(value) or decimal(value)
            if number is None or not low <= len(value) <= high:
                return False
            item[name] = number
        elif kind == CODE:
            word = extra.get(value)
            if word is None:
                return False
            item[name] = word
        elif kind == DATE:
            found = dates.get(value) or day(value)
            if found is None:
                return False
            item[name] = found
        elif kind == CHECK:
            if extra(value) is None:
                return False
        elif kind == ACT:
            if not extra(value, item, tset):
                return False
        elif kind == OVER:
            if not over(parts, item, low, high, extra):
                return False
        elif kind == INSIDE:
            if not inside(parts, item, name, extra, tset):
                return False
        elif not (_pairs if kind == PAIRS else _list)(parts, item, name, extra):
            return False
    return True


def broken(note: Condition, filled: set[int]) -> int | None:
    """The element that breaks a conditional note, if one does."""
    kind, positions = note
    present = [position for position in positions if position in filled]
    absent = [position for position in positions if position not in filled]
    if kind == "E":
        return present[1] if len(present) > 1 else None
    if kind == "R":
        return None if present else positions[0]
    if kind == "P":
        return absent[0] if present and absent else None
    if positions[0] not in filled:
        return None
    wanted = absent if kind == "C" or len(absent) == len(positions) - 1 else []
    return wanted[0] if wanted else None


def _pairs(parts: Sequence[str], item: Values, into: str, extra: Any) -> bool:
    words, found = extra
    filed = []
    for index, decode in found:
        code, value = parts[index], decode(parts[index + 1])
        word = words.get(code) if words is not None else code
        if word is None or value is None:
            return False
        filed.append((word, value))
    mapping = item.setdefault(into, {})
    for word, value in filed:
        if word in mapping:
            file(mapping, word, value)
        else:
            mapping[word] = value
    return True


def _list(parts: Sequence[str], item: Values, name: str, extra: Any) -> bool:
    decode, indexes = extra
    found = [decode(parts[index]) for index in indexes]
    if None in found:
        return False
    item.setdefault(name, []).extend(found)
    return True


def _composite(shapes: Shapes) -> Act:
    def act(value: str, item: Values, tset: TransactionSet) -> bool:
        parts = tset.components(value)
        steps = shapes.steps(parts)
        return steps is not None and run(steps, parts, item, tset)

    return act


def _acting(element: Element, released: bool, place: str) -> Act:
    decode, const, only = decoder(element), element.const, frozenset(element.only)
    paths = [split(path) for path in element.paths]

    def act(value: str, item: Values, tset: TransactionSet) -> bool:
        text = tset.text(value) if released else value
        if (const is not None and text != const) or (only and text not in only):
            return False
        decoded = decode(text)
        if decoded is None:
            return False
        for path in paths:
            put(item, path, {"value": text, "place": place} if path[0] == "extras" else decoded)
        return True

    return act
