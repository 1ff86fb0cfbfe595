"""The engine contract. Truth lives in the ledger; an engine only carries wake-ups and keeps drains apart."""

import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from hub.errors import Unavailable

Drain = Callable[[str], Awaitable[None]]
log = logging.getLogger(__name__)


async def run(drain: Drain, lane: str) -> None:
    """One drain, whatever becomes of it: its failures are told, and never the engine's end."""
    try:
        await drain(lane)
    except Unavailable as error:
        log.warning("%s is left for a moment: %s", lane, error)
    except Exception:
        log.exception("the drain of %s failed; the pulse will wake it again", lane)


class Engine(Protocol):
    """Decides who drains and when."""

    async def start(self, drain: Drain, slots: int) -> None:
        """Begin to run `drain(lane)`, at most `slots` at once here, never two for one lane."""

    async def wake(self, lane: str) -> None:
        """This lane has work. Called after the commit; a hint: the pulse finds lost ones. A wake during a drain leads to another."""

    async def bury(self, process: str) -> None:
        """Free the lanes of a dead process."""

    async def stop(self, grace: float) -> None:
        """Take up nothing more; wait up to `grace` seconds for running drains, which are never cancelled in a push."""

    async def rest(self) -> bool:
        """Wait until nothing runs and nothing is wanted; says whether there was anything. For tests and one-off runs."""
