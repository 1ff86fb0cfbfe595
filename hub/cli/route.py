"""`crossdock route`: where a document goes, by which line of routes.yaml, and why not by the others."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from hub.cli.company import company_options, open_company
from hub.cli.shown import shown
from hub.errors import Misconfigured


@click.command()
@click.argument("example")
@click.option("--channel", "endpoint", metavar="NAME", help="EXAMPLE is a file, and this is where it would come from.")
@click.option("--document", metavar="KIND", help="Canonical kind, for a place that sends canonical JSON to an address for each.")
@click.option("--explain", is_flag=True, help="Every route, with what speaks against it.")
@company_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each document.")
@click.pass_context
def route(
    context: click.Context,
    /,
    example: str,
    endpoint: str | None,
    document: str | None,
    explain: bool,
    folder: Path | None,
    home: Path | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Tell where the routes send a document. EXAMPLE is a file with its --channel, or the number of an order in the ledger.

    Stored documents are asked of the routes as they are now. Exit code: 0 when all of them go somewhere or are meant to stay, 1
    when no route takes one, 2 when it cannot be told.
    """
    try:
        company = open_company(folder, home)
    except click.ClickException as error:
        raise Misconfigured(error.message) from None
    from hub.app import database_url
    from hub.operations.ways import ways

    url = database_url(company, database)
    rows = _of_file(company, url, Path(example), endpoint, document) if endpoint else _stored(url, example)
    found = list(ways(company, rows))
    if not found:
        raise Misconfigured(f"no document of {example} could be read, or none that needs a route; `crossdock try` says more")
    for one in found:
        click.echo(json.dumps(as_dict(one)) if as_json else "\n".join(told(one, explain)))
    context.exit(0 if all(any(not judged.objections for judged in one.routes) for one in found) else 1)


def _of_file(company: Any, url: str, file: Path, endpoint: str, document: str | None) -> list[Any]:
    from hub.ledger.arrivals import Came
    from hub.ledger.opening import begun, looked_at
    from hub.operations.rehearse import rehearse

    if not file.is_file():
        raise Misconfigured(f"there is no file {file}")
    ledger = looked_at(url) if begun(url) else None
    came = Came(file.name, file.read_bytes(), file.name, headers={"document": document} if document else {})
    try:
        return rehearse(company, ledger, endpoint, came, datetime.now(UTC)).documents
    finally:
        if ledger is not None:
            ledger.close()


def _stored(url: str, number: str) -> list[Any]:
    from hub.ledger.opening import looked_at
    from hub.operations.ways import of_number

    ledger = looked_at(url)
    try:
        rows = ledger.look(lambda connection: of_number(connection, number))
    finally:
        ledger.close()
    if not rows:
        raise Misconfigured(f"nothing is known of {number}; a file is given with --channel")
    return rows


def told(way: Any, explain: bool) -> Iterator[str]:
    """In words."""
    title = f"{way.kind.replace('_', ' ')} {way.number or ''}".strip()
    routed = any(not one.objections for one in way.routes)
    where = ", ".join(way.to) or ("nowhere, as a route says" if routed else "nowhere: no route takes it, it would be held")
    yield click.style(f"{shown(title)} from {way.source}", bold=True) + f" goes to {where}"
    for name, why in way.barred.items():
        yield f"  not to {name}: {why}"
    width = max((len(one.place) for one in way.routes), default=0)
    for one in way.routes:
        if explain or not one.objections:
            asks = f" if {', '.join(one.asks)}" if one.asks else ""
            verdict = click.style("fits", fg="green") if not one.objections else shown(f"no: {'; '.join(one.objections)}")
            yield f"  {one.place:<{width}}  {one.document}{asks} -> {', '.join(one.to) or 'nowhere'}: {verdict}"


def as_dict(way: Any) -> dict[str, Any]:
    """The same as plain values."""
    return {
        "document": way.kind,
        "number": way.number,
        "from": way.source,
        "to": way.to,
        "barred": way.barred,
        "routes": [
            {
                "at": one.place,
                "document": one.document,
                "asks": list(one.asks),
                "to": list(one.to),
                "against": list(one.objections),
            }
            for one in way.routes
        ],
    }
