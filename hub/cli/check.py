"""`crossdock check`: every mistake in a company's settings, as a good compiler shows them."""

import asyncio
import json
import os
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from hub.cli.company import company_folder, environment, environment_option
from hub.errors import Misconfigured
from hub.settings.company import Company, load, nearby
from hub.settings.environments import names
from hub.settings.mistakes import Mistake, SettingsError

SCALAR = re.compile(r"\"[^\"]*\"?|'[^']*'?|[^,}\]\s]+(?: +[^#,}\]\s]+)*")  # a value on one line
MISTAKES, NOT_REACHED = 1, 3  # exit codes; 2 is that of every error


@click.command()
@click.argument("place", metavar="[FOLDER]", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each mistake, and nothing else.")
@click.option("--online", is_flag=True, help="Where there are no mistakes, log in at every channel and system as well.")
@environment_option
@company_folder
@click.pass_context
def check(context: click.Context, place: Path | None, as_json: bool, online: bool, folder: Path | None) -> None:
    """Look through a company's settings and report every mistake with its place.

    FOLDER holds hub.yaml; by default it is here, or in ./config. Where no environment is named, the company is looked through as it
    is and as in each of its environments. Nothing is sent or changed. Exit code: 0 when all is well, 1 when there are mistakes,
    2 when it could not be looked at, 3 when with --online a place cannot be reached or refuses.
    """
    from hub.registry import connectors  # imports every connector: only when asked

    folder = place or folder or nearby() or Path("config")
    if not folder.is_dir():
        raise Misconfigured(f"there is no hub.yaml in {folder}: no such folder")
    try:
        kinds = connectors(folder)
    except Misconfigured as error:
        found, companies = [Mistake(str(folder / "connectors"), 1, 1, str(error))], list[Company]()
    else:
        found, companies = _looked_through(folder, kinds)
    if found:
        click.echo("\n".join(as_lines(found) if as_json else as_text(found)))
        context.exit(MISTAKES)
    for company in () if as_json else companies:
        click.echo(praise(company))
    if online and asyncio.run(asked(companies[0], as_json)):
        context.exit(NOT_REACHED)


def _looked_through(folder: Path, kinds: Mapping[str, Any]) -> tuple[list[Mistake], list[Company]]:
    """Every mistake once, however many environments have it; and each as it is when all is well."""
    mistakes, companies = list[Mistake](), list[Company]()
    for name in [environment()] if environment() else [None, *names(folder)]:
        try:
            companies.append(load(folder, kinds, os.environ, environment=name))
            mistakes += companies[-1].remarks
        except SettingsError as error:
            mistakes += error.mistakes
    return SettingsError(mistakes).mistakes, companies


async def asked(company: Company, as_json: bool, only: Collection[str] | None = None) -> bool:
    """Ask every place, or `only` some; tell of each as its answer comes; whether one of them is not well."""
    from hub.app import ledger_to_ask_with, open_connectors
    from hub.clock import SystemClock
    from hub.operations.online import answers

    trouble = False
    with ledger_to_ask_with(company) as ledger:
        opened = open_connectors(company, ledger, SystemClock())
        async for answer in answers({name: one for name, one in opened.items() if only is None or name in only}):
            trouble |= not answer.well
            click.echo(json.dumps(answer.as_dict()) if as_json else _said(answer))
        for connector in opened.values():
            await connector.close()
    return trouble


def praise(company: Company) -> str:
    """One line on what is well."""
    counted = (
        (company.channels, "channel"),
        (company.systems, "system"),
        (company.partners, "partner"),
        (company.routes, "route"),
    )
    parts = [f"{len(items)} {word}{'' if len(items) == 1 else 's'}" for items, word in counted]
    where = f" ({company.environment})" if company.environment else ""
    return f"{company.hub.name}{where}: {', '.join(parts)}; no mistakes"


def _said(answer: Any) -> str:
    colour = "green" if answer.well else "red"
    return f"  {answer.name:<16} {click.style(answer.state, fg=colour)}{f': {answer.words}' if answer.words else ''}"


def as_lines(mistakes: Iterable[Mistake]) -> list[str]:
    """One JSON object a line."""
    return [json.dumps(mistake.as_dict()) for mistake in mistakes]


def as_text(mistakes: list[Mistake]) -> list[str]:
    """Place and words, the line with a caret under the spot, what to do; and the count."""
    hidden: dict[tuple[str, int], list[int]] = {}
    for mistake in mistakes:
        if mistake.secret:
            hidden.setdefault((mistake.file, mistake.line), []).append(mistake.column)
    blocks = ["\n".join(_block(mistake, hidden.get((mistake.file, mistake.line), ()))) + "\n" for mistake in mistakes]
    return [*blocks, f"{len(mistakes)} mistake{'' if len(mistakes) == 1 else 's'}"]


def _block(mistake: Mistake, hidden: Iterable[int]) -> list[str]:
    lines = [f"{mistake.file}:{mistake.line}:{mistake.column}: {mistake.text}"]
    written = _line(mistake.file, mistake.line)
    if written is not None:
        gutter = f"{mistake.line:>5} | "
        lines += [gutter + _masked(written, hidden), " " * len(gutter.rstrip("| ")) + " | " + " " * (mistake.column - 1) + "^"]
    return lines + ([f"      = {mistake.hint}"] if mistake.hint else [])


def _masked(line: str, hidden: Iterable[int]) -> str:
    """The line without the secrets that begin in these columns, as long as it was."""
    for column in hidden:
        line = line[: column - 1] + SCALAR.sub(lambda found: "*" * len(found[0]), line[column - 1 :], count=1)
    return line


def _line(file: str, number: int) -> str | None:
    lines = _lines(file)
    return lines[number - 1] if number <= len(lines) and lines[number - 1].strip() else None


def _lines(file: str) -> tuple[str, ...]:
    try:
        return tuple(Path(file).read_text(encoding="utf-8", errors="replace").replace("\t", " ").splitlines())
    except OSError:
        return ()
