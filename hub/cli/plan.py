"""`crossdock plan`: what changed settings would make of the traffic of the last days."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from hub.cli.company import company_options, open_company
from hub.cli.replay import compared, lines
from hub.cli.shown import shown
from hub.errors import Misconfigured


@click.command()
@company_options
@click.option("--since", metavar="TIME", default="7d", show_default=True, help="How far back, such as 36h or 7d.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each document or file that would differ.")
@click.pass_context
def plan(
    context: click.Context, /, folder: Path | None, home: Path | None, database: str | None, since: str, as_json: bool
) -> None:
    """Tell which documents changed settings would make otherwise of stored traffic, field by field. Nothing is sent or stored.

    `--company` is the folder with the changes; where it is another than the hub's own, `--database` or `--home` says
    where the ledger is. Exit code: 0 when nothing would differ, 1 when something would, 2 when it cannot be told.
    """
    from hub.app import database_url
    from hub.ledger.opening import looked_at
    from hub.operations.plan import plan as make
    from hub.operations.recall import Present
    from hub.rules.duration import parse

    try:
        back = parse(since)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--since") from None
    try:
        company = open_company(folder, home)
    except click.ClickException as error:
        raise Misconfigured(error.message) from None  # 1 means that something would differ
    ledger = looked_at(database_url(company, database))
    try:
        found = make(ledger, Present(company, ledger), datetime.now(UTC) - back)
    finally:
        ledger.close()
    if as_json:
        rows = [compared(one) for sort in found.sorts.values() for one in sort.differing]
        click.echo("\n".join(json.dumps(row) for row in rows), nl=bool(rows))
    else:
        click.echo("\n".join(told(found)))
    context.exit(1 if found.differs else 0)


def told(found: Any) -> Iterator[str]:
    """In words: sorts, fields with their counts, then each document."""
    for name, sort in found.sorts.items():
        if not sort.differing:
            continue
        yield f"{name}: {len(sort.differing)} of {sort.count} would differ"
        yield from (f"  {count:>6}  {shown(path)}" for path, count in sort.fields.items())
        for one in sort.differing:
            yield f"  {shown(one.title)}"
            yield from (f"    {line}" for line in lines(one.differences))
    differing = sum(len(sort.differing) for sort in found.sorts.values())
    count = sum(sort.count for sort in found.sorts.values())
    yield f"{found.messages} messages since {found.since:%Y-%m-%d %H:%M} UTC: {differing} of {count} documents and files would differ"
