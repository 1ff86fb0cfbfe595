"""`crossdock config`: the settings in force, and the schemas that editors complete and underline by."""

import json
import os
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import click

from hub.cli.check import as_text
from hub.cli.company import company_folder, environment, environment_option
from hub.settings.company import nearby
from hub.settings.merged import Value, merged
from hub.settings.mistakes import SettingsError

WIDE = 60  # beyond this a value pushes its place to the right


@click.group()
def config() -> None:
    """Show the settings in force; write the schemas that editors complete and underline by."""


@config.command()
@click.argument("files", metavar="[FILE]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each value.")
@environment_option
@company_folder
def show(files: tuple[str, ...], as_json: bool, folder: Path | None) -> None:
    """Show every value in force with the file and line it comes from; secrets are masked.

    FILE is such as `hub.yaml` or `channels/acme.yaml`; without one all are shown. What no file says is left out: its default counts.
    """
    from hub.registry import connectors

    folder = folder or nearby() or Path("config")
    try:
        values = merged(folder, connectors(folder), os.environ, environment())
    except SettingsError as error:
        click.echo("\n".join(as_text(error.mistakes)), err=True)
        raise click.ClickException(f"the settings in {folder} cannot be read") from None
    known = {value.file for value in values}
    if unknown := [name for name in files if name not in known]:
        raise click.ClickException(f"no settings stand in {', '.join(unknown)}; they stand in {', '.join(sorted(known))}")
    chosen = [value for value in values if not files or value.file in files]
    for line in map(json.dumps, (value.as_dict() for value in chosen)) if as_json else _told(chosen, folder):
        click.echo(line)


def _told(values: Sequence[Value], folder: Path) -> Iterator[str]:
    """A heading for each file, then path, value and place."""
    for name, group in groupby(values, key=lambda value: value.file):
        yield click.style(name, bold=True)
        for value in group:
            path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in value.loc).lstrip(".")
            place = f"{os.path.relpath(value.mark.file, folder)}:{value.mark.line}"
            through = f" {value.reference}" if value.reference else ""
            text = f"{path}: {value.value if isinstance(value.value, str) else json.dumps(value.value)}"
            yield f"  {text:<{WIDE}}  # {place}{through}"
        yield ""


@config.command()
@company_folder
def schema(folder: Path | None) -> None:
    """Write the schemas of the company's files and connectors into .crossdock/schema/, where the first line of each file names them."""
    from hub.cli.begun import company_of
    from hub.operations.scaffold import SCHEMAS, write_schemas
    from hub.registry import connectors

    folder = company_of(folder)
    click.echo(f"{len(write_schemas(folder, connectors(folder)))} schemas in {folder / SCHEMAS}")
