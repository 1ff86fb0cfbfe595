"""Kinds of values that several settings share."""

from difflib import get_close_matches
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, ConfigDict

from hub.sdk.settings import Settings


class Section(Settings):
    """Part of a settings file. Ids and numbers written without quotes are taken as text where text is meant."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"`{name}` is no time zone; {_like(name)}")
    return name


def _like(name: str) -> str:
    near = get_close_matches(name, available_timezones(), n=1, cutoff=0.7)
    return f"did you mean `{near[0]}`?" if near else "they are written like `America/Chicago`"


Zone = Annotated[str, AfterValidator(_zone)]
