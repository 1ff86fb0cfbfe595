"""The breaker: a table of situations, each with what it says."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.rules.breaker import Breaker, Rate, Standing, after_failure, allowed

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
POLICY = Breaker(failures=3, pause="30s", most="2m")


def at(**parts: float) -> datetime:
    return START + timedelta(**parts)


@pytest.mark.parametrize(
    ("before", "after", "then"),
    [
        (Standing(), None, Standing(1)),
        (Standing(1), None, Standing(2)),
        (Standing(2), None, Standing(3, at(seconds=30))),
        (Standing(3, at()), None, Standing(4, at(seconds=60))),
        (Standing(9, at()), None, Standing(10, at(minutes=2))),  # the longest pause
        (Standing(5000, at()), None, Standing(5001, at(minutes=2))),  # no overflow
        (Standing(), 45.0, Standing(1, at(seconds=45))),  # the far side asked for it: at once
        (Standing(2), 5.0, Standing(3, at(seconds=30))),  # never sooner than the pause
        (Standing(), at(minutes=20), Standing(1, at(minutes=20))),
    ],
)
def test_a_failure(before, after, then):
    assert after_failure(POLICY, before, START, after) == then


@pytest.mark.parametrize(
    ("standing", "most"),
    [
        (Standing(), 50),
        (Standing(2), 50),
        (Standing(3, at(seconds=1)), 0),
        (Standing(3, at()), 1),  # half open: one to find out
        (Standing(1, at(seconds=1)), 0),  # it asked for it
        (Standing(1, at()), 50),
    ],
)
def test_how_many_may_be_tried(standing, most):
    assert allowed(POLICY, standing, START, 50) == most


def test_a_rate_is_a_step():
    assert Rate(most=40, per="1m").step == timedelta(seconds=1.5)
