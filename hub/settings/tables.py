"""tables/ of the company and of each partner: items, places and packs. `items.csv` holds rows, with source and date in its first
line; `items.yaml` beside it names the system that is asked for those it has not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hub.mapping.crossings import Row, rows
from hub.rules.asking import Table
from hub.rules.crossing import Items, Places
from hub.rules.packs import Packs, packs
from hub.settings import asked
from hub.settings.asked import PLACE
from hub.settings.desk import Desk
from hub.settings.endpoint import Endpoint
from hub.settings.partner import Partner

FOLDER = "tables"
FILES = tuple(f"{kind}.csv" for kind in asked.KINDS)


@dataclass(frozen=True, slots=True)
class Tables:
    """What is known of items and places; a partner's own rows come before the company's."""

    items: Items = field(default_factory=Items)
    places: Places = field(default_factory=Places)
    packs: Packs = field(default_factory=Packs)
    asked: Mapping[str, Table] = field(default_factory=dict)  # of `items`, `places`, `packs`: what a system is asked for

    def __bool__(self) -> bool:
        return bool(self.items or self.places or self.packs.rows or self.asked)


def build(desk: Desk, partners: Mapping[str, Partner], systems: Mapping[str, Endpoint], names: set[str]) -> dict[str, Tables]:
    """Tables by partner; the company's alone under an empty name. Mistakes are noted. `names`: systems, readable or not."""
    common = _read(desk, desk.folder / FOLDER, systems, names)
    found = {"": common}
    for name, partner in partners.items():
        own = _read(desk, partner.folder / FOLDER, systems, names)
        found[name] = Tables(
            Items((*own.items, *common.items)),
            Places((*common.places, *own.places)),
            own.packs.over(common.packs),
            {**common.asked, **own.asked},
        )
    return found


def _read(desk: Desk, folder: Path, systems: Mapping[str, Endpoint], names: set[str]) -> Tables:
    for path in sorted(folder.glob("*")):
        if path.name not in (*FILES, *asked.FILES):
            desk.wrong(path, f"`{path.name}` is not read", f"tables are called {', '.join((*FILES, *asked.FILES))}")
    items, places, packed = (_rows(desk, folder / name) for name in FILES)
    for name in sorted({column for row in places for column in row} - set(PLACE)):
        desk.wrong(folder / "places.csv", f"a place has no `{name}`", f"its columns are {', '.join(PLACE)}")
    sources = asked.build(desk, folder, systems, names)
    try:
        known = packs((f"packs.csv:{at}", row) for at, row in enumerate(packed, 3))
    except ValueError as error:
        desk.wrong(folder / "packs.csv", str(error))
        known = Packs()
    return Tables(Items(items), Places(places), known, sources)


def _rows(desk: Desk, path: Path) -> list[Row]:
    if not path.is_file():
        return []
    try:
        return rows(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        desk.wrong(path, str(error))
        return []
