"""`crossdock connector`: begin a connector of one's own."""

from pathlib import Path

import click

from hub.cli.company import company_folder


@click.group()
def connector() -> None:
    """Begin a connector of your own."""


@connector.command()
@click.argument("name")
@company_folder
def new(name: str, folder: Path | None) -> None:
    """Write a connector that works, with its README and the tests that every connector passes, into the company's folder.

    NAME is the folder's, such as my_erp. To run the tests: python -m pytest tests
    """
    from hub.cli.begun import company_of, tell
    from hub.operations.scaffold_connector import begin

    folder = company_of(folder)
    tell(
        folder,
        begin(folder, name),
        f"A connector to begin with: make it speak as your place does. Use it: crossdock system new {name}",
    )
