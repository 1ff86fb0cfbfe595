"""Files over wires that are cut at chosen bytes, against real daemons: nothing is half, nothing twice, nothing lost.

`WIRE_CUTS=1000` sets how many places, spread over all bytes of a whole exchange in both directions.
"""

import contextlib
import os

import pytest

from hub import registry
from hub.errors import CrossdockError, Unknown
from hub.sdk.testing import Bench, pulled
from tests.test_connectors import counterpart
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
        self.cursor = None

    async def take(self):
        async with self.bench.open() as connector:
            async for message in connector.pull(self.cursor):
                self.cursor = message.cursor or self.cursor
                assert self.arrivals.setdefault(message.key, message.body) == message.body
                await connector.ack(message)

    async def send(self, outgoing):
        async with self.bench.open() as connector:
            try:
                asked = self.doubtful and connector.repeat == "lookup"
                found = await connector.find(outgoing.key, outgoing) if asked else None
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


@pytest.fixture
async def house(tmp_path):
    partner = counterpart("mail")(tmp_path)
    await partner.start()
    yield Bench(registry.connectors()["mail"], partner)
    await partner.stop()


@pytest.mark.slow
async def test_mails_over_wires_cut_at_many_places_are_taken_once_and_sent_under_one_message_id(house):
    """Both servers' wires, both directions. A mail may come twice to its reader, under one Message-ID and with one content."""
    partner = house.counterpart
    imap, smtp = partner.wires
    whole, ledger = dict.fromkeys(partner.wires), Ledger(house)
    for number in range(CUTS + 1):
        body, outgoing = await partner.offer(number), partner.outgoing(number)
        for wire in partner.wires:
            way = ("to", "from")[number % 2]
            wire.cut_after(whole[wire] and whole[wire][way] * number // (CUTS + 1), way)
        sent = False
        for _ in range(ROUNDS):
            with contextlib.suppress(CrossdockError):
                await ledger.take()
            sent = sent or await ledger.send(outgoing)
            whole = {wire: whole[wire] or dict(wire.passed) for wire in partner.wires}
            if sent and body in ledger.arrivals.values():
                break
        imap.cut_after(None), smtp.cut_after(None)
        await ledger.take()
        fresh = {key: one for key, one in ledger.arrivals.items() if one == body}
        assert sent and len(fresh) == 1, f"cut at place {number}"
    await partner.smtp.deliver()
    mails = partner.smtp.mails()
    assert len({mail["Message-ID"] for mail in mails}) == CUTS + 1
    assert (
        len(
            {(mail["Message-ID"], part.get_payload(decode=True)) for mail in mails for part in mail.walk() if part.get_filename()}
        )
        == CUTS + 1
    )
    assert imap.cuts + smtp.cuts >= CUTS
    print(f"{imap.cuts} cuts of taking, {smtp.cuts} of sending; {len(mails) - CUTS - 1} mails came twice")
