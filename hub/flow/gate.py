"""Gate: how much may be sent to a target now, by its breaker, by what it asked for, and by the pace its file allows."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from hub.errors import Unavailable
from hub.flow.site import Site
from hub.ledger import arrivals, gates, timeline
from hub.ledger.highwater import HUB, RESTORED
from hub.rules.breaker import Standing, after_failure, allowed
from hub.settings.endpoint import Endpoint

log = logging.getLogger(__name__)
GOOD = Standing()


class Gate:
    """The gate of one target while its lane is ours; kept in the ledger for whoever has the lane next."""

    def __init__(self, site: Site, endpoint: Endpoint, standing: Standing) -> None:
        self.site, self.endpoint, self.standing = site, endpoint, standing
        self.behind = False  # the ledger is older than what was sent
        self.careful = False  # it was, before it was taken forward: what it does not know may be there all the same
        self.breaker = endpoint.breaker or site.company.hub.breaker

    @property
    def shut(self) -> bool:
        return self.behind or self.allows(1) == 0

    @property
    def until(self) -> datetime:
        """When it may be tried again."""
        return self.standing.until or self.site.now()

    def allows(self, most: int) -> int:
        """How many messages may be tried now."""
        return allowed(self.breaker, self.standing, self.site.now(), most)

    def within(self, while_: timedelta) -> int | None:
        """How many messages the target takes in this long; None: any number."""
        rate = self.endpoint.rate
        return None if rate is None else max(1, while_ // rate.step)

    def slots(self, connection: Connection, count: int) -> Sequence[datetime]:
        """When each of these messages may leave."""
        rate, now = self.endpoint.rate, self.site.now()
        if rate is None:
            return [now] * count
        first = gates.reserve(connection, self.endpoint.name, count, rate.step, now)
        return [first + rate.step * n for n in range(count)]

    async def passed(self) -> None:
        """The target has answered."""
        if self.standing != GOOD:
            log.info("%s answers again", self.endpoint.name)
            await self._keep(GOOD, None)

    async def failed(self, error: Unavailable) -> None:
        """The target cannot be reached, or asks to be left in peace for a while."""
        before = self.shut
        await self._keep(after_failure(self.breaker, self.standing, self.site.now(), error.after), str(error))
        if self.shut and not before:
            log.warning("%s is left in peace until %s: %s", self.endpoint.name, f"{self.until:%H:%M:%S} UTC", error)

    async def _keep(self, standing: Standing, why: str | None) -> None:
        name, now = self.endpoint.name, self.site.now()
        first = standing.until is not None and self.standing.until is None
        self.standing = standing

        def store(connection: Connection) -> None:
            gates.put(connection, name, standing.failures, standing.until, why)
            if first:
                timeline.say(connection, now, "paused", f"{name} is left in peace until {standing.until:%H:%M:%S} UTC: {why}")

        await self.site.ledger.write(store, turn=False)


async def gate_of(site: Site, endpoint: Endpoint) -> Gate:
    """The gate as the ledger has it."""

    def look(connection: Connection) -> Gate:
        row = gates.get(connection, endpoint.name)
        gate = Gate(site, endpoint, Standing(row.failures, row.until) if row is not None else Standing())
        gate.behind = behind(site, connection)
        gate.careful = bool(arrivals.cursor_of(connection, HUB, RESTORED))
        return gate

    return await site.ledger.read(look)


def behind(site: Site, connection: Connection) -> bool:
    """Whether the ledger is older than what was sent: then nothing leaves until a person has taken it forward."""
    if site.high_water is None:
        return False
    found = site.high_water.behind(connection)
    if found and not site.high_water.told:
        site.high_water.told = True
        name, sent, known = found[0]
        text = "the ledger is older than what was sent (%s: %d was used, it knows %d); nothing is sent until `crossdock forward`"
        log.error(text, name, sent, known)
    return bool(found)
