"""The notation of guides: every keyword there is, and what a guide is once it has been read.

The words and their meaning are in docs/decisions/0003-guide-notation.md; a test holds this list to that page.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from hub.guides.example import Example
from hub.guides.tables import Table
from hub.marked import Mark

Use = Literal["must", "may", "never"]

# keyword -> the shape its value must have
KEYWORDS: dict[str, dict[str, str]] = {
    "guide": {
        "title": "text",
        "document": "text",
        "standard": "text",
        "set": "text",
        "group": "text",
        "versions": "texts",
        "body": "list",
        "finish": "texts",
        "drops": "texts",
        "implied": "mapping",
        "level": "text",
        "extends": "text",
        "change": "mapping",
        "tables": "mapping",
        "examples": "list",
    },
    "rule": {
        "title": "text",
        "use": "use",
        "max": "number",
        "when": "mapping",
        "at": "mapping",
        "each": "text",
        "key": "mapping",
        "needs": "texts",
        "body": "list",
        "pairs": "mapping or list",
        "groups": "mapping",
        "tree": "mapping",
        "levels": "mapping",
        "with": "text",
        "conditions": "texts",
    },
    "element": {
        "title": "text",
        "is": "texts",
        "use": "use",
        "as": "text",
        "over": "texts",
        "codes": "text",
        "only": "texts",
        "type": "text",
        "min": "number",
        "max": "number",
        "const": "text",
        "equals": "text",
    },
    "pairs": {
        "from": "number",
        "to": "number",
        "into": "text",
        "key": "text",
        "as": "text",
        "writes": "texts",
    },
    "groups": {"from": "number", "to": "number", "size": "number", "each": "text", "at": "mapping"},
    "tree": {"id": "number", "parent": "number", "level": "number", "children": "number"},
    "level": {"title": "text", "body": "list", "holds": "texts"},
}


class Address(NamedTuple):
    """An element of a segment, and a component of it (0: the whole element)."""

    element: int
    component: int = 0

    def __str__(self) -> str:
        return f"{self.element}.{self.component}" if self.component else str(self.element)

    def of(self, tag: str) -> str:
        """The short name of the element in this segment.

        >>> Address(3).of("BEG"), Address(2, 1).of("NAD")
        ('BEG03', 'NAD02-01')
        """
        return f"{tag}{self.element:02}" + (f"-{self.component:02}" if self.component else "")


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """One element or component: its limits, and what it carries."""

    address: Address
    title: str = ""
    number: str | None = None  # in the standard's dictionary
    type: str = "AN"
    low: int = 0
    high: int = 10**9
    newest: int = 0  # the longest in the newest version, where this one's is shorter
    use: Use = "may"
    paths: tuple[str, ...] = ()
    codec: str = "text"
    over: tuple[Address, ...] = ()
    table: Table | None = None
    only: tuple[str, ...] = ()
    const: str | None = None
    equals: str | None = None
    components: tuple["Element", ...] = ()
    mark: Mark | None = None  # where a guide speaks of it

    @property
    def carries(self) -> bool:
        """True when it reads or writes anything of the document."""
        return bool(self.paths or self.equals)

    def each(self) -> Iterator["Element"]:
        """Itself and its components."""
        yield self
        yield from self.components


class Key(NamedTuple):
    """Items are filed under the word for the code at this address; without a table under the value itself."""

    address: Address
    table: Table | None


class When(NamedTuple):
    """A rule takes only segments with one of these codes there."""

    address: Address
    codes: tuple[str, ...]


class Condition(NamedTuple):
    """A conditional note of a segment, such as P0304."""

    kind: str
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Qualifier and value side by side, filed in one mapping."""

    first: int
    last: int
    into: str
    table: Table | None
    codec: str
    inside: bool = False  # value and qualifier are components of one element
    writes: tuple[str, ...] = ()  # codes written here; empty: all

    def places(self) -> "Iterator[tuple[Address, Address]]":
        """Where qualifier and value of each pair stand."""
        if self.inside:
            yield from ((Address(index, 2), Address(index, 1)) for index in range(self.first, self.last + 1))
        else:
            yield from ((Address(index), Address(index + 1)) for index in range(self.first, self.last, 2))


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """A group of elements that repeats inside a segment; each is an item."""

    first: int
    last: int
    size: int
    each: str
    elements: tuple[Element, ...]  # at their place in the group, from 1
    shared: tuple[Element, ...]  # of the segment, for every item of it


@dataclass(frozen=True, slots=True)
class Tree:
    """Elements that make occurrences a tree."""

    id: int
    parent: int
    level: int
    children: int  # 0: not written


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One segment at its place in a body."""

    tag: str
    title: str = ""
    use: Use = "may"
    max: int | None = None  # None: any number
    carried: bool = True
    elements: tuple[Element, ...] = ()  # every element the segment may have, in order
    when: tuple[When, ...] = ()
    each: str | None = None
    key: Key | None = None
    needs: tuple[str, ...] = ()
    body: tuple["Rule", ...] | None = None
    pairs: tuple[Pairs, ...] = ()
    groups: Groups | None = None
    tree: Tree | None = None
    levels: "Mapping[str, Level]" = field(default_factory=dict)
    function: str | None = None
    conditions: tuple[Condition, ...] = ()
    mark: Mark | None = None
    closed: bool = True  # False: the dictionary does not know the segment, so nothing is checked beyond `at`

    @property
    def loop(self) -> bool:
        """True when other segments stand inside it."""
        return self.body is not None or self.tree is not None

    def inside(self) -> Iterator["Rule"]:
        """The rules one step down."""
        yield from self.body or ()
        for level in self.levels.values():
            yield from level.body

    def carriers(self) -> Iterator[Element]:
        """Every element and component that carries something."""
        for element in self.elements:
            yield from (part for part in element.each() if part.carries)

    def element(self, address: Address) -> Element | None:
        """What stands at this address."""
        if not 0 < address.element <= len(self.elements):
            return None
        element = self.elements[address.element - 1]
        if not address.component or not element.components:
            return element
        return next((part for part in element.components if part.address == address), None)


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """What stands at a node of this level of a tree."""

    title: str
    body: tuple[Rule, ...]
    holds: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Guide:
    """The one description of an EDI document."""

    name: str
    title: str
    document: str
    standard: str
    set: str
    group: str | None
    versions: tuple[str, ...]
    body: tuple[Rule, ...]
    finish: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    implied: Mapping[str, str] = field(default_factory=dict)  # path → function that says what its receiver works out himself
    level: str | None = None  # of an acknowledgement: interchange, group or document
    examples: tuple[Example, ...] = ()  # its own, not those of the guide it extends

    def __repr__(self) -> str:
        return f"<Guide {self.name}>"

    def rules(self) -> Iterator[Rule]:
        """Every rule, at any depth."""
        waiting = list(self.body)
        while waiting:
            rule = waiting.pop(0)
            yield rule
            waiting[:0] = rule.inside()


def broken(note: Condition, filled: Container[int]) -> int | None:
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
