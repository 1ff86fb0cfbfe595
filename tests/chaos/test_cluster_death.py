"""A process of a cluster dies, and nobody but the operator notices."""

import faulthandler
from pathlib import Path

import pytest

from tests.chaos.cluster import run

ORDERS = 24


@pytest.mark.slow
@pytest.mark.parametrize("die_at", ["push.sent:6", "decide.commit:3", "receive.told:3"])
def test_one_of_three_dies_and_nothing_is_lost_or_doubled(tmp_path: Path, postgres_url: str, die_at: str) -> None:
    faulthandler.cancel_dump_traceback_later()  # this takes most of a minute by design
    outcome = run(tmp_path / "chaos", postgres_url, ORDERS, 1, die_at)
    print(f"\n{outcome.died} died at {die_at}; {outcome.silence:.1f} s of silence; {outcome.verdict.counts}")
    assert outcome.verdict, outcome.verdict.faults[:10]
    assert outcome.silence < 30
