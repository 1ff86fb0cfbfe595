"""Mistakes in a guide, each with its place and the nearest right name; they are collected, never one at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from hub.errors import CrossdockError
from hub.marked import Mark


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: where it stands, what is wrong, what would be right."""

    mark: Mark
    text: str
    hint: str | None = None

    def __str__(self) -> str:
        return f"{self.mark}: {self.text}" + (f" ({self.hint})" if self.hint else "")


class GuideError(CrossdockError):
    """A guide has mistakes."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes), key=lambda it: (it.mark.file, it.mark.line, it.mark.column)))
        super().__init__("\n".join(map(str, self.mistakes)))


class Mistakes:
    """What was found wrong so far."""

    def __init__(self) -> None:
        self.found: list[Mistake] = []

    def add(self, mark: Mark, text: str, hint: str | None = None) -> None:
        self.found.append(Mistake(mark, text, hint))

    def unknown(self, mark: Mark, what: str, name: str, known: Iterable[str]) -> None:
        """A name nobody knows: says the nearest right ones."""
        names = sorted(known)
        near = get_close_matches(name, names, n=1, cutoff=0.5)
        hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(names)}" if names else "there are none"
        self.add(mark, f"there is no {what} `{name}`", hint)

    def stop(self) -> None:
        """Raise GuideError if anything was found."""
        if self.found:
            raise GuideError(self.found)
