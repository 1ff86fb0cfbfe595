"""Deliver: the intent is recorded before the first byte, and the outcome after the far side's word.

Found `sending` by a new drain means the outcome is unknown; the connector's declared way says what is safe then.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple, Self

from sqlalchemy import Connection

from hub.errors import Unavailable
from hub.flow.addressing import addressed
from hub.flow.gate import GOOD, Gate, gate_of
from hub.flow.intend import Intent, intend, marks, stored
from hub.flow.number import numbered
from hub.flow.pushes import Planned, Pushes, next_attempt
from hub.flow.render import Prepared, Spoiled, render
from hub.flow.settle import Taken, again, failed, leave, settled, spoil
from hub.flow.site import Site
from hub.ledger import deliveries, lanes
from hub.sdk import Receipt
from hub.settings.endpoint import LETTER, Endpoint
from hub.spans import span

FIRST, BATCH = 4, 50  # messages at a time: few at first, so that even a process that is killed again and again gets on
LARGE = 100  # where to send them again is safe by itself
ASKED = 20  # unknown outcomes looked into at the same time
LONG = timedelta(seconds=5)  # then the lane may move to another process


async def deliver(site: Site, target: str, epoch: int) -> None:
    """Send what is due to one target, for a few seconds. While some is on its way, more is made ready."""
    endpoint = site.endpoint(target)
    end = site.now() + LONG
    gate = await gate_of(site, endpoint)
    if gate.shut:
        return
    await _resolve(site, endpoint, epoch, gate)
    together = endpoint.batch is not None
    collecting = together and not await site.ledger.read(lambda connection: f"batch:{target}" in lanes.due_ticks(connection))
    async with (
        Pushes(site, endpoint, gate) as pushes,
        _Trip(site, endpoint, epoch, gate, pushes, together, collecting, BATCH if together else FIRST) as trip,
    ):
        over = False
        while site.now() <= end and not gate.shut and not site.stopping and not over:
            ready = await trip.ready()
            if ready is None:
                return
            if ready.rows:
                planned = await trip.planned(ready)
                trip.look_ahead()
                await pushes.begin(planned)
            else:  # unless something waits for what is on its way
                over = not await pushes.ended()
    if over and together and not collecting:
        await site.ledger.write(lambda connection: lanes.tick_done(connection, f"batch:{target}", site.now()))


class _Ready(NamedTuple):
    """Deliveries that can go next, and their messages; some may have none."""

    rows: Sequence[Any]
    prepared: Sequence[Prepared] = ()
    spoiled: Sequence[Spoiled] = ()


@dataclass(slots=True)
class _Trip:
    """What one drain makes ready."""

    site: Site
    endpoint: Endpoint
    epoch: int
    gate: Gate
    pushes: Pushes
    together: bool  # as few messages as can be
    collecting: bool  # nothing new leaves before its time
    most: int  # messages at a time; more and more
    _ahead: "asyncio.Task[_Ready | None] | None" = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        """What was made ready in vain is forgotten: nothing says yet that it is sent."""
        if self._ahead is not None:
            await asyncio.wait([self._ahead])
            self._ahead.exception()  # nobody needs to hear of it

    def look_ahead(self) -> None:
        """Make the next ready while these are on their way, where they need not wait for what becomes of these."""
        if self.pushes.safe and self.gate.standing == GOOD:
            self._ahead = asyncio.create_task(self._make())

    async def ready(self) -> _Ready | None:
        """What can go next; None where nothing may go there any more."""
        if self._ahead is not None:
            made, self._ahead = await self._ahead, None
            if self.gate.standing == GOOD:
                return made
        return await self._make()

    async def _make(self) -> _Ready | None:
        rows = await self._rows()
        if not rows:
            return None if rows is None else _Ready(())
        site, endpoint = self.site, self.endpoint
        fresh, bare = await numbered(site, [row for row in rows if row.outbound_id is None])
        if any(endpoint.speaks(kind) == LETTER for kind in {row.kind for row in fresh}):
            fresh = await site.ledger.read(partial(addressed, endpoint=endpoint, rows=fresh))
        with span("render", documents=[row.document_id for row in fresh]):
            prepared, spoiled = await asyncio.to_thread(render, site, endpoint, fresh, self.together)
        return _Ready(rows, prepared, (*bare, *spoiled))

    async def _rows(self) -> list[Any] | None:
        most = min(self.most, self.gate.within(LONG) or self.most)
        fitting = most if self.together else self.gate.allows(most)
        self.most = min(LARGE if self.pushes.safe else BATCH, 2 * self.most)
        rows = await self.site.ledger.read(partial(self._look, most=fitting))
        return rows if rows is None or not self.collecting else [row for row in rows if row.outbound_id is not None]

    def _look(self, connection: Connection, most: int) -> list[Any] | None:
        if self.endpoint.name in {row.name for row in lanes.stopped(connection)}:
            return None
        return list(deliveries.ready(connection, self.endpoint.name, self.site.now(), most))

    async def planned(self, ready: _Ready) -> list[Planned]:
        """The messages, whose intent is recorded, and when each may leave."""
        for one in ready.spoiled:
            await spoil(self.site, self.endpoint, one, self.epoch)
        if self.pushes.safe:
            self.pushes.settling.begin()
        record = partial(self._record, rows=ready.rows, prepared=ready.prepared)
        planned, highest = await self.site.ledger.write(record, turn=False)
        self.site.probe("render.stored")
        await self._remember([one.intent for one in planned], highest)
        return planned

    def _record(
        self, connection: Connection, rows: Sequence[Any], prepared: Sequence[Any]
    ) -> tuple[list[Planned], dict[str, int]]:
        lanes.guard(connection, f"out:{self.endpoint.name}", self.epoch)
        self.site.probe("render.commit")
        waiting: dict[int, set[int]] = {}
        for row in rows:
            if row.outbound_id is not None:
                waiting.setdefault(row.outbound_id, set()).add(row.id)
        due = deliveries.still_due(connection, [row.id for row in rows])  # a person may have spoken since
        intents = [stored(connection, one, self.epoch) for one in sorted(waiting) if due >= waiting[one]]
        ours = [one for one in prepared if due.issuperset(one.ids)]
        intents += intend(self.site, connection, self.endpoint, ours, self.epoch)
        planned = list(map(Planned, self.gate.slots(connection, len(intents)), intents))
        return planned, marks(self.site, connection, self.endpoint, intents)

    async def _remember(self, intents: Sequence[Intent], highest: Mapping[str, int]) -> None:
        """Numbers are safe outside the ledger before a byte leaves; where that cannot be, none does."""
        file = self.site.high_water
        if file is None:
            return
        try:
            await asyncio.to_thread(file.raise_to, highest)
        except OSError as error:
            for intent in intents:
                await leave(self.site, self.endpoint, intent, self.site.now())
            raise Unavailable(f"{file.path} cannot be written: {error.strerror or error}") from error


async def _resolve(site: Site, endpoint: Endpoint, epoch: int, gate: Gate) -> None:
    """Find out about pushes whose outcome nobody knows, before anything new is sent."""
    now = site.now()
    rows = await site.ledger.read(lambda connection: deliveries.doubtful(connection, endpoint.name, now))
    ids = sorted({row.outbound_id for row in rows})
    for start in range(0, len(ids), ASKED):
        await asyncio.gather(*(_find_out(site, endpoint, one, epoch, gate) for one in ids[start : start + ASKED]))


async def _find_out(site: Site, endpoint: Endpoint, outbound_id: int, epoch: int, gate: Gate) -> None:
    connector = site.connectors[endpoint.name]
    intent = await site.ledger.read(lambda connection: stored(connection, outbound_id, epoch, look=True))
    if connector.repeat == "unsafe":
        why = f"the hub was interrupted while sending, and nobody can tell whether {endpoint.name} took it; find out there, then `crossdock retry`"
        await failed(site, endpoint, intent, "parked", why, None)
        return
    receipt: Receipt | None = None
    if connector.repeat == "lookup":
        try:
            receipt = await connector.find(intent.outgoing.key, intent.outgoing)
        except Exception as error:
            trouble = error if isinstance(error, Unavailable) else Unavailable(str(error))
            await gate.failed(trouble)
            later = next_attempt(site, endpoint, intent, trouble)
            await failed(site, endpoint, intent, "unknown" if later else "parked", f"cannot find out: {error}", later)
            return
    if receipt is not None:
        await settled(site, endpoint, [Taken(intent, receipt, site.now())])
    else:
        await again(site, endpoint, intent, site.now())
