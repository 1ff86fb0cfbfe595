"""What tests of connectors stand on: a bench to open them on, and the counterpart each of them brings.

The questions asked of every connector stand beside this file, one topic each.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from hub.errors import Unknown
from hub.sdk import http
from hub.sdk.connector import Connector, Outgoing, Receipt, Request
from hub.sdk.context import Context

# How a counterpart behaves; `StandIn` plays them all.
OPEN = "open"  # as it should
BUSY = "busy"  # says to come back later, with a time; takes nothing
REFUSING = "refusing"  # says that this document will never do
GONE = "gone"  # cannot be reached at all
CUT_BEFORE = "cut before"  # breaks off before it has taken the document
CUT_AFTER = "cut after"  # takes the document, then breaks off
HALF = "half an answer"  # takes it, then breaks off in the answer
GARBAGE = "garbage"  # takes it, then answers with what is no answer
OTHER = "another program"  # takes it, and answers what would be right elsewhere
SILENT = "silent"  # takes it, then never answers
FAILING = "failing"  # takes it, then says that it failed
LIMITED = "limited"  # takes nothing, and says when to come back
BROKEN = "broken"  # fails before it has taken the document, and says so
SLOW = "slow"  # takes it, then answers a byte at a time
STALLING = "stalling"  # takes it, begins to answer, and never ends

INTERRUPTIONS = (CUT_BEFORE, CUT_AFTER, HALF, GARBAGE, SILENT, FAILING)


class Counterpart:
    """Stands in for the far side of one connector: real sockets, real folders. Lives through restarts of the connector."""

    exempt: ClassVar[Mapping[str, str]] = {}  # question -> why it does not fit
    moments: ClassVar[Sequence[str]] = INTERRUPTIONS  # where a push may be interrupted
    secrets: ClassVar[Sequence[str]] = ()  # words that may never be shown

    def __init__(self, home: Path) -> None:
        self.home = home
        self.manner = OPEN

    async def start(self) -> None:
        """Begin to be there."""

    async def stop(self) -> None:
        """Be gone for good."""

    def settings(self) -> dict[str, Any]:
        """Settings of a connector that works."""
        raise NotImplementedError

    def wrong_settings(self) -> dict[str, Any]:
        """The same with credentials that are refused."""
        raise NotImplementedError

    async def behave(self, manner: str) -> None:
        """Behave so from now on."""
        self.manner = manner

    def outgoing(self, number: int) -> Outgoing:
        """A document the far side would take; another for each number."""
        raise NotImplementedError

    def holds(self) -> list[bytes]:
        """Every document the far side has ever taken."""
        raise NotImplementedError

    async def interrupt(self, bench: "Bench", outgoing: Outgoing, moment: str) -> None:
        """Push, and be interrupted at this moment."""
        await self.behave(moment)
        async with bench.open() as connector:
            try:
                await connector.push(outgoing)
            except Unknown:
                return
            finally:
                await self.behave(OPEN)
        raise AssertionError(f"{moment}: a push whose outcome nobody knows must raise Unknown")

    async def offer(self, number: int) -> bytes:
        """Lay something out to be pulled; says which bytes are to arrive."""
        raise NotImplementedError

    def tells(self) -> tuple[str, str]:
        """A table that can be asked, and a key in it."""
        raise NotImplementedError

    def posted(self, number: int) -> Request:
        """A good request to the hub."""
        raise NotImplementedError

    def kept(self, request: Request) -> bytes:
        """What the hub may keep of a good request: all of it, but for secrets in its body."""
        return request.body

    def forged(self) -> Sequence[Request]:
        """Requests that must be turned away: no proof, a wrong one, a body that was changed."""
        raise NotImplementedError


class HurriedClock:
    """A clock on which waiting takes no time."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime.now(UTC)

    def now(self) -> datetime:
        return self._now

    async def sleep_until(self, moment: datetime) -> None:
        self._now = max(self._now, moment)

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


class Memory:
    """Durable state that outlives a connector, not the test."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    async def get(self, name: str) -> str | None:
        return self.values.get(name)

    async def set(self, name: str, value: str) -> None:
        self.values[name] = value


async def renew(name: str, fetch: Callable[[], Awaitable[str]]) -> str:
    """A cluster of one."""
    return await fetch()


@dataclass
class Bench:
    """Opens a connector again and again over the same counterpart and the same durable state."""

    kind: type[Connector]
    counterpart: Counterpart
    clock: HurriedClock = field(default_factory=HurriedClock)
    state: Memory = field(default_factory=Memory)

    def context(self) -> Context:
        return Context(
            endpoint="place",
            clock=self.clock,
            log=logging.getLogger("connector.place"),
            http=http.client,
            state=self.state,
            renew=renew,
            home=self.counterpart.home,
        )

    @asynccontextmanager
    async def open(self, settings: Mapping[str, Any] | None = None) -> AsyncIterator[Connector]:
        """A new instance, as after a restart."""
        config = self.kind.Config.model_validate(self.counterpart.settings() if settings is None else settings)
        connector = self.kind(config, self.context())
        try:
            yield connector
        finally:
            await connector.close()

    async def again(self, outgoing: Outgoing) -> Receipt | None:
        """What the hub does about an unknown outcome, by the connector's declared way. None: a person decides."""
        async with self.open() as connector:
            if connector.repeat == "unsafe":
                return None
            found = await connector.find(outgoing.key, outgoing) if connector.repeat == "lookup" else None
            return found or await connector.push(outgoing)
