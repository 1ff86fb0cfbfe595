"""`crossdock channel`: begin a channel."""

from pathlib import Path

import click

from hub.cli.endpoint import group

SAMPLE = click.Option(
    ["--sample"],
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file as it comes: a mapping for its names is begun, and a test.",
)
channel = group(
    "channel",
    name="that of the partner, or of the connector",
    partner="the first that has no channel",
    formats=("x12", "edifact", "json", "csv", "xlsx", "fixed", "xml", "canonical"),
    more=(
        "For tables, XML and JSON of somebody's own a mapping is begun beside it, with an example that `crossdock test` runs: from the "
        "--sample, whose columns, keys or elements it names and guesses the meaning of, or from a made-up one.\n\n"
    ),
    options=(SAMPLE,),
)
