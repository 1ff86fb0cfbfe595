"""Lease: how long a lane is ours, and how to be sure before something is done that cannot be undone."""

from datetime import timedelta
from functools import partial

from hub.flow.site import Site
from hub.ledger import lanes

HOLD = timedelta(seconds=6)  # a lane moves within 10 seconds when its process dies
BEAT = 2.0  # seconds between renewals


async def renew(site: Site, lane: str, epoch: int) -> bool:
    """Keep the lane for another while; False when another process has taken it."""
    until = site.now() + HOLD
    ours = await site.ledger.write(partial(lanes.renew, name=lane, epoch=epoch, until=until), turn=False)
    if ours:
        site.leases[lane] = until
    return ours


async def ours(site: Site, lane: str, epoch: int) -> bool:
    """Whether the lane is still ours: while the lease surely lasts we know, later (this process was paused) we ask."""
    until = site.leases.get(lane)
    return (until is not None and site.now() < until) or await renew(site, lane, epoch)
