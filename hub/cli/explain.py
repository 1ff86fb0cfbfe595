"""`crossdock explain`: a file segment by segment in plain words, with what is wrong and how to mend it."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from hub.cli.read import COLOURS, STANDARDS, STATES
from hub.cli.shown import shown
from hub.cli.whose import company, partner
from hub.findings import Finding
from hub.operations import explain as explaining
from hub.operations.explain import Explanation, Passage
from hub.operations.explain_page import page_of
from hub.operations.guides import desk
from hub.operations.pieces import Piece
from hub.operations.telling import sentence

WIDEST = 160  # characters of a segment shown; --json and --html have all


@click.command()
@click.argument("file", type=click.Path(path_type=str))
@click.option("--html", "as_html", is_flag=True, help="A page that needs nothing but itself.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--guide", "own", type=click.Path(path_type=Path), help="A guide of yours: documents of its type are read by it.")
@company
@partner
def explain(file: str, as_html: bool, as_json: bool, own: Path | None, folder: Path | None, partner: str | None) -> None:
    """Explain an EDI file: each segment in plain words, what is wrong with it, how to mend it, and what no rule uses.

    Works on broken and cut files and on documents without a guide. Stores nothing. Exit code as `crossdock read`:
    0: all accepted; 1: something rejected or unsupported; 2: not a document we know.
    """
    if as_html and as_json:
        raise click.UsageError("Choose one of --html and --json.")
    explanation = explaining.explain(file, desk(folder, partner, own))
    if as_json:
        click.echo(json.dumps(explanation.as_dict(), ensure_ascii=True))
    elif as_html:
        click.echo(page_of(explanation), nl=False)
    else:
        for line in told(explanation):
            click.echo(line)
    click.get_current_context().exit(explanation.exit_code)


def told(explanation: Explanation) -> Iterator[str]:
    """The explanation as lines for people."""
    yield click.style(shown(explanation.file), bold=True)
    for passage in explanation.passages:
        yield from _passage(passage)
    if explanation.error is not None:
        yield f"{click.style('error', fg='red', bold=True)}: {shown(explanation.error)}"


def _passage(passage: Passage) -> Iterator[str]:
    judgement = passage.judgement
    if judgement:
        state = click.style(judgement.state.replace("_", " "), fg=STATES[judgement.state], bold=True)
        number = shown(judgement.interchange.control_number or "without an envelope")
        yield f"{STANDARDS[judgement.interchange.standard]} interchange {number}: {state}"
    yield from _findings(passage.findings, "  ")
    for piece in passage.pieces:
        yield from _piece(piece)
    yield from (shown(line) for line in passage.used)
    yield ""


def _piece(piece: Piece) -> Iterator[str]:
    indent = "  " * piece.depth
    margin = " " * 20 + indent
    if piece.judged:
        judged = piece.judged
        title = judged.guide.title if judged.guide else "Document without a guide"
        state = click.style(judged.state.replace("_", " "), fg=STATES[judged.state], bold=True)
        number = f" {judged.number}" if judged.number else ""
        yield f"{title}{shown(number)} ({shown(judged.type)} {shown(judged.version)}): {state}"
    yield from _findings(piece.before, margin)
    place = f"{piece.position or '':>5}  byte {piece.offset:<7}"
    raw = piece.raw if len(piece.raw) <= WIDEST else piece.raw[:WIDEST] + "…"
    yield click.style(place, dim=True) + " " + indent + shown(raw)
    title = (
        click.style(piece.title, bold=True) if piece.known else click.style(f"{piece.title}, not in the guide here", fg="yellow")
    )
    parts = " · ".join(shown(sentence(said)) for said in piece.said)
    yield f"{margin}{title}{' · ' if parts else ''}{parts}"
    yield from _findings(piece.findings, margin)
    yield from _findings(piece.behind, margin)


def _findings(findings: Iterable[Finding], indent: str) -> Iterator[str]:
    for finding in findings:
        head = click.style(f"{finding.severity}[{finding.code}]", fg=COLOURS[finding.severity], bold=True)
        yield f"{indent}^ {head}: {shown(finding.text)}"
        if finding.hint:
            yield f"{indent}  = help: {shown(finding.hint)}"
