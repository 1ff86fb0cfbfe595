"""`crossdock orders`: which there are, and what waits for a person."""

import json
from pathlib import Path

import click

from hub.cli.company import company_options, open_company


@click.command()
@company_options
@click.option("--state", help="Only orders in this state, such as shipped.")
@click.option("--most", default=50, show_default=True, help="How many, the newest first.")
@click.option("--waiting", "only_waiting", is_flag=True, help="Instead: everything that waits for a person or for a receipt.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def orders(
    folder: Path | None, home: Path | None, database: str | None, state: str | None, most: int, only_waiting: bool, as_json: bool
) -> None:
    """List orders and how far each has come."""
    from hub.app import ledger_of
    from hub.operations.orders import listing, waiting

    ledger = ledger_of(open_company(folder, home), database)
    try:
        stuck = ledger.look(waiting)
        if only_waiting:
            _show_waiting(stuck)
            return
        rows = ledger.look(lambda connection: listing(connection, state, most))
        for row in rows:
            if as_json:
                click.echo(
                    json.dumps(
                        {
                            "number": row.number,
                            "channel": row.channel,
                            "state": row.state,
                            "revision": row.revision,
                            "test": row.test,
                        }
                    )
                )
            else:
                click.echo(
                    f"{row.number:<22} {row.channel:<14} {row.state.replace('_', ' '):<14} {row.changed_at:%Y-%m-%d %H:%M:%S}{'  test' if row.test else ''}"
                )
        count = len(stuck.held) + len(stuck.parked) + len(stuck.stopped)
        if count and not as_json:
            click.secho(f"{count} waiting for a person: crossdock orders --waiting", fg="yellow")
    finally:
        ledger.close()


def _show_waiting(stuck: object) -> None:
    from hub.operations.orders import Waiting

    assert isinstance(stuck, Waiting)
    for row in stuck.held:
        click.echo(f"held      {row.kind.replace('_', ' ')} {row.number or ''} from {row.endpoint}: {row.why}")
    for row in stuck.parked:
        click.echo(
            f"parked    {row.kind.replace('_', ' ')} {row.number or ''} for {row.target}: {row.error}   (crossdock retry {row.number or ''})"
        )
    for row in stuck.receipts:
        due = f", due {row.receipt_due:%Y-%m-%d %H:%M} UTC" if row.receipt_due else ""
        click.echo(f"receipt   {row.name} to {row.target}: {row.receipt.replace('_', ' ')}{due}")
    for row in stuck.stopped:
        click.echo(f"stopped   {row.name}: {row.stopped}")
    if not (stuck.held or stuck.parked or stuck.receipts or stuck.stopped):
        click.echo("nothing waits")
