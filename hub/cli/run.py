"""`crossdock run`: the service."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import click

from hub import logs, spans
from hub.cli.company import company_options, open_company


@click.command()
@company_options
@click.option("--listen", metavar="HOST:PORT", help="Where to listen, instead of the address in hub.yaml.")
@click.option("--log", type=click.Choice(["text", "json"]), help="How to log, instead of as hub.yaml says.")
@click.option("--verbose", is_flag=True, help="Log more.")
def run(folder: Path | None, home: Path | None, database: str | None, listen: str | None, log: Any, verbose: bool) -> None:
    """Run the hub for a company until it is stopped (Ctrl-C or SIGTERM)."""
    from hub.app import database_url, serve
    from hub.ledger.opening import without_secrets

    company = open_company(folder, home)
    for remark in company.remarks:
        click.echo(f"warning: {remark}", err=True)
    form = log or company.hub.log
    logs.begin(form, verbose)
    tell = logging.getLogger("hub").info if form == "json" else click.echo
    url = database_url(company, database)
    address = listen or company.hub.listen
    door = f"listening on {address}" if address else "not listening"
    name = f"{company.hub.name} ({company.environment})" if company.environment else company.hub.name
    tell(f"{name}: {', '.join(company.endpoints)}; ledger {without_secrets(url)}; {door}")
    spans.begin()
    asyncio.run(serve(company, url, address))
    spans.end()
    tell("stopped")
