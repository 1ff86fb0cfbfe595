"""A hub born in the nursery that works until nothing is left, or dies where CROSSDOCK_DIE_AT says. Words: its home, and perhaps
`small`: what is large begins with the first byte, and two documents are a part."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from hub.app import Hub, database_url
from hub.clock import VirtualClock
from hub.flow import large
from hub.ledger import lanes
from hub.ledger.store import Ledger
from hub.registry import connectors
from hub.settings.company import load
from tests.journey import NOON, begin

COMPANY = Path(__file__).parent / "fixtures" / "crash" / "company"
load(COMPANY, connectors(COMPANY), {})  # what is read but once in a process, for all that are born


async def work(home: Path) -> None:
    company = load(COMPANY, connectors(COMPANY), {}, home=home)
    ledger = Ledger(database_url(company))
    ledger.create()
    ledger.own()
    await ledger.write(lanes.free_all)
    hub = Hub(company, ledger, VirtualClock(NOON))
    await begin(hub)
    await hub.work()
    await hub.engine.stop(5)
    ledger.close()


def run(words: Sequence[str]) -> int:
    home, *small = words
    if small:
        large.LARGE, large.MOST = 0, 2
    asyncio.run(work(Path(home)))
    return 0
