"""`crossdock channel`: begin a channel."""

from pathlib import Path

import click

from hub.cli.company import company_folder


@click.group()
def channel() -> None:
    """Begin a channel of the company."""


@channel.command()
@click.argument("connector")
@click.option("--name", help="Name of the channel; default: that of the partner, or of the connector.")
@click.option("--partner", help="Trading partner on the other side; default: the first that has no channel.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["x12", "edifact", "json", "csv", "xlsx", "fixed", "xml", "canonical"]),
    help="What it speaks.",
)
@click.option(
    "--sample",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file as it comes: a mapping for its names is begun, and a test.",
)
@company_folder
def new(
    connector: str, name: str | None, partner: str | None, form: str | None, sample: Path | None, folder: Path | None
) -> None:
    """Write the commented file of a channel whose kind of place is CONNECTOR, with every setting it has.

    For tables, XML and JSON of somebody's own a mapping is begun beside it, with an example that `crossdock test` runs: from the
    --sample, whose columns, keys or elements it names and guesses the meaning of, or from a made-up one.

    Secrets are written as references to files under secrets/, which hold what is to be replaced.
    """
    from hub.cli.begun import begin_endpoint

    begin_endpoint("channel", connector, name, partner, form, folder, sample)
