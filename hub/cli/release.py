"""`crossdock release`: what was held goes on."""

from typing import Any

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
@channel
@person_options(why="released by hand")
def release(name: str | None, document: int | None, as_what: str | None, channel: str | None, **person: Any) -> None:
    """Let go what was held: an order, a channel or a system; or a held document, which takes effect now.

    NAME is an order's or a document's number, or the name of a channel or a system. A document was acknowledged when it came,
    and is not again. What a system did not know when it came is asked once more.
    """
    from hub.operations.release import Release, needed
    from hub.operations.release import release as let_go

    if (name is None) == (document is None):
        raise click.UsageError("give a name, or --document")
    asked, told = Release(name, document, as_what, channel), dict[Any, Any]()

    def needs(site: Any, connection: Any, by: Any) -> Any:
        return needed(site, connection, asked, told)

    while missing := ask(needs, **person):
        told.update(answers(open_company(person["folder"], person["home"]), missing))
    click.echo("\n".join(map(shown, ask(lambda site, connection, by: let_go(site, connection, asked, by, told), **person))))
