"""The engine contract. Truth lives in the ledger; an engine only carries wake-ups and keeps drains apart."""

import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from hub.errors import Unavailable

Drain = Callable[[str], Awaitable[None]]
log = logging.getLogger(__name__)


class Outcomes:
    """What became of the drains since it was last asked."""

    def __init__(self) -> None:
        self._well = False
        self._error: Exception | None = None

    async def of(self, drain: Drain, lane: str) -> None:
        """One drain, whatever becomes of it: its failures are told, and never the engine's end."""
        try:
            await drain(lane)
            self._well = True
        except Unavailable as error:
            log.warning("%s is left for a moment: %s", lane, error)
            self._error = error
        except Exception as error:
            log.exception("the drain of %s failed; the pulse will wake it again", lane)
            self._error = error

    def judge(self) -> None:
        """Raises what a drain failed of, if none did better."""
        error, well = self._error, self._well
        self._error, self._well = None, False
        if error is not None and not well:
            raise error


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
        """Wait until nothing runs and nothing is wanted; says whether there was anything. For tests and one-off runs.

        Raises what a drain failed of where, since the last time, none has done better: then more of the same would not end.
        """
