"""Values kept elsewhere: `${env:NAME}` and `${file:path}`, with `${env:NAME:-default}` where there is one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.marked import Mark, MarkedDict, MarkedList
from hub.settings.mistakes import Mistake

REFERENCE = re.compile(r"\$\{([^}]*)\}")
PARTS = re.compile(r"(env|file):(.+?)(?::-(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where references lead: the environment, and files from the company's folder on."""

    env: Mapping[str, str]
    folder: Path

    def resolve(self, value: Any, mark: Mark, mistakes: list[Mistake]) -> Any:
        """The same marked value with every reference replaced; mistakes name the place of those that lead nowhere."""
        if isinstance(value, MarkedDict):
            return self._dict(value, mistakes)
        if isinstance(value, MarkedList):
            result = MarkedList(value.mark)
            result.items_at = value.items_at
            result.extend(self.resolve(item, at, mistakes) for item, at in zip(value, value.items_at, strict=True))
            return result
        if isinstance(value, str) and "${" in value:
            return REFERENCE.sub(lambda match: self._one(match, mark, mistakes), value)
        return value

    def _dict(self, value: MarkedDict, mistakes: list[Mistake]) -> MarkedDict:
        result = MarkedDict(value.mark)
        result.keys_at, result.values_at = value.keys_at, value.values_at
        for key, item in value.items():
            result[key] = self.resolve(item, value.values_at[key], mistakes)
        return result

    def _one(self, match: re.Match[str], mark: Mark, mistakes: list[Mistake]) -> str:
        parts = PARTS.fullmatch(match[1])
        if parts is None:
            mistakes.append(Mistake.at(mark, f"`{match[0]}` is no reference", "write `${env:NAME}` or `${file:path}`"))
            return match[0]
        kind, name, default = parts.groups()
        found = self.env.get(name) if kind == "env" else self._file(name)
        if found is None and default is None:
            mistakes.append(Mistake.at(mark, *_missing(kind, name)))
        return match[0] if found is None and default is None else str(default if found is None else found)

    def _file(self, name: str) -> str | None:
        try:
            return (self.folder / name).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError):
            return None


class Recalled(Elsewhere):
    """References of a configuration that is only read: what they led to is not kept, and stands in by its name."""

    def _one(self, match: re.Match[str], mark: Mark, mistakes: list[Mistake]) -> str:
        unknown: list[Mistake] = []
        found = super()._one(match, mark, unknown)
        return re.sub(r"[^\w/.-]", "-", match[1]) if unknown else found


def _missing(kind: str, name: str) -> tuple[str, str]:
    if kind == "env":
        return f"the environment has no `{name}`", f"set it where the hub starts: export {name}=…"
    return (
        f"the file `{name}` cannot be read",
        "the path starts at the company's folder; the file holds the value and nothing else",
    )
