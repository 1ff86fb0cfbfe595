"""A bad target, in each of the five ways of being safe: it dies around its commit, does not answer, or answers nonsense.

Real sockets, and a process of its own where it dies; the hub's time is virtual. Judged from the target's own book.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hub.app import Hub
from hub.ledger import gates
from hub.sdk.testing import BUSY, CUT_AFTER, CUT_BEFORE, FAILING, GARBAGE, GONE, HALF, OPEN, SILENT, StandIn
from hub.sdk.testing.bench import BROKEN, LIMITED, SLOW, STALLING
from tests.chaos.cutting import ROOT, STEP, hub_before, judge, order, person, unfinished
from tests.chaos.till import AFTER, MOMENTS, SOURCES, WAYS, Till

NOT_TAKEN = (CUT_BEFORE, BUSY, LIMITED, BROKEN, GONE)
TAKEN = (CUT_AFTER, SILENT, FAILING, HALF, GARBAGE, STALLING)
WAITED_OUT = (SILENT, STALLING)  # nothing but the end of a wait tells
BRIEF, LONG = 0.2, 60.0  # seconds: no wait may end before the answer that is on its way
ORDERS, ROUNDS = 3, 40


@asynccontextmanager
async def beside(till: Till, home: Path) -> AsyncIterator[tuple[Hub, dict[str, StandIn]]]:
    """A hub whose systems all have a door of their own to one till; the sources stand open."""
    doors = {place: StandIn(till) for place in (*WAYS, *SOURCES)}
    for door in doors.values():
        await door.start()
    async with hub_before({place: door.url for place, door in doors.items()}, home) as hub:
        wait(hub, LONG)
        yield hub, doors
    for door in doors.values():
        await door.stop()


def wait(hub: Hub, seconds: float, places: Iterable[str] = (*WAYS, *SOURCES)) -> None:
    """How long the hub waits for a byte. The clock of that is the machine's own, and hub and till share one loop."""
    for place in places:
        hub.site.connectors[place].wait(seconds)  # type: ignore[attr-defined]


async def settle_all(hub: Hub, till: Till) -> int:
    """Until nothing is left to do; how often a person had to look and send again."""
    asked = 0
    for _ in range(ROUNDS):
        await hub.clock.advance(STEP)  # type: ignore[attr-defined]
        await hub.work()
        asked += person(hub, till)
        if not unfinished(hub, till):
            return asked
    raise AssertionError(unfinished(hub, till))


@pytest.mark.slow
@pytest.mark.parametrize("manner", [*NOT_TAKEN, *TAKEN, SLOW])
async def test_a_target_that_misbehaves(tmp_path: Path, manner: str) -> None:
    till = Till(tmp_path / "till.sqlite")
    async with beside(till, tmp_path) as (hub, doors):
        for number in range(1, ORDERS + 1):
            till.offer("feed", order(number))
        for way in WAYS:
            await doors[way].behave(manner)
        wait(hub, BRIEF if manner in WAITED_OUT else LONG, WAYS)
        await hub.work()
        reached = {way: any(one.kind == "order" for one in till.taken(way)) for way in WAYS}
        assert reached == dict.fromkeys(WAYS, manner in (*TAKEN, SLOW))
        states = unfinished(hub, till)
        assert bool(states) == (manner != SLOW), "slow is not broken"
        for way in WAYS:
            await doors[way].behave(OPEN)
        wait(hub, LONG)
        asked = await settle_all(hub, till)
        assert judge(till, ORDERS) == []
        assert (asked > 0) == (manner in (CUT_BEFORE, BROKEN)), "a person is asked only where nobody can tell"


@pytest.mark.slow
@pytest.mark.parametrize("manner", [BUSY, LIMITED])
async def test_a_target_that_names_a_time_is_left_in_peace_until_then(tmp_path: Path, manner: str) -> None:
    till = Till(tmp_path / "till.sqlite")
    async with beside(till, tmp_path) as (hub, doors):
        till.offer("feed", order(1))
        await doors["native"].behave(manner)
        await hub.work()
        shut = {row.endpoint: row.until for row in hub.ledger.look(lambda connection: gates.shut(connection, hub.clock.now()))}
        assert (shut["native"] - hub.clock.now()).total_seconds() == 7


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_target_that_dies_around_its_commit(tmp_path: Path, moment: str) -> None:
    till = Till(tmp_path / "till.sqlite")
    async with beside(till, tmp_path) as (hub, doors):
        for way in WAYS:
            await doors[way].stop()
        mortals = [await born(tmp_path / "till.sqlite", doors[way].port, moment) for way in WAYS]
        for number in range(1, ORDERS + 1):
            till.offer("feed", order(number))
        await hub.work()
        assert [await mortal.wait() for mortal in mortals] == [-9] * len(WAYS)
        taken = {way: sum(one.kind == "order" for one in till.taken(way)) for way in WAYS}
        assert taken == dict.fromkeys(WAYS, int(moment == AFTER))
        for way in WAYS:
            await doors[way].start()
        await settle_all(hub, till)
    assert judge(till, ORDERS) == []


async def born(store: Path, port: int, moment: str) -> asyncio.subprocess.Process:
    """The target as a process of its own; it stands when this returns."""
    words = [sys.executable, "-m", "tests.chaos.till", str(store), str(port), moment]
    process = await asyncio.create_subprocess_exec(*words, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None and await process.stdout.readline() == b"open\n"
    return process
