"""What was about to appear at a far side that is emptied: kept with us, because there nothing stays."""

import asyncio
import json
import zlib
from dataclasses import asdict, dataclass
from datetime import datetime

from hub.sdk.context import State

SLOTS, DEEP = 256, 32  # the last 8,000 files or so: far more than can be in doubt at a time


@dataclass(frozen=True, slots=True)
class Marker:
    """A file that lies complete under `staged` and is about to be renamed, or was."""

    name: str
    key: str  # of the delivery
    sha256: str
    staged: str
    at: str  # when the marker was set, ISO 8601

    def age(self, now: datetime) -> float:
        """Seconds."""
        return (now - datetime.fromisoformat(self.at)).total_seconds()


class SentJournal:
    """Markers by file name, in the durable state of the endpoint; the oldest are forgotten. The lane's lease keeps two processes apart."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._turn = asyncio.Lock()

    async def get(self, name: str) -> Marker | None:
        return next((marker for marker in await self._slot(name) if marker.name == name), None)

    async def put(self, marker: Marker) -> None:
        await self._keep(marker.name, marker)

    async def forget(self, name: str) -> None:
        await self._keep(name, None)

    async def _keep(self, name: str, marker: Marker | None) -> None:
        async with self._turn:
            others = [one for one in await self._slot(name) if one.name != name]
            kept = [*others, marker][-DEEP:] if marker else others
            await self._state.set(_slot(name), json.dumps([asdict(one) for one in kept]))

    async def _slot(self, name: str) -> list[Marker]:
        return [Marker(**one) for one in json.loads(await self._state.get(_slot(name)) or "[]")]


def _slot(name: str) -> str:
    return f"sent:{zlib.crc32(name.encode()) % SLOTS}"
