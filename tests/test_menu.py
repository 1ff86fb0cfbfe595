"""The menu: fast to start, and every way a command can end is one clear line and the right number."""

import resource
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from hub.cli.main import MENU, cli
from hub.errors import Unreadable

HEAVY = {"aiohttp", "asyncio", "httpx", "pydantic", "rich", "sqlalchemy", "starlette", "yaml"}


def run(*arguments):
    return CliRunner().invoke(cli, arguments, prog_name="crossdock")


@pytest.fixture
def ending(monkeypatch):
    """Replace `read` by a command that ends in a given way."""

    def end(how):
        @click.command()
        def read():
            if isinstance(how, BaseException):
                raise how
            return how

        monkeypatch.setattr(sys.modules["hub.cli.main"], "load", lambda name: read)
        return run("read")

    return end


def test_help_is_the_menu_in_its_order():
    text = run("--help").output.split("Commands:\n")[1]
    assert [line.split()[0] for line in text.splitlines()] == [entry.name for entry in MENU]


def test_help_imports_nothing_heavy_and_starts_at_once():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    script = "import sys, hub.cli.main as m\ntry: m.cli.main(['--help'])\nexcept SystemExit: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script.replace("m.cli.main", "sys.modules['hub.cli.main'].cli.main")],
                          capture_output=True, text=True, check=True)  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert "Commands:" in done.stdout
    assert HEAVY & set(done.stderr.split()) == set()
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.3


def test_version():
    assert run("--version").output.startswith("crossdock ")


def test_an_unknown_command_names_the_nearest():
    result = run("trase")
    assert result.exit_code == 2
    assert "There is no command 'trase'. Did you mean 'trace'?" in result.output


def test_a_command_that_is_not_installed_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "hub.cli.read", None)
    result = run("read")
    assert (result.exit_code, result.output) == (1, "Error: 'read' is not part of this installation: there is no hub.cli.read.\n")


def test_a_missing_package_is_named(monkeypatch):
    def missing(name):
        raise ModuleNotFoundError("No module named 'pyx12'", name="pyx12")

    monkeypatch.setattr(sys.modules["hub.cli.main"], "import_module", missing)
    assert "needs the package 'pyx12'" in run("read").output


def test_our_errors_are_one_line_without_a_traceback(ending):
    result = ending(Unreadable("order.edi: not a document we know"))
    assert (result.exit_code, result.output) == (2, "crossdock: order.edi: not a document we know\n")


@pytest.mark.parametrize(
    ("how", "code"), [(0, 0), (None, 0), (1, 1), (KeyboardInterrupt(), 130), (SystemExit(1), 1), (click.exceptions.Exit(2), 2)]
)
def test_exit_codes(ending, how, code):
    assert ending(how).exit_code == code


def test_our_own_bugs_are_not_hidden(ending):
    assert isinstance(ending(ZeroDivisionError()).exception, ZeroDivisionError)


def test_a_reader_that_leaves_is_no_error():
    script = "import sys; from hub.cli.main import cli; cli.main(['--help'])"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode in (0, 1)
