"""What commands share by which a person asks something of a hub that may be running: who, why, and the way to its ledger."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from hub.cli.company import company_options, open_company, user

Command = Callable[..., Any]
Kind = TypeVar("Kind")
channel = click.option("--channel", metavar="NAME", help="Where the order came from, when several have this number.")


def person_options(why: str | None = None) -> Callable[[Command], Command]:
    """`--who`, `--why` and those of every command that belongs to a company. Without a usual reason one must be given."""
    usual: dict[str, Any] = {"required": True} if why is None else {"default": why, "show_default": True}

    def add(command: Command) -> Command:
        command = company_options(command)
        command = click.option("--why", metavar="TEXT", help="The reason, for the timeline.", **usual)(command)
        return click.option("--who", metavar="NAME", help="Who asks, for the timeline; default: the user of this machine.")(
            command
        )

    return add


def ask(
    question: Callable[[Any, Any, Any], Iterable[Kind]],
    who: str | None,
    why: str,
    folder: Path | None,
    home: Path | None,
    database: str | None,
) -> list[Kind]:
    """Ask it of the company's ledger, in one transaction: `question` is given the site, the connection and the person.

    A running hub sees the result within a second.
    """
    from hub.app import ledger_of
    from hub.clock import SystemClock
    from hub.flow.site import Site
    from hub.operations.person import Person

    company = open_company(folder, home)
    ledger = ledger_of(company, database)
    site, person = Site(company, ledger, {}, SystemClock()), Person(who or user(), why, datetime.now(UTC))
    try:
        return list(ledger.submit(lambda connection: list(question(site, connection, person))).result())
    finally:
        ledger.close()
