"""Lineage of messages that a mapping reads, in every format: where each value of the document stood. Pure.

As for EDI, every value is made an object of its own when it is read, and known again where it ends up.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from hub.guides.marking import MOST, leaves, own, plain, rests
from hub.mapping.asked import Asked
from hub.mapping.foreign import path_at, scalar
from hub.mapping.functions import FUNCTIONS
from hub.mapping.mapping import Mapping as Shape
from hub.mapping.messages import parse
from hub.mapping.notation import UNSET, Notation, Rule
from hub.mapping.reader import Ask, Reader
from hub.marked import Mark


@dataclass(frozen=True, slots=True)
class Pair:
    """A value of the message and a value of the document that belong together."""

    key: str | None  # place in the message; None: nothing was sent for it
    path: str | None  # of the document; None: a fixed value
    value: Any
    mark: Mark | None  # of the rule
    how: str
    beside: tuple[str, ...] = ()  # places in the message that decided that it stands here
    inputs: tuple[str, ...] = ()  # paths of the document that it is computed of


class Places:
    """Values of a message as objects of their own, each with its place."""

    def __init__(self) -> None:
        self._known: dict[int, str] = {}
        self._alive: list[Any] = []  # an object that is gone could lend its identity to another

    def keep(self, value: Any, place: str) -> Any:
        """The value to take instead."""
        made = own(value)
        if made is not value:
            self._alive.append(made)
            self._known[id(made)] = place
        return made

    def of(self, value: Any) -> str | None:
        """Where it was."""
        return self._known.get(id(value))


def read(
    shape: Shape, body: bytes, when: Mapping[str, Any] | None = None, ask: Ask | None = None
) -> list[tuple[dict[str, Any], list[Pair]]]:
    """The documents in a message, each with the lineage of all its values. Raises Unreadable as reading does."""
    places = Places()
    found = parse(shape.notation, body, when or {}, places.keep)
    return [_Tracing(shape.notation, places, ask).pairs(value) for value, _ in found]


@dataclass(frozen=True, slots=True)
class _Origin:
    place: str | None
    rule: Rule
    beside: tuple[str, ...]

    def pair(self, path: str, value: Any, rests_on: list[str]) -> Pair:
        how = way(self.rule) if self.place else "what the mapping takes where nothing is sent"
        return Pair(self.place, path, value, self.rule.mark, how, self.beside, tuple(rests_on))


class _Tracing(Reader):
    """Reads one message and remembers where each value was."""

    def __init__(self, notation: Notation, places: Places, ask: Ask | None = None) -> None:
        super().__init__(notation, ask)
        self.places = places
        self.origins: dict[int, _Origin] = {}
        self.alive: list[Any] = []
        self.filed: list[tuple[dict[str, Any], str, _Origin]] = []
        self.deciding: list[str] = []  # places of what chose the rules around

    def pairs(self, message: Any) -> tuple[dict[str, Any], list[Pair]]:
        """The values of the document, and where each is from."""
        value = self.read(message)
        homes = {place: origin for holder, path, origin in self.filed for place in self._homes(value, holder, path)}
        known = {path: id(itself) for path, _, itself in leaves(value)}
        before = {path: self.origins.get(itself) or _above(homes, path) for path, itself in known.items()}
        raw = deepcopy(value) if self.notation.finish else value
        final = self._finished(value)
        changed = self._rests(raw, final, known)
        return final, [self._pair(path, leaf, itself, before, changed) for path, leaf, itself in leaves(final)]

    def _homes(self, value: Any, holder: dict[str, Any], path: str) -> list[str]:
        """Where an item is filed in the end: for values that cannot be marked, such as true and false."""
        return [f"{at}{path}" for at in _paths(value, holder)]

    def _finished(self, value: dict[str, Any]) -> dict[str, Any]:
        for name in self.notation.finish:
            value = FUNCTIONS[name](value)
        return value

    def _rests(self, raw: Any, final: Any, known: Mapping[str, int]) -> dict[str, list[str]]:
        """Which values change what `finish` made or moved; nothing where it only filled what was missing."""
        filled = {plain(one) for one in final.get("assumed", ())}
        made = {path: (leaf, id(itself)) for path, leaf, itself in leaves(final) if not path.startswith("assumed[")}
        untouched = all(known.get(path) == one for path, (_, one) in made.items() if plain(path) not in filled)
        if (untouched and known.keys() <= made.keys()) or len(known) > MOST:
            return {}
        names = [name for name in known if not name.startswith("assumed[")]
        return rests(raw, names, {path: leaf for path, (leaf, _) in made.items()}, self._finished)

    def _pair(
        self, path: str, leaf: Any, itself: Any, before: Mapping[str, _Origin | None], changed: Mapping[str, list[str]]
    ) -> Pair:
        origin = self.origins.get(id(itself)) or before.get(path)
        others = [name for name in changed.get(path, []) if name != path]
        if origin is not None:
            return origin.pair(path, leaf, others)
        if path.partition("[")[0] == "assumed":
            return Pair(None, path, leaf, None, "assumed, since nothing was sent", (), tuple(others))
        made = " and ".join(self.notation.finish) or "the mapping"
        return Pair(None, path, leaf, None, f"made by {made}", (), tuple(others))

    # --- what the reader is asked on its way ---

    def keep(self, rule: Rule, value: Any, found: Any, filed: tuple[dict[str, Any], str], here: str) -> Any:
        given = None if rule.default is not UNSET and found is rule.default else here
        if isinstance(found, list) and isinstance(value, list) and len(found) == len(value):
            made: Any = [self._marked(rule, one, self.places.of(each) or given) for one, each in zip(value, found, strict=True)]
        else:
            made = self._marked(rule, value, self.places.of(found) or given)
        self.filed.append((*filed, _Origin(self.places.of(found) or given, rule, tuple(dict.fromkeys(self.deciding)))))
        return made

    def _marked(self, rule: Rule, value: Any, place: str | None) -> Any:
        if isinstance(value, list):
            return [self._marked(rule, one, place) for one in value]
        if isinstance(value, dict):
            return {name: self._marked(rule, one, place) for name, one in value.items()}
        made = own(value)
        if made is not value:
            self.alive.append(made)
            self.origins[id(made)] = _Origin(place, rule, tuple(dict.fromkeys(self.deciding)))
        return made

    def object(self, rules: tuple[Rule, ...], value: Any, item: dict[str, Any], path: str, key: str | None = None) -> None:
        decided = len(self.deciding)
        self.deciding += self._choosing(rules, value)
        super().object(rules, value, item, path, key)
        del self.deciding[decided:]

    def _choosing(self, rules: tuple[Rule, ...], value: Any) -> list[str]:
        """Places of what decides which rule takes what in this object: conditions, and columns that tell rows apart."""
        layout = self.notation.layout
        rows = [*layout.group, *(name for when in (*layout.skip, *layout.end) for name in when)]
        found = [place for name in rows if (place := self.places.of(_get(value, name)))]
        for rule in rules:
            for condition in rule.when:
                each = _get(value, rule.name)
                found += [place for one in each if (place := self._at(one, condition))] if isinstance(each, list) else []
                found += [place] if not isinstance(each, list) and (place := self._at(each, condition)) else []
        return found

    def _each(self, rule: Rule, found: Any, item: dict[str, Any], here: str) -> None:
        """Keys under which items are filed; a number behind one (`buyer#2`) rests on the others like it."""
        decided = len(self.deciding)
        if rule.key is not None and isinstance(found, list | dict):
            self.deciding += [
                place for one in (found if isinstance(found, list) else [found]) if (place := self._at(one, rule.key))
            ]
        super()._each(rule, found, item, here)
        del self.deciding[decided:]

    def _at(self, one: Any, path: str) -> str | None:
        there = one if path == "." else path_at(one, path)
        return self.places.of(scalar(there[0] if isinstance(there, list) and there else there))


def _get(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _above(homes: Mapping[str, _Origin], path: str) -> _Origin | None:
    """Of the path, or of what it is part of: what is kept with its place, such as an extra."""
    name = plain(path)
    while name:
        if name in homes:
            return homes[name]
        name = name.rpartition(".")[0]
    return None


def _paths(value: Any, wanted: Any, path: str = "") -> Iterator[str]:
    if value is wanted:
        yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield from _paths(inner, wanted, f"{path}{key}.")


def way(rule: Rule) -> str:
    """How a rule turns what stands there into a value."""
    if rule.function:
        return f"turned by {rule.function}"
    if rule.table is not None:
        kept = f", which {rule.table.source.system} keeps" if isinstance(rule.table, Asked) else ""
        return f"code of the table {rule.table.name}{kept}"
    return "as it is" if rule.codec.name == "text" else f"as {rule.codec.name}"
