"""The fast path of reading: a guide compiled once, for documents in which nothing is remarkable.

At the first sign of anything else it gives up, and the interpreter reads the whole document again: it alone finds. What
the fast path does read is exactly what the interpreter would; tests hold both to one truth.
"""

from collections.abc import Sequence
from datetime import date, tzinfo
from decimal import InvalidOperation
from functools import lru_cache
from typing import Any

from hub.formats.envelope import TransactionSet
from hub.guides import digits
from hub.guides.fast_odd import Odd, clocked, laid_out
from hub.guides.fast_places import Paths
from hub.guides.fast_shapes import shaped
from hub.guides.forest import Forest
from hub.guides.functions import EQUALS
from hub.guides.moments import Period
from hub.guides.notation import Address, Element, Guide, Rule
from hub.guides.trees import Node
from hub.guides.unfold import TREES
from hub.guides.values import Values
from hub.guides.walk import TRAILERS


class Work:
    """What the readers of segments need besides the items they fill."""

    __slots__ = ("assumed", "components", "forests", "nodes", "numbers", "stated", "text", "zone")

    def __init__(self, tset: TransactionSet, zone: tzinfo) -> None:
        self.components, self.text, self.zone = tset.components, tset.text, zone
        self.stated: list[tuple[Element, Values, Any]] = []
        self.assumed: list[str] = []
        self.numbers: list[str] = []  # of items and places, whose check digits are still to be looked at
        self.forests: dict[int, Forest] = {}
        self.nodes = 0

    def at(self, segment: Sequence[str], address: Address) -> str:
        """The text at an address."""
        raw = segment[address.element] if address.element < len(segment) else ""
        if not address.component:
            return self.text(raw)
        parts = self.components(raw)
        return parts[address.component - 1] if address.component <= len(parts) else ""

    def clocked(self, parts: list[str], path: str | None) -> date:
        """A date with a time beside it."""
        return self._assuming(clocked(parts, self.zone), path)

    def laid_out(self, text: str, layout: str, path: str | None) -> date:
        """A date in a layout named beside it."""
        return self._assuming(laid_out(text, layout, self.zone), path)

    def numbered(self, kind: str, number: str) -> None:
        """A number whose check digit must be right."""
        if kind == digits.SSCC:
            if not digits.right(kind, number):
                raise Odd
        elif kind != digits.GLN or len(number) in digits.LENGTHS[kind]:
            self.numbers.append(number)

    def _assuming(self, moment: Any, path: str | None) -> date:
        if moment.assumed:
            if path is None:
                raise Odd
            self.assumed.append(path)
        if moment.layout or isinstance(moment.value, Period):
            raise Odd
        value: date = moment.value
        return value

    def hang(self, depth: int, rule: Rule, level: str, id_: str, parent: str) -> Values:
        """A node of a tree below its parent; gives its values."""
        forest = self.forests.get(depth)
        if forest is None:
            forest = self.forests[depth] = Forest(rule)
        node = Node(level, {}, id_, parent)
        assert rule.tree is not None
        for _ in forest.hang(node, rule.tree):
            raise Odd
        self.nodes += 1
        return node.values

    def fold(self, depth: int, item: Values) -> None:
        """The loop that holds a tree has ended."""
        forest = self.forests.pop(depth, None)
        if forest is not None:
            TREES[forest.rule.function or ""].read(forest.roots, item)


def read(guide: Guide, tset: TransactionSet, zone: tzinfo) -> tuple[Values, Work] | None:
    """The values of a document; None where the interpreter must read it."""
    paths = _paths(guide)
    if not tset.tidy and (not _tidy(tset) or _repeats(tset)):
        return None
    place, work = paths.start, Work(tset, zone)
    value: Values = {}
    items: list[Any] = [value] + [None] * paths.depth
    end = tset.size - (tset.size > 1 and tset.tag(-1) in TRAILERS)
    try:
        for shape, parts in shaped(tset, end):
            try:
                take = place.takes[parts[0]][shape]
            except KeyError:
                take = place.find(parts[0], shape)
            place = take(parts, items, work)
        if place.end is not None:
            place.end(items, work)
    except (Odd, KeyError, InvalidOperation):  # the others: a code that a table does not have, digits that are no number
        return None
    return None if work.numbers and not digits.all_right(work.numbers) else (value, work)


def differs(value: Values, work: Work) -> bool:
    """True when a stated value is not the computed one."""
    if not work.stated:
        return False
    document = {**value, "nodes": work.nodes}
    for element, item, stated in work.stated:
        expected = EQUALS[element.equals or ""].value(item, document)
        if expected is not None and expected != stated:
            return True
    return False


def _tidy(tset: TransactionSet) -> bool:
    """No control characters, and no blanks at the end of an element or component."""
    text, interchange = "|".join(map("|".join, tset.segments)), tset.interchange
    if interchange.standard == "edifact":
        text = text.replace(interchange.separators.component or "|", "|")
    component, text = interchange.separators.component, tset.text(text)
    return text.isprintable() and " |" not in text and text[-1] != " " and f" {component}" not in text


def _repeats(tset: TransactionSet) -> bool:
    """True when an element of a message of EDIFACT is repeated: the interpreter spreads repetitions over their places."""
    mark = tset.interchange.separators.repetition if tset.interchange.standard == "edifact" else None
    return mark is not None and any(mark in element for segment in tset.segments for element in segment)


@lru_cache(maxsize=512)
def _paths(guide: Guide) -> Paths:
    return Paths(guide)
