"""Run the hub until it is told to stop."""

import asyncio
import signal
from pathlib import Path

from hub.app import Hub, database_url
from hub.clock import Clock
from hub.ledger.store import Ledger
from hub.settings.company import Company


async def run(company: Company, database: str | None = None, listen: str | None = None, clock: Clock | None = None) -> None:
    """Start, wait for SIGTERM or SIGINT, stop in order."""
    ledger = Ledger(database_url(company, database))
    hub = Hub(company, ledger, clock)
    told = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, told.set)
    try:
        await hub.start(listen or company.hub.listen)
        await told.wait()
    finally:
        await hub.stop()
        ledger.close()


def ledger_of(company: Company, database: str | None = None, folder: Path | None = None) -> Ledger:
    """The company's ledger, for commands that look or ask beside a running hub."""
    ledger = Ledger(database_url(company, database))
    ledger.create()
    return ledger
