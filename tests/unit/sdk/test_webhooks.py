"""Webhooks: genuine ones pass under either secret; forged, old and repeated ones are told apart."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from hub.errors import Misconfigured
from hub.sdk import webhooks
from hub.sdk.testing import HurriedClock
from hub.sdk.webhooks import Guard, equals_any, sign

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BODY = '{"id": 14, "name": "Zoë 🎁"}'.encode()


@pytest.fixture
def guard():
    return Guard([SecretStr("new-s3cret"), SecretStr("old-s3cret")], HurriedClock(NOON))


def test_either_secret_is_good(guard):
    assert guard.admit(BODY, sign("new-s3cret", BODY))
    assert guard.admit(BODY + b" ", sign("old-s3cret", BODY + b" "))


@pytest.mark.parametrize(
    "given", ["", "x", sign("wrong", BODY), sign("new-s3cret", BODY, "hex"), sign("new-s3cret", BODY + b" "), "é"]
)
def test_anything_else_is_turned_away(guard, given):
    with pytest.raises(Misconfigured, match="missing or wrong"):
        guard.admit(BODY, given)


def test_without_a_secret_nothing_is_genuine():
    with pytest.raises(Misconfigured, match="no secret"):
        Guard([], HurriedClock(NOON)).admit(BODY, sign("", BODY))


@pytest.mark.parametrize(("minutes", "good"), [(-4, True), (4, True), (-6, False), (6, False)])
def test_old_ones_and_those_of_a_wrong_clock_are_refused(guard, minutes, good):
    moment = NOON + timedelta(minutes=minutes)
    if good:
        assert guard.admit(BODY, sign("new-s3cret", BODY), moment)
    else:
        with pytest.raises(Misconfigured, match="too old"):
            guard.admit(BODY, sign("new-s3cret", BODY), moment)


def test_a_repeated_one_is_told_while_it_is_young():
    clock = HurriedClock(NOON)
    guard = Guard([SecretStr("s3")], clock)
    assert [guard.admit(BODY, sign("s3", BODY)) for _ in range(3)] == [True, False, False]
    clock.advance(301)
    assert guard.admit(BODY, sign("s3", BODY))


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(webhooks, "REMEMBERED", 3)
    guard = Guard([SecretStr("s3")], HurriedClock(NOON))
    bodies = [b"%d" % number for number in range(5)]
    assert all(guard.admit(body, sign("s3", body)) for body in bodies)
    assert guard.admit(bodies[0], sign("s3", bodies[0])), "forgotten"
    assert not guard.admit(bodies[4], sign("s3", bodies[4]))


def test_every_secret_is_compared():
    assert equals_any("b", ["a", "b"]) and not equals_any("c", ["a", "b"]) and not equals_any("a", [])
