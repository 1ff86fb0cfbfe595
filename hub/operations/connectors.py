"""What a kind of place is, can do and may be told: from its declaration and its README."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hub.sdk.connector import Connector
from hub.settings.described import default, example, fields, shapes_in, shown, written

ABILITIES = {
    "check": "says whether it can be reached",
    "pull": "is asked for messages",
    "push": "is sent messages",
    "find": "says whether it has what was sent",
    "receive": "posts to the hub",
    "lookup": "answers questions about items, stock, prices",
    "ids": "lists what it has, to be compared",
}
TABLE = re.compile(r"<!-- settings -->.*?<!-- /settings -->\n*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Told:
    """One setting in words. `need`: must be given, its default, or nothing."""

    name: str  # with the settings it stands in, such as `mail.host`
    holds: str
    need: str
    means: str
    example: str


def settings(kind: type[Connector]) -> Iterator[Told]:
    """Every setting, those inside others after them."""
    return _settings(kind.Config, "")


def _settings(model: type, above: str) -> Iterator[Told]:
    for name, field in fields(model):
        given = default(field)
        need = "must be given" if field.is_required() else f"default {given}" if given else ""
        sample = example(name, field)
        told = "" if sample is None else written(sample)
        yield Told(f"{above}{name}", shown(field.annotation).replace("`", ""), need, field.description or "", told)
        for inner in shapes_in(field.annotation):
            yield from _settings(inner, f"{above}{name}.")


def abilities(kind: type[Connector]) -> dict[str, str]:
    """What it can do, in words."""
    return {name: words for name, words in ABILITIES.items() if kind.offers(name)}


def facts(kind: type[Connector]) -> str:
    """What its README says beside title and settings; nothing where there is none."""
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    readme = Path(file).parent / "README.md" if file else None
    if readme is None or not readme.is_file():
        return ""
    return TABLE.sub("", readme.read_text(encoding="utf-8")).partition("\n")[2].strip()
