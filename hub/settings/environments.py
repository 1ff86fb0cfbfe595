"""Environments: `environments/<name>/` holds files by the names of those they change; only what differs stands in them.

Keys are laid over keys; a list or a schedule takes the place of the whole one. Where another connector is named, the settings of the
one before do not count. A file of its own may add a channel or a system.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.marked import MarkedDict
from hub.settings.mistakes import nearest

if TYPE_CHECKING:
    from hub.settings.desk import Desk

FOLDER = "environments"
VARIABLE = "CROSSDOCK_ENVIRONMENT"
SCHEDULES = ("poll", "sweep", "batch", "purge")
CHANGED = re.compile(
    r"hub\.yaml|routes\.yaml|(?:channels|systems|tables|partners/[^/]+/tables)/[^/]+\.yaml|partners/([^/]+)/partner\.yaml"
)


def names(folder: Path) -> list[str]:
    """The environments of a company."""
    return sorted(path.name for path in (folder / FOLDER).glob("*") if path.is_dir() and not path.name.startswith("."))


def check(desk: "Desk") -> None:
    """The environment exists, and every file in it changes something."""
    if desk.environment is None:
        return
    root = desk.folder / FOLDER
    if desk.environment not in names(desk.folder):
        desk.wrong(root, f"there is no environment `{desk.environment}`", nearest(desk.environment, names(desk.folder)))
        return
    for path in sorted((root / desk.environment).rglob("*")):
        if path.is_file() and not path.name.startswith(".") and path.suffix != ".md":
            inside = path.relative_to(root / desk.environment).as_posix()
            if hint := _passed_over(desk.folder, inside):
                desk.wrong(path, "this file is not read", hint)


def _passed_over(folder: Path, inside: str) -> str | None:
    found = CHANGED.fullmatch(inside)
    if found is None:
        return "an environment changes hub.yaml, routes.yaml, channels/, systems/ and partners/<name>/partner.yaml"
    if found[1] and not (folder / inside).is_file():
        return f"an environment adds no partner; begin with partners/{found[1]} of the company"
    return None


def laid_over(under: Any, over: Any) -> Any:
    """One marked file over another; each key and value keeps the place it came from. Neither is touched."""
    if not (isinstance(under, MarkedDict) and isinstance(over, MarkedDict)):
        return over
    replaced = {*SCHEDULES, *(("settings",) if over.get("connector", under.get("connector")) != under.get("connector") else ())}
    result = MarkedDict(under.mark)
    for key in _keys(under, over):
        owner = over if key in over else under
        both = key in under and key in over and key not in replaced
        if key in replaced and key == "settings" and key not in over:
            continue
        result[key] = laid_over(under[key], over[key]) if both else owner[key]
        result.keys_at[key], result.values_at[key] = owner.keys_at[key], owner.values_at[key]
    return result


def _keys(under: MarkedDict, over: MarkedDict) -> Iterator[str]:
    yield from under
    yield from (key for key in over if key not in under)
