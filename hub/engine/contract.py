"""The engine contract. Truth lives in the ledger; an engine only carries wake-ups and keeps drains apart."""

from collections.abc import Awaitable, Callable
from typing import Protocol

Drain = Callable[[str], Awaitable[None]]


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
