"""`crossdock system`: begin a system."""

from pathlib import Path

import click

from hub.cli.company import company_folder


@click.group()
def system() -> None:
    """Begin a system of the company."""


@system.command()
@click.argument("connector")
@click.option("--name", help="Name of the system; default: that of the connector.")
@click.option("--partner", help="Trading partner on the other side; default: none, it is one of ours.")
@click.option("--format", "form", type=click.Choice(["x12", "edifact", "json", "canonical"]), help="What it speaks.")
@company_folder
def new(connector: str, name: str | None, partner: str | None, form: str | None, folder: Path | None) -> None:
    """Write the commented file of a system whose kind of place is CONNECTOR, with every setting it has.

    Secrets are written as references to files under secrets/, which hold what is to be replaced.
    """
    from hub.cli.begun import begin_endpoint

    begin_endpoint("system", connector, name, partner, form, folder)
