"""`crossdock resend`: a partner gets a document once more."""

from typing import Any

import click

from hub.cli.person import ask, channel, person_options
from hub.cli.shown import shown


@click.command()
@click.argument("number", required=False)
@click.option("--document", metavar="ID", type=int, help="One document, as it was sent last, instead of a number.")
@click.option("--message", metavar="ID", type=int, help="Everything in one message, instead of a number.")
@click.option("--same", is_flag=True, help="The same bytes under the same control numbers, instead of a new message.")
@channel
@person_options()
def resend(number: str | None, document: int | None, message: int | None, same: bool, channel: str | None, **person: Any) -> None:
    """Send a document to its partner once more: as a new message under new control numbers, or the same bytes again.

    NUMBER is an order's or a document's: what of it is overdue, rejected or partly accepted goes. `crossdock open` lists it.
    """
    from hub.operations.resend import Resend
    from hub.operations.resend import resend as send_again

    if sum(one is not None for one in (number, document, message)) != 1:
        raise click.UsageError("give a number, or --document, or --message")
    asked = Resend(number, document, message, channel, same)
    click.echo("\n".join(map(shown, ask(lambda site, connection, by: send_again(connection, asked, by), **person))))
