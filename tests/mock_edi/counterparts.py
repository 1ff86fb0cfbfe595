"""The demo's ERP, warehouse and accounting, and a hub that meets them over real HTTP on loopback."""

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from hub.app import Hub, database_url
from hub.clock import VirtualClock
from hub.demo.accounting import Accounting
from hub.demo.book import Book
from hub.demo.diary import Diary
from hub.demo.door import Desk, open_door
from hub.demo.erp import Erp
from hub.demo.erp import stock as opening_stock
from hub.demo.place import Place
from hub.demo.warehouse import Warehouse
from hub.ledger.store import Ledger
from hub.operations.trace import lives
from hub.registry import connectors
from hub.settings.company import load
from hub.web.server import Server

COMPANY = Path(__file__).resolve().parents[1] / "fixtures" / "mock_edi" / "company"
NOON = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)  # in Chicago
PATIENCE = 60.0  # seconds of real time for all to come to rest
LOOK = 0.01  # seconds between two looks of a door whether it should close
NOBODY = 9  # a port on which nobody listens: until the hub has opened its door


@dataclass
class Counterparts:
    """Everybody beside the hub but the buyer. They know nothing of each other and keep books of their own."""

    place: Place
    books: Mapping[str, Book]
    warehouse: Warehouse

    def tell(self) -> int:
        """The warehouse tells the hub what it has packed; how many notices there were."""
        with self.warehouse.book.open() as page:
            due = page.after("notice", page.get("mark", "told") or "", 50)
        for name, packed in due:
            self.warehouse.tell_one(name, packed)
        return len(due)

    def kept(self, who: str, kind: str) -> list[Any]:
        """What a counterpart has in its own book."""
        with self.books[who].open() as page:
            return [value for _, value in page.all(kind)]

    def env(self) -> dict[str, str]:
        """How the company's files find them."""
        place = self.place
        return {
            "ERP_URL": place.erp_url,
            "ERP_KEY": place.erp_key,
            "WAREHOUSE_URL": place.warehouse_url,
            "ACCOUNTING_URL": place.accounting_url,
            "TOKEN": place.token,
        }


@contextmanager
def counterparts(folder: Path, stock: Path | None = None) -> Iterator[Counterparts]:
    """The three, each behind a door of its own on a free port."""
    names = ("erp", "warehouse", "accounting")
    books = {name: Book(folder / name / "book.sqlite") for name in names}
    desks: dict[str, Desk] = {}
    doors = {name: _open(name, desks) for name in names}
    place = Place.on_ports(folder, {"hub": NOBODY, **{name: door.server_address[1] for name, door in doors.items()}})
    diary = {name: Diary(folder, name) for name in names}
    if stock is not None:
        with books["erp"].open() as page:
            opening_stock(page, stock)
    warehouse = Warehouse(books["warehouse"], diary["warehouse"], place.hub_url, place.token)
    desks["erp"] = Erp(books["erp"], diary["erp"], place.erp_key)
    desks["warehouse"] = warehouse
    desks["accounting"] = Accounting(books["accounting"], diary["accounting"], place)
    try:
        yield Counterparts(place, books, warehouse)
    finally:
        for name in names:
            doors[name].shutdown()
            doors[name].server_close()
            books[name].close()


def _open(name: str, desks: Mapping[str, Desk]) -> ThreadingHTTPServer:
    """A door, listening before its desk is there: the desks must know each other's addresses."""
    door = open_door(0, lambda call: desks[name](call))
    threading.Thread(target=door.serve_forever, args=(LOOK,), daemon=True).start()
    return door


@dataclass
class Stage:
    """A hub at work among its counterparts."""

    hub: Hub
    them: Counterparts

    async def work(self, *others: Callable[[], int]) -> None:
        """Until nobody has anything left to say. `others` let somebody else act, and say how much they did."""
        async with asyncio.timeout(PATIENCE):
            while True:
                before = self._said()
                await self.hub.work()
                done = await asyncio.to_thread(self.them.tell)
                done += sum(other() for other in others)
                if not done and self._said() == before:
                    return

    def _said(self) -> int:
        return int(
            self.hub.ledger.look(lambda connection: connection.exec_driver_sql("select count(*) from timeline").scalar_one())
        )

    def life(self, number: str) -> list[str]:
        """The timeline of an order, in words."""
        return [
            entry.text for life in self.hub.ledger.look(lambda connection: lives(connection, number)) for entry in life.entries
        ]


@asynccontextmanager
async def stage(
    home: Path, env: Mapping[str, str] | None = None, company: Path = COMPANY, stock: Path | None = None
) -> AsyncIterator[Stage]:
    """A hub with a fresh ledger, a clock that stands at noon, its door open, and everybody there."""
    folder = home / "company"
    shutil.copytree(company, folder, dirs_exist_ok=True)
    with counterparts(home / "them", stock) as them:
        loaded = load(folder, connectors(folder), {**them.env(), **(env or {})}, home=home)
        hub = Hub(loaded, Ledger(database_url(loaded)), VirtualClock(NOON))
        hub.ledger.create()
        await hub.engine.start(hub.drains, 8)
        door = Server(hub.web(), port=0)
        await door.start()
        them.warehouse.target = f"http://127.0.0.1:{door.port}/in/warehouse/ship_notice"
        try:
            yield Stage(hub, them)
        finally:
            await door.stop()
            await hub.engine.stop(5)
            for connector in hub.site.connectors.values():
                await connector.close()
            hub.ledger.close()
