"""The conformance of an engine: never two drains of one lane, a wake during a drain leads to another, slots hold."""

import asyncio

from hub.engine.embedded import Embedded


class Watch:
    """Drains that wait until let go, and what was seen of them."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.at_once = 0
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


async def test_one_drain_a_lane_and_another_after_a_wake() -> None:
    watch, engine = Watch(), Embedded()
    await engine.start(watch.drain, slots=4)
    await engine.wake("a")
    await asyncio.sleep(0)
    await engine.wake("a")
    await engine.wake("a")
    await engine.wake("b")
    await asyncio.sleep(0)
    assert watch.begun == ["a", "b"]
    watch.gate.set()
    await engine.rest()
    assert watch.begun == ["a", "b", "a"]


async def test_slots_hold() -> None:
    watch, engine = Watch(), Embedded()
    await engine.start(watch.drain, slots=2)
    for lane in "abcde":
        await engine.wake(lane)
    await asyncio.sleep(0)
    assert watch.begun == ["a", "b"]
    watch.gate.set()
    await engine.rest()
    assert sorted(watch.begun) == list("abcde")
    assert watch.most == 2


async def test_a_drain_that_fails_frees_its_lane() -> None:
    seen: list[str] = []

    async def fail(lane: str) -> None:
        seen.append(lane)
        raise RuntimeError("broken")

    engine = Embedded()
    await engine.start(fail, slots=1)
    await engine.wake("a")
    await engine.rest()
    await engine.wake("a")
    await engine.rest()
    assert seen == ["a", "a"]


async def test_stopping_waits_for_what_runs_and_starts_nothing() -> None:
    watch, engine = Watch(), Embedded()
    await engine.start(watch.drain, slots=1)
    await engine.wake("a")
    await engine.wake("b")
    await asyncio.sleep(0)
    stopping = asyncio.create_task(engine.stop(5))
    await asyncio.sleep(0)
    assert not stopping.done()
    watch.gate.set()
    await stopping
    assert watch.begun == ["a"]
