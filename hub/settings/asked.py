"""Tables that a system keeps, asked through its connector for what our own lack: tables/items.yaml, places.yaml and packs.yaml, and
the code tables of mappings."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field

from hub.rules.asking import Table
from hub.rules.duration import Duration
from hub.settings.desk import Desk
from hub.settings.endpoint import Endpoint
from hub.settings.fields import Section
from hub.settings.mistakes import Mistake, nearest
from hub.settings.sources import Source

PLACE = ("id", "scheme", "ours", "name", "city", "region", "postcode", "country")
PACK = ("unit", "contains", "of", "weight", "price")
COLUMNS: Mapping[str, tuple[str, ...] | None] = {"items": None, "places": PLACE, "packs": PACK}  # None: any id of an item
KINDS = tuple(COLUMNS)
FILES = tuple(f"{kind}.yaml" for kind in KINDS)


class AskedTable(Section):
    """A table in a system of ours. What the CSV file beside it has is not asked for."""

    system: str = Field(description="The system that is asked.", examples=["erp"])
    table: str = Field(description="The table, as its connector calls it: see its page.", examples=["items"])
    by: tuple[str, ...] = Field(
        default=(),
        description="Ids of an item by which it is asked for: the first of them that a line has. Of places: schemes of ids that "
        "are asked for; any, where none is named.",
        examples=[["vendor_part", "sku"]],
    )
    gives: Mapping[str, str] = Field(
        description="Columns, as in the CSV file, and where each stands in what the system answers: a dotted path.",
        examples=[{"sku": "code", "upc": "barcodes.0"}],
    )
    always: Mapping[str, str] = Field(
        default_factory=dict, description="Columns in which the same always stands.", examples=[{"unit": "CS", "of": "EA"}]
    )
    within: str | None = Field(
        default=None,
        description="Path of a list in the answer each of which is a row, such as the packs of an item.",
        examples=["packs"],
    )
    roles: tuple[str, ...] = Field(default=("ship_to",), description="Of places: the parties that are asked for.")
    fresh_for: Duration = Field(
        default=timedelta(hours=1),
        description="How long an answer counts for other documents too. That a key is not known counts a minute at most.",
        examples=["1h"],
    )
    unknown: Literal["hold", "warn"] = Field(
        default="hold", description="What becomes of a document with a key that the system does not know."
    )


def build(desk: Desk, folder: Path, systems: Mapping[str, Endpoint], names: set[str]) -> dict[str, Table]:
    """The tables of one folder that a system is asked for, by kind. Mistakes are noted."""
    found, there = {}, {path.name for path in desk.listed(str(folder.relative_to(desk.folder)))}
    for kind in KINDS:
        source = desk.source(folder / f"{kind}.yaml") if f"{kind}.yaml" in there else None
        if source is None:
            continue
        before = len(desk.mistakes)
        settings = source.fit(AskedTable)
        _check(desk, source, kind, systems, names)
        if settings is not None and len(desk.mistakes) == before:
            found[kind] = _table(kind, settings)
    return found


def _table(kind: str, settings: AskedTable) -> Table:
    return Table(
        system=settings.system,
        table=settings.table,
        by=settings.by,
        gives=settings.gives,
        always=settings.always,
        within=settings.within,
        roles=settings.roles,
        fresh_for=settings.fresh_for,
        holds=settings.unknown == "hold",
        own=f"{kind}.csv",
    )


def _check(desk: Desk, source: Source, kind: str, systems: Mapping[str, Endpoint], names: set[str]) -> None:
    """Names of others and columns; looked at even where the file has other mistakes, so that all show at once."""
    if source.get("system") is not None and (why := _unable(desk, str(source.get("system")), systems, names)):
        source.wrong(("system",), *why)
    if kind != "places" and not source.texts("by"):
        source.wrong((), "nothing says by which id an item is asked for", "add `by: [vendor_part]`, or another id of lines")
    _columns(source, kind)


def _unable(desk: Desk, name: str, systems: Mapping[str, Endpoint], names: set[str]) -> tuple[str, str] | None:
    """Why a system cannot be asked, and what to do; None when it can."""
    if name not in names:
        return f"there is no system `{name}`", nearest(name, names)
    if name not in systems or desk.connectors[systems[name].connector].offers("lookup"):
        return None
    able = sorted(one for one, system in systems.items() if desk.connectors[system.connector].offers("lookup"))
    hint = f"those that do: {', '.join(able)}" if able else "no system of yours does; write the rows into the CSV file"
    return f"`{name}` answers no questions: its connector `{systems[name].connector}` has no `lookup`", hint


def check_mappings(desk: Desk, systems: Mapping[str, Endpoint], names: set[str]) -> None:
    """The systems whose tables the mappings in use name."""
    for table in (table for mapping in desk.mappings.values() for table in mapping.notation.asked):
        if why := _unable(desk, table.source.system, systems, names):
            desk.mistakes.append(Mistake.at(table.mark, *why))


def _columns(source: Source, kind: str) -> None:
    known, given = COLUMNS[kind], {word: source.pairs(word) for word in ("gives", "always")}
    for word, named in given.items():
        for column in named:
            if known is not None and column not in known:
                source.wrong_key((word, column), f"a row of {kind} has no `{column}`", nearest(column, known))
    lost = [one for one in PACK[:3] if kind == "packs" and not any(one in named for named in given.values())]
    if lost:
        hint = "name a path under `gives`, or the value under `always`"
        source.wrong(("gives",), f"nothing gives {', '.join(lost)} of a pack", hint)
