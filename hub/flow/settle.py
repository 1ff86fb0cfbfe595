"""Settle: what became of a push is stored with its reason, and the order's timeline says it."""

import asyncio
import logging
from collections.abc import Awaitable, Coroutine, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection

from hub.errors import Conflict, Unavailable
from hub.flow.intend import Intent
from hub.flow.render import Spoiled
from hub.flow.site import Site
from hub.ledger import aliases, deliveries, lanes, timeline
from hub.logs import about
from hub.sdk import Receipt
from hub.settings.endpoint import Endpoint
from hub.spans import span

log = logging.getLogger(__name__)
GROUP = 150  # messages after which those that have come back are settled: more than come back between two intents
SPAN = 0.2  # seconds after which they are


def title(intent: Intent) -> str:
    kind = intent.outgoing.document.replace("_", " ")
    return f"{kind} {intent.outgoing.number}" if intent.outgoing.number else kind


class Taken(NamedTuple):
    """A message that the far side has."""

    intent: Intent
    receipt: Receipt
    now: datetime


class Settling:
    """Messages that the target has taken: those that come back one soon after the other are settled together.

    `patient`: a target where a repeated write is safe by itself can wait a moment, so that more are, and in one commit
    with the intent of the next. Others wait only while some are being settled.
    """

    def __init__(self, site: Site, endpoint: Endpoint, patient: bool) -> None:
        self.site, self.endpoint, self._patient = site, endpoint, patient
        self._taken: list[Taken] = []
        self._timer: asyncio.TimerHandle | None = None
        self._tasks = set[asyncio.Task[None]]()

    def add(self, intent: Intent, receipt: Receipt) -> None:
        """The far side has this; it is settled soon."""
        self._taken.append(Taken(intent, receipt, self.site.now()))
        if len(self._taken) >= GROUP or not (self._patient or self._tasks):
            self.begin()
        elif self._patient and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SPAN, self.begin)

    def begin(self) -> None:
        """Settle now what has come back. What is written to the ledger in the same moment is in the same commit."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._taken:
            taken, self._taken = self._taken, []
            task = asyncio.create_task(self._end(taken, settled(self.site, self.endpoint, taken)))
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    async def ended(self) -> None:
        """Wait until everything is settled."""
        self.begin()
        while self._tasks:
            await asyncio.wait(self._tasks)
            self.begin()

    async def _end(self, taken: Sequence[Taken], settling: Awaitable[None]) -> None:
        try:
            await settling
        except Exception:  # one of them must not keep the others from being settled
            for one in taken:
                await self._alone(one)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not self._patient:
            self.begin()

    async def _alone(self, one: Taken) -> None:
        try:
            await settled(self.site, self.endpoint, [one])
        except Unavailable as error:  # the delivery stays `sending`: the next drain finds out
            log.error("what became of %s at %s could not be stored: %s", one.intent.outgoing.name, self.endpoint.name, error)
        except Exception:
            log.exception("what became of %s at %s could not be stored", one.intent.outgoing.name, self.endpoint.name)


def settled(site: Site, endpoint: Endpoint, taken: Sequence[Taken]) -> Coroutine[Any, Any, None]:
    """The far side has these: in one transaction, which waits for the writer already when this returns."""
    return _settled(
        site, endpoint, taken, site.ledger.write(partial(_store, site=site, endpoint=endpoint, taken=taken), turn=False)
    )


async def _settled(site: Site, endpoint: Endpoint, taken: Sequence[Taken], written: Awaitable[None]) -> None:
    orders = {order for one in taken for order in one.intent.orders}
    with span("settle", outbound=[one.intent.outbound_id for one in taken], orders=orders):
        await written
    site.tally.delivered(endpoint.name, [(one.now - one.intent.since).total_seconds() for one in taken])
    for intent, receipt, _ in taken:
        site.probe("settle.stored")
        if log.isEnabledFor(logging.INFO):
            with about(endpoint=endpoint.name, outbound=intent.outbound_id, documents=intent.documents, orders=intent.orders):
                log.info("%s", _delivered(endpoint, intent, receipt))


def _store(connection: Connection, site: Site, endpoint: Endpoint, taken: Sequence[Taken]) -> None:
    said: timeline.Entries = []
    for intent, receipt, now in taken:
        site.probe("settle.commit")
        text = _delivered(endpoint, intent, receipt)
        said += _entries(intent, now, "delivered", text)
    if endpoint.role == "system":
        aliases.add_all(connection, [name for one in taken for name in _names(endpoint.name, one)])
    deliveries.done(connection, {one.intent.outbound_id: (one.receipt.reference, one.now) for one in taken})
    timeline.add(connection, said)


def _delivered(endpoint: Endpoint, intent: Intent, receipt: Receipt) -> str:
    known = receipt.reference and endpoint.role == "system"
    called = f", known there as {receipt.reference}" if known else f" as {intent.outgoing.name}"
    return f"{title(intent)} was delivered to {endpoint.name}{called}"


def _names(endpoint: str, taken: Taken) -> Iterator[dict[str, Any]]:
    """The system's own names for the orders and their lines. It took the document, whatever else it says with that."""
    intent, receipt, now = taken
    if not receipt.reference:
        return
    try:
        lines = dict(receipt.detail.get("lines") or {})
    except (TypeError, ValueError):
        log.error("%s names the lines of %s in a shape nobody knows", endpoint, receipt.reference)
        lines = {}
    for order in intent.orders:
        yield aliases.row(endpoint, str(receipt.reference), order, "", now)
        yield from (aliases.row(endpoint, str(theirs), order, str(ours), now) for theirs, ours in lines.items())


def _entries(intent: Intent, now: datetime, what: str, text: str) -> timeline.Entries:
    """For each order it is about. A document that answers a whole file is found by itself, in the life of each of its orders."""
    said = [entry for one in intent.whole for entry in timeline.entries(now, what, text, (), one, outbound=intent.outbound_id)]
    if intent.orders or not said:
        said += timeline.entries(now, what, text, intent.orders, _document(intent), outbound=intent.outbound_id)
    return said


def _document(intent: Intent) -> int | None:
    """The document, where the message carries one."""
    return intent.documents[0] if len(intent.documents) == 1 else None


async def failed(site: Site, endpoint: Endpoint, intent: Intent, state: str, why: str, due: datetime | None) -> None:
    """Not this time; or not at all until a person has looked."""
    now = site.now()

    what = "parked" if state == "parked" else "retry"
    wait = "it waits for a person" if state == "parked" else f"next attempt at {due:%H:%M:%S} UTC"
    text = f"{title(intent)} did not reach {endpoint.name}: {why}; {wait}"

    def store(connection: Connection) -> None:
        lanes.guard(connection, f"out:{endpoint.name}", intent.epoch)
        deliveries.put(connection, intent.ids, state, why, due)
        timeline.add(connection, _entries(intent, now, what, text))

    try:
        await site.ledger.write(store, turn=False)
        site.tally.failed(endpoint.name, state)
        with about(endpoint=endpoint.name, outbound=intent.outbound_id, documents=intent.documents, orders=intent.orders):
            log.warning("%s", text)
    except Conflict as conflict:  # whoever has the lane now finds out by itself
        log.warning("%s: %s", f"{title(intent)} for {endpoint.name}", conflict)


async def leave(site: Site, endpoint: Endpoint, intent: Intent, due: datetime) -> None:
    """Marked as being sent, but not one byte has left."""

    def store(connection: Connection) -> None:
        lanes.guard(connection, f"out:{endpoint.name}", intent.epoch)
        deliveries.leave(connection, intent.ids, due)

    await site.ledger.write(store)


async def again(site: Site, endpoint: Endpoint, intent: Intent, due: datetime) -> None:
    """Nobody can tell whether it is there, or it is not: it goes again."""

    def store(connection: Connection) -> None:
        lanes.guard(connection, f"out:{endpoint.name}", intent.epoch)
        deliveries.put(connection, intent.ids, "due", None, due)

    await site.ledger.write(store)


async def spoil(site: Site, endpoint: Endpoint, spoiled: Spoiled, epoch: int) -> None:
    """A document that cannot be written for its target stays and says why; no number is drawn for it."""
    now, row = site.now(), spoiled.row

    def store(connection: Connection) -> None:
        lanes.guard(connection, f"out:{endpoint.name}", epoch)
        deliveries.put(connection, [row.id], "parked", spoiled.why, failed=True)
        orders = deliveries.orders_of(connection, [row.id])
        text = f"{row.kind.replace('_', ' ')} {row.number or ''} cannot be written for {endpoint.name}: {spoiled.why}; it waits for a person"
        timeline.say(connection, now, "parked", text, orders, document=row.document_id)

    await site.ledger.write(store)
