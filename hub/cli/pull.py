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
@click.option(
    "--no-send", is_flag=True, help="Take up the orders of these days for the record: nothing of them is sent anywhere."
)
def pull(
    channel: str,
    folder: Path | None,
    home: Path | None,
    database: str | None,
    first: datetime | None,
    last: datetime | None,
    no_send: bool,
) -> None:
    """Ask a channel or a system for its messages now; with --from and --to for those of these days that are missing here.

    What is here already is not stored again. A running hub works off what came; without one, the next that starts.
    """
    if (first is None) != (last is None):
        raise click.UsageError("give both --from and --to, or neither")
    if no_send and first is None:
        raise click.UsageError("--no-send goes with --from and --to: what is new is to be sent")
    company = open_company(folder, home)
    known(company, channel)
    new = asyncio.run(_pull(company, database, channel, (first, last), not no_send))
    click.echo(f"{new} new from {channel}" if new else f"nothing new from {channel}")


async def _pull(
    company: Company, database: str | None, name: str, days_: tuple[datetime | None, datetime | None], send: bool
) -> int:
    from hub.app import ledger_of, open_connectors
    from hub.clock import SystemClock
    from hub.flow.site import Site
    from hub.operations.pull import pull as ask
    from hub.operations.reconcile import Period, days

    (first, last), period = days_, None
    if first is not None and last is not None:
        found = [one for _, one in days(first.date(), last.date(), ZoneInfo(company.hub.zone))]
        if not found:
            raise click.UsageError("--from is after --to")
        period = Period(found[0].since, found[-1].until)
    ledger, clock = ledger_of(company, database), SystemClock()
    connectors = open_connectors(company, ledger, clock)
    try:
        return await ask(Site(company, ledger, connectors, clock), name, period, send)
    finally:
        for connector in connectors.values():
            await connector.close()
        ledger.close()
