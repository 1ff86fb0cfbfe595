"""`crossdock orders`: which there are, and what waits for a person."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from hub.cli.company import company_options, open_company
from hub.cli.shown import shown


@click.command()
@company_options
@click.option("--state", help="Only orders in this state, such as shipped.")
@click.option(
    "--most", metavar="N", type=click.IntRange(min=1), default=50, show_default=True, help="How many, the newest first."
)
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
            found = list(_waits(stuck))
            click.echo("\n".join(json.dumps(one) if as_json else _told(one) for one in found), nl=bool(found))
            if not found and not as_json:
                click.echo("nothing waits")
            return
        rows = ledger.look(lambda connection: listing(connection, state, most))
        for row in rows:
            click.echo(_as_json(row) if as_json else _as_text(row, company.hub.zone))
        count = len(stuck.held) + len(stuck.parked) + len(stuck.stopped) + len(stuck.messages)
        if count and not as_json:
            click.secho(f"{count} waiting for a person: crossdock orders --waiting", fg="yellow")
    finally:
        ledger.close()


def _as_json(row: Any) -> str:
    return json.dumps({name: getattr(row, name) for name in ("number", "channel", "state", "revision", "test")})


def _as_text(row: Any, zone: str) -> str:
    changed = f"{row.changed_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"
    number = shown(row.number)
    return f"{number:<22} {row.channel:<14} {row.state.replace('_', ' '):<14} {changed}{'  test' if row.test else ''}"


def _waits(stuck: Any) -> Iterator[dict[str, str | None]]:
    """What waits: for what, which document or file, at which place, why."""
    for row in stuck.held:
        yield {"waits": "held", "kind": row.kind, "number": row.number, "place": row.endpoint, "why": row.why}
    for row in stuck.orders:
        yield {"waits": "held", "kind": "order", "number": row.number, "place": row.channel, "why": f"{row.why} ({row.who})"}
    for row in stuck.messages:
        yield {"waits": "message", "number": str(row.id), "file": row.name, "place": row.endpoint, "why": row.error}
    for row in stuck.parked:
        yield {"waits": "parked", "kind": row.kind, "number": row.number, "place": row.target, "why": row.error}
    for row in stuck.receipts:
        due = f"{row.receipt_due:%Y-%m-%dT%H:%M:%SZ}" if row.receipt_due else None
        yield {"waits": "receipt", "file": row.name, "place": row.target, "why": row.receipt, "due": due}
    for row in stuck.undecided:
        due = f"{row.due:%Y-%m-%dT%H:%M:%SZ}"
        yield {"waits": "undecided", "file": row.name or row.key, "place": row.endpoint, "why": row.error, "due": due}
    for row in stuck.stopped:
        by = f" ({row.who})" if row.who else ""
        yield {"waits": "stopped", "place": row.name, "why": f"{row.stopped}{by}", "by": row.who}


def _told(one: dict[str, str | None]) -> str:
    """The same in words."""
    what = f"{(one.get('kind') or '').replace('_', ' ')} {one.get('number') or ''}"
    words = {
        "held": f"{what} from {one['place']}: {one['why']}",
        "message": f"{what.strip()} ({one.get('file') or '-'}) from {one['place']}: {one['why']}"
        f"   (crossdock release --message {one.get('number')}, or skip)",
        "parked": f"{what} for {one['place']}: {one['why']}   (crossdock retry {one.get('number') or '--all'})",
        "receipt": f"{one.get('file')} to {one['place']}: {(one['why'] or '').replace('_', ' ')}",
        "undecided": f"{one.get('file')} from {one['place']}: {one['why']}",
        "stopped": f"{one['place']}: {one['why']}   (crossdock {'release ' + str(one['place']) if one.get('by') else 'retry --all'})",
    }[str(one["waits"])]
    due = (
        f", {'tried again' if one['waits'] == 'undecided' else 'due'} {when[:16].replace('T', ' ')} UTC"
        if (when := one.get("due"))
        else ""
    )
    return f"{one['waits']:<9} {shown(words)}{due}"
