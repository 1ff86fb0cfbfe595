"""`crossdock read`: what is in EDI files and what is wrong, for people or as JSON. Needs no configuration, stores nothing."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from hub.cli.shown import shown
from hub.cli.whose import company, partner
from hub.findings import Finding
from hub.formats.envelope import Separators
from hub.guides.verdicts import JudgedDocument, Judgement
from hub.operations.guides import library, settings_of
from hub.operations.read import Desk, Report

COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
STATES = {"accepted": "green", "accepted_with_findings": "yellow", "rejected": "red", "unsupported": "red"}
STANDARDS = {"x12": "X12", "edifact": "EDIFACT"}
MOST = 20  # findings shown for one document; --json has all
LONGEST = 400  # bytes of a segment shown
WIDEST = 110
BLANKS = "\ufeff \t\r\n"


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=str))
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each file, on one line.")
@click.option("--no-canonical", is_flag=True, help="Leave the canonical documents out of the JSON.")
@click.option("--leftovers", is_flag=True, help="Also what no rule used of each document; takes longer.")
@company
@partner
def read(
    files: tuple[str, ...], as_json: bool, no_canonical: bool, leftovers: bool, folder: Path | None, partner: str | None
) -> int:
    """Read EDI files: what is in them and what is wrong. Stores nothing.

    Exit code 0: all accepted; 1: something rejected or unsupported; 2: not a document we know.
    """
    desk, worst = Desk(library(folder, partner), partner=settings_of(folder, partner)), 0
    for file in files:
        report = desk.read(file)
        worst = max(worst, report.exit_code)
        rests = desk.rests(file) if leftovers else []
        if as_json:
            more = {"leftovers": [rest.as_dict() for rest in rests]} if leftovers else {}
            click.echo(json.dumps({**report.as_dict(not no_canonical), **more}, ensure_ascii=True))
        else:
            for line in (*told(report), *(f"  {shown(rest.sentence)}" for rest in rests)):
                click.echo(line)
    click.get_current_context().exit(worst)


def told(report: Report) -> Iterator[str]:
    """The report as lines for people."""
    yield click.style(shown(report.file), bold=True)
    for judgement in report.judgements:
        yield from _interchange(report.file, judgement)
    if report.error is not None:
        yield f"  {click.style('error', fg='red', bold=True)}: {shown(report.error)}"
    if report.acknowledgements:
        yield "  would be acknowledged, with provisional numbers, by:"
        for text in report.acknowledgements:
            yield from (click.style(f"    {shown(line)}", dim=True) for line in text.splitlines())
    yield ""


def _interchange(file: str, judgement: Judgement) -> Iterator[str]:
    found = judgement.interchange
    number = f" {found.control_number}" if found.control_number else " without an envelope"
    ways = f" from {found.sender.id} to {found.receiver.id}" if found.sender.id or found.receiver.id else ""
    use = ", test" if found.test else ""
    yield f"  {STANDARDS[found.standard]} interchange{shown(number)}{shown(ways)}{use}: {_state(judgement.state)}"
    yield from _findings(file, judgement.findings, found.separators, "    ")
    for document in judgement.papers:
        yield from _document(file, document, found.separators)


def _document(file: str, judged: JudgedDocument, marks: Separators) -> Iterator[str]:
    title = judged.guide.title.lower() if judged.guide else "document"
    number = f" {judged.number}" if judged.number else ""
    lines = getattr(judged.document, "lines", None)
    size = f", {len(lines)} line{'' if len(lines) == 1 else 's'}" if lines is not None else ""
    facts = f"{judged.type} {title}{number} ({judged.version or 'no version'}, control number {judged.control_number}{size})"
    yield f"    {shown(facts)}: {_state(judged.state)}"
    yield from _findings(file, judged.findings, marks, "      ")


def _findings(file: str, findings: Sequence[Finding], marks: Separators, indent: str) -> Iterator[str]:
    for finding in findings[:MOST]:
        yield from (indent + line for line in _finding(file, finding, marks))
    if len(findings) > MOST:
        yield f"{indent}... and {len(findings) - MOST} more; --json shows all"


def _finding(file: str, finding: Finding, marks: Separators) -> Iterator[str]:
    head = click.style(f"{finding.severity}[{finding.code}]", fg=COLOURS[finding.severity], bold=True)
    yield f"{head}: {shown(finding.text)}"
    if finding.segment or finding.offset is not None:
        yield f"  --> {shown(_place(finding))}"
        yield from (f"   | {line}" for line in _source(file, finding, marks))
    if finding.hint:
        yield f"   = help: {shown(finding.hint)}"


def _place(finding: Finding) -> str:
    """`PO1 02, segment 7, byte 412`."""
    element = f"{finding.element:02}" if finding.element else ""
    component = f"-{finding.component}" if finding.component else ""
    parts = [f"{finding.segment or ''}{element}{component}"]
    parts += [f"segment {finding.position}"] if finding.position else []
    parts += [f"byte {finding.offset}"] if finding.offset is not None else []
    return ", ".join(part for part in parts if part)


def _source(file: str, finding: Finding, marks: Separators) -> Iterator[str]:
    """The segment as it stands in the file, with the element marked."""
    text = _segment(file, finding, marks)
    if not text:
        return
    yield shown(text[:WIDEST])
    if finding.element and finding.segment and text.startswith(finding.segment):
        parts = [shown(part) for part in text.split(marks.element)]
        before = sum(len(part) + len(marks.element) for part in parts[: finding.element])
        width = len(parts[finding.element]) if finding.element < len(parts) else 1
        if before < WIDEST:
            yield " " * before + click.style("^" * max(1, min(width, WIDEST - before)), fg=COLOURS[finding.severity], bold=True)


def _segment(file: str, finding: Finding, marks: Separators) -> str:
    if finding.offset is None:
        return ""
    try:
        with Path(file).open("rb") as stream:
            stream.seek(finding.offset)
            text = stream.read(LONGEST).decode("utf-8", "replace").lstrip(BLANKS)
    except OSError:
        return ""
    if finding.segment in ("ISA", "UNB", "UNA"):  # the terminator may stand inside
        return text.splitlines()[0] if text else ""
    return text.split(marks.terminator or "\n")[0]


def _state(state: str) -> str:
    return click.style(state.replace("_", " "), fg=STATES[state], bold=True)
