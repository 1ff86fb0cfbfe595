"""What the stages work with: the company, the ledger, the guides, the open endpoints, the clock."""

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from hub.clock import Clock
from hub.errors import Unavailable
from hub.flow.probe import Probe, silent
from hub.flow.tally import Tally
from hub.guides.library import Library
from hub.ledger.highwater import HighWater
from hub.ledger.store import Ledger
from hub.rules.calendar import Calendar
from hub.rules.retry import RetryPolicy
from hub.sdk import Connector
from hub.settings.company import Company
from hub.settings.endpoint import Endpoint
from hub.settings.partner import Partner

Notify = Callable[[str, str, Sequence[Mapping[str, str]]], Awaitable[None]]  # a title, a text, and each alert as values


class Stopped(Unavailable):
    """The hub was told to end: what is not done yet begins anew."""


@dataclass
class Site:
    """One running hub, seen by its stages."""

    company: Company
    ledger: Ledger
    connectors: Mapping[str, Connector]  # opened, by endpoint name
    clock: Clock
    probe: Probe = silent
    owner: str = field(default_factory=lambda: uuid4().hex)  # this process, in leases
    chance: Callable[[], float] = random.random  # jitter
    high_water: HighWater | None = None  # none where nothing leaves this machine
    notify: Notify | None = None  # tells people of alerts
    tally: Tally = field(default_factory=Tally)
    stopping: bool = False  # nothing more is taken up
    leases: dict[str, datetime] = field(default_factory=dict)  # until when a lane is surely ours

    def go_on(self) -> None:
        """Said between pieces of long work. Raises Stopped."""
        if self.stopping:
            raise Stopped("the hub was told to end; this is taken up again when it runs")

    def endpoint(self, name: str) -> Endpoint:
        return self.company.endpoints[name]

    def partner(self, name: str | None) -> Partner | None:
        return None if name is None else self.company.partners.get(name)

    def library(self, partner: Partner | None) -> Library:
        """The guides that count for this partner."""
        roots = self.company.roots(partner)
        if roots not in self._libraries:
            self._libraries[roots] = Library(roots)
        return self._libraries[roots]

    def retry(self, endpoint: Endpoint) -> RetryPolicy:
        return endpoint.retry or self.company.hub.retry

    def now(self) -> datetime:
        return self.clock.now()

    def zone(self, partner: Partner | None) -> ZoneInfo:
        return ZoneInfo(partner.zone if partner else self.company.hub.zone)

    def calendar(self, partner: Partner | None) -> Calendar:
        """When this partner works; where its file says nothing, when we do."""
        own = partner.calendar if partner else None
        return own or self.company.hub.calendar

    @cached_property
    def asks(self) -> bool:
        """Whether any table is one that a system is asked for."""
        return bool(self.coded) or any(tables.asked for tables in self.company.tables.values())

    @cached_property
    def coded(self) -> frozenset[tuple[str, str]]:
        """Systems and tables that are asked what codes in messages mean."""
        tables = (table.source for mapping in self.company.mappings.values() for table in mapping.notation.asked)
        return frozenset((one.system, one.table) for one in tables)

    @cached_property
    def _libraries(self) -> dict[tuple[Path, ...], Library]:
        return {}
