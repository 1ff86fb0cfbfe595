"""`crossdock leftovers`: what partners send that no rule uses."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from hub.cli.company import company_options, open_company
from hub.cli.shown import shown
from hub.errors import Misconfigured


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--channel", "endpoint", metavar="NAME", help="The channel that FILE comes from.")
@company_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def leftovers(
    file: Path | None, endpoint: str | None, folder: Path | None, home: Path | None, database: str | None, as_json: bool
) -> None:
    """List what no rule uses: of FILE, or of all that partners have sent since the hub runs.

    Of a file the share that is used is told for each document, counted in elements that hold something.
    """
    if (file is None) is not (endpoint is None):
        raise click.UsageError("FILE and --channel go together.")
    company = open_company(folder, home)
    if file is not None and endpoint is not None:
        found = _of_file(company, file, endpoint)
        click.echo("\n".join(json.dumps(one.as_dict()) if as_json else "\n".join(_told(one)) for one in found), nl=bool(found))
        return
    stored = _stored(company, database)
    for one in stored:
        click.echo(json.dumps(_noticed(one)) if as_json else _line(one, company.hub.zone))
    if not stored and not as_json:
        click.echo("nothing was noticed")


def _of_file(company: Any, file: Path, endpoint: str) -> list[Any]:
    from hub.clock import VirtualClock
    from hub.errors import Unreadable
    from hub.flow.site import Site
    from hub.ledger.store import Ledger
    from hub.operations.leftovers import of_file

    ledger = Ledger("sqlite://")
    try:
        return list(of_file(Site(company, ledger, {}, VirtualClock(datetime.now(UTC))), endpoint, file.read_bytes()))
    except Unreadable as error:
        raise Misconfigured(f"{file} cannot be read: {error}") from None
    finally:
        ledger.close()


def _stored(company: Any, database: str | None) -> list[Any]:
    from hub.app import database_url
    from hub.ledger.opening import looked_at
    from hub.operations.leftovers import noticed

    ledger = looked_at(database_url(company, database))
    try:
        return ledger.look(noticed)
    finally:
        ledger.close()


def _told(rest: Any) -> Iterator[str]:
    yield f"{rest.type} {shown(rest.control_number)}: {rest.share:.1%} of {rest.filled} elements used"
    for one in rest.left:
        yield f'  {one.name} in segment {one.at.position}: "{shown(one.text)}" ({one.path})'


def _noticed(one: Any) -> dict[str, Any]:
    since = one.since.isoformat() if one.since else None
    return {"channel": one.channel, "place": one.place, "document": one.document, "since": since}


def _line(one: Any, zone: str) -> str:
    since = f", {one.since.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" if one.since else ""
    return f"{one.channel:<14} {shown(one.place):<28} first in {shown(one.document)}{since}"
