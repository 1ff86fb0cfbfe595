"""Recall: a site that decides and writes as a stored configuration did, or as the present one does. Nothing of it is ever opened."""

import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from hub import __version__
from hub.clock import VirtualClock
from hub.errors import Misconfigured
from hub.flow.site import Site
from hub.ledger import configurations
from hub.ledger.store import Ledger
from hub.sdk import Connector, Settings
from hub.settings.company import Company, load
from hub.settings.environments import names
from hub.settings.mistakes import SettingsError
from hub.settings.references import Recalled
from hub.settings.snapshot import COMPANY, PRODUCT

LOST = "the configuration of then is not kept: it was decided before the hub kept them; --as-now still works"


class Nowhere(Connector):
    """Stands in for every kind of place."""

    title = "Nowhere"
    docs_url = "none"

    class Config(Settings):
        """Whatever stands there: it is never opened."""

        model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="allow")

    @classmethod
    def offers(cls, ability: str) -> bool:
        """What it was able to was looked at when it was opened."""
        return True


class Nowheres(Mapping[str, type[Connector]]):
    """Whatever a place is called, it is known, and leads nowhere."""

    def __getitem__(self, name: str) -> type[Connector]:
        return Nowhere

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Present:
    """Everything under the configuration given, whatever it was decided under."""

    def __init__(self, company: Company, ledger: Ledger) -> None:
        self._site = _site(company, ledger)
        self.releases: set[str] = set()  # other than ours, under which something was decided

    def site(self, configuration: str | None, at: datetime) -> Site:
        self._site.clock = VirtualClock(at)
        return self._site

    def close(self) -> None:
        """Nothing is open."""


class Past:
    """Each thing under the configuration it was decided under, read again from the ledger."""

    def __init__(self, company: Company, ledger: Ledger, env: Mapping[str, str]) -> None:
        self._company, self._ledger, self._env = company, ledger, env
        self._sites: dict[str, Site] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="crossdock-")
        self.releases: set[str] = set()

    def site(self, configuration: str | None, at: datetime) -> Site:
        """Raises Misconfigured when that configuration is not kept, or cannot be read by this release."""
        name = configuration or ""
        if name not in self._sites:
            self._sites[name] = self._recalled(name)
        self._sites[name].clock = VirtualClock(at)
        return self._sites[name]

    def _recalled(self, name: str) -> Site:
        row = self._ledger.look(partial(configurations.get, name=name))
        if row is None:
            raise Misconfigured(LOST)
        if row.release != __version__:
            self.releases.add(row.release)
        root = Path(self._folder.name) / name[:16]
        files = self._ledger.look(partial(configurations.files, name=name))
        present = _of_product(files) == _of_product(self._company.snapshot.files)  # then it is read already
        for file, body in files.items():
            path = root / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        elsewhere = Recalled(self._env, self._company.folder)
        try:
            company = load(
                root / COMPANY,
                Nowheres(),
                {},
                home=self._company.home,
                product=self._company.guide_roots[-1] if present else root / PRODUCT,
                elsewhere=elsewhere,
                environment=next(iter(names(root / COMPANY)), None),  # of all only the one that counted is kept
            )
        except SettingsError as error:
            raise Misconfigured(
                f"release {__version__} cannot read the configuration of release {row.release}: {error}"
            ) from error
        return _site(company, self._ledger)

    def close(self) -> None:
        self._folder.cleanup()


def _of_product(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: body for name, body in files.items() if name.startswith(f"{PRODUCT}/")}


def _site(company: Company, ledger: Ledger) -> Site:
    return Site(company, ledger, {}, VirtualClock(datetime.fromtimestamp(0).astimezone()))
