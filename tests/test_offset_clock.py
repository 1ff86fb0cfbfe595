"""A running hub, in real time, whose clock is put forward and back again and again: what comes meanwhile arrives, once."""

import asyncio
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from hub.app import Hub, database_url
from hub.clock import SystemClock
from hub.ledger.store import Ledger
from hub.registry import connectors
from hub.sdk import Message
from hub.settings.company import load
from tests.journey import HERE, wire
from tests.test_clock_jumps import numbers, order, wanted

JUMPS = 8
PATIENCE = 60.0  # seconds until something must have arrived


class OffsetClock(SystemClock):
    """The machine's clock, and how far it was put wrong."""

    offset = timedelta()

    def now(self) -> datetime:
        return super().now() + self.offset


def receipts(hub: Hub) -> int:
    return len([one for one in wire(hub, "acme").sent.values() if one.document == "acknowledgement"])


@pytest.mark.slow
async def test_the_clock_is_put_forward_and_back_while_the_hub_runs(tmp_path: Path) -> None:
    folder = tmp_path / "company"
    shutil.copytree(HERE / "company", folder)
    with (folder / "hub.yaml").open("a") as file:
        file.write("poll: {every: 1s}\n")
    company, clock, dice = load(folder, connectors(folder), {}, home=tmp_path), OffsetClock(), Random(1)
    ledger = Ledger(database_url(company))
    hub = Hub(company, ledger, clock)
    await hub.start()
    try:
        for number in range(1, JUMPS + 1):
            wire(hub, "acme").waiting.append(Message(str(number), order(number), f"{number}.edi"))
            async with asyncio.timeout(PATIENCE):
                while numbers(hub) != wanted(number) or receipts(hub) != number:  # noqa: ASYNC110  (a hub tells nobody)
                    await asyncio.sleep(0.05)
            clock.offset = timedelta(hours=dice.choice((-30, -1, 1, 30)))
    finally:
        await hub.stop()
        ledger.close()
    assert numbers(hub) == wanted(JUMPS) and receipts(hub) == JUMPS
