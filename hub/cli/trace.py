"""`crossdock trace`: the life of one order."""

import json
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from hub.cli.company import company_options, open_company
from hub.cli.shown import shown
from hub.errors import Purged


@click.command()
@click.argument("number")
@company_options
@click.option("--raw", is_flag=True, help="Also every file as it came.")
@click.option("--canonical", is_flag=True, help="Also every document as the hub understood it.")
@click.option("--sent", is_flag=True, help="Also every file as it was sent.")
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
@click.pass_context
def trace(
    context: click.Context, /, number: str, folder: Path | None, home: Path | None, database: str | None, **views: bool
) -> None:
    """Tell the life of an order: what came, what was made of it, what went where, who answered.

    NUMBER is the buyer's order number, or what one of our systems calls the order.
    """
    from hub.app import ledger_of
    from hub.operations.trace import lives

    company = open_company(folder, home)
    ledger = ledger_of(company, database)
    try:
        found = ledger.look(lambda connection: lives(connection, number))
        if not found:
            raise click.ClickException(f"nothing is known of {number}; `crossdock orders` lists what is")
        if views["as_json"]:
            click.echo(json.dumps([as_dict(life) for life in found], default=str))
            return
        for life in found:
            show(life, company.hub.zone)
            for paper in life.papers:
                _views(ledger, paper, views)
    finally:
        ledger.close()


def show(life: Any, zone: str) -> None:
    """The timeline in words, in the hub's own time."""
    revision = f", revision {life.revision}" if life.revision > 1 else ""
    click.secho(
        f"Order {shown(life.number)} from {life.channel}: {life.state.replace('_', ' ')}{revision} (times in {zone})", bold=True
    )
    for entry in life.entries:
        who = f" ({entry.who})" if entry.who else ""
        click.echo(f"  {entry.at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}  {shown(entry.text + who)}")
    for words in life.waiting:
        click.secho(f"  waiting: {shown(words)}", fg="yellow")


def _views(ledger: Any, paper: Any, views: dict[str, bool]) -> None:
    name = paper.type or paper.kind.replace("_", " ")
    if views["canonical"] and paper.canonical is not None:
        click.secho(f"\n--- {name} {shown(paper.number or '')} as understood ({paper.direction}, {paper.state})", bold=True)
        if paper.purged:
            click.echo(f"({paper.purged}; what is left:)")
        click.echo(_lines(json.dumps(paper.canonical, indent=2, ensure_ascii=False)))
    for file in paper.files:
        if (views["raw"] and file.direction == "in") or (views["sent"] and file.direction == "out"):
            click.secho(f"\n--- {shown(file.name or name)}, {'from' if file.direction == 'in' else 'to'} {file.place}", bold=True)
            click.echo(_body(ledger, file))


def _body(ledger: Any, file: Any) -> str:
    from hub.operations.trace import raw

    try:
        return _lines(ledger.look(partial(raw, blob=file.blob)).decode("utf-8", errors="replace"))
    except Purged as purged:
        return f"({purged}; sha256 {file.blob})"


def _lines(text: str) -> str:
    return "\n".join(shown(line) for line in text.splitlines())


def as_dict(life: Any) -> dict[str, Any]:
    """The same as plain values."""
    return {
        "number": life.number,
        "state": life.state,
        "channel": life.channel,
        "partner": life.partner,
        "revision": life.revision,
        "timeline": [
            {"at": entry.at.isoformat(), "what": entry.what, "text": entry.text, "who": entry.who} for entry in life.entries
        ],
        "documents": [
            {
                "id": paper.id,
                "direction": paper.direction,
                "kind": paper.kind,
                "type": paper.type,
                "number": paper.number,
                "endpoint": paper.endpoint,
                "state": paper.state,
                "why": paper.why,
                "at": paper.at.isoformat(),
                "files": [
                    {"direction": file.direction, "with": file.place, "file": file.name, "sha256": file.blob}
                    for file in paper.files
                ],
                "canonical": paper.canonical,
                "purged": paper.purged,
                "findings": paper.findings,
            }
            for paper in life.papers
        ],
        "waiting": list(life.waiting),
    }
