"""The clock is a dependency: everything that asks for the time or waits takes one of these."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Time as the hub sees it; always aware, always UTC."""

    def now(self) -> datetime: ...

    async def sleep_until(self, moment: datetime) -> None: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep_until(self, moment: datetime) -> None:
        await asyncio.sleep(max(0.0, (moment - self.now()).total_seconds()))


class VirtualClock:
    """A clock that stands still until a test advances it; sleepers wake in the order of their times."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._sleepers: list[tuple[datetime, int, asyncio.Event]] = []
        self._count = 0

    def now(self) -> datetime:
        return self._now

    @property
    def awaited(self) -> bool:
        """True while somebody sleeps."""
        return bool(self._sleepers)

    async def sleep_until(self, moment: datetime) -> None:
        if moment <= self._now:
            await asyncio.sleep(0)
            return
        event = asyncio.Event()
        self._count += 1
        heapq.heappush(self._sleepers, (moment, self._count, event))
        await event.wait()

    async def advance(self, step: timedelta) -> None:
        """Move time on, waking each sleeper at its own moment and letting it run before the next."""
        end = self._now + step
        while self._sleepers and self._sleepers[0][0] <= end:
            self._now, _, event = heapq.heappop(self._sleepers)
            event.set()
            await settle()
        self._now = end
        await settle()


async def settle(rounds: int = 20) -> None:
    """Give other tasks of the loop a chance to run until they wait again."""
    for _ in range(rounds):
        await asyncio.sleep(0)
