"""The same thing comes twice at the same moment, by the web door and by a poll, and while pushes are under way: it counts once."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from hub.app import Hub
from hub.sdk import Message, Outgoing, Receipt, Reply, Request
from tests.journey import wire
from tests.test_clock_jumps import numbers, order, wanted

TIMES = 12


def rows(hub: Hub, query: str) -> list[tuple]:
    return hub.ledger.look(lambda connection: [tuple(row) for row in connection.exec_driver_sql(query)])


async def test_webhooks_that_come_again_and_again_count_once(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Real requests, many at a time, of two documents; the sender never hears the first answers and insists."""
    monkeypatch.setattr(type(wire(hub, "acme")), "receive", receive)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(hub.web()), base_url="http://hub") as client:
        answers = await asyncio.gather(*(client.post("/in/acme", content=order(1 + n % 2)) for n in range(TIMES)))
        await hub.work()
        answers += await asyncio.gather(*(client.post("/in/acme", content=order(1 + n % 2)) for n in range(TIMES)))
    await hub.work()
    assert {answer.status_code for answer in answers} == {202}
    assert rows(hub, "select count(*) from arrivals") == [(2,)]
    assert numbers(hub) == wanted(2)
    assert len([one for one in wire(hub, "acme").sent.values() if one.document == "acknowledgement"]) == 2


async def test_a_hint_is_followed_by_a_poll(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """A webhook and the poll are one: what it speaks of is read at once, and is there once however often it is told."""
    monkeypatch.setattr(type(wire(hub, "acme")), "receive", lambda self, request: Reply(hint=True))
    wire(hub, "acme").waiting.append(Message("1", order(1), "1.edi"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(hub.web()), base_url="http://hub") as client:
        answers = [await client.post("/in/acme", content=b"{}") for _ in range(3)]
    assert await hub.engine.rest()
    assert {answer.status_code for answer in answers} == {202}
    assert rows(hub, "select count(*) from arrivals") == [(1,)]


def receive(self: Any, request: Request) -> Reply:
    """The same bytes are the same arrival."""
    return Reply((Message(hashlib.sha256(request.body).hexdigest(), request.body, "posted.edi"),))


class Overlap:
    """While a push is under way the source is polled, the same messages lie there again, and the web door brings them too."""

    def __init__(self, hub: Hub, messages: list[Message]) -> None:
        self.hub, self.messages, self.push, self.calls = hub, messages, wire(hub, "erp").push, 0

    async def __call__(self, outgoing: Outgoing) -> Receipt:
        self.calls += 1
        wire(self.hub, "acme").waiting += self.messages
        await asyncio.gather(
            self.hub.engine.wake("poll:acme"), *(self.hub.accept("acme", self.messages) for _ in range(3)), self.hub.pulse.beat()
        )
        receipt: Receipt = await self.push(outgoing)
        return receipt


async def test_polls_that_overlap_pushes(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    messages = [Message(str(number), order(number), f"{number}.edi") for number in range(1, 7)]
    overlap = Overlap(hub, messages)
    monkeypatch.setattr(wire(hub, "erp"), "push", overlap)
    wire(hub, "acme").waiting += messages[:3]
    await hub.work()
    assert numbers(hub) == wanted(6)
    assert overlap.calls == 6, "each was pushed once"
    assert rows(hub, "select count(*) from arrivals where endpoint = 'acme'") == [(6,)]


class Shelf:
    """A source in pages by the time of the last change; what is changed while it is read moves to the end."""

    PAGE = 3

    def __init__(self) -> None:
        self.changed = [(moment, number) for moment, number in enumerate(range(1, 10))]
        self.moves = iter((1, 5, 2, 9, 1))

    def page(self, after: tuple[int, int]) -> list[tuple[int, int]]:
        """After (time, id), oldest first; then one of those already given, or not yet, is changed."""
        found = sorted(entry for entry in self.changed if entry > after)[: self.PAGE]
        if number := next(self.moves, 0):
            last = max(moment for moment, _ in self.changed)
            self.changed = [entry for entry in self.changed if entry[1] != number] + [(last + 1, number)]
        return found

    async def pull(self, cursor: str | None, until: datetime | None = None) -> AsyncIterator[Message]:
        moment, _, number = (cursor or "-1:0").partition(":")
        after = (int(moment), int(number))
        while entries := self.page(after):
            for after in entries:
                yield Message(str(after[1]), order(after[1]), f"{after[1]}.edi", cursor=f"{after[0]}:{after[1]}")


async def test_pages_that_shift_while_they_are_read(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """What moved while we read comes twice, under its own name: it counts once, and nothing falls between two pages."""
    monkeypatch.setattr(wire(hub, "acme"), "pull", Shelf().pull)
    await hub.work()
    assert numbers(hub) == wanted(9)
    assert rows(hub, "select count(*) from arrivals where endpoint = 'acme'") == [(9,)]
