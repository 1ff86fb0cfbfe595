"""`crossdock open`: what was sent to partners and is not received as it should be."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from hub.cli.company import company_options, open_company
from hub.cli.shown import shown

COLOURS = {"overdue": "yellow", "rejected": "red", "partly_accepted": "red"}


@click.command("open")
@company_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def open(folder: Path | None, home: Path | None, database: str | None, as_json: bool) -> None:
    """List what we sent to partners and is open: its receipt has not come, or it was not accepted; and what helps."""
    from hub.app import ledger_of
    from hub.operations.open import opened

    company = open_company(folder, home)
    ledger = ledger_of(company, database)
    try:
        found = ledger.look(opened)
    finally:
        ledger.close()
    for one in found:
        for line in [json.dumps(asdict(one), default=str)] if as_json else _told(one, company.hub.zone):
            click.echo(line)
    if not found and not as_json:
        click.echo("nothing is open")


def _told(one: Any, zone: str) -> Iterator[str]:
    """One document in two or three lines."""
    orders = f" of order {', '.join(one.orders)}" if one.orders and one.orders != [one.number] else ""
    state = click.style(f"{one.state.replace('_', ' '):<15}", fg=COLOURS.get(one.state))
    yield f"{state} {one.partner}  {one.type or one.kind.replace('_', ' ')} {shown(one.number or '')}{shown(orders)}"
    due = f", due {_moment(one.due, zone)}" if one.due else ""
    yield f"{'':<15} sent {_moment(one.sent, zone)}{due}, number {one.control_number}, {one.file}"
    if one.wrong:
        yield f"{'':<15} {shown(one.wrong)}" + (f"; {one.command} --why …" if one.command else "")


def _moment(moment: Any, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
