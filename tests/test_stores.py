"""An order of a store through the hub: edited, refunded, cancelled, revived, shipped; each store with its connector and mappings."""

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.app import Hub, database_url
from hub.clock import VirtualClock
from hub.ledger.store import Ledger
from hub.registry import connectors
from hub.sdk import Message
from hub.settings.company import load
from tests.journey import HERE, NOON, begin, catch_up
from tests.test_connectors import COUNTERPARTS

STORES = Path(__file__).parent / "fixtures" / "stores"


class Shop:
    """The hub, the store's far side and an ERP made of lists."""

    def __init__(self, hub: Hub, far: Any) -> None:
        self.hub, self.far, self.count = hub, far, 0
        self.erp: Any = hub.site.connectors["erp"]

    async def work(self) -> None:
        await self.hub.engine.wake("poll:shop")
        await self.hub.work()

    async def tells(self, kind: str, **value: Any) -> None:
        """The ERP says something."""
        self.count += 1
        self.erp.waiting.append(Message(str(self.count), json.dumps(value).encode(), headers={"document": kind}))
        await self.hub.engine.wake("poll:erp")
        await self.work()

    def told(self) -> list[tuple[str, str, list[str]]]:
        """What the ERP was sent: kind, purpose, quantities."""
        found = [(one.document, json.loads(one.body)) for one in self.erp.sent.values()]
        return [
            (kind, value.get("purpose", "original"), [line["quantity"] for line in value.get("lines", ())])
            for kind, value in found
        ]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.hub.ledger.look(lambda connection: [tuple(row) for row in connection.exec_driver_sql(query)])

    def states(self) -> list[str]:
        """What became of each order that came."""
        return [
            state for (state,) in self.rows("select state from documents where direction = 'in' and kind = 'order' order by id")
        ]


@asynccontextmanager
async def opened(name: str, home: Path) -> AsyncIterator[Shop]:
    far = COUNTERPARTS[name](home)
    await far.start()
    folder = home / "company"
    shutil.copytree(STORES / "company", folder)
    shutil.copytree(HERE / "company" / "connectors", folder / "connectors")
    (folder / "channels").mkdir(exist_ok=True)  # git keeps no empty folder
    shutil.copy(STORES / f"{name}.yaml", folder / "channels" / "shop.yaml")
    company = load(folder, connectors(folder), {"SHOP_URL": far.server.url}, home=home)
    ledger = Ledger(database_url(company))
    hub = Hub(company, ledger, VirtualClock(NOON))
    await begin(hub)
    try:
        yield Shop(hub, far)
    finally:
        await hub.engine.stop(5)
        for connector in hub.site.connectors.values():
            await connector.close()
        ledger.close()
        await far.stop()


@pytest.fixture(params=[path.stem for path in sorted(STORES.glob("*.yaml"))])
async def shop(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Shop]:
    async with opened(request.param, tmp_path) as found:
        yield found


async def test_an_order_is_refunded_cancelled_and_revived(shop: Shop) -> None:
    await shop.far.offer(1)
    await shop.work()
    shop.far.give_back(1)
    await shop.work()
    shop.far.touch(shop.far.orders[1])  # somebody looked at it: nothing that counts has changed
    await shop.work()
    shop.far.cancel(1)
    await shop.work()
    shop.far.revive(1)
    await shop.work()
    assert shop.told() == [
        ("order", "replace", ["3"]),
        ("order", "replace", ["2"]),
        ("order_change", "cancel", []),
        ("order", "replace", ["2"]),
    ]
    assert shop.states() == ["accepted", "accepted", "duplicate", "accepted", "accepted"]
    assert shop.rows("select count(*), max(state) from orders") == [(1, "received")]


async def test_an_order_that_was_cancelled_before_it_came_is_passed_over(shop: Shop) -> None:
    await shop.far.offer(1)
    shop.far.cancel(1)
    await shop.work()
    shop.far.touch(shop.far.orders[1])
    await shop.work()
    assert shop.told() == []
    assert shop.rows("select count(*) from orders") == [(0,)]
    assert set(shop.states()) <= {"skipped", "duplicate"}


async def test_a_cancellation_is_not_answered_to_the_store(shop: Shop) -> None:
    """Nobody waits for an answer; and a second word of it changes nothing."""
    await shop.far.offer(1)
    await shop.work()
    shop.far.cancel(1)
    await shop.work()
    before = json.dumps(shop.far.orders[1])
    await shop.work()
    assert json.dumps(shop.far.orders[1]) == before
    assert shop.rows("select state from orders") == [("cancelled",)]


async def test_confirmed_and_shipped(shop: Shop) -> None:
    """Our number and the shipment reach the store; what that changes there makes no revision here."""
    await shop.far.offer(1)
    await shop.work()
    number = shop.rows("select number from orders")[0][0]
    await shop.tells("order_response", order_number=number, number="SO-1", verdict="accepted")
    assert shop.far.known_as(1) == "SO-1"
    line = json.loads(next(iter(shop.erp.sent.values())).body)["lines"][0]["number"]
    contents = [{"order": "1", "package": "p", "line": line, "quantity": "3"}]
    packages = [{"id": "p", "marks": {"tracking": "1Z1"}}]
    orders = [{"id": "1", "number": number}]
    await shop.tells("ship_notice", number="SHP-1", orders=orders, packages=packages, contents=contents)
    assert shop.far.tracking(1) == ["1Z1"]
    assert len(shop.told()) == 1
    shop.far.give_back(1)
    await shop.work()
    assert shop.states()[-1] == "held", "goods have left: a person must look"
    assert len(shop.told()) == 1


async def test_webhook_and_poll_of_an_order_meet_as_one(shop: Shop) -> None:
    """Many webhooks and polls of the same version are one arrival; a forged one is turned away."""
    await catch_up(shop.hub)
    await shop.far.offer(1)
    good, forged = shop.far.posted(1), shop.far.forged()[0]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(shop.hub.web()), base_url="http://hub") as client:
        answers = [await client.post("/in/shop", content=one.body, headers=one.headers) for one in (good, good, forged)]
    assert [answer.status_code for answer in answers] == [200, 200, 401]
    while await shop.hub.engine.rest():
        pass
    assert shop.rows("select count(*) from arrivals") == [(1,)], "it was read before any poll was due"
    await shop.work()
    assert shop.rows("select count(*) from arrivals") == [(1,)]
    assert len(shop.told()) == 1
