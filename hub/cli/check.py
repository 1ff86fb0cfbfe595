"""`crossdock check`: every mistake in a company's settings, as a good compiler shows them."""

import json
import os
from collections.abc import Iterable
from pathlib import Path

import click

from hub.errors import Misconfigured
from hub.settings.company import Company, load, nearby
from hub.settings.mistakes import Mistake, SettingsError


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each mistake, and nothing else.")
@click.pass_context
def check(context: click.Context, folder: Path | None, as_json: bool) -> None:
    """Look through a company's settings and report every mistake with its place.

    FOLDER holds hub.yaml; by default it is here, or in ./config. Nothing is opened, sent or changed. Exit code: 0 when
    all is well, 1 when there are mistakes.
    """
    from hub.registry import connectors  # imports every connector: only when asked

    folder = folder or nearby() or Path("config")
    try:
        company = load(folder, connectors(folder), os.environ)
    except Misconfigured as error:
        mistakes = error.mistakes if isinstance(error, SettingsError) else [Mistake(str(folder / "connectors"), 1, 1, str(error))]
        click.echo("\n".join(as_lines(mistakes) if as_json else as_text(mistakes)))
        context.exit(1)
    if not as_json:
        click.echo(praise(company))


def praise(company: Company) -> str:
    """One line on what is well."""
    counted = (
        (company.channels, "channel"),
        (company.systems, "system"),
        (company.partners, "partner"),
        (company.routes, "route"),
    )
    parts = [f"{len(items)} {word}{'' if len(items) == 1 else 's'}" for items, word in counted]
    return f"{company.hub.name}: {', '.join(parts)}; no mistakes"


def as_lines(mistakes: Iterable[Mistake]) -> list[str]:
    """One JSON object a line."""
    return [json.dumps(mistake.as_dict()) for mistake in mistakes]


def as_text(mistakes: list[Mistake]) -> list[str]:
    """Place and words, the line with a caret under the spot, what to do; and the count."""
    blocks = ["\n".join(_block(mistake)) + "\n" for mistake in mistakes]
    return [*blocks, f"{len(mistakes)} mistake{'' if len(mistakes) == 1 else 's'}"]


def _block(mistake: Mistake) -> list[str]:
    lines = [f"{mistake.file}:{mistake.line}:{mistake.column}: {mistake.text}"]
    written = _line(mistake.file, mistake.line)
    if written is not None:
        gutter = f"{mistake.line:>5} | "
        lines += [gutter + written, " " * len(gutter.rstrip("| ")) + " | " + " " * (mistake.column - 1) + "^"]
    return lines + ([f"      = {mistake.hint}"] if mistake.hint else [])


def _line(file: str, number: int) -> str | None:
    lines = _lines(file)
    return lines[number - 1] if number <= len(lines) and lines[number - 1].strip() else None


def _lines(file: str) -> tuple[str, ...]:
    try:
        return tuple(Path(file).read_text(encoding="utf-8", errors="replace").replace("\t", " ").splitlines())
    except OSError:
        return ()
