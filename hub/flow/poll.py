"""Poll: ask an endpoint for what is new, until it has no more."""

import json
import logging

from hub.errors import Misconfigured, Unavailable
from hub.flow.receive import receive, tell
from hub.flow.site import Site
from hub.ledger import arrivals
from hub.sdk import Message

log = logging.getLogger(__name__)
BATCH = 50
BYTES = 8 * 1024 * 1024


async def poll(site: Site, endpoint: str) -> int:
    """Pull everything after the cursor; says how many arrivals are new."""
    await _tell_again(site, endpoint)
    cursor = await site.ledger.read(lambda connection: arrivals.cursor_of(connection, endpoint))
    new, batch, size = 0, list[Message](), 0
    try:
        async for message in site.connectors[endpoint].pull(cursor):
            batch.append(message)
            size += len(message.body)
            if len(batch) >= BATCH or size >= BYTES:
                new += await _keep(site, endpoint, batch)
                batch, size = [], 0
                if site.stopping:
                    return new
    except Exception:  # what came before the trouble is ours all the same
        await _keep(site, endpoint, batch)
        raise
    return new + await _keep(site, endpoint, batch)


async def _tell_again(site: Site, endpoint: str) -> None:
    """What was stored just before a crash: a source that goes by the cursor would not bring it again to be told."""
    rows = await site.ledger.read(lambda connection: arrivals.untold(connection, endpoint))
    if rows:
        stored = [Message(row.key, b"", row.name, row.media_type, None, row.handle, json.loads(row.headers)) for row in rows]
        await _tell(site, endpoint, stored)


async def _tell(site: Site, endpoint: str, stored: list[Message]) -> None:
    try:
        await tell(site, endpoint, stored)
    except (Unavailable, Misconfigured):
        raise
    except Exception:  # it may no longer know of them; if it does, it brings them again
        log.exception("%s could not be told that we have %d messages since before the last stop", endpoint, len(stored))
        keys = [message.key for message in stored]
        await site.ledger.write(lambda connection: arrivals.told(connection, endpoint, keys))


async def _keep(site: Site, endpoint: str, batch: list[Message]) -> int:
    if not batch:
        return 0
    site.probe("receive.pulled")
    cursor = next((message.cursor for message in reversed(batch) if message.cursor is not None), None)
    new = await receive(site, endpoint, batch, cursor)
    await tell(site, endpoint, batch)
    return new
