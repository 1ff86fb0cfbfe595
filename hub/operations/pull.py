"""Pull: ask a place for its messages at once, or for those of a period that the hub has not. A running hub works them off."""

from dataclasses import replace

from hub.errors import Misconfigured
from hub.flow.poll import poll
from hub.flow.receive import receive, tell
from hub.flow.site import Site
from hub.ledger.arrivals import QUIET
from hub.operations.reconcile import Period, absent, ids


async def pull(site: Site, endpoint: str, period: Period | None = None, send: bool = True) -> int:
    """Says how many are new. Not `send`: orders of a period are taken up, and nothing that follows from them leaves. What is there already is never stored twice, and how far we have read stays as it is.

    Raises Misconfigured when the place cannot be asked, or not for a period.
    """
    kind = type(site.connectors[endpoint])
    if not kind.offers("pull"):
        raise Misconfigured(f"{endpoint} cannot be asked: what comes from there is brought to us")
    return await poll(site, endpoint) if period is None else await _of_period(site, endpoint, period, send)


async def _of_period(site: Site, endpoint: str, period: Period, send: bool) -> int:
    """Only what is missing is kept. Where cursors know no moments, all is read from the beginning."""
    connector, new = site.connectors[endpoint], 0
    if not type(connector).offers("ids"):
        raise Misconfigured(f"{endpoint} does not tell what it has of a period; without one, everything new is asked for")
    missing = set(await absent(site.ledger, endpoint, await ids(connector, period)))
    if not missing:
        return 0
    first = period.since.isoformat() if connector.by_time else None
    async for message in connector.pull(first, period.until):
        if message.key in missing:
            missing.discard(message.key)
            mine = message if send else replace(message, headers={**message.headers, QUIET: "pulled without sending"})
            new += await receive(site, endpoint, [mine])
            await tell(site, endpoint, [message])
        if not missing:
            break
    return new
