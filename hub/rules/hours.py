"""Working hours: how much of the time between two moments a place was open. Pure."""

import re
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPAN = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$")
LONGEST = timedelta(days=400)  # further back nobody counts


class Hours(BaseModel):
    """When a place is open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: tuple[str, ...] = Field(default=DAYS, description="Days of the week.", examples=[["mon", "tue", "wed", "thu", "fri"]])
    span: str = Field(default="00:00-24:00", description="From when to when on these days.", examples=["08:00-18:00"])
    closed: tuple[date, ...] = Field(
        default=(), description="Days on which it is closed all the same.", examples=[["2026-12-25"]]
    )

    @field_validator("days")
    @classmethod
    def _known(cls, days: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [day for day in days if day not in DAYS]
        if wrong or not days:
            raise ValueError(f"days are {', '.join(DAYS)}")
        return days

    @field_validator("span")
    @classmethod
    def _in_order(cls, span: str) -> str:
        found = SPAN.match(span)
        if not found or not found[1] + found[2] < found[3] + found[4] <= "2400":
            raise ValueError("a span is written like 08:00-18:00, the earlier time first")
        return span

    def of(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """From when to when it is open on this day; None when it is not."""
        if DAYS[day.weekday()] not in self.days or day in self.closed:
            return None
        return self.bounds(day, zone)

    def bounds(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The span on this day, whether or not it is open then."""
        opens, closes = self.span.split("-")
        return _moment(day, opens, zone), _moment(day, closes, zone)


class Open(Protocol):
    """Whatever says when a place is open."""

    def of(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """From when to when on this day; None when it is closed."""
        ...


def _moment(day: date, clock: str, zone: ZoneInfo) -> datetime:
    if clock == "24:00":
        return datetime.combine(day + timedelta(days=1), time(), zone)
    return datetime.combine(day, time.fromisoformat(clock), zone)


def open_between(hours: Open, zone: ZoneInfo, since: datetime, now: datetime) -> timedelta:
    """How long the place was open between two moments.

    >>> from datetime import UTC
    >>> office = Hours(days=("mon", "fri"), span="08:00-18:00")
    >>> friday, monday = datetime(2026, 3, 6, 17, tzinfo=UTC), datetime(2026, 3, 9, 9, 30, tzinfo=UTC)
    >>> str(open_between(office, ZoneInfo("UTC"), friday, monday))
    '2:30:00'
    """
    since = max(since, now - LONGEST)
    total, day = timedelta(), since.astimezone(zone).date()
    while day <= now.astimezone(zone).date():
        span = hours.of(day, zone)
        if span is not None:
            # subtracting moments of one zone would leave out an hour that the clocks jump over
            start, end = max(span[0], since).timestamp(), min(span[1], now).timestamp()
            total += timedelta(seconds=max(0.0, end - start))
        day += timedelta(days=1)
    return total
