"""`crossdock retry`: another attempt, by a person."""

from typing import Any

import click

from hub.cli.person import ask, person_options
from hub.cli.shown import shown


@click.command()
@click.argument("number", required=False)
@click.option("--all", "everything", is_flag=True, help="Everything that waits, instead of one number.")
@person_options(why="asked by hand")
def retry(number: str | None, everything: bool, **person: Any) -> None:
    """Try again what could not be delivered, and let stopped endpoints go on.

    NUMBER is the order's number, or the document's own. A running hub takes it up within a second.
    """
    from hub.operations.retry import retry as try_again

    if (number is None) != everything:
        raise click.UsageError("give a number, or --all")
    said = ask(lambda site, connection, by: try_again(connection, number, by.who, by.why, by.at), **person)
    if number is not None and not said:
        raise click.ClickException(f"nothing waits under {number}; `crossdock orders --waiting` lists what does")
    click.echo("\n".join(map(shown, said)) or "nothing waits to be tried again")
