"""`crossdock retry`: another attempt, by a person."""

from datetime import UTC, datetime
from pathlib import Path

import click

from hub.cli.company import company_options, open_company, user
from hub.cli.shown import shown


@click.command()
@click.argument("number", required=False)
@company_options
@click.option("--all", "everything", is_flag=True, help="Everything that waits, instead of one number.")
@click.option("--why", default="asked by hand", show_default=True, help="The reason, for the timeline.")
def retry(number: str | None, folder: Path | None, home: Path | None, database: str | None, everything: bool, why: str) -> None:
    """Try again what could not be delivered, and let stopped endpoints go on.

    NUMBER is the order's number, or the document's own. A running hub takes it up within a second.
    """
    from hub.app import ledger_of
    from hub.operations.retry import retry as ask

    if (number is None) != everything:
        raise click.UsageError("give a number, or --all")
    ledger = ledger_of(open_company(folder, home), database)
    try:
        said = ledger.submit(lambda connection: ask(connection, number, user(), why, datetime.now(UTC))).result()
    finally:
        ledger.close()
    if number is not None and not said:
        raise click.ClickException(f"nothing waits under {number}; `crossdock orders --waiting` lists what does")
    click.echo("\n".join(map(shown, said)) or "nothing waits to be tried again")
