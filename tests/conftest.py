"""What tests share: where things are, a clock that stands still, golden files, and a watch over skipped tests."""

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

from hub.clock import VirtualClock

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

# With the shared corpus beside the checkout, a test may be skipped for these reasons only; anything else fails the run.
FORESEEN: tuple[str, ...] = ()

# Counterparts of connectors, loaded by path: some are named like modules of the standard library (`http`).
collect_ignore = ["connectors"]

hypothesis.settings.register_profile("crossdock", deadline=None, max_examples=50, print_blob=True)
hypothesis.settings.load_profile("crossdock")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write golden files instead of comparing with them")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--update") and os.environ.get("CI"):
        raise pytest.UsageError("--update is for people who read the difference; it is refused where CI is set.")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkipWatch(FORESEEN, SHARED.exists()), "skip-watch")


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
