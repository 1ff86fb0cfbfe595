"""Durations as people write them in settings: `30s`, `5m`, `36h`, `2d`."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
PART = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")
WHOLE = re.compile(r"(?:\d+(?:\.\d+)?\s*[smhd]\s*)+")


def parse(text: str) -> timedelta:
    """
    >>> parse("36h")
    datetime.timedelta(days=1, seconds=43200)
    >>> parse("1h 30m")
    datetime.timedelta(seconds=5400)
    """
    if not WHOLE.fullmatch(text.strip()):
        raise ValueError("write a duration as a number with s, m, h or d, such as `30s`, `5m`, `36h`, `2d`")
    return sum((timedelta(**{UNITS[unit]: float(number)}) for number, unit in PART.findall(text)), timedelta())


def words(duration: timedelta) -> str:
    """
    >>> words(timedelta(minutes=90))
    '1h 30m'
    """
    left, parts = int(duration.total_seconds()), []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0s"


def _coerce(value: Any) -> timedelta:
    return value if isinstance(value, timedelta) else parse(str(value))


Duration = Annotated[timedelta, BeforeValidator(_coerce), PlainSerializer(words, return_type=str, when_used="json")]
