"""What `crossdock channel` and `crossdock system` share: an endpoint is begun in either role."""

from collections.abc import Sequence
from pathlib import Path

import click

from hub.cli.company import company_folder

FORMATS = ("x12", "edifact", "json", "canonical")


def group(
    role: str, name: str, partner: str, formats: Sequence[str] = FORMATS, more: str = "", options: Sequence[click.Option] = ()
) -> click.Group:
    """The command of a role; `name` and `partner` say what counts where options are left out, `more` what it does beside, with `options`."""
    whole = click.Group(role, help=f"Begin a {role} of the company.")

    @whole.command()
    @click.argument("connector")
    @click.option("--name", help=f"Name of the {role}; default: {name}.")
    @click.option("--partner", help=f"Trading partner on the other side; default: {partner}.")
    @click.option("--format", "form", type=click.Choice(formats), help="What it speaks.")
    @company_folder
    def new(
        connector: str, name: str | None, partner: str | None, form: str | None, folder: Path | None, sample: Path | None = None
    ) -> None:
        from hub.cli.begun import begin_endpoint

        begin_endpoint(role, connector, name, partner, form, folder, sample)

    new.params.extend(options)
    new.help = (
        f"Write the commented file of a {role} whose kind of place is CONNECTOR, with every setting it has.\n\n"
        f"{more}"
        "Secrets are written as references to files under secrets/, which hold what is to be replaced."
    )
    return whole
