"""The conformance of engines, the same for all: never two drains of one lane, a wake during a drain leads to another, slots hold."""

import asyncio
from collections.abc import Callable

import pytest

from hub.engine.cluster import FETCH, Cluster
from hub.engine.contract import Engine
from hub.engine.embedded import Embedded
from hub.errors import Unavailable

LONG = 20.0


class Watch:
    """Drains that wait until let go, and what was seen of them."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.most = 0
        self.gate = asyncio.Event()
        self.running: set[str] = set()

    async def drain(self, lane: str) -> None:
        assert lane not in self.running, "two drains of one lane"
        self.running.add(lane)
        self.begun.append(lane)
        self.most = max(self.most, len(self.running))
        await self.gate.wait()
        self.running.remove(lane)


@pytest.fixture(params=["embedded", "cluster"])
def make(request: pytest.FixtureRequest) -> Callable[[], Engine]:
    """Makes engines of one kind; those of a cluster are of one cluster."""
    if request.param == "embedded":
        return Embedded
    url = request.getfixturevalue("postgres_url")
    return lambda: Cluster(url)


@pytest.fixture
async def engine(make: Callable[[], Engine]):
    engine = make()
    yield engine
    await engine.stop(LONG)


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONG):
        while True:
            if so():
                return
            await asyncio.sleep(0.01)


async def a_while(engine: Engine) -> None:
    """Long enough for the engine to do what it would do."""
    for _ in range(10):
        await asyncio.sleep(0)
    if isinstance(engine, Cluster):
        await asyncio.sleep(2 * FETCH)


async def test_one_drain_a_lane_and_another_after_a_wake(engine: Engine) -> None:
    watch = Watch()
    await engine.start(watch.drain, slots=4)
    await engine.wake("a")
    await until(lambda: watch.begun == ["a"])
    await engine.wake("a")
    await engine.wake("a")
    await engine.wake("b")
    await until(lambda: watch.begun == ["a", "b"])
    await a_while(engine)
    assert watch.begun == ["a", "b"]
    watch.gate.set()
    assert await engine.rest()
    assert watch.begun == ["a", "b", "a"]
    assert not await engine.rest()


async def test_slots_hold(engine: Engine) -> None:
    watch = Watch()
    await engine.start(watch.drain, slots=2)
    for lane in "abcde":
        await engine.wake(lane)
    await until(lambda: len(watch.begun) == 2)
    await a_while(engine)
    assert watch.begun == ["a", "b"]
    watch.gate.set()
    await engine.rest()
    assert sorted(watch.begun) == list("abcde")
    assert watch.most == 2


async def test_a_drain_that_fails_frees_its_lane_and_is_not_repeated(engine: Engine) -> None:
    seen: list[str] = []

    async def fail(lane: str) -> None:
        seen.append(lane)
        raise RuntimeError("broken")

    await engine.start(fail, slots=1)
    await engine.wake("a")
    with pytest.raises(RuntimeError, match="broken"):
        await engine.rest()
    await a_while(engine)
    assert seen == ["a"]
    await engine.wake("a")
    with pytest.raises(RuntimeError, match="broken"):
        await engine.rest()
    assert seen == ["a", "a"]


async def test_where_one_drain_of_many_fails_the_rest_goes_on(engine: Engine) -> None:
    async def fail(lane: str) -> None:
        if lane == "a":
            raise Unavailable("not now")

    await engine.start(fail, slots=1)
    await engine.wake("a")
    await engine.wake("b")
    assert await engine.rest()
    assert not await engine.rest()


async def test_stopping_waits_for_what_runs_and_starts_nothing(engine: Engine) -> None:
    watch = Watch()
    await engine.start(watch.drain, slots=1)
    await engine.wake("a")
    await engine.wake("b")
    await until(lambda: watch.begun == ["a"])
    stopping = asyncio.create_task(engine.stop(LONG))
    await a_while(engine)
    assert not stopping.done()
    watch.gate.set()
    await stopping
    assert watch.begun == ["a"]
    assert not watch.running


async def test_stopping_cancels_nothing_when_patience_ends(engine: Engine) -> None:
    watch = Watch()
    await engine.start(watch.drain, slots=1)
    await engine.wake("a")
    await until(lambda: watch.begun == ["a"])
    await engine.stop(0.05)
    await a_while(engine)
    assert watch.running == {"a"}
    watch.gate.set()
    await until(lambda: not watch.running)


async def test_a_lane_that_nobody_knows_may_be_buried(engine: Engine) -> None:
    watch = Watch()
    await engine.start(watch.drain, slots=1)
    await engine.bury("nobody")
    watch.gate.set()
    await engine.wake("a")
    await engine.rest()
    assert watch.begun == ["a"]
