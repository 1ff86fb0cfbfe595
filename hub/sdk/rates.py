"""Limits that a far side counts in points of a bucket which fills up again: read from its answers, never assumed."""

from datetime import datetime, timedelta

from hub.clock import Clock


class Bucket:
    """What the last answer said of the bucket; a call as dear as the last one waits until there is room for it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._free = clock.now()

    def told(self, *, left: float, refill: float, cost: float) -> float:
        """Points left, points that come back each second, and what a call costs. Says how many seconds such a call must wait."""
        wait = max(0.0, cost - left) / refill if refill > 0 else 0.0
        self._free = self._clock.now() + timedelta(seconds=wait)
        return wait

    @property
    def free(self) -> datetime:
        """When there is room."""
        return self._free

    async def room(self) -> None:
        """Wait for it."""
        if self._free > self._clock.now():
            await self._clock.sleep_until(self._free)
