"""Every connector that speaks HTTP, over a line that dies after so many bytes, to a counterpart that keeps what it has taken.

What is pushed is there once, whatever the hub's declared way of going on had to do; what is pulled comes whole, once, in order.
`make cuts CUTS=1000 CONNECTOR=xero SEED=7` for a long run: with a seed the places are chosen by chance, without one evenly.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.sdk import Unavailable
from hub.sdk.testing import Bench, StandIn, pulled
from hub.sdk.testing.cutting import Line, cut_everywhere
from tests.chaos.test_kills import setting
from tests.test_connectors import CONNECTORS, COUNTERPARTS

SAFE = ("native", "upsert", "lookup")
HTTP = [name for name in CONNECTORS if isinstance(getattr(COUNTERPARTS[name](Path()), "server", None), StandIn)]
PUSHING = [name for name in HTTP if CONNECTORS[name].offers("push") and CONNECTORS[name].repeat in SAFE]
PULLING = [name for name in HTTP if CONNECTORS[name].offers("pull")]


@pytest.fixture
async def bench(request, tmp_path):
    far = COUNTERPARTS[request.param](tmp_path)
    await far.start()
    yield Bench(CONNECTORS[request.param], far)
    await far.stop()


def places() -> list[float]:
    """Parts of a conversation, one in each stretch of equal length."""
    cuts, seed = setting("CUTS", 50), setting("SEED", 0)
    chance = random.Random(seed)
    return [(place + (chance.random() if seed else 0)) / cuts for place in range(cuts)]


@contextmanager
def row(bench: Bench, way: str, wanted: list[bytes], there: Callable[[], list[bytes]]) -> Iterator[None]:
    """One row of the table of a long run; also of one that went wrong."""
    began, ended = time.monotonic(), ""
    try:
        yield
    except Exception as error:
        ended = f"  before its end: {error!r:.120}"
        raise
    finally:
        lost, doubled = (Counter(wanted) - Counter(there())).total(), (Counter(there()) - Counter(wanted)).total()
        connector, seconds = bench.kind.__module__.split(".")[1], time.monotonic() - began
        print(
            f"\n{connector:<14} {way}  {len(places()):>5} cuts  {lost} lost  {doubled} doubled  {seconds:7.1f} s{ended}",
            flush=True,
        )


@pytest.mark.slow
@pytest.mark.parametrize("bench", PUSHING, indirect=True)
async def test_what_is_pushed_arrives_once(bench):
    far = bench.counterpart
    wanted = [far.outgoing(number + 1).body for number in range(len(places()) + 1)]
    with row(bench, "push", wanted, far.holds):
        said = await cut_everywhere(bench, far.server.port, places())
    assert "unknown" in said and len(far.holds()) == len(places()) + 1


@pytest.mark.slow
@pytest.mark.parametrize("bench", PULLING, indirect=True)
async def test_what_is_pulled_comes_once(bench):
    offered, came = [await bench.counterpart.offer(1)], dict[str, bytes]()
    with row(bench, "pull", offered, lambda: list(came.values())):
        await pulled_through_cuts(bench, offered, came)
    assert list(came.values()) == offered


async def pulled_through_cuts(bench, offered, came):
    cursor = None
    async with Line(bench.counterpart.server.port) as line:
        settings = line.settings(bench.counterpart.settings())
        async with bench.open(settings) as connector:
            await pulled(connector)
        whole = line.passed
        for place in places():
            offered.append(await bench.counterpart.offer(len(offered) + 1))
            for line.left in (1 + int(place * whole), None):  # cut off, and then asked again
                try:
                    async with bench.open(settings) as connector:
                        async for message in connector.pull(cursor):
                            came.setdefault(message.key, message.body)
                            await connector.ack(message)
                            cursor = message.cursor or cursor
                except Unavailable:
                    continue
