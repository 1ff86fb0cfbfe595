"""`crossdock orders`: which there are, and what waits for a person."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

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
    """List orders and how far each has come, and when it last moved, in the hub's own time."""
    from hub.app import ledger_of
    from hub.operations.orders import listing, waiting

    company = open_company(folder, home)
    ledger = ledger_of(company, database)
    try:
        stuck = ledger.look(waiting)
        if only_waiting:
            _show_waiting(stuck)
            return
        rows = ledger.look(lambda connection: listing(connection, state, most))
        for row in rows:
            click.echo(_as_json(row) if as_json else _as_text(row, company.hub.zone))
        count = len(stuck.held) + len(stuck.parked) + len(stuck.stopped)
        if count and not as_json:
            click.secho(f"{count} waiting for a person: crossdock orders --waiting", fg="yellow")
    finally:
        ledger.close()


def _as_json(row: Any) -> str:
    return json.dumps({name: getattr(row, name) for name in ("number", "channel", "state", "revision", "test")})


def _as_text(row: Any, zone: str) -> str:
    changed = f"{row.changed_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"
    return f"{row.number:<22} {row.channel:<14} {row.state.replace('_', ' '):<14} {changed}{'  test' if row.test else ''}"


def _show_waiting(stuck: object) -> None:
    from hub.operations.orders import Waiting

    assert isinstance(stuck, Waiting)
    for row in stuck.held:
        click.echo(f"held      {row.kind.replace('_', ' ')} {row.number or ''} from {row.endpoint}: {row.why}")
    for row in stuck.orders:
        click.echo(f"held      order {row.number} on {row.channel}: {row.why} ({row.who})   (crossdock release {row.number})")
    for row in stuck.parked:
        click.echo(
            f"parked    {row.kind.replace('_', ' ')} {row.number or ''} for {row.target}: {row.error}   (crossdock retry {row.number or ''})"
        )
    for row in stuck.receipts:
        due = f", due {row.receipt_due:%Y-%m-%d %H:%M} UTC" if row.receipt_due else ""
        click.echo(f"receipt   {row.name} to {row.target}: {row.receipt.replace('_', ' ')}{due}")
    for row in stuck.stopped:
        click.echo(f"stopped   {row.name}: {row.stopped}")
    if not (stuck.held or stuck.orders or stuck.parked or stuck.receipts or stuck.stopped):
        click.echo("nothing waits")
