"""Pushes: the messages of one drain on their way to its target, so many at a time. Whatever becomes of each is settled."""

import asyncio
import logging
from datetime import datetime
from types import TracebackType
from typing import NamedTuple, Self

from hub.errors import Conflict, Misconfigured, Rejected, Unavailable, Unknown, mistake
from hub.flow.gate import GOOD, Gate
from hub.flow.intend import Intent
from hub.flow.lease import ours
from hub.flow.settle import Settling, failed, leave
from hub.flow.site import Site
from hub.ledger import lanes
from hub.logs import about
from hub.rules.retry import next_try
from hub.sdk import Receipt
from hub.settings.endpoint import Endpoint
from hub.spans import span

log = logging.getLogger(__name__)
AHEAD = 60  # messages that wait for their turn while the next are made ready
# After a crash what was made ready counts as unknown. Only where sending it again is safe by itself may that be more.
SAFE = ("native", "upsert")


class Planned(NamedTuple):
    """A message whose intent is recorded, and when it may leave."""

    moment: datetime
    intent: Intent


class Pushes:
    """Workers, as many as the target takes messages at the same time."""

    def __init__(self, site: Site, endpoint: Endpoint, gate: Gate) -> None:
        self.site, self.endpoint, self.gate = site, endpoint, gate
        self._waiting = asyncio.Queue[Planned](AHEAD)
        self.safe = site.connectors[endpoint.name].repeat in SAFE and endpoint.rate is None and endpoint.batch is None
        self.settling = Settling(site, endpoint, self.safe)
        self._workers: list[asyncio.Task[None]] = []
        self._busy = False

    async def begin(self, planned: list[Planned]) -> None:
        """Send these, in order; returns when more may be made ready."""
        for _ in range(min(len(planned), self.endpoint.concurrency) - len(self._workers)):
            self._workers.append(asyncio.create_task(self._work()))
        self._busy = True
        for one in planned:
            await self._waiting.put(one)
        if not self.safe or self.gate.standing != GOOD:
            await self.ended()

    async def ended(self) -> bool:
        """Wait until nothing is on its way, and all is settled; says whether there was anything."""
        was, self._busy = self._busy, False
        await self._waiting.join()
        await self.settling.ended()
        return was

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """No push is ever cancelled."""
        if isinstance(error, Conflict):  # each of those that wait is to ask whose the lane is
            self.site.leases.pop(f"out:{self.endpoint.name}", None)
        await self.ended()
        for worker in self._workers:
            worker.cancel()

    async def _work(self) -> None:
        while True:
            moment, intent = await self._waiting.get()
            with about(outbound=intent.outbound_id, documents=intent.documents, number=intent.outgoing.number):
                try:
                    if self.site.now() < moment:
                        await self.site.clock.sleep_until(moment)
                    await self._push(intent)
                except (Exception, asyncio.CancelledError) as error:  # the delivery stays `sending`: the next drain finds out
                    if isinstance(error, asyncio.CancelledError) and _told_to_end():
                        raise
                    log.exception("what became of %s at %s could not be stored", intent.outgoing.name, self.endpoint.name)
                finally:
                    self._waiting.task_done()

    async def _push(self, intent: Intent) -> None:
        """One attempt. Nothing is left to guess but a crash."""
        site, endpoint, gate = self.site, self.endpoint, self.gate
        if not await ours(site, f"out:{endpoint.name}", intent.epoch):
            return  # whoever has the lane now finds it `sending`
        if gate.shut or site.stopping:  # a neighbour has just found the target down, or we are told to end
            await leave(site, endpoint, intent, gate.until if gate.shut else site.now())
            return
        try:
            with span("push", outbound=intent.outbound_id):
                site.probe("push.begin")
                receipt = await self._there_already(intent) or await site.connectors[endpoint.name].push(intent.outgoing)
                site.probe("push.sent")
        except Exception as error:
            await trouble(site, endpoint, intent, error, gate)
        else:
            self.settling.add(intent, receipt)
            await gate.passed()

    async def _there_already(self, intent: Intent) -> Receipt | None:
        """After a restore, a system that can be asked is asked before something is created there a second time."""
        connector = self.site.connectors[self.endpoint.name]
        if not self.gate.careful or connector.repeat != "lookup":
            return None
        return await connector.find(intent.outgoing.key, intent.outgoing)


def _told_to_end() -> bool:
    """Whether this task is cancelled, and not only something inside it."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def trouble(site: Site, endpoint: Endpoint, intent: Intent, error: Exception, gate: Gate) -> None:
    """The push failed: what that means by the connector's way of being safe."""
    repeat = site.connectors[endpoint.name].repeat
    await (gate.failed(error) if isinstance(error, Unavailable) else gate.passed())
    if isinstance(error, Unknown) and repeat in ("lookup", "unsafe"):
        later = next_attempt(site, endpoint, intent, error) if repeat == "lookup" else None
        why = f"nobody can tell whether {endpoint.name} took it ({error}); find out there, then `crossdock retry`"
        await failed(site, endpoint, intent, "unknown" if later else "parked", str(error) if later else why, later)
    elif isinstance(error, Unavailable):
        later = next_attempt(site, endpoint, intent, error)
        why = str(error) if later else f"given up after {intent.attempts + 1} attempts: {error}"
        await failed(site, endpoint, intent, "due" if later else "parked", why, later)
    elif isinstance(error, Rejected):
        await failed(site, endpoint, intent, "parked", f"{endpoint.name} refuses it: {error}", None)
    elif isinstance(error, Misconfigured):
        await stop(site, endpoint.name, str(error))
        await failed(site, endpoint, intent, "due", str(error), site.now())
    else:
        log.error("pushing %s to %s failed", intent.outgoing.name, endpoint.name, exc_info=error)
        await failed(site, endpoint, intent, "parked", mistake(error), None)


def next_attempt(site: Site, endpoint: Endpoint, intent: Intent, error: Unavailable) -> datetime | None:
    """When to try again; None where that was tried for long enough."""
    policy = site.retry(endpoint)
    return next_try(policy, intent.attempts + 1, intent.first_at, site.now(), error.after, site.chance())


async def stop(site: Site, endpoint: str, why: str) -> None:
    """The endpoint cannot work as configured: nothing more is tried until the operator says so."""
    log.error("%s is stopped: %s", endpoint, why)
    now = site.now()
    await site.ledger.write(lambda connection: lanes.stop(connection, endpoint, why, now))
