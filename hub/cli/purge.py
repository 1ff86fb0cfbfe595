"""`crossdock purge`: take away what policy says need not be kept."""

import asyncio
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from hub.cli.company import company_options, open_company


@click.command()
@company_options
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
def purge(folder: Path | None, home: Path | None, database: str | None, dry_run: bool) -> None:
    """Purge what is kept of orders that are over, as `retention` in hub.yaml and in channels says.

    A running hub does so by itself once a day. Totals, numbers, hashes, receipts and timelines stay.
    """
    from hub.app import ledger_of
    from hub.operations.purge import purge_now, would_go

    company = open_company(folder, home)
    ledger = ledger_of(company, database)
    try:
        if dry_run:
            gone = ledger.look(partial(would_go, company=company, now=datetime.now(UTC)))
        else:
            gone = asyncio.run(purge_now(company, ledger))
    finally:
        ledger.close()
    verb = "would go" if dry_run else "purged"
    click.echo("\n".join(f"{count} {what} {verb}" for what, count in gone.items()) or "nothing is to be purged")
