"""A real hub among real counterparts: a company of `tests/fixtures/journeys_real`, a fresh ledger, the machine's own clock."""

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hub.app import Hub, database_url
from hub.flow.receive import receive
from hub.ledger.store import Ledger
from hub.operations.trace import lives
from hub.registry import connectors
from hub.sdk import Request
from hub.settings.company import load

COMPANIES = Path(__file__).parents[1] / "fixtures" / "journeys_real"


class Stage:
    """The hub, and what its ledger says."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def work(self) -> None:
        """Every place is asked once, and all that follows is done."""
        await self.hub.work()

    async def posted(self, endpoint: str, request: Request) -> None:
        """Somebody posts to the hub, and it does what follows."""
        reply = self.hub.site.connectors[endpoint].receive(request)
        await receive(self.hub.site, endpoint, reply.messages)
        await self.work()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.hub.ledger.look(lambda connection: [tuple(row) for row in connection.exec_driver_sql(query)])

    def troubles(self) -> list[tuple[Any, ...]]:
        """Everything that waits for a person; a journey ends without any."""
        found = self.rows("select endpoint, name, error from arrivals where state = 'failed'")
        found += self.rows("select kind, number, state, why, findings from documents where state in ('held', 'rejected')")
        return found + self.rows("select target, kind, error from deliveries where state not in ('done', 'cancelled')")

    def life(self, number: str) -> list[str]:
        """The timeline of an order, in words."""
        told = self.hub.ledger.look(lambda connection: lives(connection, number))
        return [entry.text for life in told for entry in life.entries]


@asynccontextmanager
async def stage(home: Path, name: str, env: Mapping[str, str], *systems: str) -> AsyncIterator[Stage]:
    """The company of this name; `systems` are files beside it that several companies have."""
    folder = home / "company"
    shutil.copytree(COMPANIES / name, folder)
    shutil.copy(COMPANIES / "hub.yaml", folder)
    (folder / "systems").mkdir(exist_ok=True)
    for system in systems:
        shutil.copy(COMPANIES / f"{system}.yaml", folder / "systems")
    recent = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    company = load(folder, connectors(folder), {"RECENTLY": recent, **env}, home=home)
    ledger = Ledger(database_url(company))
    hub = Hub(company, ledger)
    hub.ledger.create()
    await hub.engine.start(hub.drains, company.hub.slots)
    try:
        yield Stage(hub)
    finally:
        await hub.engine.stop(5)
        for connector in hub.site.connectors.values():
            await connector.close()
        ledger.close()
