"""The elements of a rule: what the segment dictionary says, with what the guide says laid over it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hub.guides import codecs
from hub.guides.functions import EQUALS
from hub.guides.keywords import Words, address
from hub.guides.mistakes import Mistakes
from hub.guides.notation import Address, Element, Groups, Pairs, Rule
from hub.guides.segments import Segment, Segments, codec_of
from hub.guides.tables import Table
from hub.marked import Mark, MarkedDict, MarkedList


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """What guides of one standard are read with: its segment dictionary and the code tables."""

    standard: str
    segments: Segments
    tables: Mapping[str, Table]

    def over(self, tables: Mapping[str, Table]) -> "Shelf":
        """The same shelf with some tables of a guide's own."""
        return replace(self, tables={**self.tables, **tables})

    def table(self, name: Any, mark: Mark, mistakes: Mistakes) -> Table | None:
        """The table of this name, if one is named."""
        if name is None:
            return None
        if str(name) not in self.tables:
            mistakes.unknown(mark, "code table", str(name), self.tables)
        return self.tables.get(str(name))


class Filler:
    """Gives a rule its elements, pairs and groups."""

    def __init__(self, shelf: Shelf, mistakes: Mistakes) -> None:
        self.shelf, self.mistakes = shelf, mistakes

    def fill(self, rule: Rule, entry: Segment, words: Words) -> Rule:
        """The rule with what its keywords say of its elements."""
        listed = self._listed(entry.elements, words.mapping("at"), entry)
        groups = self._groups(words, listed, entry)
        if groups:
            prefix = f"{groups.each}.*."
            kept = [replace(it, paths=tuple(path for path in it.paths if not path.startswith(prefix))) for it in listed]
            listed = tuple(kept)
        return replace(rule, elements=listed, pairs=self._pairs(words), groups=groups)

    def _listed(self, known: tuple[Element, ...], at: MarkedDict, entry: Segment) -> tuple[Element, ...]:
        listed = list(known)
        for text, value in at.items():
            mark = at.keys_at[text]
            place = address(text, mark, self.mistakes)
            if place is None:
                continue
            if known and place.element > len(known):
                self.mistakes.add(mark, f"{entry.tag} has {len(known)} elements", "the segment dictionary says so")
                continue
            while len(listed) < place.element:
                listed.append(Element(Address(len(listed) + 1)))
            listed[place.element - 1] = self._placed(listed[place.element - 1], place, value, at.values_at[text], bool(known))
        return tuple(listed)

    def _placed(self, element: Element, place: Address, value: Any, mark: Mark, closed: bool) -> Element:
        if not place.component:
            return self._lay(element, value, mark)
        parts = list(element.components)
        if closed and place.component > len(parts):
            self.mistakes.add(mark, f"element {place.element} has {len(parts)} components", "the segment dictionary says so")
            return element
        while len(parts) < place.component:
            parts.append(Element(Address(place.element, len(parts) + 1)))
        parts[place.component - 1] = self._lay(parts[place.component - 1], value, mark)
        return replace(element, components=tuple(parts))

    def _lay(self, element: Element, value: Any, mark: Mark) -> Element:
        words = Words(value, "element", mark, self.mistakes)
        type_ = words.text("type") or element.type
        default = codec_of(type_) if words.has("type") else element.codec
        over = [address(text, words.at("over"), self.mistakes) for text in words.texts("over")]
        table = self.shelf.table(words.text("codes"), words.at("codes"), self.mistakes)
        return replace(
            element,
            title=words.text("title") or element.title,
            type=type_,
            low=words.number("min", element.low),
            high=words.number("max", element.high),
            newest=0 if words.has("max") else element.newest,
            use=words.use(element.use),
            paths=words.texts("is"),
            codec=words.named("as", "codec", codecs.NAMES) or ("text" if table else default),
            over=tuple(place for place in over if place),
            table=table,
            only=words.texts("only"),
            const=words.text("const"),
            mark=mark,
            equals=words.named("equals", "function for a value", EQUALS),
        )

    def _pairs(self, words: Words) -> tuple[Pairs, ...]:
        value = words.value.get("pairs")
        if isinstance(value, MarkedList):
            return tuple(self._run(item, value.items_at[number]) for number, item in enumerate(value))
        return () if value is None else (self._run(value, words.at("pairs")),)

    def _run(self, value: Any, mark: Mark) -> Pairs:
        inner = Words(value, "pairs", mark, self.mistakes)
        for needed in ("from", "to", "into"):
            if not inner.has(needed):
                self.mistakes.add(inner.mark, f"`pairs` needs `{needed}`")
        table = self.shelf.table(inner.text("key"), inner.at("key"), self.mistakes)
        return Pairs(
            inner.number("from", 1),
            inner.number("to", 2),
            inner.text("into") or "",
            table,
            inner.named("as", "codec", codecs.NAMES) or "text",
            self.shelf.standard == "edifact",
            inner.texts("writes"),
        )

    def _groups(self, words: Words, listed: tuple[Element, ...], entry: Segment) -> Groups | None:
        if not words.has("groups"):
            return None
        inner = Words(words.mapping("groups"), "groups", words.at("groups"), self.mistakes)
        for needed in ("from", "to", "each", "at"):
            if not inner.has(needed):
                self.mistakes.add(inner.mark, f"`groups` needs `{needed}`")
        first, size, each = inner.number("from", 1), inner.number("size", 1), inner.text("each") or ""
        known = tuple(replace(it, address=Address(n)) for n, it in enumerate(listed[first - 1 : first - 1 + size], 1))
        own = self._listed(known, inner.mapping("at"), entry)
        return Groups(first, inner.number("to", first), size, each, own, _shared(listed, f"{each}.*."))


def _shared(listed: tuple[Element, ...], prefix: str) -> tuple[Element, ...]:
    shared = []
    for element in listed:
        paths = tuple(path.removeprefix(prefix) for path in element.paths if path.startswith(prefix))
        if paths:
            shared.append(replace(element, paths=paths))
    return tuple(shared)
