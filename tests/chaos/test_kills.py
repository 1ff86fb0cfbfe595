"""`make chaos`: nothing is lost and nothing doubled, however often and wherever a hub is killed."""

import faulthandler
import os
from pathlib import Path

import pytest

from hub.flow.stages import POINTS
from tests.chaos.killing import ALONE, TOGETHER, run, table

MODES = {"embedded": ALONE, "cluster": TOGETHER}


def setting(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


@pytest.mark.chaos
@pytest.mark.parametrize("mode", MODES)
def test_nothing_is_lost_or_doubled_when_hubs_are_killed(tmp_path: Path, request: pytest.FixtureRequest, mode: str) -> None:
    faulthandler.cancel_dump_traceback_later()  # this takes minutes by design
    kills, seed = setting("KILLS", 100), setting("SEED", 1)
    database = None if mode == "embedded" else request.getfixturevalue("postgres_url")
    print(f"\n{mode}, {kills} kills, SEED={seed}; everything lies in {tmp_path}", flush=True)
    done = run(tmp_path / "chaos", kills, seed, MODES[mode], database)
    print(table({mode: done}))
    assert done.kills.total() >= kills
    assert done.verdict, done.verdict and done.verdict.faults[:10]
    if kills >= 3 * len(POINTS):
        assert [point for point in POINTS if point not in done.kills] == [], "both sides of every commit must occur"
