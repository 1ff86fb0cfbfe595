"""`crossdock demo`: the door to the stage."""

import sys
from pathlib import Path

import click


@click.command()
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/demo"),
    show_default=True,
    help="Where everything lies; what an earlier demo left there is removed.",
)
@click.option("--keep", is_flag=True, help="Leave the hub and the counterparts running at the end, until Ctrl-C.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing but what went wrong.")
def demo(folder: Path, keep: bool, quiet: bool) -> None:
    """Play a whole company on this machine: a retailer, an ERP, a warehouse and accounting around the hub.

    Three orders go from file to paid invoice: a clean one, one that is partly backordered, and one with a mistake.
    Ends with 0 only if the retailer's papers tie out and accounting says that everything is paid.
    """
    from hub.demo.crew import Trouble
    from hub.demo.stage import play

    try:
        play(folder, silence if quiet else say, keep)
    except Trouble as trouble:
        raise click.ClickException(f"the demo failed: {trouble}") from trouble


def say(words: str) -> None:
    click.echo(words)
    sys.stdout.flush()


def silence(words: str) -> None:
    """Nothing is said."""
