"""A target in trouble is left in peace, found again by one message, and then gets its backlog in order; a pace is kept."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.app import Hub
from hub.errors import Unavailable
from hub.ledger import deliveries, gates
from hub.operations.retry import retry
from hub.sdk import Message
from tests.journey import NOON, bring, hub_for, wire
from tests.test_walk import ORDER, company_with

BREAKER = (
    "format: json",
    "format: json\nbreaker: {failures: 3, pause: 2m, most: 10m}\nretry: {first: 10s, most: 20s, jitter: 0, give_up_after: 24h}",
)


def another(number: int) -> bytes:
    return ORDER.replace(b"PO-1001", b"PO-%d" % number).replace(b"000000101", b"%09d" % number)


class Target:
    """Notes when it was asked, and is down as long as it is told to be."""

    def __init__(self, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[tuple[datetime, str]] = []
        self.trouble: Exception | None = None
        self.hub, self.push = hub, wire(hub, "erp").push
        monkeypatch.setattr(wire(hub, "erp"), "push", self)

    async def __call__(self, outgoing: Any) -> Any:
        self.asked.append((self.hub.clock.now(), outgoing.number))
        if self.trouble is not None:
            raise self.trouble
        return await self.push(outgoing)


async def pass_by(hub: Hub, **time: float) -> None:
    await hub.clock.advance(timedelta(**time))  # type: ignore[attr-defined]
    await hub.work()


async def test_a_target_that_is_down_is_left_in_peace_and_its_backlog_follows_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hub_for(tmp_path, company_with(tmp_path, erp=BREAKER)) as hub:
        erp = Target(hub, monkeypatch)
        erp.trouble = Unavailable("down")
        for number in range(2001, 2009):
            await bring(hub, "acme", another(number), f"{number}.edi")
        assert len(erp.asked) == 3, "three failures in a row, then peace"
        await pass_by(hub, seconds=100)
        assert len(erp.asked) == 3, "although deliveries are due by their own policy"
        await pass_by(hub, seconds=30)
        assert len(erp.asked) == 4, "one message finds out"
        await pass_by(hub, minutes=3)
        assert len(erp.asked) == 4, "each pause is twice the one before"
        erp.trouble = None
        await pass_by(hub, minutes=2)
        numbers = [number for _, number in erp.asked[4:]]
        assert numbers == [f"PO-{number}" for number in range(2001, 2009)]
        assert hub.ledger.look(deliveries.counts) == {}
        assert hub.ledger.look(lambda connection: gates.shut(connection, hub.clock.now())) == []


async def test_attempts_are_counted_only_where_one_was_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changes = {"erp": (BREAKER[0], BREAKER[1].replace("failures: 3", "failures: 1"))}
    async with hub_for(tmp_path, company_with(tmp_path, **changes)) as hub:
        erp = Target(hub, monkeypatch)
        erp.trouble = Unavailable("down")
        for number in (2001, 2002):
            wire(hub, "acme").waiting.append(_message(number))
        await hub.work()
        assert len(erp.asked) == 1
        rows = hub.ledger.look(lambda connection: deliveries.of_documents(connection, [1, 2, 3, 4]))
        assert sorted(row.attempts for row in rows if row.target == "erp") == [0, 1]


def _message(number: int) -> Message:
    return Message(str(number), another(number), f"{number}.edi")


@pytest.mark.parametrize("after", [300.0, NOON + timedelta(minutes=5)])
async def test_what_the_far_side_asks_for_counts_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: Any) -> None:
    async with hub_for(tmp_path, company_with(tmp_path, erp=BREAKER)) as hub:
        erp = Target(hub, monkeypatch)
        erp.trouble = Unavailable("too many requests", after=after)
        await bring(hub, "acme", another(2001), "2001.edi")
        await bring(hub, "acme", another(2002), "2002.edi")
        await pass_by(hub, minutes=4)
        assert len(erp.asked) == 1
        erp.trouble = None
        await pass_by(hub, minutes=2)
        assert [number for _, number in erp.asked] == ["PO-2001", "PO-2001", "PO-2002"]


async def test_a_person_need_not_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with hub_for(tmp_path, company_with(tmp_path, erp=BREAKER)) as hub:
        erp = Target(hub, monkeypatch)
        erp.trouble = Unavailable("down", after=3600.0)
        await bring(hub, "acme", another(2001), "2001.edi")
        await bring(hub, "acme", another(2002), "2002.edi")
        erp.trouble = None
        await hub.ledger.write(lambda connection: retry(connection, None, "ann", "it is up again", NOON))
        await hub.work()
        assert "PO-2002" in [number for _, number in erp.asked]


async def waiting(hub: Hub) -> None:
    """Until nothing goes on without time passing: the hub works in threads, and the clock must not run ahead of them."""
    while not (hub.engine.idle or hub.clock.awaited):  # type: ignore[attr-defined]  # noqa: ASYNC110  # threads set no event
        await asyncio.sleep(0.001)


async def test_a_pace_is_kept_over_drains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pace = ("format: json", "format: json\nrate: {most: 30, per: 1m}")
    async with hub_for(tmp_path, company_with(tmp_path, erp=pace)) as hub:
        erp = Target(hub, monkeypatch)
        for number in range(2001, 2008):
            wire(hub, "acme").waiting.append(_message(number))
        await hub.pulse.begin()
        for _ in range(3000):  # the time of the test runs on while a busy machine works
            await hub.pulse.beat()
            await waiting(hub)
            await hub.clock.advance(timedelta(seconds=0.5))  # type: ignore[attr-defined]
            if len(erp.asked) == 7:
                break
        moments = [moment for moment, _ in erp.asked]
        assert len(moments) == 7
        assert all(moment - NOON >= n * timedelta(seconds=2) for n, moment in enumerate(moments))
