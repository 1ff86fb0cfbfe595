"""`crossdock pull`: ask a place for its messages now."""

import asyncio
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from hub.cli.company import company_options, open_company
from hub.cli.reconcile import known, period_options
from hub.settings.company import Company


@click.command()
@click.argument("channel")
@company_options
@period_options
def pull(
    channel: str, folder: Path | None, home: Path | None, database: str | None, first: datetime | None, last: datetime | None
) -> None:
    """Ask a channel or a system for its messages now; with --from and --to for those of these days that are missing here.

    What is here already is not stored again. A running hub works off what came; without one, the next that starts.
    """
    if (first is None) != (last is None):
        raise click.UsageError("give both --from and --to, or neither")
    company = open_company(folder, home)
    known(company, channel)
    new = asyncio.run(_pull(company, database, channel, first, last))
    click.echo(f"{new} new from {channel}" if new else f"nothing new from {channel}")


async def _pull(company: Company, database: str | None, name: str, first: datetime | None, last: datetime | None) -> int:
    from hub.app import ledger_of, open_connectors
    from hub.clock import SystemClock
    from hub.flow.site import Site
    from hub.operations.pull import pull as ask
    from hub.operations.reconcile import Period, days

    period = None
    if first is not None and last is not None:
        found = [one for _, one in days(first.date(), last.date(), ZoneInfo(company.hub.zone))]
        if not found:
            raise click.UsageError("--from is after --to")
        period = Period(found[0].since, found[-1].until)
    ledger, clock = ledger_of(company, database), SystemClock()
    connectors = open_connectors(company, ledger, clock)
    try:
        return await ask(Site(company, ledger, connectors, clock), name, period)
    finally:
        for connector in connectors.values():
            await connector.close()
        ledger.close()
