"""`crossdock release`: what was held goes on."""

from pathlib import Path
from typing import Any, BinaryIO

import click

from hub.cli.company import answers, open_company
from hub.cli.person import ask, channel, person_options
from hub.cli.shown import shown


@click.command()
@click.argument("name", required=False)
@click.option("--document", metavar="ID", type=int, help="One held document, instead of a name.")
@click.option(
    "--as",
    "as_what",
    type=click.Choice(["new", "replace"]),
    help="An order whose number is there already: another one, or the same order as it is now.",
)
@click.option("--message", metavar="ID", type=int, help="One message that no machine took, instead of a name.")
@click.option("--reads", metavar="MAPPING", help="What that message is read as: a mapping, `canonical`, x12 or edifact.")
@click.option("--with", "typed", metavar="FILE", type=click.File("rb"), help="What you typed, in place of that message.")
@channel
@person_options(why="released by hand")
def release(
    name: str | None,
    document: int | None,
    as_what: str | None,
    message: int | None,
    reads: str | None,
    typed: BinaryIO | None,
    channel: str | None,
    **person: Any,
) -> None:
    """Let go what was held: an order, a channel or a system; or a held document, which takes effect now; or a message that no
    machine took, such as a mail by a stranger, which is read now.

    NAME is an order's or a document's number, or the name of a channel or a system. A document was acknowledged when it came,
    and is not again. What a system did not know when it came is asked once more. `crossdock orders --waiting` lists what is held.
    """
    from hub.operations.messages import LetIn, Typed, let_in
    from hub.operations.release import Release, needed
    from hub.operations.release import release as let_go

    if sum(one is not None for one in (name, document, message)) != 1:
        raise click.UsageError("give a name, or --document, or --message")
    if message is None and (reads or typed):
        raise click.UsageError("--reads and --with go with --message")
    asked, told = Release(name, document, as_what, channel), dict[Any, Any]()
    own = Typed(Path(typed.name).name, typed.read()) if typed else None

    def needs(site: Any, connection: Any, by: Any) -> Any:
        return needed(site, connection, asked, told) if message is None else ()

    while missing := ask(needs, **person):
        told.update(answers(open_company(person["folder"], person["home"]), missing))
    said = ask(
        lambda site, connection, by: (
            let_go(site, connection, asked, by, told)
            if message is None
            else let_in(site, connection, LetIn(message, reads, own), by)
        ),
        **person,
    )
    click.echo("\n".join(map(shown, said)))
