"""Lineage: for every value of a document the element it was read from, the rule that says so, and what else decided; and what of
the document no rule used. Made by reading once more with the interpreter; nothing of this is done while documents come in.

Values are followed by what they are, not by where they stand: each is made an object of its own as it is filed, so that it
is found again wherever functions for trees and whole documents have moved it. What such a function made itself is found by
trying: an input is what changes it.
"""

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from hub.formats.envelope import TransactionSet
from hub.guides.functions import EQUALS
from hub.guides.inspection import part
from hub.guides.marking import MOST, Marking, Spotted, inputs, leaves, plain, rests
from hub.guides.notation import Address, Guide, Rule
from hub.guides.places import Tour
from hub.guides.plan import plan
from hub.guides.reader import Defaults, finish
from hub.guides.uses import companions, element_at, how, uses
from hub.guides.values import Values
from hub.marked import Mark

NUMBERED = re.compile(r"#\d+")


@dataclass(frozen=True, slots=True)
class Source:
    """What one place of the document says, and who reads it."""

    at: Spotted
    tag: str
    text: str
    offset: int | None
    rule: str  # as a change of a guide would name it: `PO1/N1/2`
    mark: Mark | None
    how: str  # read as date, code of the table units …

    @property
    def name(self) -> str:
        return self.at.address.of(self.tag)


@dataclass(frozen=True, slots=True)
class Line:
    """Where one value of a document comes from."""

    path: str
    value: Any
    source: Source | None  # None: nobody sent it
    beside: Sequence[Source] = ()  # what decides where it stands: qualifiers, keys, what opened its loop
    computed: str | None = None  # the function that made it
    inputs: Sequence[str] = ()  # paths that it was made of


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that was sent and that no rule used."""

    at: Spotted
    tag: str
    text: str
    rule: str  # address of its rule, or the tag where no rule took the segment

    @property
    def name(self) -> str:
        return self.at.address.of(self.tag)

    @property
    def path(self) -> str:
        """The same for every document: the rule and the element."""
        return f"{self.rule}/{self.at.address}"


@dataclass(slots=True)
class Trace:
    """One document, traced."""

    lines: list[Line] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)
    filled: int = 0  # elements and components that hold something
    uses: dict[Spotted, str] = field(default_factory=dict)  # what became of each of them
    sums: dict[Spotted, tuple[str, Sequence[str]]] = field(default_factory=dict)  # values that can be computed: how, and of what

    @property
    def share(self) -> float:
        """How much of what was sent is used: 1.0 is all of it."""
        return 1.0 if not self.filled else 1 - len(self.leftovers) / self.filled

    def under(self, path: str) -> list[Line]:
        """The value at this path, or all below it; places in lists are written [0] or .0."""
        wanted = plain(path)
        return [one for one in self.lines if plain(one.path) == wanted or plain(one.path).startswith(f"{wanted}.")]


def traced(guide: Guide, tset: TransactionSet, defaults: Defaults | None = None) -> Trace:
    """The lineage of one document, read by its guide."""
    return _Tracer(guide, tset, defaults or Defaults()).trace


class _Tracer:
    def __init__(self, guide: Guide, tset: TransactionSet, defaults: Defaults) -> None:
        self.guide, self.tset, self.defaults = guide, tset, defaults
        tour = Tour(plan(guide), tset, defaults.zone)
        tour.inspector = self.marks = Marking(tset, tour.report, defaults.zone)
        self.value = tour.read()
        self.places = tour.places
        self.offsets = tset.offsets()
        self.read = list(leaves(self.value))  # before functions for the whole document
        self.before = {path: self.marks.origins.get(id(itself)) for path, _, itself in self.read}
        self.trees = [at for at, place in self.places.items() if place.rule.tree]
        self.trace = Trace()
        self._sums(tour)
        raw = deepcopy(self.value)
        finish(guide, self.value, list(self.marks.assumed), defaults)
        self._lines(raw)
        self._use()

    # --- values ---

    def _lines(self, raw: Values) -> None:
        rests = self._rests(raw)
        for path, leaf, itself in leaves(self.value):
            at, inputs_ = self.marks.origins.get(id(itself)), rests.get(path, [])
            others = [one for name in inputs_ if (one := self.before[name]) is not None and one != at]
            if at is None:
                beside = [*self._nodes(), *map(self._source, others)]
                self.trace.lines.append(Line(path, leaf, None, beside, self._maker(path), inputs_))
            else:
                beside = [*self._beside(at), *map(self._source, others)]
                self.trace.lines.append(Line(path, leaf, self._source(at), beside))
        self.trace.lines = sorted(self._numbered(), key=lambda line: _order(line.path))

    def _numbered(self) -> Iterator[Line]:
        """A key such as `buyer#2` is there because another took `buyer`: it rests on that one too."""
        taken: dict[str, dict[Spotted, Source]] = {}
        for line in self.trace.lines:
            for name in _prefixes(line.path):
                sources = [*([line.source] if line.source else []), *line.beside]
                taken.setdefault(NUMBERED.sub("", name), {}).update((one.at, one) for one in sources)
        for line in self.trace.lines:
            names = [NUMBERED.sub("", name) for name in _prefixes(line.path) if NUMBERED.search(name.rpartition(".")[2])]
            others = {at: one for name in names for at, one in taken[name].items() if one != line.source}
            yield replace(line, beside=tuple({one.at: one for one in (*line.beside, *others.values())}.values()))

    def _maker(self, path: str) -> str:
        if path.partition("[")[0] == "assumed" or path in self.value.get("assumed", ()):
            return "assumed, since nothing was sent"
        functions = [*self.guide.finish, *{self.places[at].rule.function or "" for at in self.trees}]
        return f"made by {' and '.join(functions)}" if functions else "the same for every document of this guide"

    def _nodes(self) -> list[Source]:
        """What builds the tree, if there is one: what a function for trees makes rests on all of it."""
        found = [Spotted(at, one) for at in self.trees for one in _tree(self.places[at].rule)]
        return [self._source(one) for one in found if self._text(one)]

    def _sums(self, tour: Tour) -> None:
        """Values that the document adds up to, with all that is added."""
        document = {**tour.value, "nodes": tour.nodes}  # its lists and mappings are those that are changed
        for stated in tour.inspector.stated:
            name, at = stated.element.equals or "", Spotted(stated.spot.position, stated.element.address)
            found = inputs(partial(EQUALS[name].value, stated.item, document), tour.value)
            nodes = [f"{self.tset.segments[one - 1][0]} in segment {one}" for one in self.trees]
            self.trace.sums[at] = (name, found or (nodes if name == "node_count" else []))

    def _rests(self, raw: Values) -> dict[str, list[str]]:
        """Which values change what the functions for the whole document made or moved: each value is changed once."""
        final = {path: (leaf, id(itself)) for path, leaf, itself in leaves(self.value) if not path.startswith("assumed[")}
        known = {path: id(itself) for path, _, itself in self.read}
        untouched = all(known.get(path) == one for path, (_, one) in final.items())
        if (untouched and known.keys() <= final.keys()) or len(known) > MOST:
            return {}
        return rests(raw, known, {path: leaf for path, (leaf, _) in final.items()}, self._again)

    def _again(self, values: Values) -> Values:
        finish(self.guide, values, [], self.defaults)
        return values

    def _source(self, at: Spotted) -> Source:
        segment, place = self.tset.segments[at.position - 1], self.places[at.position]
        element = element_at(place.rule, at.address)
        address = f"{place.address}/{at.address}"
        offset = self.offsets[at.position - 1] if at.position <= len(self.offsets) else None
        mark = (element.mark if element else None) or place.rule.mark
        return Source(at, segment[0], self._text(at), offset, address, mark, how(place.rule, element, at.address))

    def _beside(self, at: Spotted) -> list[Source]:
        """Codes that chose the rule or the key, of this segment and of those that opened the loops around it."""
        found, place, inner = list[Spotted](), self.places.get(at.position), True
        while place is not None:
            rule = place.rule
            rivals = place.scope.by_tag.get(rule.tag, ())  # had one of them taken it, it would stand elsewhere
            addresses = [when.address for one in rivals for when in one.rule.when] + ([rule.key.address] if rule.key else [])
            addresses += _tree(rule)
            if inner:
                addresses += companions(rule, at.address)
            found += [Spotted(place.position, one) for one in addresses]
            place, inner = place.parent, False
        known = [one for one in dict.fromkeys(found) if one != at and self._text(one)]
        return [self._source(one) for one in known]

    def _text(self, at: Spotted) -> str:
        segment = self.tset.segments[at.position - 1]
        raw = part(segment, at.address.element)
        if not at.address.component:
            return self.tset.text(raw).strip()
        return part(["", *self.tset.components(raw)], at.address.component).strip()

    # --- what was used ---

    def _use(self) -> None:
        carried = set(self.marks.origins.values())
        end = len(self.tset.segments) - 1
        for position, segment in enumerate(self.tset.segments[1:end], 2):
            place = self.places.get(position)
            known = uses(place.rule) if place else {}
            for address in self._filled(segment, place.rule if place else None):
                at = Spotted(position, address)
                what = "carried" if at in carried else known.get(address) or known.get(Address(address.element))
                self.trace.filled += 1
                if what:
                    self.trace.uses[at] = what
                else:
                    name = place.address if place else segment[0]
                    self.trace.leftovers.append(Leftover(at, segment[0], self._text(at), name))

    def _filled(self, segment: Sequence[str], rule: Rule | None) -> Iterator[Address]:
        """Every element that holds something; of composites every component."""
        for index, raw in enumerate(segment[1:], 1):
            element = rule.element(Address(index)) if rule else None
            parts = self.tset.components(raw) if raw and (element is None or element.components) else [raw]
            if len(parts) == 1 and not (element and element.components):
                yield from [Address(index)] if raw.strip() else []
            else:
                yield from (Address(index, n) for n, text in enumerate(parts, 1) if text.strip())


def _prefixes(path: str) -> list[str]:
    """
    >>> _prefixes("parties.buyer#2.name")
    ['parties', 'parties.buyer#2', 'parties.buyer#2.name']
    """
    steps = path.split(".")
    return [".".join(steps[: n + 1]) for n in range(len(steps))]


def _order(path: str) -> list[tuple[int, str]]:
    return [(int(step), "") if step.isdecimal() else (-1, step) for step in plain(path).split(".")]


def _tree(rule: Rule) -> list[Address]:
    return [Address(n) for n in (rule.tree.id, rule.tree.parent, rule.tree.level) if n] if rule.tree else []
