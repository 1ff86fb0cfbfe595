"""`crossdock connectors`: the kinds of places the hub can talk to."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from hub.cli.company import company_folder, environment_option, open_company


@click.group(invoke_without_command=True)
@company_folder
@click.pass_context
def connectors(context: click.Context, folder: Path | None) -> None:
    """List the connectors: those of the product, of installed packages, and of the company."""
    context.obj = folder
    if context.invoked_subcommand is None:
        for name, kind in _found(folder).items():
            click.echo(f"{name:<12} {kind.title:<40} repeats: {kind.repeat:<10} {kind.met}")


@connectors.command()
@click.argument("name")
@company_folder
@click.pass_obj
def show(above: Path | None, name: str, folder: Path | None) -> None:
    """Tell all of one connector: what it can do, its settings, what is worth knowing."""
    from hub.settings.mistakes import nearest

    found = _found(folder or above)
    if name not in found:
        raise click.ClickException(f"there is no connector {name!r}; {nearest(name, found)}")
    click.echo("\n".join(_told(name, found[name])))


@connectors.command()
@click.argument("name")
@environment_option
@company_folder
@click.pass_context
def check(context: click.Context, name: str, folder: Path | None) -> None:
    """Log in at a channel or system, or at all that use the connector NAME. Changes nothing there.

    Exit code: 0 when all is well, 3 when a place cannot be reached or refuses.
    """
    from hub.cli.check import NOT_REACHED, asked
    from hub.settings.mistakes import nearest

    company = open_company(folder or context.obj, None)
    meant = [one.name for one in company.endpoints.values() if name in (one.name, one.connector)]
    if not meant:
        known = {*company.endpoints, *(one.connector for one in company.endpoints.values())}
        raise click.ClickException(f"no channel or system is called {name!r} or uses such a connector; {nearest(name, known)}")
    if asyncio.run(asked(company, False, meant)):
        context.exit(NOT_REACHED)


def _found(folder: Path | None) -> Mapping[str, Any]:
    from hub.registry import connectors as find
    from hub.settings.company import nearby

    return find(folder or nearby())


def _told(name: str, kind: Any) -> Iterator[str]:
    from hub.operations.connectors import abilities, facts, settings

    yield f"{click.style(name, bold=True)}: {kind.title}"
    yield f"{kind.docs_url}\nproved against: {kind.met}\na repeated write is safe by: {kind.repeat}\n"
    yield "It can:"
    yield from (f"  {ability:<8} {words}" for ability, words in abilities(kind).items())
    yield "\nSettings:"
    for one in settings(kind):
        yield f"  {click.style(one.name, bold=True)}: {one.holds}{f' ({one.need})' if one.need else ''}"
        yield f"      {one.means}"
        if one.example:
            yield f"      example: {one.example}"
    if text := facts(kind):
        yield f"\n{text}"
