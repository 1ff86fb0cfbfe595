"""Calendars: which days somebody works, until when an order counts for today, when goods may be delivered. Pure.

Days are those of the place: a moment is turned into its day in its own time zone first.
"""

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from hub.rules.hours import DAYS, LONGEST, SPAN, Hours

CLOCK = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$")
FARTHEST = 400  # days further nobody plans; a calendar without a business day in that time has none


class Calendar(Hours):
    """When somebody works."""

    days: tuple[str, ...] = Field(
        default=DAYS[:5], description="Working days of the week.", examples=[["mon", "tue", "wed", "thu", "fri"]]
    )
    country: str | None = Field(default=None, description="Its public holidays are no business days.", examples=["US"])
    region: str | None = Field(default=None, description="State or province, for holidays of its own.", examples=["IL"])
    open: tuple[date, ...] = Field(
        default=(),
        description="Days that are business days all the same, such as a Saturday before Christmas.",
        examples=[["2026-12-19"]],
    )
    cutoff: str | None = Field(
        default=None, description="What comes later on a business day counts for the next one.", examples=["14:00"]
    )
    lead: int | None = Field(
        default=None,
        ge=0,
        le=250,
        description="Business days to make an order ready. With it, or with a cut-off, orders get the day on which they are to leave.",
        examples=[1],
    )
    windows: dict[str, str] = Field(
        default_factory=dict,
        description="When goods may be delivered, by day of the week; days that are not named: never. None at all: whenever it is open.",
        examples=[{"mon": "06:00-11:00", "thu": "06:00-11:00"}],
    )

    @field_validator("cutoff")
    @classmethod
    def _a_time(cls, cutoff: str | None) -> str | None:
        if cutoff is not None and not CLOCK.match(cutoff):
            raise ValueError("a time is written like 14:00")
        return cutoff

    @field_validator("windows")
    @classmethod
    def _spans(cls, windows: dict[str, str]) -> dict[str, str]:
        for day, span in windows.items():
            found = SPAN.match(span)
            if day not in DAYS or not found or not found[1] + found[2] < found[3] + found[4] <= "2400":
                raise ValueError(f"`{day}: {span}` is no window: days are {', '.join(DAYS)}, spans like 06:00-11:00")
        return windows

    @model_validator(mode="after")
    def _placed(self) -> Self:
        if self.region and not self.country:
            raise ValueError("`region` needs its `country`")
        if self.country:
            _public(self.country, self.region, 2026)
        return self

    def business(self, day: date) -> bool:
        """Whether somebody works on this day."""
        if day in self.open:
            return True
        if DAYS[day.weekday()] not in self.days or day in self.closed:
            return False
        return self.country is None or day not in _public(self.country, self.region, day.year)

    def of(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """From when to when it is open on this day; None when it is not."""
        return self.bounds(day, zone) if self.business(day) else None


@lru_cache(maxsize=256)
def _public(country: str, region: str | None, year: int) -> Container[date]:
    """Public holidays. Raises ValueError in plain words."""
    import holidays  # takes a while to import, and few calendars need it

    try:
        return frozenset(holidays.country_holidays(country, subdiv=region, years=[year]))
    except NotImplementedError:
        place = f"{country}, {region}" if region else country
        raise ValueError(f"no holidays are known for {place}: a country has two letters, a region is its code there") from None


@dataclass(frozen=True, slots=True)
class Both:
    """Hours that count on business days of a calendar only."""

    hours: Hours
    calendar: Calendar

    def of(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """From when to when it is open on this day."""
        return self.hours.of(day, zone) if self.calendar.business(day) else None


def next_business_day(calendar: Calendar, day: date) -> date:
    """The first business day after this one. Raises ValueError where there is none.

    >>> next_business_day(Calendar(country="US"), date(2026, 11, 25))  # the day before Thanksgiving
    datetime.date(2026, 11, 27)
    """
    return _step(calendar, day, 1)


def business_day(calendar: Calendar, day: date) -> date:
    """This day, or the first business day after it."""
    return day if calendar.business(day) else next_business_day(calendar, day)


def add_business_days(calendar: Calendar, day: date, count: int) -> date:
    """So many business days later, or earlier; none: this day, or the first business day after it.

    >>> add_business_days(Calendar(), date(2026, 3, 6), 3), add_business_days(Calendar(), date(2026, 3, 9), -1)
    (datetime.date(2026, 3, 11), datetime.date(2026, 3, 6))
    """
    if count == 0:
        return business_day(calendar, day)
    for _ in range(abs(count)):
        day = _step(calendar, day, 1 if count > 0 else -1)
    return day


def _step(calendar: Calendar, day: date, way: int) -> date:
    for n in range(1, FARTHEST):
        if calendar.business(found := day + timedelta(days=n * way)):
            return found
    raise ValueError("this calendar has no business day within a year")


def counts_for(calendar: Calendar, zone: ZoneInfo, moment: datetime) -> date:
    """The business day that something coming at this moment counts for: the next one where the cut-off has passed.

    >>> from datetime import UTC
    >>> counts_for(Calendar(cutoff="14:00"), ZoneInfo("America/Chicago"), datetime(2026, 3, 6, 20, 30, tzinfo=UTC))
    datetime.date(2026, 3, 9)
    """
    there = moment.astimezone(zone)
    late = calendar.cutoff is not None and there.time() >= time.fromisoformat(calendar.cutoff)
    if late and calendar.business(there.date()):
        return next_business_day(calendar, there.date())
    return business_day(calendar, there.date())


def ship_by(calendar: Calendar, zone: ZoneInfo, moment: datetime, lead: int = 0) -> date:
    """The day on which what was ordered at this moment is to leave, with so many business days to make it ready."""
    return add_business_days(calendar, counts_for(calendar, zone, moment), lead)


def next_window(calendar: Calendar, zone: ZoneInfo, moment: datetime) -> tuple[datetime, datetime]:
    """The first time for deliveries that is not over at this moment: from when to when. Raises ValueError where there is none."""
    start = moment.astimezone(zone).date()
    for n in range(FARTHEST):
        day = start + timedelta(days=n)
        found = _window(calendar, day, zone)
        if found is not None and found[1].timestamp() > moment.timestamp():
            return found
    raise ValueError("this calendar has no delivery window within a year")


def _window(calendar: Calendar, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    if not calendar.windows:
        return calendar.of(day, zone)
    span = calendar.windows.get(DAYS[day.weekday()])
    return Hours(span=span).bounds(day, zone) if span and calendar.business(day) else None


def after(calendar: Calendar, zone: ZoneInfo, since: datetime, span: timedelta) -> datetime:
    """The moment at which so much of its open time has passed since then, in the zone of `since`.

    >>> from datetime import UTC
    >>> str(after(Calendar(span="08:00-18:00"), ZoneInfo("UTC"), datetime(2026, 3, 6, 17, tzinfo=UTC), timedelta(hours=2)))
    '2026-03-09 09:00:00+00:00'
    """
    left, day, end = span.total_seconds(), since.astimezone(zone).date(), since + LONGEST + 4 * span
    while day <= end.astimezone(zone).date():
        found = calendar.of(day, zone)
        if found is not None:  # by timestamps: a day on which clocks change is longer or shorter
            begins = max(found[0].timestamp(), since.timestamp())
            room = found[1].timestamp() - begins
            if room >= left:
                return datetime.fromtimestamp(begins + left, since.tzinfo)
            left -= max(0.0, room)
        day += timedelta(days=1)
    return end
