"""Files over wires that are cut at chosen bytes, against real daemons: nothing is half, nothing twice, nothing lost.

`WIRE_CUTS=1000` sets how many places, spread over all bytes of a whole exchange in both directions.
"""

import contextlib
import os

import pytest

from hub.errors import CrossdockError, Unknown
from hub.sdk.testing import pulled
from tests.unit.connectors.test_remote_folders import bench, kind  # fixtures

__all__ = ["bench", "kind"]
CUTS = int(os.environ.get("WIRE_CUTS") or 50)
ROUNDS = 6  # after which everything must have come right


class Ledger:
    """What a hub would remember of a place: arrivals by key, and deliveries until they are settled."""

    def __init__(self, bench):
        self.bench = bench
        self.arrivals = {}
        self.doubtful = False

    async def take(self):
        async with self.bench.open() as connector:
            async for message in connector.pull(None):
                assert self.arrivals.setdefault(message.key, message.body) == message.body
                await connector.ack(message)

    async def send(self, outgoing):
        async with self.bench.open() as connector:
            try:
                found = await connector.find(outgoing.key, outgoing) if self.doubtful else None
                return bool(found or await connector.push(outgoing))
            except Unknown:
                self.doubtful = True
            except CrossdockError:
                pass
        return False


async def exchange(bench, number, place, way):
    """One file in, one file out, the wire cut once; then again until both are done. Says how many bytes one round takes."""
    partner, ledger = bench.counterpart, Ledger(bench)
    offered, outgoing = await partner.offer(number), partner.outgoing(number)
    before = len(partner.holds())
    partner.wire.cut_after(place, way)
    sent, rounds, passed = False, 0, {}
    while rounds < ROUNDS and not (sent and ledger.arrivals):
        with contextlib.suppress(CrossdockError):
            await ledger.take()
        sent = sent or await ledger.send(outgoing)
        partner.holds()  # the partner takes at once what has appeared
        passed, rounds = passed or dict(partner.wire.passed), rounds + 1
    partner.wire.cut_after(None)
    await ledger.take()
    assert sent
    assert list(ledger.arrivals.values()) == [offered], f"cut {way} the daemon at byte {place}"
    assert partner.holds()[before:] == [outgoing.body], f"cut {way} the daemon at byte {place}"
    async with bench.open() as connector:
        assert await pulled(connector) == []
    return passed


async def test_a_cut_wire_loses_and_doubles_nothing(bench):
    await _cut(bench, 4)


@pytest.mark.slow
async def test_a_wire_cut_at_many_places_loses_and_doubles_nothing(bench):
    assert await _cut(bench, CUTS) >= CUTS * 0.8


async def _cut(bench, count):
    """So many places spread over both directions; says how often the wire was really cut."""
    wire = bench.counterpart.wire
    whole = await exchange(bench, 0, None, "to")
    for number in range(1, count + 1):
        way = ("to", "from")[number % 2]
        await exchange(bench, number, whole[way] * number // count, way)
    left = [path.name for path in bench.counterpart.files.rglob("*") if path.is_file() and "archive" not in str(path)]
    assert [name for name in left if not name.startswith(".")] == []
    print(f"{wire.cuts} cuts")
    return wire.cuts
