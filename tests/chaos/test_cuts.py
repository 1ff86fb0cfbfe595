"""`make chaos`: connections are cut at random bytes, and nothing is lost or doubled, whichever way of being safe is declared."""

import faulthandler
from pathlib import Path

import pytest

from tests.chaos.cutting import run, table
from tests.chaos.test_kills import setting


@pytest.mark.chaos
async def test_nothing_is_lost_or_doubled_when_connections_are_cut(tmp_path: Path) -> None:
    faulthandler.cancel_dump_traceback_later()  # this takes minutes by design
    cuts, seed = setting("CUTS", 200), setting("SEED", 1)
    print(f"\n{cuts} cuts in each way, SEED={seed}; everything lies in {tmp_path}", flush=True)
    done = await run(tmp_path, cuts, seed)
    print(table(done))
    assert done.faults == []
    assert min(cut.total() for cut in done.cuts.values()) >= cuts
