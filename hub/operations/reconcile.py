"""Reconcile: per channel and day, what the source has, what the hub has of it, and what each system has of that."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hub.flow.intend import stored
from hub.ledger import arrivals
from hub.ledger.store import Ledger
from hub.sdk import Connector
from hub.settings.company import Company


class Period(NamedTuple):
    """From one moment up to another, which is not in it."""

    since: datetime
    until: datetime


@dataclass(slots=True)
class Held:
    """What one system has of what came."""

    sent: int = 0  # it has said that it has them
    waiting: list[str] = field(default_factory=list)  # not sent yet, by number
    missing: list[str] | None = None  # it was asked, and does not have them after all; None: it cannot be asked


@dataclass(slots=True)
class Day:
    """One channel on one day."""

    channel: str
    day: date
    hub: int
    source: int | None = None  # None: it cannot be asked
    missing: list[str] = field(default_factory=list)  # the source has them, the hub has not
    systems: dict[str, Held] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return not self.missing and not any(held.missing or held.waiting for held in self.systems.values())

    @property
    def help(self) -> str | None:
        """The one command that brings what is missing here."""
        return f"crossdock pull {self.channel} --from {self.day} --to {self.day}" if self.missing else None


def days(first: date, last: date, zone: ZoneInfo) -> Iterator[tuple[date, Period]]:
    """Each day from the first to the last, as that zone has it."""
    while first <= last:
        following = first + timedelta(days=1)
        yield first, Period(datetime.combine(first, time(), zone), datetime.combine(following, time(), zone))
        first = following


def sources(company: Company, connectors: Mapping[str, Connector]) -> list[str]:
    """Every channel, and every system that tells what it has for us: its answers may be missing here too."""
    return [*company.channels, *(name for name in company.systems if type(connectors[name]).offers("ids"))]


async def reconcile(
    company: Company, ledger: Ledger, connectors: Mapping[str, Connector], channels: list[str], first: date, last: date
) -> AsyncIterator[Day]:
    """Day by day. Raises what a source raises that cannot be reached."""
    for channel in channels:
        for day, period in days(first, last, ZoneInfo(company.hub.zone)):
            came = await ledger.read(partial(arrivals.between, endpoint=channel, since=period.since, until=period.until))
            found = Day(channel, day, len(came))
            if type(connectors[channel]).offers("ids"):
                theirs = await ids(connectors[channel], period)
                found.source, found.missing = len(theirs), await absent(ledger, channel, theirs)
            rows = await ledger.read(partial(arrivals.delivered_from, endpoint=channel, since=period.since, until=period.until))
            for row in rows:
                target = company.systems.get(row.target)
                if target is not None:
                    held = found.systems.setdefault(row.target, Held(missing=[] if _answers(connectors[row.target]) else None))
                    await _ask(ledger, connectors[row.target], row, held)
            yield found


async def ids(connector: Connector, period: Period) -> list[str]:
    """What the source has of a period, each once."""
    return list(dict.fromkeys([one async for one in connector.ids(period.since, period.until)]))


async def absent(ledger: Ledger, endpoint: str, theirs: list[str]) -> list[str]:
    """Those of these that the hub has not."""
    ours = await ledger.read(partial(arrivals.keys, endpoint=endpoint, asked=theirs))
    return [one for one in theirs if one not in ours]


def _answers(connector: Connector) -> bool:
    """Its word that it does not have something is proof."""
    return connector.repeat == "lookup" and type(connector).offers("find")


async def _ask(ledger: Ledger, connector: Connector, row: Any, held: Held) -> None:
    name = f"{row.kind.replace('_', ' ')} {row.number or ''}".strip()
    if row.state != "done":
        held.waiting.append(name)
        return
    held.sent += 1
    if held.missing is not None and row.outbound_id is not None:
        intent = await ledger.read(partial(stored, outbound_id=row.outbound_id, epoch=0, look=True))
        if await connector.find(intent.outgoing.key, intent.outgoing) is None:
            held.missing.append(name)
