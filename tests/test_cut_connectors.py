"""Every connector that speaks HTTP, over a line that dies after so many bytes, to a counterpart that keeps what it has taken.

What is pushed is there once, whatever the hub's declared way of going on had to do; what is pulled comes whole, once, in order.
`CUTS=1000` for a long run.
"""

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
    cuts = setting("CUTS", 50)
    return [place / cuts for place in range(cuts)]


@pytest.mark.slow
@pytest.mark.parametrize("bench", PUSHING, indirect=True)
async def test_what_is_pushed_arrives_once(bench):
    said = await cut_everywhere(bench, bench.counterpart.server.port, places())
    assert "unknown" in said and len(bench.counterpart.holds()) == len(places()) + 1


@pytest.mark.slow
@pytest.mark.parametrize("bench", PULLING, indirect=True)
async def test_what_is_pulled_comes_once(bench):
    offered, came, cursor = [await bench.counterpart.offer(1)], {}, None
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
    assert list(came.values()) == offered
