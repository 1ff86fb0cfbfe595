"""Deliver: the intent is recorded before the first byte, and the outcome after the far side's word.

Found `sending` by a new drain means the outcome is unknown; the connector's declared way says what is safe then.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from hub.errors import Misconfigured, Rejected, Unavailable, Unknown
from hub.flow.addressing import addressed
from hub.flow.gate import Gate, gate_of
from hub.flow.intend import Intent, intend, marks, stored
from hub.flow.lease import ours
from hub.flow.number import numbered
from hub.flow.render import render
from hub.flow.settle import failed, settled, spoil
from hub.flow.site import Site
from hub.ledger import deliveries, lanes
from hub.logs import about
from hub.rules.retry import next_try
from hub.sdk import Receipt
from hub.settings.endpoint import LETTER, Endpoint
from hub.spans import span

log = logging.getLogger(__name__)
FIRST, BATCH = 4, 50  # messages at a time: few at first, so that even a process that is killed again and again gets on
ASKED = 20  # unknown outcomes looked into at the same time
LONG = timedelta(seconds=5)  # then the lane may move to another process


async def deliver(site: Site, target: str, epoch: int) -> None:
    """Send what is due to one target, for a few seconds."""
    endpoint = site.endpoint(target)
    end = site.now() + LONG
    gate = await gate_of(site, endpoint)
    if gate.shut:
        return
    await _resolve(site, endpoint, epoch, gate)
    together = endpoint.batch is not None
    collecting = together and not await site.ledger.read(lambda connection: f"batch:{target}" in lanes.due_ticks(connection))
    most = BATCH if together else FIRST
    while site.now() <= end and not gate.shut and not site.stopping:
        fitting = min(most, gate.within(LONG) or most) if together else gate.allows(min(most, gate.within(LONG) or most))
        rows = await site.ledger.read(partial(deliveries.ready, target=target, now=site.now(), most=fitting))
        most = min(BATCH, 2 * most)
        rows = [row for row in rows if row.outbound_id is not None] if collecting else list(rows)
        if not rows:
            break
        await _send(site, endpoint, rows, epoch, together, gate)
        if target in {row.name for row in await site.ledger.read(lanes.stopped)}:
            return
    else:
        return  # time is up, work is left: a batch goes on with the next drain
    if together and not collecting:
        await site.ledger.write(lambda connection: lanes.tick_done(connection, f"batch:{target}", site.now()))


async def _send(site: Site, endpoint: Endpoint, rows: Sequence[Any], epoch: int, together: bool, gate: Gate) -> None:
    fresh, bare = await numbered(site, [row for row in rows if row.outbound_id is None])
    if any(endpoint.speaks(row.kind) == LETTER for row in fresh):
        fresh = await site.ledger.read(partial(addressed, endpoint=endpoint, rows=fresh))
    with span("render", documents=[row.document_id for row in fresh]):
        prepared, spoiled = await asyncio.to_thread(render, site, endpoint, fresh, together)
    for one in (*bare, *spoiled):
        await spoil(site, endpoint, one, epoch)
    waiting: dict[int, set[int]] = {}
    for row in rows:
        if row.outbound_id is not None:
            waiting.setdefault(row.outbound_id, set()).add(row.id)

    def record(connection: Connection) -> tuple[list[tuple[datetime, Intent]], dict[str, int]]:
        lanes.guard(connection, f"out:{endpoint.name}", epoch)
        site.probe("render.commit")
        due = deliveries.still_due(connection, [row.id for row in rows])  # a person may have spoken since
        intents = [stored(connection, one, epoch) for one in sorted(waiting) if due >= waiting[one]]
        intents += intend(site, connection, endpoint, [one for one in prepared if due.issuperset(one.ids)], epoch)
        planned = list(zip(gate.slots(connection, len(intents)), intents, strict=True))
        return planned, marks(site, connection, endpoint, intents)

    planned, highest = await site.ledger.write(record, turn=False)
    site.probe("render.stored")
    await _remember(site, endpoint, [intent for _, intent in planned], highest)
    room = asyncio.Semaphore(endpoint.concurrency)
    async with asyncio.TaskGroup() as group:
        for moment, intent in planned:
            await room.acquire()
            if site.now() < moment:
                await site.clock.sleep_until(moment)
            with about(outbound=intent.outbound_id, documents=intent.documents, number=intent.outgoing.number):
                group.create_task(_push(site, endpoint, intent, room, gate))


async def _remember(site: Site, endpoint: Endpoint, intents: Sequence[Intent], highest: Mapping[str, int]) -> None:
    """Numbers are safe outside the ledger before a byte leaves; where that cannot be, none does."""
    if site.high_water is None:
        return
    try:
        await asyncio.to_thread(site.high_water.raise_to, highest)
    except OSError as error:
        for intent in intents:
            await site.ledger.write(partial(_leave, lane=f"out:{endpoint.name}", intent=intent, due=site.now()))
        raise Unavailable(f"{site.high_water.path} cannot be written: {error.strerror or error}") from error


async def _push(site: Site, endpoint: Endpoint, intent: Intent, room: asyncio.Semaphore, gate: Gate) -> None:
    """One attempt. Whatever happens is settled, together with its neighbours; nothing is left to guess but a crash."""
    try:
        if not await ours(site, f"out:{endpoint.name}", intent.epoch):
            room.release()
            return  # whoever has the lane now finds it `sending`
        if gate.shut or site.stopping:  # a neighbour has just found the target down, or we are told to end
            room.release()
            due = gate.until if gate.shut else site.now()
            await site.ledger.write(partial(_leave, lane=f"out:{endpoint.name}", intent=intent, due=due))
            return
        with span("push", outbound=intent.outbound_id):
            site.probe("push.begin")
            receipt = await _there_already(site, endpoint, intent, gate)
            receipt = receipt or await site.connectors[endpoint.name].push(intent.outgoing)
            site.probe("push.sent")
    except Exception as error:
        outcome = _trouble(site, endpoint, intent, error, gate)
    else:
        outcome = _taken(site, endpoint, intent, receipt, gate)
    room.release()
    try:
        await outcome
    except Exception:  # the delivery stays `sending`: the next drain finds out, and the neighbours go on
        log.exception("what became of %s at %s could not be stored", intent.outgoing.name, endpoint.name)


async def _there_already(site: Site, endpoint: Endpoint, intent: Intent, gate: Gate) -> Receipt | None:
    """After a restore, a system that can be asked is asked before something is created there a second time."""
    connector = site.connectors[endpoint.name]
    if not gate.careful or connector.repeat != "lookup":
        return None
    return await connector.find(intent.outgoing.key, intent.outgoing)


async def _taken(site: Site, endpoint: Endpoint, intent: Intent, receipt: Receipt, gate: Gate) -> None:
    with span("settle", outbound=intent.outbound_id) as note:
        note(orders=await settled(site, endpoint, intent, receipt))
    await gate.passed()


async def _trouble(site: Site, endpoint: Endpoint, intent: Intent, error: Exception, gate: Gate) -> None:
    repeat = site.connectors[endpoint.name].repeat
    await (gate.failed(error) if isinstance(error, Unavailable) else gate.passed())
    if isinstance(error, Unknown) and repeat in ("lookup", "unsafe"):
        later = _later(site, endpoint, intent, error) if repeat == "lookup" else None
        why = f"nobody can tell whether {endpoint.name} took it ({error}); find out there, then `crossdock retry`"
        await failed(site, endpoint, intent, "unknown" if later else "parked", str(error) if later else why, later)
    elif isinstance(error, Unavailable):
        later = _later(site, endpoint, intent, error)
        why = str(error) if later else f"given up after {intent.attempts + 1} attempts: {error}"
        await failed(site, endpoint, intent, "due" if later else "parked", why, later)
    elif isinstance(error, Rejected):
        await failed(site, endpoint, intent, "parked", f"{endpoint.name} refuses it: {error}", None)
    elif isinstance(error, Misconfigured):
        await stop(site, endpoint.name, str(error))
        await failed(site, endpoint, intent, "due", str(error), site.now())
    else:
        log.error("pushing %s to %s failed", intent.outgoing.name, endpoint.name, exc_info=error)
        await failed(
            site, endpoint, intent, "parked", f"internal error ({type(error).__name__}: {error}); please report it", None
        )


def _later(site: Site, endpoint: Endpoint, intent: Intent, error: Unavailable) -> datetime | None:
    policy = site.retry(endpoint)
    return next_try(policy, intent.attempts + 1, intent.first_at, site.now(), error.after, site.chance())


async def stop(site: Site, endpoint: str, why: str) -> None:
    """The endpoint cannot work as configured: nothing more is tried until the operator says so."""
    log.error("%s is stopped: %s", endpoint, why)
    now = site.now()
    await site.ledger.write(lambda connection: lanes.stop(connection, endpoint, why, now))


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
            later = _later(site, endpoint, intent, trouble)
            await failed(site, endpoint, intent, "unknown" if later else "parked", f"cannot find out: {error}", later)
            return
    if receipt is not None:
        await settled(site, endpoint, intent, receipt)
    else:
        await site.ledger.write(partial(_again, lane=f"out:{endpoint.name}", epoch=epoch, ids=intent.ids, now=site.now()))


def _leave(connection: Connection, lane: str, intent: Intent, due: datetime) -> None:
    lanes.guard(connection, lane, intent.epoch)
    deliveries.leave(connection, intent.ids, due)


def _again(connection: Connection, lane: str, epoch: int, ids: Sequence[int], now: datetime) -> None:
    lanes.guard(connection, lane, epoch)
    deliveries.put(connection, ids, "due", None, now)
