"""The company: everything the YAML of one folder says, checked and ready."""

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hub.mapping.letters import Letters
from hub.mapping.mapping import Mapping as JsonMapping
from hub.rules.routing import Route
from hub.sdk.connector import Connector
from hub.settings import asked, conflicts, endpoints, environments, partners, routes, snapshot, tables
from hub.settings.desk import Desk
from hub.settings.endpoint import Endpoint
from hub.settings.mistakes import Mistake, SettingsError, nearest
from hub.settings.partner import Partner
from hub.settings.references import Elsewhere
from hub.settings.service import HubSettings
from hub.settings.snapshot import Snapshot
from hub.settings.tables import Tables

EXPECTED = (
    "channels", "systems", "partners", "mappings", "guides", "connectors", "environments", "tests", "tables", "secrets", "var",
    "hub.yaml", "routes.yaml",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Company:
    """One company folder. Nothing in here changes while the hub runs."""

    folder: Path
    home: Path  # relative paths in settings start here
    hub: HubSettings
    channels: Mapping[str, Endpoint]
    systems: Mapping[str, Endpoint]
    partners: Mapping[str, Partner]
    routes: tuple[Route, ...]
    mappings: Mapping[str, JsonMapping] = field(repr=False)  # by name: those that endpoints name, and the company's own
    letters: Mapping[str, Letters] = field(repr=False)  # by name, all that the endpoints name
    tables: Mapping[str, Tables] = field(repr=False)  # by partner, the company's alone under an empty name
    guide_roots: tuple[Path, ...]  # company first, product last; a partner's own come before
    snapshot: Snapshot = field(repr=False)  # of everything that decides, as it was read
    environment: str | None = None
    remarks: tuple[Mistake, ...] = ()  # what works and should still not be so, such as secrets in plain text

    @property
    def hash(self) -> str:
        """One name for everything that decides: company, product and release."""
        return self.snapshot.hash

    @property
    def endpoints(self) -> dict[str, Endpoint]:
        """Channels and systems by name; names are unique over both."""
        return {**self.channels, **self.systems}

    def tables_for(self, partner: str | None) -> Tables:
        """What is known of items and places where this partner is concerned."""
        return self.tables.get(partner or "", self.tables[""])

    def roots(self, partner: Partner | None) -> tuple[Path, ...]:
        """Where guides of this partner are looked for, in order."""
        return self.guide_roots if partner is None else (partner.folder / "guides", *self.guide_roots)


def load(
    folder: Path,
    connectors: Mapping[str, type[Connector]],
    env: Mapping[str, str],
    *,
    home: Path | None = None,
    product: Path | None = None,
    elsewhere: Elsewhere | None = None,
    environment: str | None = None,
) -> Company:
    """Read a company folder, with what an environment changes. Raises SettingsError with every mistake in it.

    `home` is where relative paths start: by default beside a folder called `config`, else the folder itself.
    `product` holds the guides and mappings that come with the hub; `elsewhere` is where references lead, instead of `env`.
    """
    product = product or product_mappings()
    roots = (folder / "guides", folder / "mappings", product)
    desk = Desk(folder, connectors, elsewhere or Elsewhere(env, folder), roots, environment)
    if not (folder / "hub.yaml").is_file():
        desk.wrong(folder / "hub.yaml", "there is no hub.yaml: this is no company folder", "give the folder that holds hub.yaml")
        raise SettingsError(desk.mistakes)
    source = desk.source(folder / "hub.yaml")
    hub = source.fit(HubSettings) if source else None
    _stray(desk)
    environments.check(desk)
    partners.check_guides(desk)
    trade = partners.build(desk)
    names = _names(desk)
    channels = endpoints.build(desk, "channel", trade, names["partner"])
    systems = endpoints.build(desk, "system", trade, names["partner"])
    ways = routes.build(desk, {**channels, **systems}, names)
    known = tables.build(desk, trade, systems, names["system"])
    asked.check_mappings(desk, systems, names["system"])
    conflicts.check(desk, hub, [*channels.values(), *systems.values()], trade)
    if desk.mistakes or hub is None:
        raise SettingsError([*desk.mistakes, *desk.remarks])
    place = home or (folder.resolve().parent if folder.resolve().name == "config" else folder.resolve())
    kept = snapshot.taken(desk, product, [*channels.values(), *systems.values()])
    remarks = tuple(SettingsError(desk.remarks).mistakes)
    return Company(
        folder,
        place,
        hub,
        channels,
        systems,
        trade,
        ways,
        desk.mappings,
        desk.letters,
        known,
        desk.roots,
        kept,
        environment,
        remarks,
    )


def nearby() -> Path | None:
    """The company a person stands in: the folder here, or `config` in it; None where there is none."""
    return next((folder for folder in (Path(), Path("config")) if (folder / "hub.yaml").is_file()), None)


def product_mappings() -> Path:
    """The guides, mappings and tables that come with the hub, in a checkout and in an installed wheel alike."""
    spec = importlib.util.find_spec("mappings")
    assert spec is not None and spec.submodule_search_locations, "the package `mappings` is part of the product"
    return Path(spec.submodule_search_locations[0])


def _names(desk: Desk) -> dict[str, set[str]]:
    """Names of everything there is, readable or not, so that one broken file does not make others look wrong."""
    return {
        "channel": {path.stem for path in desk.listed("channels") if path.suffix == ".yaml"},
        "system": {path.stem for path in desk.listed("systems") if path.suffix == ".yaml"},
        "partner": {path.name for path in partners.folders(desk)},
    }


def _stray(desk: Desk) -> None:
    """Folders and files whose names look like a slip: what is in them would be passed over in silence."""
    for path in sorted(desk.folder.iterdir()):
        if path.name not in EXPECTED and (hint := nearest(path.name, EXPECTED)).startswith("did you mean"):
            desk.wrong(path, f"`{path.name}` is not read", hint)
