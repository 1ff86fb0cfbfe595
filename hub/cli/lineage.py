"""`crossdock lineage`: where a value comes from, step by step, down to the byte that was sent."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from hub.cli.company import company_options, open_company
from hub.cli.shown import shown
from hub.errors import Misconfigured


@click.command()
@click.argument("example")
@click.argument("field", required=False)
@click.option("--all", "everything", is_flag=True, help="Every value, instead of one field.")
@click.option("--channel", "endpoint", metavar="NAME", help="EXAMPLE is a file, and this is where it comes from.")
@company_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each value.")
def lineage(
    example: str,
    field: str | None,
    everything: bool,
    endpoint: str | None,
    folder: Path | None,
    home: Path | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Tell where a value comes from: the place in the file that came, each step, and the rule with its file and line.

    EXAMPLE is the number of an order in the ledger, or a file with its --channel. FIELD is a path of any of its documents
    (lines[0].quantity), all below it (parties.ship_to), an element of a file that was sent (PO102), or a key of one.
    """
    if (field is None) is not everything:
        raise click.UsageError("Give a FIELD, or --all.")
    try:
        company = open_company(folder, home)
    except click.ClickException as error:
        raise Misconfigured(error.message) from None
    found = list(_of_file(company, example, endpoint) if endpoint else _stored(company, database, example))
    mine = [one for one in found if field is None or one.fits(field)]
    if not mine:
        raise Misconfigured(f"nothing in {example} is called {field}; `--all` lists everything")
    click.echo("\n".join(_as_json(mine) if as_json else told(mine)))


def _of_file(company: Any, example: str, endpoint: str) -> list[Any]:
    from hub.clock import VirtualClock
    from hub.errors import Unreadable
    from hub.flow.site import Site
    from hub.ledger.store import Ledger
    from hub.operations.lineage import Lineage

    file = Path(example)
    if endpoint not in company.endpoints:
        raise Misconfigured(f"there is no channel or system `{endpoint}`")
    if not file.is_file():
        raise Misconfigured(f"there is no file {file}")
    ledger = Ledger("sqlite://")
    try:
        site = Site(company, ledger, {}, VirtualClock(datetime.now(UTC)))
        return list(Lineage(site).of_file(company.endpoints[endpoint], file.name, file.read_bytes()))
    except (Unreadable, ValueError) as error:
        raise Misconfigured(f"{file} cannot be read: {error}") from None
    finally:
        ledger.close()


def _stored(company: Any, database: str | None, number: str) -> list[Any]:
    from sqlalchemy import Connection

    from hub.app import database_url
    from hub.clock import VirtualClock
    from hub.flow.site import Site
    from hub.ledger import aliases, documents
    from hub.ledger.opening import looked_at
    from hub.operations.lineage import Lineage

    ledger = looked_at(database_url(company, database))

    def look(connection: Connection) -> list[Any]:
        orders = documents.orders_numbered(connection, number) or aliases.orders_named(connection, number)
        site = Site(company, ledger, {}, VirtualClock(datetime.now(UTC)))
        return [one for order in orders for one in Lineage(site).of_order(connection, order)]

    try:
        found = ledger.look(look)
    finally:
        ledger.close()
    if not found:
        raise Misconfigured(f"no order is known as {number}; a file is given with --channel")
    return found


def told(found: Iterable[Any]) -> Iterator[str]:
    """In words: each document or file, its values, the steps of each."""
    where = None
    for one in found:
        if one.where != where:
            where = one.where
            yield click.style(shown(where), bold=True)
        yield f"  {shown(one.name)} = {shown(one.value)}"
        yield from (f"    {'  ' * n}{shown(step)}" for n, step in enumerate(one.steps))


def _as_json(found: Iterable[Any]) -> Iterator[str]:
    for one in found:
        yield json.dumps({"in": one.where, "name": one.name, "value": one.value, "steps": list(one.steps)}, ensure_ascii=False)
