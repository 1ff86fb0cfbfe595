"""Lineage of messages that a mapping wrote: what each value was written from, and where it stands. Pure."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from hub.errors import Unreadable
from hub.formats import xml
from hub.guides.marking import inputs, leaves, own
from hub.mapping.functions import COMPUTED
from hub.mapping.layout import ROWS, TABULAR
from hub.mapping.lineage import Pair, way
from hub.mapping.mapping import Mapping as Shape
from hub.mapping.notation import UNSET, Notation, Rule
from hub.mapping.tables import columns, placed
from hub.mapping.writer import Writer
from hub.model import Document
from hub.rules.asking import NOTHING, Answers

STEP = re.compile(r"\.(\d+)(?=\.|\Z)")  # a place in a list


def written(shape: Shape, document: Document, body: bytes | None = None, told: Answers = NOTHING) -> Iterator[Pair]:
    """What each value of a message was written from; where it stands is looked up in the `body`, if that is XML."""
    writer = _Remembering(shape.notation, _listed(document.model_dump(mode="python")), told)
    message = writer.write()
    lines = _lines(shape.notation, body)
    for path, leaf, itself in _standing(shape.notation, message):
        pair = writer.origins.get(id(itself), Pair(path, None, leaf, None, "as the mapping has it"))
        yield Pair(lines.get(path, path), pair.path, leaf, pair.mark, pair.how, (), pair.inputs)


def _listed(value: Any) -> Any:
    """Lists that can be changed, to find out what a sum rests on."""
    if isinstance(value, dict):
        return {name: _listed(one) for name, one in value.items()}
    return [_listed(one) for one in value] if isinstance(value, list | tuple) else value


class _Remembering(Writer):
    """Writes one document and remembers what each value was written from."""

    def __init__(self, notation: Notation, document: dict[str, Any], told: Answers) -> None:
        super().__init__(notation, document, told)
        self.origins: dict[int, Pair] = {}
        self.alive: list[Any] = []
        self.summed: list[str] = []

    def keep(self, rule: Rule, value: Any, path: str | None) -> Any:
        if isinstance(value, dict):
            return {name: self.keep(rule, one, path) for name, one in value.items()}
        if isinstance(value, list):
            return [self.keep(rule, one, path) for one in value]
        made = own(value)
        self.alive.append(made)
        if rule.equals is not None and rule.const is UNSET:
            pair = Pair(None, None, value, rule.mark, f"computed by {rule.equals}", (), tuple(self.summed))
        else:
            at = None if path is None else STEP.sub(r"[\1]", path)
            pair = Pair(None, at, value, rule.mark, "fixed by the mapping" if path is None else way(rule))
        self.origins[id(made)] = pair
        return made

    def _computed(self, rule: Rule, item: Any, here: str) -> Any:
        """Totals and counts list all that they are made of."""
        try:
            self.summed = inputs(partial(COMPUTED[str(rule.equals)], item, self.document), self.document)
        except (ArithmeticError, TypeError, ValueError):
            self.summed = []
        return super()._computed(rule, item, here)


def _standing(notation: Notation, message: Any) -> Iterator[tuple[str, Any, Any]]:
    """Every value of a message with the place it has in the file."""
    if notation.format == "xml":
        return _elements(message, f"/{notation.root}")
    return _cells(notation, message) if notation.format in TABULAR else leaves(message)


def _elements(value: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if not isinstance(value, dict):
        yield path, value, value
        return
    for name, inner in value.items():
        several = inner if isinstance(inner, list) else [inner]
        for n, one in enumerate(several, 1):
            which = f"[{n}]" if len(several) > 1 else ""
            yield from _elements(one, path if name == "." else f"{path}/{name}{which}")


def _cells(notation: Notation, message: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    names = columns(notation)
    first = 1 if notation.layout.header == 0 or notation.format == "fixed" else 2
    for n, row in enumerate(message.get(ROWS) or [{}], first):
        once = {name: cell for name, cell in message.items() if name != ROWS}
        for name, cell in {**once, **row}.items():
            for one in cell if isinstance(cell, list) else [cell]:
                yield placed(notation, n, names, name), one, one


def _lines(notation: Notation, body: bytes | None) -> dict[str, str]:
    """Paths in XML that was written, with their lines."""
    found: dict[str, str] = {}
    if notation.format == "xml" and body is not None:
        try:
            xml.values(
                xml.parse(body), notation.namespaces, lambda value, place: found.setdefault(place.rpartition(", line ")[0], place)
            )
        except Unreadable:
            return {}
    return found
