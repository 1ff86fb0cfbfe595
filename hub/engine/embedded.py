"""The embedded engine: one process, asyncio, nothing to install."""

import asyncio
from collections import OrderedDict

from hub.engine.contract import Drain, Outcomes


class Embedded:
    """Runs drains as tasks of this loop, in the order their lanes were woken."""

    def __init__(self) -> None:
        self._drain: Drain | None = None
        self._slots = 0
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._stopping = False
        self._outcomes = Outcomes()

    async def start(self, drain: Drain, slots: int) -> None:
        self._drain, self._slots, self._stopping = drain, slots, False
        self._fill()

    async def wake(self, lane: str) -> None:
        self._wanted[lane] = None
        self._fill()

    async def bury(self, process: str) -> None:
        """Nobody else drains here."""

    async def stop(self, grace: float) -> None:
        self._stopping = True
        if self._running:
            await asyncio.wait(list(self._running.values()), timeout=grace)

    @property
    def idle(self) -> bool:
        """True when nothing runs and nothing is wanted."""
        return not self._running and not self._wanted

    async def rest(self) -> bool:
        waited = False
        while not self.idle:
            waited = True
            await asyncio.wait(list(self._running.values()), return_when=asyncio.FIRST_COMPLETED)
        self._outcomes.judge()
        return waited

    def _fill(self) -> None:
        if self._drain is None or self._stopping:
            return
        for lane in [name for name in self._wanted if name not in self._running]:
            if len(self._running) >= self._slots:
                return
            del self._wanted[lane]
            self._running[lane] = asyncio.create_task(self._run(lane), name=f"drain {lane}")

    async def _run(self, lane: str) -> None:
        assert self._drain is not None
        try:
            await self._outcomes.of(self._drain, lane)
        finally:
            del self._running[lane]
            self._fill()
