"""When an order is to leave, and whether the days it asks for are days on which goods are taken in. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from hub.findings import Finding
from hub.rules.calendar import Calendar, next_window, ship_by

ASKED = "delivery_requested"  # role of the date on which goods are wanted


def leaving(calendar: Calendar, zone: ZoneInfo, moment: datetime) -> date | None:
    """The day on which what was ordered at this moment is to leave; None where the calendar names no cut-off and no lead time."""
    if calendar.cutoff is None and calendar.lead is None:
        return None
    return ship_by(calendar, zone, moment, calendar.lead or 0)


def reason(calendar: Calendar) -> str:
    """Why that day.

    >>> reason(Calendar(cutoff="14:00", lead=1))
    'cut-off 14:00, 1 business day'
    """
    lead = "" if calendar.lead is None else f"{calendar.lead} business day{'' if calendar.lead == 1 else 's'}"
    return ", ".join(filter(None, [f"cut-off {calendar.cutoff}" if calendar.cutoff else "", lead]))


def refused(order: Mapping[str, Any], calendar: Calendar, zone: ZoneInfo) -> list[Finding]:
    """A warning for each day asked for on which nothing is taken in, with the next possible one."""
    found = [_refused(path, asked, calendar, zone) for path, asked in _asked(order)]
    return [one for one in found if one is not None]


def _asked(order: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    holders = [("", order), *((f"lines[{n}].", line) for n, line in enumerate(order.get("lines") or ()))]
    for path, holder in holders:
        if asked := (holder.get("dates") or {}).get(ASKED):
            yield f"{path}dates.{ASKED}", str(asked)


def _refused(path: str, asked: str, calendar: Calendar, zone: ZoneInfo) -> Finding | None:
    moment = datetime.fromisoformat(asked) if "T" in asked or " " in asked else None
    day = moment.astimezone(zone).date() if moment else date.fromisoformat(asked)
    start = moment or datetime.combine(day, time(), zone)
    try:
        opens, closes = next_window(calendar, zone, start)
    except ValueError:
        text = f"delivery is asked for {_day(day)}, and the calendar has no day on which goods are taken in"
        return Finding("hub:delivery-day", text, kind="application", severity="warning", path=path, value=asked)
    if opens.date() == day and (moment is None or opens.timestamp() <= moment.timestamp()):
        return None
    when = f"{_day(day)}, {moment.astimezone(zone):%H:%M}" if moment else _day(day)
    text = f"delivery is asked for {when}, when nothing is taken in; the next possible is {_span(opens, closes)}"
    hint = "agree on that day with the partner, or mend `calendar` in its file"
    return Finding("hub:delivery-day", text, kind="application", severity="warning", path=path, value=asked, hint=hint)


def _day(day: date) -> str:
    """
    >>> _day(date(2026, 11, 26))
    'Thursday 2026-11-26'
    """
    return f"{day:%A} {day.isoformat()}"


def _span(opens: datetime, closes: datetime) -> str:
    """The day, and the time where it is not all of it."""
    clock = f"{opens:%H:%M}-{closes:%H:%M}" if closes.date() == opens.date() else f"{opens:%H:%M}-24:00"
    return _day(opens.date()) + ("" if clock == "00:00-24:00" else f", {clock}")
