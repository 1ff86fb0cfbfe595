"""Retries: a table of situations, each with the moment that the policy says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.rules.retry import RetryPolicy, delay, next_try

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
POLICY = RetryPolicy(first="10s", factor=2, most="2m", jitter=0, give_up_after="1h")


def at(**parts: float) -> datetime:
    return START + timedelta(**parts)


@pytest.mark.parametrize(
    ("attempts", "now", "after", "due"),
    [
        (1, at(), None, at(seconds=10)),
        (2, at(seconds=10), None, at(seconds=30)),
        (3, at(seconds=30), None, at(seconds=70)),
        (6, at(minutes=5), None, at(minutes=7)),  # the longest wait
        (5000, at(minutes=5), None, at(minutes=7)),  # no overflow
        (1, at(), 45.0, at(seconds=45)),  # the far side asked for longer
        (1, at(), 3.0, at(seconds=10)),  # never sooner than the policy
        (1, at(), at(minutes=20), at(minutes=20)),
        (9, at(minutes=59), None, at(hours=1)),  # one last attempt at the end
        (9, at(hours=1), None, None),
        (9, at(hours=30), None, None),
        (1, at(), at(hours=2), None),  # it asks to come back after the end
    ],
)
def test_next_try(attempts, now, after, due):
    assert next_try(POLICY, attempts, START, now, after) == due


@given(attempts=st.integers(1, 200), random=st.floats(0, 1, exclude_max=True))
def test_jitter_only_shortens_and_by_its_share(attempts, random):
    whole = delay(POLICY, attempts, 0)
    shaken = delay(POLICY.model_copy(update={"jitter": 0.25}), attempts, random)
    assert whole * 0.75 <= shaken + timedelta(microseconds=1) and shaken <= whole


@given(st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=200))
def test_a_delivery_is_given_up_and_not_before_its_time(randoms):
    now = START
    for attempts, random in enumerate(randoms * 200, 1):
        due = next_try(POLICY, attempts, START, now, None, random)
        if due is None:
            break
        assert due > now
        now = due
    assert now == START + POLICY.give_up_after
