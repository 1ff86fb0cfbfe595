"""Receive: bytes and cursor are stored in one transaction, then the far side is told."""

from collections.abc import Sequence

from sqlalchemy import Connection

from hub.flow.site import Site
from hub.ledger import arrivals
from hub.ledger.arrivals import Came
from hub.sdk import Message
from hub.spans import span


async def receive(site: Site, endpoint: str, messages: Sequence[Message], cursor: str | None = None) -> int:
    """Store what came; says how many arrivals are new. Durable when it returns."""
    came = [Came(m.key, m.body, m.name, m.media_type, m.handle, m.headers) for m in messages]
    now = site.now()

    def store(connection: Connection) -> int:
        return arrivals.store(connection, endpoint, came, cursor, now)

    site.probe("receive.commit")
    with span("receive", endpoint=endpoint, keys=[m.key for m in messages]):
        new = await site.ledger.write(store)
    site.probe("receive.stored")
    site.tally.received(endpoint, new)
    return new


async def tell(site: Site, endpoint: str, messages: Sequence[Message]) -> None:
    """Tell the far side that we have them. Harmless twice: after a crash the same keys come again and are told again."""
    keys: list[str] = []
    try:
        for message in messages:
            await site.connectors[endpoint].ack(message)
            keys.append(message.key)
            site.probe("receive.told")
    finally:
        if keys:
            await site.ledger.write(lambda connection: arrivals.told(connection, endpoint, keys))
