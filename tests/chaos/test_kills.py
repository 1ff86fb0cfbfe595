"""`make chaos`: nothing is lost and nothing doubled, however often and wherever the hub is killed."""

import faulthandler
import os
from pathlib import Path

import pytest

from tests.chaos.killing import run, table


def setting(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


@pytest.mark.chaos
def test_nothing_is_lost_or_doubled_when_the_hub_is_killed(tmp_path: Path) -> None:
    faulthandler.cancel_dump_traceback_later()  # this takes minutes by design
    kills, seed, orders = setting("KILLS", 50), setting("SEED", 1), setting("ORDERS", 200)
    print(f"\n{orders} orders, {kills} kills, SEED={seed}; everything lies in {tmp_path}")
    done = run(tmp_path / "chaos", orders, kills, seed)
    print(table(done))
    assert done.kills.total() == kills
    assert done.verdict, done.verdict and done.verdict.faults[:10]
