"""`crossdock partner`: begin a partner."""

from pathlib import Path

import click

from hub.cli.company import company_folder


@click.group()
def partner() -> None:
    """Begin a partner of the company."""


@partner.command()
@click.argument("name")
@click.option("--title", help="What people call it; default: from the name.")
@click.option("--standard", type=click.Choice(["x12", "edifact"]), default="x12", show_default=True, help="What we write to it.")
@click.option("--state", type=click.Choice(["test", "production"]), default="production", show_default=True, help="Its state.")
@click.option("--them", metavar="ID", help="Its id on the envelope; default: from the name.")
@company_folder
def new(name: str, title: str | None, standard: str, state: str, them: str | None, folder: Path | None) -> None:
    """Write a partner's folder: commented settings, a guide to change, a sample order.

    NAME is the folder's, such as acme.
    """
    from hub.cli.begun import company_of, tell
    from hub.operations.scaffold import partner as begin

    folder = company_of(folder)
    title = title or name.replace("-", " ").replace("_", " ").title()
    made = begin(folder, name, title, standard, state, them or name.upper().replace("-", "").replace("_", "")[:15])
    tell(
        folder, made, f"A partner to begin with: put in its ids. A channel for it: crossdock channel new folder --partner {name}"
    )
