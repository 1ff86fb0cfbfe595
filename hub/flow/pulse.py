"""Pulse: the heartbeat that turns schedules into ticks and finds lanes with work that nobody woke."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from hub.flow.gate import behind
from hub.flow.site import Site
from hub.ledger import arrivals, gates, lanes, turned
from hub.ledger import targets as ledger_targets
from hub.settings.schedule import Schedule, next_after

log = logging.getLogger(__name__)
BEAT = timedelta(milliseconds=200)
LEFT = timedelta(seconds=5)  # a tick that nobody has taken up after this was lost with its process
BACK = timedelta(minutes=1)  # more than clocks of one cluster differ: the machine's clock was put back
Wake = Callable[[str], Awaitable[None]]


class Pulse:
    """Beats until stopped. A tick is a row: unique by schedule and planned time, whoever computes it."""

    def __init__(self, site: Site, wake: Wake) -> None:
        self.site, self.wake = site, wake
        self.schedules = schedules(site)
        self.beaten: datetime | None = None  # when it came round last
        self._planned: dict[str, datetime | None] = {}
        self._last = site.now()

    async def run(self) -> None:
        await self.begin()
        while True:
            await self.beat()
            await self.site.clock.sleep_until(self.site.now() + BEAT)

    async def begin(self) -> None:
        """At the start every endpoint is asked once, whatever its schedule says, and ticks left over are worked off."""
        ahead = await self.site.ledger.read(lambda connection: [lanes.last_tick(connection, name) for name in self.schedules])
        self._last = max([self._last, *(planned for planned in ahead if planned is not None)])
        left = await self.site.ledger.read(lanes.due_ticks)
        for name in self.schedules:
            if name.startswith("poll:") or name in left:
                await self.wake(name.replace("batch:", "out:", 1))

    async def beat(self) -> None:
        now = self.site.now()
        if now < self._last - BACK:
            await self._turned_back(now)
        self._last = now
        due = [name for name, schedule in self.schedules.items() if await self._is_due(name, schedule, now)]
        for lane in due:
            await self.wake(lane.replace("batch:", "out:", 1))
        for lane in await self.site.ledger.read(lambda connection: self._work(connection, now)):
            await self.wake(lane)
        self.beaten = self.site.now()

    async def _turned_back(self, now: datetime) -> None:
        """Nothing may wait, and no place go unasked, until the clock is again where it was."""
        self._planned.clear()
        self.site.leases.clear()  # how long they last was said by the clock as it was: ask
        waited = await self.site.ledger.write(lambda connection: turned.back(connection, now))
        log.warning("the clock was put back by %s; %d messages that waited are due now", self._last - now, waited)

    async def _is_due(self, name: str, schedule: Schedule, now: datetime) -> bool:
        if name not in self._planned:
            last = await self.site.ledger.read(lambda connection: lanes.last_tick(connection, name))
            self._planned[name] = self._next(name, schedule, last, now)
        planned = self._planned[name]
        if planned is None or planned > now:
            return False
        self._planned[name] = self._next(name, schedule, max(planned, now), now)
        return await self.site.ledger.write(lambda connection: lanes.tick(connection, name, planned, now), turn=False)

    def _next(self, name: str, schedule: Schedule, previous: datetime | None, now: datetime) -> datetime | None:
        endpoint = self.site.company.endpoints.get(name.partition(":")[2])
        calendar = self.site.calendar(self.site.partner(endpoint.partner) if endpoint else None)
        return next_after(schedule, previous, now, self.site.company.hub.zone, calendar)

    def _work(self, connection: Connection, now: datetime) -> list[str]:
        """Lanes with work; endpoints that were stopped are left alone."""
        stopped = {row.name for row in lanes.stopped(connection)}
        known = self.site.company.endpoints
        found = [f"in:{name}" for name in arrivals.endpoints_waiting(connection, now) if name in known]
        left = set(lanes.left_over(connection, now - LEFT, now)) & {
            lane for lane in self.schedules if not lane.startswith("batch:")
        }
        found += [lane for lane in left if lane.partition(":")[2] not in stopped]
        return found + [f"out:{target}" for target in targets(connection, self.site, now)]


def targets(connection: Connection, site: Site, now: datetime) -> list[str]:
    """Places to which something can be sent now: neither stopped, left in peace, nor collecting for their batch."""
    if behind(site, connection):
        return []
    stopped = {row.name for row in lanes.stopped(connection)} | {row.endpoint for row in gates.shut(connection, now)}
    ticked = {name.partition(":")[2] for name in lanes.due_ticks(connection)}
    ready = [site.company.endpoints.get(target) for target in ledger_targets.ready(connection, now)]
    return [one.name for one in ready if one and one.name not in stopped and (one.batch is None or one.name in ticked)]


def schedules(site: Site) -> Mapping[str, Schedule]:
    """Every schedule of the company by the name of its tick."""
    hub = site.company.hub
    found: dict[str, Schedule] = {"sweep:hub": hub.sweep, "purge:hub": hub.purge}
    for name, endpoint in site.company.endpoints.items():
        if type(site.connectors[name]).offers("pull"):
            found[f"poll:{name}"] = endpoint.poll or hub.poll
        if endpoint.batch is not None:
            found[f"batch:{name}"] = endpoint.batch
    return found
