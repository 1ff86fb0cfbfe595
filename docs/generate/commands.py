"""The reference of the command line: what each command says of itself."""

from copy import copy
from pathlib import Path

import click

from docs.generate.text import MADE
from hub.cli.main import MENU, cli

PAGE = Path("docs/reference/cli.md")
WIDTH = 100


def pages(root: Path) -> dict[Path, str]:
    whole = click.Context(cli, info_name="crossdock", max_content_width=WIDTH, terminal_width=WIDTH, **cli.context_settings)
    sections = [section(whole, "crossdock", cli)]
    for entry in MENU:
        command = cli.get_command(whole, entry.name)
        assert command is not None
        sections += walked(whole, f"crossdock {entry.name}", command)
    return {PAGE: MADE + "# Commands\n\n" + "\n".join(sections)}


def walked(parent: click.Context, name: str, command: click.Command) -> list[str]:
    """A command and the commands below it."""
    ctx = click.Context(command, parent=parent, info_name=command.name, max_content_width=WIDTH, terminal_width=WIDTH)
    below = command.commands if isinstance(command, click.Group) else {}
    deeper = [part for word, sub in below.items() for part in walked(ctx, f"{name} {word}", sub)]
    return [section(ctx, name, command), *deeper]


def section(ctx: click.Context, name: str, command: click.Command) -> str:
    command = copy(command)
    command._help_option = None  # click keeps the names that whoever asked first called it by, in a test perhaps
    lines = "\n".join(line.rstrip() for line in command.get_help(ctx).splitlines())
    return f"## {name}\n\n```text\n{lines}\n```\n"
