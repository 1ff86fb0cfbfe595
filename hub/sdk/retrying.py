"""Reads may be repeated at once; a push never is: its retries belong to the ledger."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from hub.clock import Clock
from hub.errors import Unavailable

T = TypeVar("T")
PATIENCE = 5.0  # seconds; who asks for more is asked again by the schedule, not by us


async def reading(clock: Clock, read: Callable[[], Awaitable[T]], *, attempts: int = 3, first: float = 0.25) -> T:
    """Run a read (`pull`, `find`, `check`, a token) up to `attempts` times while the far side is unavailable."""

    def wait(state: RetryCallState) -> float:
        asked = _asked(state.outcome.exception() if state.outcome else None)
        return asked if asked is not None else first * 2.0 ** (state.attempt_number - 1)

    async def sleep(seconds: float) -> None:
        await clock.sleep_until(clock.now() + timedelta(seconds=seconds))

    retrying = AsyncRetrying(
        retry=retry_if_exception(_soon), stop=stop_after_attempt(attempts), wait=wait, sleep=sleep, reraise=True
    )
    return await retrying(read)


def _asked(error: BaseException | None) -> float | None:
    after = getattr(error, "after", None)
    return float(after) if isinstance(after, int | float) else None


def _soon(error: BaseException) -> bool:
    """True for what may pass within seconds; a moment in the far side's words is left to the schedule."""
    if not isinstance(error, Unavailable):
        return False
    asked = _asked(error)
    return error.after is None or (asked is not None and asked <= PATIENCE)
