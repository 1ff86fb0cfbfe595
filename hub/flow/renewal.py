"""Renewals: one renewal of a login at a time in the whole cluster, by a lease in the ledger."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from uuid import uuid4

from hub.clock import Clock
from hub.errors import Unavailable
from hub.ledger import lanes
from hub.ledger.store import Ledger

HOLD = timedelta(seconds=30)  # who dies while renewing keeps the others waiting so long
LONG = 25.0  # seconds a renewal may take: it must be over before another process may begin
STEP = timedelta(seconds=0.2)


class Renewals:
    """For one endpoint. In one process those who wait get the result; another process runs its own function afterwards,
    which finds in the durable state what the first one stored."""

    def __init__(self, ledger: Ledger, clock: Clock, endpoint: str) -> None:
        self._ledger, self._clock, self._endpoint = ledger, clock, endpoint
        self._owner = uuid4().hex
        self._running: dict[str, asyncio.Future[str]] = {}

    async def __call__(self, name: str, renew: Callable[[], Awaitable[str]]) -> str:
        if name not in self._running:
            self._running[name] = asyncio.ensure_future(self._alone(name, renew))
            self._running[name].add_done_callback(lambda _: self._running.pop(name, None))
        return await asyncio.shield(self._running[name])

    async def _alone(self, name: str, renew: Callable[[], Awaitable[str]]) -> str:
        lane = f"renew:{self._endpoint}:{name}"
        epoch = await self._taken(lane)
        try:
            async with asyncio.timeout(LONG):
                return await renew()
        except TimeoutError:
            raise Unavailable(f"{self._endpoint}: renewing the {name} took more than {LONG:.0f} seconds") from None
        finally:
            await self._ledger.write(partial(lanes.leave, name=lane, epoch=epoch), turn=False)

    async def _taken(self, lane: str) -> int:
        """The epoch of the lease, once nobody else has it."""
        while True:
            take = partial(lanes.take, name=lane, owner=self._owner, now=self._clock.now(), hold=HOLD)
            epoch = await self._ledger.write(take, turn=False)
            if epoch is not None:
                return epoch
            await self._clock.sleep_until(self._clock.now() + STEP)
