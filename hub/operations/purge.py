"""Purge: what policy says need not be kept is taken away, or only counted."""

from collections import Counter
from datetime import datetime

from sqlalchemy import Connection

from hub.clock import Clock, SystemClock
from hub.flow import purge
from hub.flow.site import Site
from hub.ledger.store import Ledger
from hub.settings.company import Company


def would_go(connection: Connection, company: Company, now: datetime) -> Counter[str]:
    """How much of what would be purged now."""
    return purge.dry(connection, company, now)


async def purge_now(company: Company, ledger: Ledger, clock: Clock | None = None) -> Counter[str]:
    """Purge; a running hub may go on meanwhile. Says how much of what went."""
    return await purge.purge(Site(company, ledger, {}, clock or SystemClock()))
