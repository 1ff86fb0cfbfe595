"""A process that was paused past its lease, then goes on: what it had not begun it leaves to whoever has the lane now."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hub.app import Hub
from hub.errors import Unavailable
from hub.flow.lease import HOLD
from hub.ledger import lanes
from hub.sdk import Message, Outgoing, Receipt
from tests.journey import hub_for, wire
from tests.test_walk import ORDER, company_with

LANE = "out:erp"


class Pause:
    """The first push takes longer than the lease lasts, and another process takes the lane meanwhile."""

    def __init__(self, hub: Hub, taken: bool, ends: Exception | None) -> None:
        self.hub, self.taken, self.ends, self.push, self.begun = hub, taken, ends, wire(hub, "erp").push, 0

    async def __call__(self, outgoing: Outgoing) -> Receipt:
        self.begun += 1
        if self.begun == 1:
            await self.hub.clock.advance(2 * HOLD)  # type: ignore[attr-defined]
            if self.taken:
                take = partial(lanes.take, name=LANE, owner="other", now=self.hub.clock.now(), hold=HOLD)
                assert await self.hub.ledger.write(take)
            if self.ends:
                raise self.ends
        receipt: Receipt = await self.push(outgoing)
        return receipt


def states(hub: Hub) -> list[str]:
    query = "select state from deliveries where target = 'erp' order by id"
    return hub.ledger.look(lambda connection: [row[0] for row in connection.exec_driver_sql(query)])


async def play(hub: Hub, monkeypatch: pytest.MonkeyPatch, pause: Pause) -> None:
    monkeypatch.setattr(wire(hub, "erp"), "push", pause)
    second = ORDER.replace(b"PO-1001", b"PO-1002").replace(b"000000101", b"000000102")
    wire(hub, "acme").waiting += [Message("1", ORDER, "1.edi"), Message("2", second, "2.edi")]
    await hub.engine.wake("poll:acme")
    await hub.engine.rest()


@pytest.fixture
async def hub(tmp_path: Path):
    changed = company_with(tmp_path, erp=("format: json", "format: json\nconcurrency: 1"))
    async with hub_for(tmp_path, changed) as hub:
        yield hub


async def test_what_had_not_begun_is_left_to_the_next(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    pause = Pause(hub, taken=True, ends=None)
    await play(hub, monkeypatch, pause)
    assert states(hub) == ["done", "sending"]
    assert pause.begun == 1
    await hub.clock.advance(2 * HOLD)  # type: ignore[attr-defined]
    await hub.work()
    assert states(hub) == ["done", "done"]
    assert pause.begun == len(wire(hub, "erp").sent) == 2


async def test_nobody_took_the_lane_so_it_goes_on(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    pause = Pause(hub, taken=False, ends=None)
    await play(hub, monkeypatch, pause)
    assert states(hub) == ["done", "done"]


async def test_a_late_failure_does_not_disturb_what_the_next_does(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    pause: Any = Pause(hub, taken=True, ends=Unavailable("cut"))
    await play(hub, monkeypatch, pause)
    assert states(hub) == ["sending", "sending"], "the next one finds out"
