"""Takes one mapping of a guide apart: only known keywords, each with a value of its shape; all mistakes are noted."""

import re
from collections.abc import Callable
from typing import Any

from hub.guides.mistakes import Mistakes
from hub.guides.notation import KEYWORDS, Address, Use
from hub.marked import Mark, MarkedDict, MarkedList

ADDRESS = re.compile(r"([1-9]\d?)(?:\.([1-9]\d?))?\Z")
USES: tuple[Use, ...] = ("must", "may", "never")


class Words:
    """The keywords of one mapping, checked."""

    def __init__(self, value: Any, kind: str, mark: Mark, mistakes: Mistakes) -> None:
        self.mark, self.mistakes = mark, mistakes
        self.value = value if isinstance(value, MarkedDict) else MarkedDict(mark)
        if value is not None and not isinstance(value, MarkedDict):
            mistakes.add(mark, f"a mapping of keywords is expected here, not `{value}`")
        for key in list(self.value):
            if key not in KEYWORDS[kind]:
                article = "an" if kind[0] in "aeiou" else "a"
                mistakes.unknown(self.value.keys_at[key], f"keyword of {article} {kind}", key, KEYWORDS[kind])
                continue
            self._check(key, KEYWORDS[kind][key])

    def _check(self, key: str, shape: str) -> None:
        value, mark = self.value[key], self.at(key)
        if not SHAPES[shape](value):
            self.mistakes.add(mark, f"`{key}` must be {SAID[shape]}, not `{value}`")
            del self.value[key]

    def at(self, key: str) -> Mark:
        """Where the value of a keyword stands."""
        return self.value.values_at.get(key, self.mark)

    def has(self, key: str) -> bool:
        return key in self.value

    def text(self, key: str) -> str | None:
        value = self.value.get(key)
        return None if value is None else str(value)

    def number(self, key: str, default: int) -> int:
        value = self.value.get(key)
        return value if isinstance(value, int) else default

    def use(self, default: Use) -> Use:
        value = self.value.get("use")
        return value if value in USES else default

    def texts(self, key: str) -> tuple[str, ...]:
        return texts(self.value.get(key))

    def listed(self, key: str) -> MarkedList:
        value = self.value.get(key)
        return value if isinstance(value, MarkedList) else MarkedList(self.at(key))

    def mapping(self, key: str) -> MarkedDict:
        value = self.value.get(key)
        return value if isinstance(value, MarkedDict) else MarkedDict(self.at(key))

    def named(self, key: str, what: str, known: Any) -> str | None:
        """The value of a keyword that must be one of the known names."""
        name = self.text(key)
        if name is not None and name not in known:
            self.mistakes.unknown(self.at(key), what, name, known)
            return None
        return name


def texts(value: Any) -> tuple[str, ...]:
    """One scalar or a list of them."""
    if value is None:
        return ()
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


def address(text: str, mark: Mark, mistakes: Mistakes) -> Address | None:
    """`3` or `3.2`."""
    match = ADDRESS.match(text)
    if match is None:
        mistakes.add(mark, f"`{text}` is not the address of an element", "such as `3`, or `3.2` for a component")
        return None
    return Address(int(match[1]), int(match[2] or 0))


def _scalar(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


SHAPES: dict[str, Callable[[Any], bool]] = {
    "text": _scalar,
    "texts": lambda value: _scalar(value) or (isinstance(value, list) and all(map(_scalar, value))),
    "number": lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
    "use": lambda value: value in USES,
    "list": lambda value: isinstance(value, list),
    "mapping or list": lambda value: isinstance(value, dict | list),
    "mapping": lambda value: isinstance(value, dict),
}
SAID = {
    "text": "a text",
    "texts": "a text or a list of texts",
    "number": "a whole number",
    "use": "must, may or never",
    "list": "a list",
    "mapping or list": "a mapping or a list of them",
    "mapping": "a mapping",
}
