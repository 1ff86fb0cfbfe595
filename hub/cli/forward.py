"""`crossdock forward`: go on after an older ledger was restored."""

from datetime import UTC, datetime
from pathlib import Path

import click

from hub.cli.company import company_options, open_company, user


@click.command()
@company_options
@click.option("--done", is_flag=True, help="Everything since the backup has come again: stop asking systems before creating.")
@click.option("--why", default="asked by hand", show_default=True, help="The reason, for the timeline.")
def forward(folder: Path | None, home: Path | None, database: str | None, done: bool, why: str) -> None:
    """Take a restored ledger past every number that was sent since its backup.

    Until then a hub whose ledger is older than its high-water file sends nothing. Afterwards, systems that can be asked
    are asked for each document before it is created there, until you say --done.
    """
    from hub.app import ledger_of
    from hub.ledger import highwater
    from hub.operations.forward import caught_up
    from hub.operations.forward import forward as take

    company = open_company(folder, home)
    ledger = ledger_of(company, database)
    marks = highwater.HighWater(highwater.beside(ledger.url, company.home)).marks()
    now = datetime.now(UTC)
    try:
        if done:
            ledger.submit(lambda connection: caught_up(connection, user(), now)).result()
            said = ["systems are no longer asked first"]
        else:
            said = ledger.submit(lambda connection: take(connection, marks, user(), why, now)).result()
    finally:
        ledger.close()
    click.echo("\n".join(said) or "the ledger is not behind: nothing to do")
