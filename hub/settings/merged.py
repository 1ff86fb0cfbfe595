"""The settings in force, file by file: each value, where it stands, and what a reference led to. Secrets are masked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from hub.marked import Mark, MarkedDict, MarkedList
from hub.rules.routing import Route
from hub.sdk.connector import Connector
from hub.settings import environments, partners, routes
from hub.settings.desk import Desk
from hub.settings.endpoint import EndpointSettings
from hub.settings.mistakes import Mistake, SettingsError
from hub.settings.partner import PartnerSettings
from hub.settings.references import REFERENCE, Elsewhere
from hub.settings.secrets import IN_ADDRESS, places
from hub.settings.service import HubSettings
from hub.settings.sources import Source
from hub.settings.words import Loc, value_at

MASK = "********"
NOT_SET = "(not set)"
SOUNDS = re.compile(r"(?:password|passphrase|token|secret|api_?key|private_?key)s?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Value:
    """One value in force. `file` is the setting's own file, as the company knows it; `mark` where the value stands."""

    file: str
    loc: Loc
    value: Any
    mark: Mark
    reference: str | None = None  # as written, where the value is kept elsewhere

    def as_dict(self) -> dict[str, Any]:
        path = ".".join(map(str, self.loc))
        place = {"from": self.mark.file, "line": self.mark.line}
        return {"file": self.file, "path": path, "value": self.value, **place, "reference": self.reference}


class _Unset(Elsewhere):
    """References that lead nowhere are no mistake of who only wants to look."""

    def _one(self, match: re.Match[str], mark: Mark, mistakes: list[Mistake]) -> str:
        unknown: list[Mistake] = []
        found = super()._one(match, mark, unknown)
        return NOT_SET if unknown else found


def merged(
    folder: Path, connectors: Mapping[str, type[Connector]], env: Mapping[str, str], environment: str | None = None
) -> list[Value]:
    """Every value of every settings file. Raises SettingsError where files cannot be read."""
    desk = Desk(folder, connectors, _Unset(env, folder), (), environment)
    environments.check(desk)
    found = [value for file, source, kinds in _sources(desk) for value in _values(file, source, kinds)]
    if desk.mistakes:
        raise SettingsError(desk.mistakes)
    return found


def _sources(desk: Desk) -> Iterator[tuple[str, Source, dict[str, type[BaseModel]]]]:
    """Each file with the models that say what is secret in it; by the key they stand under, empty for the whole file."""
    files: list[tuple[Path, type[BaseModel]]] = [(desk.folder / "hub.yaml", HubSettings), (desk.folder / routes.FILE, Route)]
    files += [
        (path, EndpointSettings) for role in ("channels", "systems") for path in desk.listed(role) if path.suffix == ".yaml"
    ]
    files += [(path / partners.FILE, PartnerSettings) for path in partners.folders(desk)]
    for path, model in files:
        if (source := desk.source(path)) is not None:
            kind = desk.connectors.get(str(source.get("connector"))) if model is EndpointSettings else None
            inner = {"settings": kind.Config} if kind is not None else {}
            yield path.relative_to(desk.folder).as_posix(), source, {"": model, **inner}


def _values(file: str, source: Source, kinds: Mapping[str, type[BaseModel]]) -> Iterator[Value]:
    secret = {(*under, *loc) for key, model in kinds.items() for under in [(key,) if key else ()]
              for loc, _ in places(model, value_at(source.raw, under))}  # fmt: skip
    for loc, written in _scalars(source.raw):
        reference = str(written) if isinstance(written, str) and REFERENCE.search(written) else None
        hidden = loc in secret or _sounds_secret(loc) or (bool(reference) and _undeclared(loc, kinds))
        found = source.get(*loc)
        value = MASK if hidden and found not in (NOT_SET, None) else _masked(found)
        told = REFERENCE.sub(_without_default, reference) if reference and hidden else _masked(reference)
        yield Value(file, loc, value, source.mark(*loc), told)


def _sounds_secret(loc: Loc) -> bool:
    """Also where nobody has declared it: rather too much is masked than too little."""
    return any(SOUNDS.search(step) for step in loc if isinstance(step, str))


def _undeclared(loc: Loc, kinds: Mapping[str, type[BaseModel]]) -> bool:
    """Settings of a connector that nobody knows: what is kept elsewhere may be a secret."""
    return loc[0] == "settings" and "settings" not in kinds


def _without_default(match: re.Match[str]) -> str:
    return f"${{{match[1].partition(':-')[0]}}}"


def _masked(value: Any) -> Any:
    return IN_ADDRESS.sub(MASK, value) if isinstance(value, str) else value


def _scalars(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, Any]]:
    """Every value that holds no other, and every empty list and mapping."""
    if isinstance(value, MarkedDict) and value:
        for key, item in value.items():
            yield from _scalars(item, (*loc, key))
    elif isinstance(value, MarkedList) and value:
        for index, item in enumerate(value):
            yield from _scalars(item, (*loc, index))
    elif loc:
        yield loc, [] if isinstance(value, MarkedList) else {} if isinstance(value, MarkedDict) else value
