"""What was submitted where work is done later: its transaction is asked about, also by another process, and never submitted twice."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from hub.clock import Clock
from hub.sdk.context import State

NAME = "transactions"
KEPT = timedelta(days=7)
MOST = 500


async def turns(clock: Clock, patience: float) -> AsyncIterator[None]:
    """When to ask how a transaction stands: at once, after 1, 2, 4 … more seconds, until `patience` is over."""
    waited, wait = 0.0, 1.0
    yield
    while waited + wait <= patience:
        await clock.sleep_until(clock.now() + timedelta(seconds=wait))
        waited, wait = waited + wait, wait * 2
        yield


class Submissions:
    """Keys of documents to their transactions (empty while the answer has not come), in the endpoint's durable state."""

    def __init__(self, state: State, clock: Clock) -> None:
        self._state, self._clock = state, clock
        self._one = asyncio.Lock()

    async def transaction(self, key: str) -> str | None:
        """The transaction of this document, if the far side has named one."""
        return (await self._all()).get(key, ("", ""))[0] or None

    async def since(self, key: str, settle: float) -> float:
        """Seconds left of the time to settle, since the document was submitted."""
        _, at = (await self._all()).get(key, ("", ""))
        if not at:
            return 0.0
        return settle - (self._clock.now() - datetime.fromisoformat(at)).total_seconds()

    async def note(self, key: str, transaction: str) -> None:
        async with self._one:
            now = self._clock.now()
            known = {one: row for one, row in (await self._all()).items() if now - datetime.fromisoformat(row[1]) < KEPT}
            known.pop(key, None)
            rows = [*known.items(), (key, (transaction, now.isoformat()))][-MOST:]
            await self._state.set(NAME, json.dumps(dict(rows)))

    async def forget(self, key: str) -> None:
        """What was refused may be submitted anew, once a person says so."""
        async with self._one:
            known = await self._all()
            known.pop(key, None)
            await self._state.set(NAME, json.dumps(known))

    async def _all(self) -> dict[str, tuple[str, str]]:
        return {key: (row[0], row[1]) for key, row in json.loads(await self._state.get(NAME) or "{}").items()}
