"""Every connector that speaks HTTP, over a line that dies after so many bytes, to a counterpart that keeps what it has taken.

What is pushed is there once, whatever the hub's declared way of going on had to do; what is pulled comes whole, once, in order.
`make cuts CUTS=1000 CONNECTOR=xero SEED=7` for a long run: with a seed the places are chosen by chance, without one evenly.
"""

import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from hub.sdk import Unavailable
from hub.sdk.testing import Bench, StandIn, pulled
from hub.sdk.testing.cutting import Line, cut_everywhere
from tests.chaos.test_kills import setting
from tests.test_connectors import CONNECTORS, COUNTERPARTS

AGAIN = 3
TOGETHER = 50  # cuts of pulls from one counterpart
SAFE = ("native", "upsert", "lookup")
HTTP = [name for name in CONNECTORS if isinstance(getattr(COUNTERPARTS[name](Path()), "server", None), StandIn)]
PUSHING = [name for name in HTTP if CONNECTORS[name].offers("push") and CONNECTORS[name].repeat in SAFE]
PULLING = [name for name in HTTP if CONNECTORS[name].offers("pull")]


@asynccontextmanager
async def begun(name: str, folder: Path) -> AsyncIterator[Bench]:
    """A counterpart that has taken nothing yet."""
    far = COUNTERPARTS[name](folder)
    await far.start()
    yield Bench(CONNECTORS[name], far)
    await far.stop()


@pytest.fixture
async def bench(request, tmp_path):
    async with begun(request.param, tmp_path) as found:
        yield found


def batched(all_of_it: list[float], size: int) -> list[list[float]]:
    return [all_of_it[n : n + size] for n in range(0, len(all_of_it), size)]


def places() -> list[float]:
    """Parts of a conversation, one in each stretch of equal length."""
    cuts, seed = setting("CUTS", 50), setting("SEED", 0)
    chance = random.Random(seed)
    return [(place + (chance.random() if seed else 0)) / cuts for place in range(cuts)]


@contextmanager
def row(name: str, way: str, wanted: list[bytes], there: Callable[[], list[bytes]]) -> Iterator[None]:
    """One row of the table of a long run; also of one that went wrong."""
    began, ended = time.monotonic(), ""
    try:
        yield
    except Exception as error:
        ended = f"  before its end: {error!r:.120}"
        raise
    finally:
        lost, doubled = (Counter(wanted) - Counter(there())).total(), (Counter(there()) - Counter(wanted)).total()
        seconds = time.monotonic() - began
        print(
            f"\n{name:<14} {way}  {len(places()):>5} cuts  {lost} lost  {doubled} doubled  {seconds:7.1f} s{ended}",
            flush=True,
        )


@pytest.mark.slow
@pytest.mark.parametrize("bench", PUSHING, indirect=True)
async def test_what_is_pushed_arrives_once(bench):
    far = bench.counterpart
    wanted = [far.outgoing(number + 1).body for number in range(len(places()) + 1)]
    with row(bench.kind.__module__.split(".")[1], "push", wanted, far.holds):
        said = await cut_everywhere(bench, far.server.port, places())
    assert "unknown" in said and len(far.holds()) == len(places()) + 1


@pytest.mark.slow
@pytest.mark.parametrize("name", PULLING)
async def test_what_is_pulled_comes_once(name, tmp_path):
    """A counterpart for so many cuts: every pull reads again what came shortly before, the later the more."""
    offered, came = list[bytes](), dict[tuple[int, str], bytes]()
    with row(name, "pull", offered, lambda: list(came.values())):
        for n, some in enumerate(batched(places(), TOGETHER)):
            async with begun(name, tmp_path / str(n)) as bench:
                mine, here = [await bench.counterpart.offer(1)], dict[str, bytes]()
                await pulled_through_cuts(bench, some, mine, here)
            offered += mine
            came |= {(n, key): body for key, body in here.items()}
    assert list(came.values()) == offered


async def pulled_through_cuts(bench, some, offered, came):
    cursor = None
    async with Line(bench.counterpart.server.port) as line:
        settings = line.settings(bench.counterpart.settings())
        async with bench.open(settings) as connector:
            await pulled(connector)
        whole = line.passed
        for place in some:
            offered.append(await bench.counterpart.offer(len(offered) + 1))
            for line.left in (1 + int(place * whole), None):  # cut off, and then asked again
                cursor = await read_on(bench, settings, cursor, came)
        for _ in range(AGAIN):  # a busy machine answers too late now and then: the hub asks again
            cursor = await read_on(bench, settings, cursor, came)


async def read_on(bench, settings, cursor, came):
    """What is new, as far as it comes; says where to go on."""
    try:
        async with bench.open(settings) as connector:
            async for message in connector.pull(cursor):
                came.setdefault(message.key, message.body)
                await connector.ack(message)
                cursor = message.cursor or cursor
    except Unavailable:
        pass
    return cursor
