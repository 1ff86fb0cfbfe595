"""`crossdock hold`: nothing leaves until a person says so."""

from typing import Any

import click

from hub.cli.person import ask, channel, person_options
from hub.cli.shown import shown


@click.command()
@click.argument("name")
@channel
@person_options()
def hold(name: str, channel: str | None, **person: Any) -> None:
    """Hold an order: nothing of it is sent until `crossdock release`. Or stop a channel or a system, also over a restart.

    NAME is an order's number, or the name of a channel or a system. What is being sent at this moment is not stopped.
    """
    from hub.operations.hold import hold as keep_back

    click.echo("\n".join(map(shown, ask(lambda site, connection, by: keep_back(site, connection, name, channel, by), **person))))
