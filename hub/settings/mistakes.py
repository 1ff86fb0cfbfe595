"""Mistakes in settings: collected, each with its place, in words a person on call understands."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any

from hub.errors import Misconfigured
from hub.marked import Mark


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake: where it stands, what is wrong, what would be right."""

    file: str
    line: int
    column: int
    text: str
    hint: str | None = None
    secret: bool = False  # a secret stands there: the line is shown without it

    @classmethod
    def at(cls, mark: Mark, text: str, hint: str | None = None) -> "Mistake":
        return cls(mark.file, mark.line, mark.column, text, hint)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.text}" + (f" ({self.hint})" if self.hint else "")

    def as_dict(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "secret"}


class SettingsError(Misconfigured):
    """The company folder has mistakes."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = sorted(set(mistakes), key=lambda one: (one.file, one.line, one.column, one.text))
        super().__init__("\n".join(map(str, self.mistakes)))


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint: the nearest right name, or all of them.

    >>> nearest("foldr", ["folder", "http"])
    'did you mean `folder`?'
    >>> nearest("x12/885", ["x12/856", "x12/858"])
    'did you mean `x12/858`?'
    >>> nearest("x", ["folder", "http"])
    'known: folder, http'
    """
    names = sorted(known)
    swapped = [one for one in names if sorted(one) == sorted(name.lower())]
    near = swapped or get_close_matches(name.lower(), names, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"known: {', '.join(names)}" if names else "there are none yet"
