"""Kinds of values that several settings share."""

from difflib import get_close_matches
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, ConfigDict

from hub.sdk.settings import Settings

LAST_PORT = 65535


class Section(Settings):
    """Part of a settings file. Ids and numbers written without quotes are taken as text where text is meant."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


@cache
def zones() -> frozenset[str]:
    """All time zones by name; to find them takes as long as to read a company."""
    return frozenset(available_timezones())


def _zone(name: str) -> str:
    if name not in zones():
        raise ValueError(f"`{name}` is no time zone; {_like(name)}")
    return name


def _like(name: str) -> str:
    near = get_close_matches(name, zones(), n=1, cutoff=0.7)
    return f"did you mean `{near[0]}`?" if near else "they are written like `America/Chicago`"


def host_and_port(text: str) -> tuple[str, int]:
    """Host and port of `host:port`, a host of IPv6 in brackets. Raises ValueError.

    >>> host_and_port("127.0.0.1:8710"), host_and_port("[::1]:0")
    (('127.0.0.1', 8710), ('::1', 0))
    """
    host, _, port = text.rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    good = bare and not set(bare) & set("[]/@ \t") and (":" not in bare or bare != host)
    if not good or not (port.isascii() and port.isdigit() and len(port) <= 5 and int(port) <= LAST_PORT):
        raise ValueError(f"`{text}` is no place to listen on; they are written like `127.0.0.1:8710`")
    return bare, int(port)


def _listen(text: str) -> str:
    host_and_port(text)
    return text


def _database(text: str) -> str:
    kind, colon, place = text.partition("://")
    if kind.partition("+")[0] not in ("sqlite", "postgresql") or not colon or not place.strip("/"):
        raise ValueError("`database` is an address such as `sqlite:///var/crossdock.db` or `postgresql://host/name`")
    return text


Zone = Annotated[str, AfterValidator(_zone)]
Listen = Annotated[str, AfterValidator(_listen)]
Database = Annotated[str, AfterValidator(_database)]
