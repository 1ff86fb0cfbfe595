"""tables/ of the company and of each partner: items.csv, places.csv and packs.csv, each with source and date in its first line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from hub.mapping.crossings import Row, rows
from hub.rules.crossing import Items, by_id
from hub.rules.packs import Packs, packs
from hub.settings.desk import Desk
from hub.settings.partner import Partner

FOLDER, FILES = "tables", ("items.csv", "places.csv", "packs.csv")
PLACE = ("id", "scheme", "ours", "name", "city", "region", "postcode", "country")


@dataclass(frozen=True)
class Tables:
    """What is known of items and places; a partner's own rows come before the company's."""

    items: Sequence[Row] = ()
    places: Sequence[Row] = ()
    packs: Packs = field(default_factory=Packs)

    @cached_property
    def items_by_id(self) -> Items:
        """Read once, asked for each line of each order."""
        return by_id(self.items)


def build(desk: Desk, partners: Mapping[str, Partner]) -> dict[str, Tables]:
    """Tables by partner; the company's alone under an empty name. Mistakes are noted."""
    common = _read(desk, desk.folder / FOLDER)
    found = {"": common}
    for name, partner in partners.items():
        own = _read(desk, partner.folder / FOLDER)
        found[name] = Tables((*own.items, *common.items), (*common.places, *own.places), own.packs.over(common.packs))
    return found


def _read(desk: Desk, folder: Path) -> Tables:
    for path in sorted(folder.glob("*")):
        if path.name not in FILES:
            desk.wrong(path, f"`{path.name}` is not read", f"tables are called {', '.join(FILES)}")
    items, places, packed = (_rows(desk, folder / name) for name in FILES)
    for name in sorted({column for row in places for column in row} - set(PLACE)):
        desk.wrong(folder / "places.csv", f"a place has no `{name}`", f"its columns are {', '.join(PLACE)}")
    try:
        return Tables(tuple(items), tuple(places), packs((f"packs.csv:{at}", row) for at, row in enumerate(packed, 3)))
    except ValueError as error:
        desk.wrong(folder / "packs.csv", str(error))
        return Tables(tuple(items), tuple(places))


def _rows(desk: Desk, path: Path) -> list[Row]:
    if not path.is_file():
        return []
    try:
        return rows(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        desk.wrong(path, str(error))
        return []
