"""Kinds of values that several settings share."""

from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, ConfigDict

from hub.sdk.settings import Settings


class Section(Settings):
    """Part of a settings file. Ids and numbers written without quotes are taken as text where text is meant."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"`{name}` is no time zone; they are written like `America/Chicago`")
    return name


def zone_info(name: str) -> ZoneInfo:
    return ZoneInfo(name)


Zone = Annotated[str, AfterValidator(_zone)]
