"""The company: everything the YAML of one folder says, checked and ready."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from pathlib import Path

from hub.mapping.mapping import Mapping
from hub.rules.routing import Route
from hub.settings.endpoint import Endpoint
from hub.settings.partner import Partner
from hub.settings.service import HubSettings


@dataclass(frozen=True, slots=True)
class Company:
    """One company folder. Nothing in here changes while the hub runs."""

    folder: Path
    home: Path  # relative paths in settings start here
    hub: HubSettings
    channels: Dict[str, Endpoint]
    systems: Dict[str, Endpoint]
    partners: Dict[str, Partner]
    routes: tuple[Route, ...]
    mappings: Dict[str, Mapping] = field(repr=False)  # by name, all that the endpoints name
    guide_roots: tuple[Path, ...]  # company first, product last; a partner's own come before
    hash: str  # of every file that counts

    @property
    def endpoints(self) -> dict[str, Endpoint]:
        """Channels and systems by name; names are unique over both."""
        return {**self.channels, **self.systems}

    def roots(self, partner: Partner | None) -> tuple[Path, ...]:
        """Where guides of this partner are looked for, in order."""
        return self.guide_roots if partner is None else (partner.folder / "guides", *self.guide_roots)
