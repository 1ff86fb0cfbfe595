"""What happens around real hubs: their database is restarted, they are paused past their leases. Judged from the counterparts' stores."""

import faulthandler
import os
import signal
import time
from pathlib import Path

import pytest

from hub.demo.book import Book
from hub.flow.lease import HOLD
from tests.chaos.killing import ALONE, REST, TOGETHER, Hubs, trade
from tests.conftest import Postgres

RESTARTS = 3
PAUSED = 2 * HOLD.total_seconds() + 1  # long enough for others to notice and take over


@pytest.fixture(autouse=True)
def _patience() -> None:
    faulthandler.cancel_dump_traceback_later()  # these take most of a minute by design


def progress(hubs: Hubs, more: int = 3) -> None:
    """Wait until the ERP has booked some more orders."""
    before, limit = booked(hubs), time.monotonic() + REST
    while booked(hubs) < before + more:
        assert time.monotonic() < limit, "nothing moves any more"
        assert hubs.fallen() is None
        time.sleep(0.1)


def booked(hubs: Hubs) -> int:
    with Book(hubs.place.store("erp")).open() as page:
        return len(page.all("order"))


@pytest.mark.slow
@pytest.mark.parametrize("names", [ALONE, TOGETHER], ids=["alone", "cluster"])
def test_postgresql_is_restarted_in_mid_run(
    tmp_path: Path, postgres: Postgres, postgres_url: str, names: tuple[str, ...]
) -> None:
    with trade(tmp_path / "trade", 1, names, postgres_url) as (hubs, done):
        for _ in range(RESTARTS):
            progress(hubs)
            postgres.restart()
    assert done.verdict, done.verdict and done.verdict.faults[:10]


@pytest.mark.slow
def test_processes_are_paused_past_their_leases(tmp_path: Path, postgres_url: str) -> None:
    """Each in turn stands still until the others have its lanes, then goes on where it was."""
    with trade(tmp_path / "trade", 1, TOGETHER, postgres_url) as (hubs, done):
        for name in TOGETHER:
            progress(hubs)
            pid = hubs.crew.members[name].pid
            os.kill(pid, signal.SIGSTOP)
            try:
                time.sleep(PAUSED)
                progress(hubs, 1)  # the others go on meanwhile
            finally:
                os.kill(pid, signal.SIGCONT)
    assert done.verdict, done.verdict and done.verdict.faults[:10]
