"""Poll: ask an endpoint for what is new, until it has no more."""

from hub.flow.receive import receive, tell
from hub.flow.site import Site
from hub.ledger import arrivals
from hub.sdk import Message

BATCH = 50
BYTES = 8 * 1024 * 1024


async def poll(site: Site, endpoint: str) -> int:
    """Pull everything after the cursor; says how many arrivals are new."""
    cursor = await site.ledger.read(lambda connection: arrivals.cursor_of(connection, endpoint))
    new, batch, size = 0, list[Message](), 0
    try:
        async for message in site.connectors[endpoint].pull(cursor):
            batch.append(message)
            size += len(message.body)
            if len(batch) >= BATCH or size >= BYTES:
                new += await _keep(site, endpoint, batch)
                batch, size = [], 0
    except Exception:  # what came before the trouble is ours all the same
        await _keep(site, endpoint, batch)
        raise
    return new + await _keep(site, endpoint, batch)


async def _keep(site: Site, endpoint: str, batch: list[Message]) -> int:
    if not batch:
        return 0
    site.probe("receive.pulled")
    cursor = next((message.cursor for message in reversed(batch) if message.cursor is not None), None)
    new = await receive(site, endpoint, batch, cursor)
    await tell(site, endpoint, batch)
    return new
