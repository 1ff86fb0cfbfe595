"""Calendars: business days, holidays, cut-offs, windows and open time, over the days on which clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.rules.calendar import (
    Both,
    Calendar,
    add_business_days,
    after,
    business_day,
    counts_for,
    next_business_day,
    next_window,
    ship_by,
)
from hub.rules.hours import Hours, open_between

CHICAGO = ZoneInfo("America/Chicago")
US = Calendar(country="US", cutoff="14:00", closed=[date(2026, 11, 27)], open=[date(2026, 12, 19)])


def at(text: str) -> datetime:
    """A moment by the clocks of Chicago."""
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-11-25", True),
        ("2026-11-26", False),  # Thanksgiving
        ("2026-11-27", False),  # closed by ourselves
        ("2026-11-28", False),  # a Saturday
        ("2026-12-19", True),  # a Saturday on which we work
        ("2026-07-03", False),  # the day on which the fourth, a Saturday, is kept
        ("2027-01-01", False),
    ],
)
def test_business_days(day: str, works: bool) -> None:
    assert US.business(date.fromisoformat(day)) is works


def test_days_are_counted_over_holidays() -> None:
    assert next_business_day(US, date(2026, 11, 25)) == date(2026, 11, 30)
    assert add_business_days(US, date(2026, 11, 24), 3) == date(2026, 12, 1)
    assert add_business_days(US, date(2026, 11, 30), -1) == date(2026, 11, 25)
    assert add_business_days(US, date(2026, 11, 28), 0) == business_day(US, date(2026, 11, 28)) == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("came", "day", "leaves"),
    [
        ("2026-11-24T13:59", "2026-11-24", "2026-11-25"),
        ("2026-11-24T14:00", "2026-11-25", "2026-11-30"),  # too late for today, and then comes the holiday
        ("2026-11-26T09:00", "2026-11-30", "2026-12-01"),
        ("2026-11-28T18:00", "2026-11-30", "2026-12-01"),  # a Saturday: the cut-off is that of business days
        ("2026-03-06T13:59", "2026-03-06", "2026-03-09"),  # the clocks change in between
        ("2026-03-09T14:00", "2026-03-10", "2026-03-11"),
    ],
)
def test_the_cut_off_goes_by_the_clocks_of_the_place(came: str, day: str, leaves: str) -> None:
    assert counts_for(US, CHICAGO, at(came)) == date.fromisoformat(day)
    assert ship_by(US, CHICAGO, at(came), 1) == date.fromisoformat(leaves)


def test_delivery_windows() -> None:
    calendar = Calendar(country="US", windows={"mon": "06:00-11:00", "thu": "06:00-11:00"})
    assert next_window(calendar, CHICAGO, at("2026-03-05T10:59"))[0] == at("2026-03-05T06:00")
    begins, ends = next_window(calendar, CHICAGO, at("2026-03-05T11:00"))
    assert (begins, ends) == (at("2026-03-09T06:00"), at("2026-03-09T11:00"))
    assert begins.astimezone(UTC).hour == 11  # summer time by then
    assert next_window(calendar, CHICAGO, at("2026-11-24T00:00"))[0] == at("2026-11-30T06:00")  # not on Thanksgiving
    assert next_window(Calendar(span="08:00-18:00"), CHICAGO, at("2026-03-07T12:00"))[0] == at("2026-03-09T08:00")


def test_open_time_over_a_change_of_clocks() -> None:
    always = Calendar(days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    assert after(always, CHICAGO, at("2026-03-07T12:00"), timedelta(hours=24)) == at("2026-03-08T13:00")  # one hour was no hour
    assert after(always, CHICAGO, at("2026-10-31T12:00"), timedelta(hours=24)) == at("2026-11-01T11:00")
    assert after(Calendar(country="US"), CHICAGO, at("2026-11-25T23:00"), timedelta(hours=2)) == at("2026-11-27T01:00")


@given(
    st.integers(0, 2 * 365 * 24 * 3600).map(lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)),
    st.timedeltas(timedelta(0), timedelta(days=10)).map(lambda span: timedelta(seconds=int(span.total_seconds()))),
    st.sampled_from(["00:00-24:00", "08:00-18:00", "01:00-03:30"]),
)
def test_after_and_between_agree(since: datetime, span: timedelta, hours: str) -> None:
    calendar = Calendar(country="US", region="IL", span=hours)
    end = after(calendar, CHICAGO, since, span)
    assert open_between(calendar, CHICAGO, since, end) == span


def test_hours_count_on_business_days_only() -> None:
    week = Both(Hours(), Calendar(country="US"))
    assert open_between(week, CHICAGO, at("2026-11-25T12:00"), at("2026-11-27T12:00")) == timedelta(hours=24)


@pytest.mark.parametrize(
    "words",
    [
        {"country": "XX"},
        {"country": "US", "region": "ZZ"},
        {"region": "IL"},
        {"cutoff": "2pm"},
        {"windows": {"monday": "06:00-11:00"}},
        {"windows": {"mon": "11:00-06:00"}},
        {"days": []},
    ],
)
def test_what_is_no_calendar_is_refused(words: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Calendar.model_validate(words)


def test_a_calendar_without_business_days_says_so() -> None:
    never = Calendar(days=("mon",), closed=tuple(date(2026, 1, 5) + timedelta(days=7 * n) for n in range(200)))
    with pytest.raises(ValueError, match="no business day"):
        next_business_day(never, date(2026, 1, 1))
