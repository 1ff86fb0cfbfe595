"""One YAML file of the company: what it says before and after references are resolved, and how it fits a model."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from hub import marked
from hub.marked import Mark, MarkedDict, MarkedError, MarkedList
from hub.settings import secrets
from hub.settings.environments import laid_over
from hub.settings.mistakes import Mistake, nearest
from hub.settings.references import Elsewhere
from hub.settings.words import Loc, key_mark, translate, value_at

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Source:
    """A file that could be read as YAML."""

    path: Path
    file: str  # as people are shown it
    raw: Any
    value: Any  # with references resolved
    mistakes: list[Mistake]  # the common list
    remarks: list[Mistake]  # as above, of what is wrong to write though it would work

    @property
    def name(self) -> str:
        return self.path.stem

    def mark(self, *loc: str | int) -> Mark:
        """The place of a value, or of what stands nearest around it."""
        return marked.place(self.raw, loc) or Mark(self.file, 1, 1)

    def wrong(self, loc: Loc, text: str, hint: str | None = None) -> None:
        """Note a mistake at a value."""
        self.mistakes.append(Mistake.at(self.mark(*loc), text, hint))

    def wrong_key(self, loc: Loc, text: str, hint: str | None = None) -> None:
        """Note a mistake at a key."""
        self.mistakes.append(Mistake.at(key_mark(self.raw, loc) or self.mark(*loc), text, hint))

    def unknown(self, loc: Loc, what: str, name: str, known: Any) -> None:
        """Note a name that nobody knows."""
        self.wrong(loc, f"there is no {what} `{name}`", nearest(name, known))

    def get(self, *loc: str | int) -> Any:
        """The value, references resolved; None when absent."""
        return value_at(self.value, loc)

    def pairs(self, *loc: str | int) -> dict[str, Any]:
        """Keys and values at a place; none when something else stands there, which the model says."""
        found = self.get(*loc)
        return found if isinstance(found, dict) else {}

    def texts(self, *loc: str | int) -> list[str]:
        """A list of texts, or one text as a list."""
        found = self.get(*loc)
        return [str(one) for one in found] if isinstance(found, list) else [] if found is None else [str(found)]

    def fit(self, model: type[Model], loc: Loc = (), without: tuple[str, ...] = ()) -> Model | None:
        """The part at `loc` as a model; None, and mistakes noted, when it does not fit."""
        part = self.get(*loc)
        if part is not None and not isinstance(part, MarkedDict):
            self.wrong(loc, "keys and values are expected here", "write `key: value`, one a line")
            return None
        plain = {key: item for key, item in marked.unmarked(part or {}).items() if key not in without}
        try:
            return model.model_validate(plain)
        except ValidationError as error:
            self.mistakes.extend(translate(error, model, self.raw, loc, self.mark(*loc)))
            return None
        finally:
            self._remark_secrets(model, loc)

    def _remark_secrets(self, model: type[BaseModel], loc: Loc) -> None:
        for place in secrets.plain(model, value_at(self.raw, loc) or {}):
            mark = self.mark(*loc, *place)
            name = next(str(step) for step in reversed((self.name, *place)) if isinstance(step, str))
            full = re.sub(r"\W", "_", f"{self.path.parent.name if self.name == 'partner' else self.name}_{name}")
            hint = f"write `${{env:{full.upper()}}}` and set it where the hub starts, or `${{file:secrets/{full}}}`"
            told = [
                at
                for at, one in enumerate(self.mistakes)
                if (one.file, one.line, one.column) == (mark.file, mark.line, mark.column)
            ]
            for at in told:
                self.mistakes[at] = replace(self.mistakes[at], secret=True, hint=hint)
            if not told:
                self.remarks.append(
                    Mistake(mark.file, mark.line, mark.column, f"`{name}` holds a secret in plain text", hint, True)
                )


def read(path: Path, over: Path | None, elsewhere: Elsewhere, mistakes: list[Mistake], remarks: list[Mistake]) -> Source | None:
    """Read a file, and lay over it what an environment changes; None, and a mistake noted, when one of them is no YAML."""
    raw = _raw(path, mistakes)
    changed = _raw(over, mistakes) if over is not None and over != path else None
    if raw is None or (over not in (None, path) and changed is None):
        return None
    if changed is not None:
        raw = laid_over(raw, changed)
    resolved = elsewhere.resolve(raw, Mark(str(path), 1, 1), mistakes)
    return Source(path, str(path), raw, resolved, mistakes, remarks)


def _raw(path: Path, mistakes: list[Mistake]) -> MarkedDict | MarkedList | None:
    file = str(path)
    try:
        raw = marked.load(path, file)
    except MarkedError as error:
        hint = _yaml_hint(path, error) or "other mistakes of this file show once this is mended"
        mistakes.append(Mistake.at(error.mark, f"not readable as YAML: {error.message}", hint))
        return None
    except OSError as error:
        mistakes.append(Mistake(file, 1, 1, f"cannot be read: {error.strerror}"))
        return None
    if raw is None:
        raw = MarkedDict(Mark(file, 1, 1))
    if not isinstance(raw, MarkedDict | MarkedList):
        mistakes.append(Mistake(file, 1, 1, "keys and values are expected here", "write `key: value`, one a line"))
        return None
    return raw


def _yaml_hint(path: Path, error: MarkedError) -> str | None:
    """What to do about the slips that people make most."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    line = lines[error.mark.line - 1] if error.mark.line <= len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "indent with spaces: YAML takes no tabs"
    if error.message.startswith("mapping values are not allowed"):
        return "put the value in quotes: it holds a colon with a space after it"
    if special := re.search(r":\s+([*&@`%!])", line):
        return f"put the value in quotes: `{special[1]}` at its beginning means something else in YAML"
    return None
