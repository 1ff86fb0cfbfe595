"""`crossdock alerts`: what a person must know, and saying that it is seen to."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from hub.cli.company import company_options, open_company, user


@click.group(invoke_without_command=True)
@click.pass_context
@company_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def alerts(context: click.Context, folder: Path | None, home: Path | None, database: str | None, as_json: bool) -> None:
    """List what a person must know now, each with the command that helps."""
    from hub.app import ledger_of
    from hub.ledger import alerts as kept

    if context.invoked_subcommand is not None:
        return
    ledger = ledger_of(open_company(folder, home), database)
    try:
        rows = ledger.look(kept.open_ones)
    finally:
        ledger.close()
    for row in rows:
        if as_json:
            click.echo(json.dumps(row._asdict(), default=str))
            continue
        by = f" (seen to by {row.acknowledged_by})" if row.acknowledged_by else ""
        click.echo(f"{row.id:>5}  {row.kind}: {row.text}{by}\n       {row.help}")
    if not rows and not as_json:
        click.echo("nothing to tell")


@alerts.command()
@click.argument("numbers", nargs=-1, type=int)
@company_options
@click.option("--all", "everything", is_flag=True, help="All that are open.")
@click.option("--why", default="seen to", show_default=True, help="What is done about it, for the timeline.")
def acknowledge(
    numbers: tuple[int, ...], folder: Path | None, home: Path | None, database: str | None, everything: bool, why: str
) -> None:
    """Say that somebody sees to it: it is not told again, and closes by itself when its reason is gone."""
    from hub.app import ledger_of
    from hub.operations.alerts import acknowledge as take

    if bool(numbers) == everything:
        raise click.UsageError("give the numbers of alerts, or --all")
    ledger = ledger_of(open_company(folder, home), database)
    try:
        said = ledger.submit(lambda connection: take(connection, numbers, user(), why, datetime.now(UTC))).result()
    finally:
        ledger.close()
    if not said:
        raise click.ClickException("no open alert has this number; `crossdock alerts` lists them")
    click.echo("\n".join(said))
