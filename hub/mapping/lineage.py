"""Lineage of mapped messages: which key became which canonical value, by which line of the mapping; both ways. Pure.

It follows the text of the mapping, beside the values that were read or written by it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hub.marked import Mark, MarkedDict, MarkedList
from hub.rules.condition import value_at


@dataclass(frozen=True, slots=True)
class Pair:
    """A key of the message and a path of the document that belong together."""

    key: str
    path: str | None  # None: a fixed value
    value: Any  # as the message has it
    mark: Mark
    how: str


class Follower:
    """Goes along one mapping file."""

    def __init__(self, tree: MarkedDict) -> None:
        self.tree = tree
        self.tables: dict[str, Any] = tree.get("tables") or {}

    def read(self, message: Any) -> Iterator[Pair]:
        """What each key of a message that was read became."""
        yield from self._read(self.tree.get("body") or MarkedDict(self.tree.mark), message, "", "")

    def written(self, document: Any) -> Iterator[Pair]:
        """What each key of a message was written from."""
        yield from self._written(self.tree.get("body") or MarkedDict(self.tree.mark), document, "", "")

    def _read(self, body: MarkedDict, message: Any, key: str, path: str) -> Iterator[Pair]:
        for name, rule in body.items() if isinstance(message, Mapping) else ():
            found, here = message.get(name), _joined(key, name)
            if found is None or not isinstance(rule, Mapping):
                continue
            inner = rule.get("body") or MarkedDict(body.mark)
            if "each" in rule:
                for index, item in enumerate(found if isinstance(found, list) else ()):
                    yield from self._read(inner, item, f"{here}[{index}]", _joined(path, self._place(rule, found, index)))
            elif "body" in rule:
                yield from self._read(inner, found, here, path)
            else:
                for one in _texts(rule.get("is")):
                    yield Pair(here, _joined(path, one), found, body.keys_at[name], _how(rule))

    def _place(self, rule: Any, items: list[Any], index: int) -> str:
        """Where an item of a list is filed: by its place, or under a word."""
        if "key" not in rule:
            return f"{rule['each']}[{index}]"
        words = [self._word(rule["key"], item) for item in items[: index + 1]]
        before = words[:-1].count(words[-1])
        return f"{rule['each']}.{words[-1]}" + (f"#{before + 1}" if before else "")

    def _word(self, key: Mapping[str, Any], item: Any) -> str:
        name, table = next(iter(key.items()))
        code = str(item.get(name)) if isinstance(item, Mapping) else ""
        return str((self.tables.get(table) or {}).get(code, code)) if table else code

    def _written(self, body: MarkedDict, item: Any, key: str, path: str) -> Iterator[Pair]:
        for name, rule in body.items():
            if not isinstance(rule, Mapping):
                continue
            here, mark = _joined(key, name), body.keys_at[name]
            inner = rule.get("body") or MarkedDict(body.mark)
            if "const" in rule:
                yield Pair(here, None, rule["const"], mark, "fixed by the mapping")
            elif "each" in rule:
                listed = value_at(item, str(rule["each"])) or ()
                places = listed.items() if isinstance(listed, Mapping) else enumerate(listed)
                for n, (place, one) in enumerate(places):
                    step = f"{rule['each']}.{place}" if isinstance(place, str) else f"{rule['each']}[{place}]"
                    yield from self._written(inner, one, f"{here}[{n}]", _joined(path, step))
            elif "body" in rule:
                yield from self._written(inner, item, here, path)
            else:
                yield from self._first(rule, item, here, path, mark)

    def _first(self, rule: Any, item: Any, here: str, path: str, mark: Mark) -> Iterator[Pair]:
        """Of several paths the first that has a value."""
        for one in _texts(rule.get("is")):
            value = item if one == "." else value_at(item, one)
            if value is not None:
                yield Pair(here, _joined(path, one), value, mark, _how(rule))
                return


def _joined(above: str, name: str) -> str:
    return above if name == "." else f"{above}.{name}" if above else name


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, MarkedList | list) else [str(value)]


def _how(rule: Mapping[str, Any]) -> str:
    if rule.get("codes"):
        return f"code of the table {rule['codes']}"
    return f"as {rule['as']}" if rule.get("as") else "as it is"
