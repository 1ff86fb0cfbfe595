"""`crossdock run`: the service."""

import asyncio
import logging
from pathlib import Path

import click

from hub.cli.company import company_options, open_company


@click.command()
@company_options
@click.option("--listen", metavar="HOST:PORT", help="Where to listen, instead of the address in hub.yaml.")
@click.option("--verbose", is_flag=True, help="Log more.")
def run(folder: Path | None, home: Path | None, database: str | None, listen: str | None, verbose: bool) -> None:
    """Run the hub for a company until it is stopped (Ctrl-C or SIGTERM)."""
    from hub.app import database_url, serve
    from hub.ledger.opening import without_secrets

    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s"
    )
    for chatty in ("httpx", "httpcore", "uvicorn", "asyncio", "procrastinate", "alembic", "psycopg.pool"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    company = open_company(folder, home)
    url = database_url(company, database)
    address = listen or company.hub.listen
    door = f"listening on {address}" if address else "not listening"
    click.echo(f"{company.hub.name}: {', '.join(company.endpoints)}; ledger {without_secrets(url)}; {door}")
    asyncio.run(serve(company, url, address))
    click.echo("stopped")
