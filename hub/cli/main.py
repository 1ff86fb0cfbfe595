"""The menu of the command line, and what all commands share: how an error ends. Nothing heavy is imported here."""

import os
import sys
from difflib import get_close_matches
from importlib import import_module
from keyword import iskeyword
from typing import Any, NamedTuple, NoReturn

import click

from hub import __version__
from hub.errors import CrossdockError


class Entry(NamedTuple):
    """One line of the menu; the command of that name stands in `hub/cli/<name>.py` and is imported on use."""

    name: str
    help: str


MENU = (
    Entry("demo", "Play a whole company here: orders in, paid invoices out."),
    Entry("run", "Run the hub for a company until it is stopped."),
    Entry("init", "Begin a company: a folder of settings with comments."),
    Entry("partner", "Begin a partner of a company."),
    Entry("channel", "Begin a channel: where orders come from."),
    Entry("system", "Begin a system: one that orders go to."),
    Entry("connector", "Begin a connector of your own, with its tests."),
    Entry("config", "Show the settings in force, and where each comes from."),
    Entry("check", "Look through a company's settings; report every mistake."),
    Entry("test", "Run the examples that mappings carry."),
    Entry("read", "Read EDI files: what is in them and what is wrong."),
    Entry("explain", "Explain an EDI file, segment by segment, and how to mend it."),
    Entry("try", "Tell what would become of a file; nothing happens."),
    Entry("route", "Tell where a document goes, and which route says so."),
    Entry("lineage", "Tell where a value comes from, step by step."),
    Entry("leftovers", "List what partners send that no rule uses."),
    Entry("guides", "Show what guides demand; make samples, right and wrong."),
    Entry("orders", "List the orders and where each of them stands."),
    Entry("trace", "Tell the life of one order across all its documents."),
    Entry("labels", "Make the labels of a shipment's packages, as ZPL or PDF."),
    Entry("open", "List what partners have not received as they should."),
    Entry("message", "Show a message as it came, such as one held for a person."),
    Entry("replay", "Work off a stored message again and compare; nothing is sent."),
    Entry("plan", "Tell what changed settings would make of stored traffic."),
    Entry("reconcile", "Compare what a source has with what the hub and systems have."),
    Entry("pull", "Ask a place for its messages now, or for those of a period."),
    Entry("retry", "Send again what could not be delivered."),
    Entry("resend", "Send a document to its partner once more."),
    Entry("hold", "Let nothing of an order leave, or stop a channel or system."),
    Entry("release", "Let go what is held: an order, a document, an endpoint."),
    Entry("skip", "Give up something that waits: it is never to be done."),
    Entry("alerts", "List what a person must know; say that it is seen to."),
    Entry("forward", "Go on after an older ledger was restored from a backup."),
    Entry("purge", "Take away what policy says need not be kept."),
    Entry("connectors", "List the kinds of places the hub can talk to."),
)

INTERRUPTED = 130
BROKEN_PIPE = 1  # as click has it


class Menu(click.Group):
    """A group that imports a command only when it is called, and ends every error in one clear line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [entry.name for entry in MENU]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return load(cmd_name) if cmd_name in self.list_commands(ctx) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(entry.name, entry.help) for entry in MENU])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in self.list_commands(ctx):
            raise click.UsageError(f"There is no command {args[0]!r}.{nearest(args[0])}", ctx)
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        sys.exit(ending(lambda: super(Menu, self).main(*args, **{**extra, "standalone_mode": False})))


def load(name: str) -> click.Command:
    """Import `hub/cli/<name>.py` and return the command it defines."""
    own = f"{name}_" if iskeyword(name) else name
    module = f"hub.cli.{own}"
    try:
        command = getattr(import_module(module), own)
    except ModuleNotFoundError as error:
        raise click.ClickException(missing(name, error.name or "")) from error
    assert isinstance(command, click.Command)
    return command


def missing(name: str, module: str) -> str:
    """Why a command cannot be imported: a part of ours is not there, or a package that it needs."""
    if module.split(".")[0] == "hub":
        return f"{name!r} is not part of this installation: there is no {module}."
    return f"{name!r} needs the package {module!r}, which is not installed; try `make setup`."


def nearest(word: str) -> str:
    """A sentence naming the command that was probably meant, or nothing."""
    names = get_close_matches(word, [entry.name for entry in MENU], n=1)
    return f" Did you mean {names[0]!r}?" if names else ""


def ending(call: Any) -> int:
    """Run a command and turn whatever ends it into an exit code and at most a few clear words."""
    try:
        result = call()
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except CrossdockError as error:
        click.echo(f"crossdock: {error}", err=True)
        return 2
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        silence()
        return BROKEN_PIPE
    return result if isinstance(result, int) else 0


def silence() -> None:
    """The reader has gone: keep the interpreter from complaining about it when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(cls=Menu, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
@click.version_option(__version__, prog_name="crossdock", message="%(prog)s %(version)s")
def cli() -> None:
    """Crossdock stands between the places where orders are born and the systems that fulfil them.

    It takes each order in, says whether it was readable, delivers it to every system that needs it, and carries
    their answers back in the partner's own language.
    """


def main() -> NoReturn:
    """The `crossdock` command."""
    cli.main(prog_name="crossdock")
