"""`crossdock try`: what would become of a file, end to end, without anything happening."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from hub.cli.company import answers, company_options, open_company
from hub.cli.read import COLOURS
from hub.cli.shown import shown

WIDEST = 160


@click.command("try")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--channel", "endpoint", required=True, metavar="NAME", help="The channel or system that it would come from.")
@click.option("--document", metavar="KIND", help="Canonical kind, for a place that sends canonical JSON to an address for each.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Write what would be sent into this folder.")
@click.option("--online", is_flag=True, help="Ask systems for what tables of theirs say; without it their last answers count.")
@company_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def try_(
    context: click.Context,
    /,
    file: Path,
    endpoint: str,
    document: str | None,
    out: Path | None,
    online: bool,
    folder: Path | None,
    home: Path | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Tell what would become of FILE if it came now: what is read, decided and sent to whom. Nothing is stored or sent.

    Uses what the ledger knows, and works without one. Exit code: 0 when all of it would take its way, 1 when something is
    rejected, held or cannot be written, 2 when it cannot be told.
    """
    from hub.app import database_url
    from hub.errors import Misconfigured
    from hub.ledger.arrivals import Came
    from hub.ledger.opening import begun, looked_at
    from hub.operations.rehearse import rehearse

    try:
        company = open_company(folder, home)
    except click.ClickException as error:
        raise Misconfigured(error.message) from None  # 1 means that the file would not pass
    url = database_url(company, database)
    ledger = looked_at(url) if begun(url) else None
    came = Came(file.name, file.read_bytes(), file.name, headers={"document": document} if document else {})
    try:
        found = rehearse(company, ledger, endpoint, came, datetime.now(UTC), partial(answers, company) if online else None)
    finally:
        if ledger is not None:
            ledger.close()
    written = _write(found, out) if out else {}
    if as_json:
        click.echo(json.dumps(as_dict(found), ensure_ascii=False))
    else:
        click.echo("\n".join(told(found, company.hub.zone, written)))
    context.exit(0 if found.good else 1)


def _write(found: Any, out: Path) -> dict[str, Path]:
    """Every message as a file of its name, in a folder of its target."""
    written = {}
    for one in found.messages:
        path = out / one.target / one.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.body)
        written[one.name] = path
    return written


def told(found: Any, zone: str, written: dict[str, Path]) -> Iterator[str]:
    """In words: what was read, what would be decided, what would be sent."""
    yield click.style(f"{shown(found.file)} from {found.endpoint}", bold=True) + ": nothing of this has happened"
    if found.problem:
        yield f"  {click.style('error', fg='red', bold=True)}: {shown(found.problem)}"
    for row in found.came:
        yield f"  {shown(_called(row))}: {row.state}" + (f" ({shown(row.why)})" if row.why else "")
        yield from (f"    {line}" for line in _findings(row))
    yield "would be decided:"
    yield from (f"  {shown(text)}" for text in dict.fromkeys(entry.text for entry in found.said))
    yield "would be sent, with provisional numbers:" if found.messages else "nothing would be sent"
    for one in found.messages:
        yield from _message(one, zone, written.get(one.name))
    for one in found.unwritten:
        name = f"{one.kind.replace('_', ' ')} {one.number or ''}".strip()
        yield f"  {click.style('error', fg='red', bold=True)}: {name} for {one.target} cannot be written: {shown(one.why)}"


def _called(row: Any) -> str:
    own = f" ({row.type} {row.version or ''}".rstrip() + f", by {row.guide})" if row.guide else ""
    return f"{row.kind.replace('_', ' ')} {row.number or ''}".strip() + own


def _findings(row: Any) -> Iterator[str]:
    for one in json.loads(row.findings or "{}").get("findings", ()):
        head = click.style(f"{one['severity']}[{one['code']}]", fg=COLOURS[one["severity"]], bold=True)
        yield f"{head}: {shown(one['text'])}"


def _message(one: Any, zone: str, path: Path | None) -> Iterator[str]:
    when = f", with the batch of {one.when.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" if one.when else ""
    waits = f", but it waits: {one.waits}" if one.waits else ""
    yield f"  to {one.target}: {', '.join(one.holds).replace('_', ' ')}, {one.name}{when}{shown(waits)}"
    if path is not None:
        yield f"    written to {path}"
        return
    for line in one.body.decode("utf-8", "replace").splitlines():
        cut = line if len(line) <= WIDEST else line[:WIDEST] + " …"
        yield click.style(f"    {shown(cut)}", dim=True)


def as_dict(found: Any) -> dict[str, Any]:
    """The same as plain values."""
    return {
        "file": found.file,
        "from": found.endpoint,
        "good": found.good,
        "problem": found.problem,
        "documents": [
            {
                **{name: getattr(row, name) for name in ("kind", "type", "number", "state", "why", "guide", "test")},
                "findings": json.loads(row.findings or "{}").get("findings", []),
                "canonical": json.loads(row.canonical) if row.canonical else None,
            }
            for row in found.came
        ],
        "decided": list(dict.fromkeys(entry.text for entry in found.said)),
        "sent": [
            {
                "to": one.target,
                "file": one.name,
                "holds": list(one.holds),
                "at": one.when.isoformat() if one.when else None,
                "waits": one.waits,
                "text": one.body.decode("utf-8", "replace"),
            }
            for one in found.messages
        ],
        "unwritten": [{"to": one.target, "kind": one.kind, "number": one.number, "why": one.why} for one in found.unwritten],
    }
