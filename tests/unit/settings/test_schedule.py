"""Schedules: planned times over changes of the clock, the same in every process."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hub.rules.calendar import Calendar
from hub.settings.schedule import Schedule, fires, next_after, planner

NEW_YORK = "America/New_York"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def planned(schedule: Schedule, start: str, count: int) -> list[str]:
    """The next planned times, as a clock on the wall shows them."""
    moment, shown = utc(start), []
    for _ in range(count):
        found = next_after(schedule, None, moment, NEW_YORK)
        assert found is not None and found.tzinfo is UTC
        shown.append(f"{found.astimezone(ZoneInfo(NEW_YORK)):%d %H:%M %Z}")
        moment = found
    return shown


@pytest.mark.parametrize(
    ("cron", "start", "shown"),
    [
        # clocks go forward at 02:00 on 8 March 2026
        ("30 2 * * *", "2026-03-07T00:00", ["07 02:30 EST", "08 03:30 EDT", "09 02:30 EDT"]),
        ("0 6 * * *", "2026-03-07T00:00", ["07 06:00 EST", "08 06:00 EDT", "09 06:00 EDT"]),
        ("*/30 * * * *", "2026-03-08T06:15", ["08 01:30 EST", "08 03:00 EDT", "08 03:30 EDT"]),
        # clocks go back at 02:00 on 1 November 2026: one o'clock comes twice
        ("30 1 * * *", "2026-10-31T00:00", ["31 01:30 EDT", "01 01:30 EDT", "02 01:30 EST"]),
        ("*/30 * * * *", "2026-11-01T05:15", ["01 01:30 EDT", "01 01:00 EST", "01 01:30 EST", "01 02:00 EST"]),
        # crontab counts weekdays from Sunday
        ("0 6 * * 1-5", "2026-03-06T12:00", ["09 06:00 EDT", "10 06:00 EDT"]),
        ("0 6 * * 0", "2026-03-06T12:00", ["08 06:00 EDT", "15 06:00 EDT"]),
        ("0 6 * * 7,wed", "2026-03-06T12:00", ["08 06:00 EDT", "11 06:00 EDT", "15 06:00 EDT"]),
        ("0 0 29 2 *", "2026-03-06T12:00", ["29 00:00 EST"]),
    ],
)
def test_cron_by_the_clock_on_the_wall(cron, start, shown):
    assert planned(Schedule(cron=cron), start, len(shown)) == shown


def test_a_schedule_has_its_own_zone():
    schedule = Schedule(cron="0 6 * * *", zone="Europe/Berlin")
    assert next_after(schedule, None, utc("2026-07-01T00:00"), NEW_YORK) == utc("2026-07-01T04:00")


def test_many_missed_times_count_as_one():
    schedule = Schedule(cron="0 * * * *")
    assert next_after(schedule, utc("2026-03-02T00:00"), utc("2026-03-05T10:20")) == utc("2026-03-05T10:00")
    assert next_after(schedule, utc("2026-03-05T10:00"), utc("2026-03-05T10:20")) == utc("2026-03-05T11:00")
    assert next_after(schedule, utc("2016-03-02T00:00"), utc("2026-03-05T10:00")) == utc("2026-03-05T10:00")


def test_a_yearly_time_missed_long_ago_is_still_due():
    assert next_after(Schedule(cron="0 0 1 1 *"), utc("2022-06-01T00:00"), utc("2026-12-30T00:00")) == utc("2026-01-01T00:00")


def test_an_hour_off_clock_does_not_go_back():
    schedule = Schedule(every=timedelta(minutes=1))
    assert next_after(schedule, utc("2026-03-05T11:00"), utc("2026-03-05T10:00")) == utc("2026-03-05T11:01")


@given(
    every=st.integers(1, 100_000),
    now=st.timedeltas(timedelta(0), timedelta(days=7000)),
    later=st.integers(0, 10**6),
)
def test_intervals_do_not_depend_on_who_asks_and_when(every, now, later):
    schedule, now = Schedule(every=timedelta(seconds=every)), utc("2020-01-01T00:00") + now
    due = next_after(schedule, None, now)
    assert due is not None and now < due <= now + timedelta(seconds=every)
    afterwards = due + timedelta(microseconds=later)
    missed = next_after(schedule, due - timedelta(seconds=every), afterwards)
    assert missed is not None and (missed - due) % timedelta(seconds=every) == timedelta(0)
    assert missed <= afterwards < missed + timedelta(seconds=every)


@given(st.timedeltas(timedelta(0), timedelta(days=365)), st.integers(0, 7200))
def test_processes_whose_clocks_differ_plan_the_same_times(now, apart):
    schedule, now = Schedule(cron="*/5 1-3 * * *"), utc("2026-01-01T00:00") + now
    first = next_after(schedule, None, now, NEW_YORK)
    assert first is not None
    second = next_after(schedule, None, now + timedelta(seconds=apart), NEW_YORK)
    assert second is not None
    while first < second:
        first = next_after(schedule, None, first, NEW_YORK)
        assert first is not None
    assert first == second


def test_what_never_comes():
    assert not fires(Schedule(cron="0 0 30 2 *"))
    assert fires(Schedule(cron="0 0 29 2 *"))


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({}, "give `every` or `cron`"),
        ({"every": "5m", "cron": "* * * * *"}, "give `every` or `cron`"),
        ({"every": "0.1s"}, "at least 1s"),
        ({"cron": "0 6 1 * 1"}, "not both"),
        ({"cron": "61 6 * * *"}, "no minute"),
        ({"cron": "0 6 * * 5-1"}, "no range of weekdays"),
        ({"cron": "0 6 * * mo"}, "no weekday"),
        ({"cron": "0 6 * *"}, "five fields"),
    ],
)
def test_a_wrong_schedule_says_why(words, why):
    with pytest.raises(ValidationError, match=why):
        Schedule.model_validate(words)


US = Calendar(country="US")


@pytest.mark.parametrize(
    ("words", "now", "planned"),
    [
        ({"cron": "0 6 * * *"}, "2026-11-25T13:00", "2026-11-27T12:00"),  # Thanksgiving is passed over
        ({"cron": "0 6 * * *"}, "2026-03-06T13:00", "2026-03-09T11:00"),  # a weekend, and the clocks change
        ({"every": "45m"}, "2026-03-07T00:00", "2026-03-07T00:45"),  # still Friday there
        ({"every": "45m"}, "2026-03-07T06:00", "2026-03-09T05:15"),
        ({"cron": "0 6 * * 0"}, "2026-03-07T00:00", None),  # Sundays are never business days
    ],
)
def test_only_on_business_days(words: dict[str, str], now: str, planned: str | None) -> None:
    schedule = Schedule.model_validate({**words, "only": "business_days"})
    found = planner(schedule, "America/Chicago", US)(datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert found == (datetime.fromisoformat(planned).replace(tzinfo=UTC) if planned else None)
