"""`crossdock replay`: a stored message once more, beside what became of it."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from hub.cli.company import company_options, open_company
from hub.cli.shown import shown

WHY = "it follows from no single message: the hub wrote it when what had waited was decided, or a person spoke"


@click.command()
@click.argument("name")
@company_options
@click.option(
    "--as-then/--as-now",
    "then",
    default=True,
    show_default=True,
    help="Under the configuration it was decided under; or under the present one.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each message, and for each file not compared.")
@click.pass_context
def replay(
    context: click.Context, /, name: str, folder: Path | None, home: Path | None, database: str | None, then: bool, as_json: bool
) -> None:
    """Work off a stored message again, from its bytes, and compare with what became of it. Nothing is sent or changed.

    NAME is an order's or document's number, the name of a file that came or went, or the id of an arrival. Numbers and
    moments are taken as they were. Exit code: 0 when all is identical, 1 when something differs, 2 when it cannot be told.
    """
    from hub import __version__
    from hub.app import database_url
    from hub.ledger.opening import looked_at
    from hub.operations.plan import replays
    from hub.operations.recall import Past, Present
    from hub.operations.replay import stored_under, uncompared

    company = open_company(folder, home)
    ledger = looked_at(database_url(company, database))
    sites = Past(company, ledger, os.environ) if then else Present(company, ledger)
    try:
        ids = ledger.look(lambda connection: stored_under(connection, name))
        if not ids:
            raise click.ClickException(f"nothing is known of {name}; `crossdock orders` lists what is")
        found = list(replays(ledger, sites, ids, onward=not then))
        left = ledger.look(lambda connection: uncompared(connection, ids))
    finally:
        sites.close()
        ledger.close()
    for one in found:
        click.echo(json.dumps(as_dict(one)) if as_json else "\n".join(told(one, company.hub.zone)))
    for title in left:
        click.echo(json.dumps({"uncompared": title, "why": WHY}) if as_json else f"{shown(title)}: not compared, {WHY}")
    if sites.releases and not as_json:
        others = ", ".join(sorted(sites.releases))
        click.secho(f"decided by release {others}; this is {__version__}, which may account for differences", fg="yellow")
    context.exit(1 if any(one.differs for one in found) else 0)


def told(replayed: Any, zone: str) -> Iterator[str]:
    """One message in words."""
    row = replayed.arrival
    came = f"{row.received_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"
    yield f"arrival {row.id}, {shown(row.name or row.key)} from {row.endpoint}, {came}"
    for one in (*replayed.documents, *replayed.files):
        yield f"  {shown(one.title)}: {'different' if one.differences else 'identical'}"
        yield from (f"    {line}" for line in lines(one.differences))


def lines(differences: Iterable[Any]) -> Iterator[str]:
    """Each place with what was and what is."""
    for one in differences:
        then, now = ("nothing" if value is None else value for value in (one.then, one.now))
        yield shown(f"{one.path}: {then} -> {now}")


def compared(one: Any) -> dict[str, Any]:
    """A document or file as plain values."""
    return {"what": one.sort, "title": one.title, "differences": [difference._asdict() for difference in one.differences]}


def as_dict(replayed: Any) -> dict[str, Any]:
    """The same as plain values."""
    row = replayed.arrival
    return {
        "arrival": row.id,
        "file": row.name,
        "from": row.endpoint,
        "identical": not replayed.differs,
        "documents": [compared(one) for one in replayed.documents],
        "files": [compared(one) for one in replayed.files],
    }
