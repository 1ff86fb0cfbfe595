"""Drain: work off one lane under its lease. A lane is `poll:`, `in:` or `out:` and the endpoint's name, or `sweep:` or `purge:` and `hub`."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from sqlalchemy import Connection

from hub.errors import Conflict, Misconfigured, Unavailable, mistake
from hub.flow.deliver import deliver
from hub.flow.intake import intake
from hub.flow.lease import BEAT, HOLD, renew
from hub.flow.poll import poll
from hub.flow.pulse import targets
from hub.flow.purge import purge
from hub.flow.pushes import stop
from hub.flow.site import Site
from hub.flow.sweep import sweep
from hub.ledger import arrivals, lanes
from hub.logs import only_about

log = logging.getLogger(__name__)
Wake = Callable[[str], Awaitable[None]]


class Drains:
    """Knows what to do in each lane; the engine knows when."""

    def __init__(self, site: Site, wake: Wake) -> None:
        self.site, self.wake = site, wake
        self._work: dict[str, Callable[[str, int], Awaitable[None]]] = {
            "poll": self._poll,
            "in": self._in,
            "out": self._out,
            "sweep": self._sweep,
            "purge": self._purge,
        }

    async def __call__(self, lane: str) -> None:
        only_about(lane=lane)
        kind, _, name = lane.partition(":")
        async with self._lease(lane) as epoch:
            if epoch is not None:
                await self._work[kind](name, epoch)
        await self._follow(kind, name)

    @contextlib.asynccontextmanager
    async def _lease(self, lane: str) -> AsyncIterator[int | None]:
        site, now = self.site, self.site.now()
        epoch = await site.ledger.write(lambda connection: lanes.take(connection, lane, site.owner, now, HOLD), turn=False)
        if epoch is not None:
            site.leases[lane] = now + HOLD
        beat = asyncio.create_task(self._renew(lane, epoch)) if epoch is not None else None
        try:
            yield epoch
        except Conflict as conflict:
            log.warning("%s", conflict)
        finally:
            if beat is not None and epoch is not None:
                beat.cancel()
                await site.ledger.write(lambda connection: lanes.leave(connection, lane, epoch), turn=False)

    async def _renew(self, lane: str, epoch: int) -> None:
        while True:
            await asyncio.sleep(BEAT)
            with contextlib.suppress(Unavailable):  # the next beat may get through
                await renew(self.site, lane, epoch)

    async def _poll(self, name: str, epoch: int) -> None:
        site, trouble = self.site, ""
        if name in {row.name for row in await site.ledger.read(lanes.stopped)}:
            return
        try:
            await poll(site, name)
        except Unavailable as error:
            trouble = str(error)
            log.warning("polling %s: %s", name, error)
        except Misconfigured as error:
            trouble = str(error)
            await stop(site, name, trouble)
        except Exception as error:
            trouble = mistake(error)
            log.exception("polling %s failed", name)
        now = site.now()

        def store(connection: Connection) -> None:
            lanes.tick_done(connection, f"poll:{name}", now)
            arrivals.set_cursor(connection, name, "polled", now.isoformat())
            arrivals.set_cursor(connection, name, "trouble", trouble)

        await site.ledger.write(store)

    async def _in(self, name: str, epoch: int) -> None:
        await intake(self.site, name, epoch)

    async def _out(self, name: str, epoch: int) -> None:
        if name not in {row.name for row in await self.site.ledger.read(lanes.stopped)}:
            await deliver(self.site, name, epoch)

    async def _sweep(self, name: str, epoch: int) -> None:
        await sweep(self.site)

    async def _purge(self, name: str, epoch: int) -> None:
        await purge(self.site)

    async def _follow(self, kind: str, name: str) -> None:
        """Wake what the work just done has made ready; the pulse would find it a little later."""
        if kind == "poll":
            await self.wake(f"in:{name}")
        elif kind == "in":
            now = self.site.now()
            for target in await self.site.ledger.read(lambda connection: targets(connection, self.site, now)):
                await self.wake(f"out:{target}")
