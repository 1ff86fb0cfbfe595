"""`crossdock reconcile`: is everything there?"""

import asyncio
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from hub.cli.company import Command, company_options, open_company
from hub.cli.shown import shown
from hub.settings.company import Company

DATE = click.DateTime(formats=["%Y-%m-%d"])


def period_options(command: Command) -> Command:
    """`--from` and `--to`, the same everywhere."""
    for option in (
        click.option("--to", "last", metavar="DATE", type=DATE, help="The last day, such as 2026-11-22; in the hub's zone."),
        click.option("--from", "first", metavar="DATE", type=DATE, help="The first day, such as 2026-11-20."),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("channel", required=False)
@company_options
@period_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each channel and day.")
@click.pass_context
def reconcile(
    context: click.Context,
    /,
    channel: str | None,
    folder: Path | None,
    home: Path | None,
    database: str | None,
    first: datetime | None,
    last: datetime | None,
    as_json: bool,
) -> None:
    """Compare, per channel and day, what the source has with what the hub has of it and what each system has of that.

    CHANNEL is a channel or a system that messages come from; by default all channels, and all systems that tell what they
    have of a period. By default the last seven days.
    Exit code: 0 when all is there, 1 when something is missing or still waits, 2 when it cannot be told.
    """
    company = open_company(folder, home)
    if channel is not None:
        known(company, channel)
    today = datetime.now(ZoneInfo(company.hub.zone)).date()
    begin, end = first.date() if first else today - timedelta(days=6), last.date() if last else today
    found = asyncio.run(_found(company, database, channel, begin, end))
    for one in found:
        click.echo(json.dumps(as_dict(one)) if as_json else "\n".join(told(one)))
    context.exit(0 if all(one.complete for one in found) else 1)


def known(company: Company, name: str) -> None:
    """Raise unless there is such a place."""
    if name not in company.endpoints:
        raise click.UsageError(f"there is no {name}; there are {', '.join(company.endpoints)}")


async def _found(company: Company, database: str | None, channel: str | None, first: date, last: date) -> list[Any]:
    from hub.app import ledger_of, open_connectors
    from hub.clock import SystemClock
    from hub.operations.reconcile import reconcile as compare
    from hub.operations.reconcile import sources

    ledger = ledger_of(company, database)
    connectors = open_connectors(company, ledger, SystemClock())
    try:
        channels = [channel] if channel else sources(company, connectors)
        return [day async for day in compare(company, ledger, connectors, channels, first, last)]
    finally:
        for connector in connectors.values():
            await connector.close()
        ledger.close()


def told(day: Any) -> Iterator[str]:
    """One channel and day in words."""
    source = "cannot be asked" if day.source is None else f"has {day.source}"
    yield f"{day.day} {day.channel}: the source {source}, the hub has {day.hub}"
    if day.missing:
        yield f"  missing here: {shown(', '.join(day.missing))}"
        yield f"  {day.help}"
    for name, held in day.systems.items():
        unsure = "; it cannot be asked" if held.missing is None else ""
        yield f"  {name} has taken {held.sent}{unsure}"
        if held.missing:
            yield f"    does not know of: {shown(', '.join(held.missing))}"
        if held.waiting:
            yield f"    not there yet: {shown(', '.join(held.waiting))}   (crossdock orders --waiting)"


def as_dict(day: Any) -> dict[str, Any]:
    """The same as plain values."""
    systems = {name: {"taken": held.sent, "waiting": held.waiting, "missing": held.missing} for name, held in day.systems.items()}
    facts = {"channel": day.channel, "day": str(day.day), "source": day.source, "hub": day.hub, "missing": day.missing}
    return {**facts, "systems": systems, "help": day.help}
