"""The codec `moment`: a date, perhaps with a time and a zone beside it, as a date or an aware time; and back."""

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hub.guides.codecs import Misread, Unwritable, read_date, read_time, write_date

# X12 element 623: named zones we meet; 01 to 12 are hours east of UTC, 13 to 24 are 12 to 1 hours west
HOURS = {"UT": 0, "GM": 0, "ES": -5, "ED": -4, "CS": -6, "CD": -5, "MS": -7, "MD": -6, "PS": -8, "PD": -7, "AS": -4, "AD": -3}
PLACES = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles"}

# UN 2379: how the text of a date is laid out
LAYOUTS = {"101": "%y%m%d", "102": "%Y%m%d", "201": "%y%m%d%H%M", "203": "%Y%m%d%H%M", "204": "%Y%m%d%H%M%S"}
NAMED = {
    "UTC": 0,
    "GMT": 0,
    "WET": 0,
    "CET": 1,
    "MEZ": 1,
    "CES": 2,
    "MES": 2,
    "EET": 2,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "PST": -8,
}
WITH_ZONE = {"303": "203", "304": "204"}
PERIODS = {"717": "101", "711": "102", "718": "102", "713": "201", "719": "203"}
BY_LENGTH = {6: "101", 8: "102", 10: "201", 12: "203", 14: "204"}
UNTIL = "_until"  # behind the key of the first day of a period: where its last day is filed


class Period(NamedTuple):
    """From one moment to another."""

    first: date
    last: date


class Moment(NamedTuple):
    """What was read; `assumed` when the zone is ours, `layout` when the text has another than it says."""

    value: date | Period
    assumed: bool = False
    layout: str | None = None


def read(parts: list[str], zone: tzinfo) -> Moment:
    """X12: date, time and zone code side by side; time and zone may be empty.

    >>> read(["20261122", "0930", "UT"], UTC).value.isoformat()
    '2026-11-22T09:30:00+00:00'
    """
    day, clock, code = (*parts, "", "")[:3]
    value, _ = read_date(day)
    if not clock:
        return Moment(value)
    known = _zone(code)
    try:
        moment = datetime.combine(value, time.fromisoformat(_padded(read_time(clock)[0])), known or zone)
        moment.astimezone(UTC)
    except OverflowError:
        raise Misread("date", "lies outside the calendar") from None
    return Moment(moment, assumed=known is None)


def write(value: object, size: int, zone: tzinfo) -> list[str]:
    """X12: the value over `size` elements.

    >>> write(datetime(2026, 11, 22, 9, 30, tzinfo=timezone(timedelta(hours=-5))), 3, UTC)
    ['20261122', '0930', '20']
    """
    if not isinstance(value, datetime):
        return [write_date(value), *[""] * (size - 1)]
    if size == 1:
        raise Unwritable(f"{value.isoformat()} has a time, and only a date can be written here")
    moment, code = _placed(value) if size > 2 else (value.astimezone(zone), "")
    return [write_date(moment.date()), _digits(moment), code][:size]


def read_laid_out(text: str, layout: str, zone: tzinfo) -> Moment:
    """EDIFACT: the text and the code of its layout.

    >>> read_laid_out("202611220930", "203", UTC)
    Moment(value=datetime.datetime(2026, 11, 22, 9, 30, tzinfo=datetime.timezone.utc), assumed=True, layout=None)
    >>> read_laid_out("2026112220261130", "718", UTC).value.last
    datetime.date(2026, 11, 30)
    """
    if layout in PERIODS:
        return _read_period(text.replace("-", ""), PERIODS[layout], zone)
    layout, other = _fitting(text, layout)
    moment = _read_one(text, layout, zone)
    return moment._replace(layout=other)


def _fitting(text: str, layout: str) -> tuple[str, str | None]:
    """The layout to read by; the one that the length shows where the text cannot have the one it says."""
    shown = BY_LENGTH.get(len(text)) if text.isascii() and text.isdigit() else None
    if not layout and shown:
        return shown, None
    if layout in LAYOUTS and shown and shown != layout:
        return shown, shown
    return layout, None


def _read_period(text: str, layout: str, zone: tzinfo) -> Moment:
    half = len(text) // 2
    first, last = _read_one(text[:half], layout, zone), _read_one(text[half:], layout, zone)
    return Moment(Period(first.value, last.value), first.assumed)  # type: ignore[arg-type]  # one moment is never a period


def _read_one(text: str, layout: str, zone: tzinfo) -> Moment:
    named = None
    if layout in WITH_ZONE:
        text, layout, named = text[:-3], WITH_ZONE[layout], _zone_of_name(text[-3:])
    pattern = LAYOUTS.get(layout or "102")
    if pattern is None or not (text.isascii() and text.isdigit()):
        raise Misread("date", f"is not a date we can read as layout {layout}")
    try:
        moment = datetime.strptime(text, pattern).replace(tzinfo=named or zone)
        if "%H" not in pattern:
            return Moment(moment.date())
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Misread("date", f"is not a date of layout {layout or '102'}") from None
    return Moment(moment, assumed=named is None)


def write_laid_out(value: object, zone: tzinfo) -> list[str]:
    """EDIFACT: the text and the code of its layout.

    >>> write_laid_out(date(2026, 11, 22), UTC)
    ['20261122', '102']
    """
    if isinstance(value, Period):
        first, last = write_laid_out(value.first, zone), write_laid_out(value.last, zone)
        codes = {"102": "718", "203": "719"}
        if first[1] != last[1] or first[1] not in codes:
            raise Unwritable("a period needs two days, or two times to the minute")
        return [first[0] + last[0], codes[first[1]]]
    if not isinstance(value, datetime):
        return [write_date(value), "102"]
    local = value.astimezone(zone)
    if local.microsecond:
        raise Unwritable(f"{value.isoformat()} is finer than a second")
    if local.second:
        return [write_date(local.date()) + f"{local:%H%M%S}", "204"]
    return [write_date(local.date()) + f"{local:%H%M}", "203"]


def _padded(text: str) -> str:
    whole, point, fraction = text.partition(".")
    return whole + point + fraction.ljust(6, "0") if point else whole


def _zone(code: str) -> tzinfo | None:
    if code in HOURS:
        return timezone(timedelta(hours=HOURS[code])) if HOURS[code] else UTC
    if code in PLACES:
        return ZoneInfo(PLACES[code])
    if len(code) == 2 and code.isascii() and code.isdigit() and 1 <= int(code) <= 24:
        hours = int(code) if int(code) <= 12 else int(code) - 25
        return timezone(timedelta(hours=hours))
    if code in ("", "LT"):
        return None
    raise Misread("code", "is not a time zone we know")


def _zone_of_name(name: str) -> tzinfo | None:
    """The last three characters of layouts 303 and 304: a name, or hours from UTC.

    >>> _zone_of_name("-05"), _zone_of_name("CES"), _zone_of_name("XYZ")
    (datetime.timezone(datetime.timedelta(days=-1, seconds=68400)), datetime.timezone(datetime.timedelta(seconds=7200)), None)
    """
    if name[:1] in ("+", "-") and name[1:].isascii() and name[1:].isdigit():
        return timezone(timedelta(hours=int(name))) if abs(int(name)) < 24 else None
    return timezone(timedelta(hours=NAMED[name])) if name in NAMED else None


def _placed(value: datetime) -> tuple[datetime, str]:
    offset = value.utcoffset() or timedelta()
    hours, rest = divmod(offset.total_seconds(), 3600)
    if rest or not -12 <= hours <= 12:
        return value.astimezone(UTC), "UT"
    return value, "UT" if not hours else f"{int(hours) if hours > 0 else int(hours) + 25:02}"


def _digits(moment: datetime) -> str:
    if moment.microsecond % 10000:
        raise Unwritable(f"{moment.isoformat()} is finer than a hundredth of a second")
    if moment.microsecond:
        return f"{moment:%H%M%S}{moment.microsecond // 10000:02}"
    return f"{moment:%H%M%S}" if moment.second else f"{moment:%H%M}"
