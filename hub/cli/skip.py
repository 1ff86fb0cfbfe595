"""`crossdock skip`: something is never to be done."""

from typing import Any

import click

from hub.cli.person import ask, channel, person_options
from hub.cli.shown import shown


@click.command()
@click.argument("number", required=False)
@click.option("--document", metavar="ID", type=int, help="One held document, instead of a number.")
@click.option("--delivery", metavar="ID", type=int, help="One delivery, instead of a number.")
@click.option("--message", metavar="ID", type=int, help="One message that no machine took, instead of a number.")
@channel
@person_options()
def skip(
    number: str | None, document: int | None, delivery: int | None, message: int | None, channel: str | None, **person: Any
) -> None:
    """Give up a held document, a delivery that waits, or a message that no machine took: it is never done, and what waits behind
    it may go.

    NUMBER is an order's or a document's. What is being sent cannot be skipped.
    """
    from hub.operations.skip import Skip
    from hub.operations.skip import skip as give_up

    if sum(one is not None for one in (number, document, delivery, message)) != 1:
        raise click.UsageError("give a number, or --document, --delivery, or --message")
    asked = Skip(number, document, delivery, message, channel)
    click.echo("\n".join(map(shown, ask(lambda site, connection, by: give_up(connection, asked, by), **person))))
