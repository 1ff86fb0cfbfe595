"""The machine's clock jumps, forward and back, while the hub runs or while it does not: nothing is lost, doubled or left waiting."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from hub.app import Hub
from hub.errors import Unavailable
from hub.ledger import lanes
from hub.sdk import Message
from tests.journey import hub_for, wire
from tests.test_walk import ORDER

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def order(number: int) -> bytes:
    return ORDER.replace(b"PO-1001", b"PO-%04d" % number).replace(b"000000101", b"%09d" % number)


def jump(hub: Hub, step: timedelta) -> None:
    hub.clock._now += step  # type: ignore[attr-defined]  # as an operator or a time server does it


async def come(hub: Hub, number: int) -> None:
    """It lies at the channel; nobody is woken, the next poll must find it."""
    wire(hub, "acme").waiting.append(Message(str(number), order(number), f"{number}.edi"))
    for _ in range(4):
        await hub.clock.advance(timedelta(seconds=31))  # type: ignore[attr-defined]  # the default between two polls is less
        await hub.pulse.beat()
        await hub.engine.rest()


def numbers(hub: Hub, who: str = "erp") -> list[str]:
    return sorted(outgoing.number or "" for outgoing in wire(hub, who).sent.values() if outgoing.document == "order")


def wanted(count: int) -> list[str]:
    return [f"PO-{number:04d}" for number in range(1, count + 1)]


@asynccontextmanager
async def again(home: Path, now: datetime) -> AsyncIterator[Hub]:
    """The hub on the same ledger, started at this time."""
    async with hub_for(home) as hub:
        hub.clock._now = now  # type: ignore[attr-defined]
        hub.pulse._last = now
        await hub.pulse.begin()
        await hub.engine.rest()
        yield hub


@pytest.mark.parametrize("step", [HOUR, DAY, 40 * DAY])
async def test_forward_and_back_while_it_runs(hub: Hub, step: timedelta) -> None:
    await hub.work()
    await come(hub, 1)
    jump(hub, step)
    await come(hub, 2)
    jump(hub, -step)
    await come(hub, 3)
    assert numbers(hub) == wanted(3)
    assert len([one for one in wire(hub, "acme").sent.values() if one.document == "acknowledgement"]) == 3


async def test_back_while_it_runs(hub: Hub) -> None:
    """Every schedule has run at those times before: it must run again."""
    await hub.work()
    for number in (1, 2, 3):
        await come(hub, number)
        jump(hub, -HOUR)
    await come(hub, 4)
    assert numbers(hub) == wanted(4)


async def test_what_waits_for_its_next_attempt_does_not_wait_for_the_clock(hub: Hub) -> None:
    await hub.work()
    jump(hub, DAY)
    wire(hub, "erp").trouble = [Unavailable("down")]
    await come(hub, 1)
    wire(hub, "erp").trouble = [Unavailable("down"), Unavailable("down")]
    await come(hub, 2)
    jump(hub, -DAY)
    await come(hub, 3)
    assert numbers(hub) == wanted(3)


async def test_back_while_it_does_not_run(tmp_path: Path) -> None:
    async with hub_for(tmp_path) as hub:
        await hub.work()
        start = hub.clock.now()
        jump(hub, DAY)
        wire(hub, "erp").trouble = [Unavailable("down")] * 9
        await come(hub, 1)
        assert numbers(hub) == []
    async with again(tmp_path, start) as hub:
        await come(hub, 2)
        assert numbers(hub) == wanted(2)


async def test_a_lease_that_a_fast_clock_made_does_not_last_for_ever(hub: Hub) -> None:
    hold, now = timedelta(seconds=6), hub.clock.now()
    take = partial(lanes.take, name="out:erp", hold=hold)
    first = await hub.ledger.write(partial(take, owner="fast", now=now + HOUR))
    assert await hub.ledger.write(partial(take, owner="right", now=now + HOUR)) is None
    assert await hub.ledger.write(partial(take, owner="right", now=now)) == (first or 0) + 1
