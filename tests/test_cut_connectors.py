"""Every connector that speaks HTTP, cut off at random bytes by a proxy before a counterpart that keeps what it has taken.

After each cut the hub's way of going on is gone, until the document is surely there; then it is there once. And what is pulled
through the same scissors comes whole, once, and under one key. `CUTS=1000` for a long run.
"""

import json
from pathlib import Path
from random import Random

import pytest

from hub.sdk import Rejected, Unavailable
from hub.sdk.testing import Bench, StandIn
from tests.chaos.scissors import Scissors
from tests.chaos.test_kills import setting
from tests.test_connectors import CONNECTORS, COUNTERPARTS

TRIES = 60
REACH = {"asking": 6000, "answer": 4000}  # beyond what most exchanges need, so that some get through
SAFE = ("native", "upsert", "lookup")


def speaks(name: str, tmp: Path) -> bool:
    return isinstance(getattr(COUNTERPARTS[name](tmp), "server", None), StandIn)


CUT = [name for name in CONNECTORS if speaks(name, Path())]


class Cut:
    """A counterpart behind scissors, and a bench on which its connector is opened."""

    def __init__(self, name, home, seed):
        self.far = COUNTERPARTS[name](home)
        self.dice = Random(f"{name} {seed}")
        self.bench = Bench(CONNECTORS[name], self.far)

    async def __aenter__(self):
        await self.far.start()
        self.scissors = Scissors(self.far.server.port, self.dice, reach=REACH)
        await self.scissors.start()
        return self

    async def __aexit__(self, *what):
        await self.scissors.stop()
        await self.far.stop()

    def open(self):
        port, own = f"127.0.0.1:{self.far.server.port}", f"127.0.0.1:{self.scissors.own}"
        return self.bench.open(json.loads(json.dumps(self.far.settings()).replace(port, own)))

    async def push(self, outgoing, again):
        """As the hub would: once, and after an unknown outcome by the declared way. Whether it is surely there."""
        try:
            async with self.open() as connector:
                found = await connector.find(outgoing.key, outgoing) if again and connector.repeat == "lookup" else None
                return found or await connector.push(outgoing)
        except Unavailable:
            return None


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in CUT if CONNECTORS[name].offers("push") and CONNECTORS[name].repeat in SAFE])
async def test_what_is_pushed_arrives_once(name, tmp_path):
    cuts, sent = setting("CUTS", 50), []
    async with Cut(name, tmp_path, setting("SEED", 1)) as cut:
        while cut.scissors.cuts.total() < cuts:
            outgoing = cut.far.outgoing(len(sent) + 1)
            receipt, tries = None, 0
            while receipt is None:
                tries += 1
                assert tries < TRIES, "it never gets through"
                receipt = await cut.push(outgoing, tries > 1)
            sent.append(outgoing.body)
            assert cut.far.holds() == sent, f"after {cut.scissors.cuts.total()} cuts"
    print(f"\n{name}: {len(sent)} pushed, {dict(cut.scissors.cuts)}")


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in CUT if CONNECTORS[name].offers("pull")])
async def test_what_is_pulled_comes_once(name, tmp_path):
    cuts, offered, came = setting("CUTS", 50), [], {}
    cursor, tries = None, 0
    async with Cut(name, tmp_path, setting("SEED", 2)) as cut:
        while cut.scissors.cuts.total() < cuts or len(came) < len(offered):
            tries += 1
            assert tries < TRIES * cuts, "it never gets through"
            cut.scissors.cutting = cut.scissors.cuts.total() < cuts
            if cut.scissors.cutting:
                offered.append(await cut.far.offer(len(offered) + 1))
            try:
                async with cut.open() as connector:
                    async for message in connector.pull(cursor):
                        came.setdefault(message.key, message.body)
                        await connector.ack(message)
                        cursor = message.cursor or cursor
            except (Unavailable, Rejected) as error:
                assert not isinstance(error, Rejected), "a cut is nobody's mistake"
    assert list(came.values()) == offered
    print(f"\n{name}: {len(offered)} pulled, {dict(cut.scissors.cuts)}")
