"""Schedules: when a poll, a sweep or a batch is due. Pure: any process computes the same planned times in UTC."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from pydantic import Field, field_validator, model_validator

from hub.rules.calendar import Calendar, next_business_day
from hub.rules.duration import Duration, words
from hub.sdk.settings import Settings
from hub.settings.fields import Zone

ANCHOR = datetime(2000, 1, 3, tzinfo=UTC)  # a Monday: intervals count from here, whoever computes them
SUNDAY_FIRST = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MOST_CLOSED = 1000  # planned times on closed days in a row: a cron line for Sundays never comes on business days
Planner = Callable[[datetime], datetime | None]
LOOK_BACK = tuple(timedelta(hours=hours) for hours in (0.02, 1, 24, 24 * 8, 24 * 32, 24 * 367, 24 * 366 * 5))


class Schedule(Settings):
    """Every so often, or by a cron line in a time zone."""

    every: Duration | None = Field(default=None, description="Time between two runs.", examples=["30s"])
    cron: str | None = Field(
        default=None,
        description="Minute, hour, day of month, month, day of week (0 and 7 are Sunday), as in crontab.",
        examples=["0 6 * * 1-5"],
    )
    zone: Zone | None = Field(
        default=None, description="Time zone of the cron line; the hub's own by default.", examples=["America/Chicago"]
    )

    only: Literal["business_days"] | None = Field(
        default=None,
        description="Only on business days, of the partner's calendar or else the hub's; without it on every day.",
        examples=["business_days"],
    )

    @model_validator(mode="after")
    def _one(self) -> "Schedule":
        if (self.every is None) == (self.cron is None):
            raise ValueError("give `every` or `cron`, one of them")
        return self

    @field_validator("every")
    @classmethod
    def _not_too_often(cls, every: timedelta | None) -> timedelta | None:
        if every is not None and every < timedelta(seconds=1):
            raise ValueError("`every` is at least 1s")
        return every

    @field_validator("cron")
    @classmethod
    def _understood(cls, cron: str | None) -> str | None:
        if cron is not None:
            fields(cron)
        return cron

    def __str__(self) -> str:
        days = ", on business days only" if self.only else ""
        return f"every {words(self.every)}{days}" if self.every else f"{self.cron} ({self.zone or 'zone of the hub'}){days}"


def fields(cron: str) -> dict[str, str]:
    """The five fields of a crontab line as the trigger wants them. Raises ValueError in plain words."""
    parts = cron.split()
    if len(parts) != 5:
        raise ValueError(f"a cron line has five fields (minute hour day month weekday), this one has {len(parts)}")
    minute, hour, day, month, weekday = parts
    if day != "*" and weekday != "*":
        raise ValueError("give the day of the month or the day of the week, not both: programs disagree on what both mean")
    found = {"minute": minute, "hour": hour, "day": day, "month": month, "day_of_week": _weekdays(weekday)}
    for name, text in found.items():
        _accept(name, text)
    return found


def _accept(name: str, text: str) -> None:
    try:
        CronTrigger(timezone=UTC, **{name: text})
    except ValueError as error:
        raise ValueError(f"`{text}` is no {name.replace('_', ' ')}: {str(error).splitlines()[0]}") from None


def _weekdays(text: str) -> str:
    """Weekdays by name: the trigger counts from Monday, crontab from Sunday.

    >>> _weekdays("1-5")
    'mon,tue,wed,thu,fri'
    >>> _weekdays("0,sat")
    'sun,sat'
    """
    if text == "*":
        return text
    days: dict[int, None] = {}
    for part in text.lower().split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        begin, end = (0, 6) if span == "*" else (_weekday(first), _weekday(last or first))
        if end < begin or (step and not step.isdigit()) or step == "0":
            raise ValueError(f"`{part}` is no range of weekdays")
        days.update(dict.fromkeys(day % 7 for day in range(begin, end + 1, int(step or 1))))
    return ",".join(SUNDAY_FIRST[day] for day in days)


def _weekday(text: str) -> int:
    if text in SUNDAY_FIRST:
        return SUNDAY_FIRST.index(text)
    if text.isdigit() and int(text) <= 7:
        return int(text)
    raise ValueError(f"`{text}` is no weekday: write 0 to 7 or sun, mon, tue, wed, thu, fri, sat")


def planner(schedule: Schedule, zone: str = "UTC", calendar: Calendar | None = None) -> Planner:
    """A function from a moment to the planned time after it; `zone` counts where the schedule names none.

    `calendar` says which days are business days, where the schedule asks.
    """
    every_day = _planner(schedule, zone)
    if schedule.only is None:
        return every_day
    place = ZoneInfo(schedule.zone or zone)
    return lambda moment: _on_business_days(every_day, calendar or Calendar(), place, moment)


def _on_business_days(following: Planner, calendar: Calendar, zone: ZoneInfo, moment: datetime) -> datetime | None:
    found = following(moment)
    for _ in range(MOST_CLOSED):
        if found is None or calendar.business(day := found.astimezone(zone).date()):
            return found
        opens = datetime.combine(next_business_day(calendar, day), time(), zone)
        found = following(opens.astimezone(UTC) - timedelta(microseconds=1))
    return None


def _planner(schedule: Schedule, zone: str) -> Planner:
    if schedule.every is not None:
        interval = IntervalTrigger(seconds=schedule.every.total_seconds(), start_date=ANCHOR, timezone=UTC)
        return lambda moment: _ask(interval, moment)
    parts = fields(schedule.cron or "")
    cron = CronTrigger(timezone=ZoneInfo(schedule.zone or zone), **parts)
    hourly = parts["hour"].startswith("*")
    return lambda moment: _ask(cron, moment) if hourly else _once(cron, moment)


def _ask(trigger: Any, moment: datetime) -> datetime | None:
    found: datetime | None = trigger.get_next_fire_time(None, moment.astimezone(UTC) + timedelta(microseconds=1))
    return None if found is None else found.astimezone(UTC)


def _once(trigger: CronTrigger, moment: datetime) -> datetime | None:
    """When clocks go back an hour comes twice; a line that names its hours runs in the first of them only."""
    found = _ask(trigger, moment)
    while found is not None and found.astimezone(trigger.timezone).fold:
        found = _ask(trigger, found)
    return found


def fires(schedule: Schedule, zone: str = "UTC", now: datetime = ANCHOR) -> bool:
    """False for a schedule that never comes, such as 30 February."""
    return planner(schedule, zone)(now) is not None


def next_after(
    schedule: Schedule, previous: datetime | None, now: datetime, zone: str = "UTC", calendar: Calendar | None = None
) -> datetime | None:
    """The planned time to run next, in UTC; None when it never comes.

    Planned times that passed since `previous` while nobody was there count as one: the latest of them is due at once.
    """
    following = planner(schedule, zone, calendar)
    missed = None if previous is None else _latest(following, previous, now)
    return missed or following(now if previous is None else max(previous, now))


def _latest(following: Planner, previous: datetime, now: datetime) -> datetime | None:
    """The last planned time after `previous` and not after `now`; looks back in growing steps, not through years of minutes."""
    for span in LOOK_BACK:
        start = max(previous, now - span)
        found, latest = following(start), None
        while found is not None and found <= now:
            latest, found = found, following(found)
        if latest is not None or start == previous:
            return latest
    return None
