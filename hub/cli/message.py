"""`crossdock message`: one message as it came, for a person to look at."""

from pathlib import Path

import click

from hub.cli.company import company_options, open_company
from hub.cli.shown import shown


@click.command()
@click.argument("number", metavar="ID", type=int)
@click.option(
    "--save", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path), help="Write it and what is in it there."
)
@company_options
def message(number: int, save: Path | None, folder: Path | None, home: Path | None, database: str | None) -> None:
    """Show a message as it came: from whom, why no machine took it if that is so, and what is in it.

    `crossdock orders --waiting` lists messages that wait for a person, by their ID. Nothing is run or opened; a saved file is as
    its sender made it, so open it with care.
    """
    from hub.app import ledger_of
    from hub.operations.messages import look

    ledger = ledger_of(open_company(folder, home), database)
    try:
        found = ledger.look(lambda connection: look(connection, number))
    finally:
        ledger.close()
    click.echo(shown(f"{found.title}: {found.state}{f', {found.why}' if found.why else ''}"))
    for name, value in found.facts.items():
        click.echo(shown(f"  {name}: {value}"))
    for name, body in found.files:
        click.echo(shown(f"  {name}, {len(body)} bytes"))
    for line in found.words.splitlines():
        click.echo(shown(f"  | {line}"))
    for name, body in found.files if save else ():
        assert save is not None
        save.mkdir(parents=True, exist_ok=True)
        with (save / name).open("xb") as file:
            file.write(body)
