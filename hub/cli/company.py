"""What commands that belong to a company share: which one, and its ledger."""

import asyncio
import getpass
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from hub.settings.company import Company
from hub.settings.environments import VARIABLE

Command = Callable[..., Any]
ENVIRONMENT = "crossdock.environment"  # where click keeps it for the command


def _chosen(context: click.Context, parameter: click.Parameter, name: str | None) -> None:
    context.meta[ENVIRONMENT] = name or context.meta.get(ENVIRONMENT)


environment_option = click.option(
    "--environment",
    metavar="NAME",
    envvar=VARIABLE,
    expose_value=False,
    callback=_chosen,
    help="With what environments/NAME changes; default: CROSSDOCK_ENVIRONMENT, else nothing.",
)
company_folder = click.option(
    "--company", "folder", type=click.Path(path_type=Path), help="The company's folder; default: here, or ./config."
)


def company_options(command: Command) -> Command:
    """`--company`, `--environment`, `--home` and `--database`, the same everywhere."""
    for option in (
        click.option("--database", metavar="URL", help="The ledger, instead of the one in hub.yaml."),
        click.option(
            "--home", type=click.Path(path_type=Path), help="Where relative paths start; default: beside the company's folder."
        ),
        environment_option,
        company_folder,
    ):
        command = option(command)
    return command


def open_company(folder: Path | None, home: Path | None) -> Company:
    """The company, checked. Mistakes are shown as `crossdock check` shows them."""
    from hub.cli.check import as_text
    from hub.registry import connectors
    from hub.settings.company import load, nearby
    from hub.settings.mistakes import SettingsError

    folder = folder or nearby() or Path("config")
    try:
        return load(folder, connectors(folder), os.environ, home=home, environment=environment())
    except SettingsError as error:
        click.echo("\n".join(as_text(error.mistakes)), err=True)
        raise click.ClickException(f"the settings in {folder} have mistakes; nothing was started") from None


def answers(company: Company, missing: Any) -> Any:
    """What systems say to questions; nothing of it is stored. Raises Unavailable where one does not answer."""
    from hub.app import asked
    from hub.errors import Unavailable

    found, trouble = asyncio.run(asked(company, missing))
    if trouble is not None:
        raise Unavailable(str(trouble))
    return found


def environment() -> str | None:
    """The environment that was asked for."""
    context = click.get_current_context(silent=True)
    return context.meta.get(ENVIRONMENT) if context else None


def user() -> str:
    """Who asks, for the timeline. A container's user may have a number only."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # by the version of Python
        return f"user {os.getuid()}"
