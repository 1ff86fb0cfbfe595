"""Plays journeys: the files of one order's life go through the real hub, and every file it sends is compared.

`03_erp_confirmation.json` comes in from `erp`; what the hub then sends is `03.1_to_acme_855.edi`, `03.2_to_…`.
"""

import re
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from hub.app import Hub, database_url
from hub.clock import VirtualClock
from hub.ledger.store import Ledger
from hub.operations.trace import Entry, lives
from hub.registry import connectors
from hub.sdk import Message
from hub.settings.company import load

HERE = Path(__file__).parent / "fixtures" / "journeys"
JOURNEYS = sorted(path for path in HERE.iterdir() if path.name != "company")
FIRST = ("clean_order_to_paid_invoice", "ordered_and_invoiced_in_edifact")
A_FEW = [pytest.param(path, marks=[] if path.name in FIRST else pytest.mark.slow) for path in JOURNEYS]  # the others later
NOON = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


@asynccontextmanager
async def hub_for(home: Path, company: Path = HERE / "company", database: str | None = None) -> AsyncIterator[Hub]:
    """A hub with a fresh ledger and a clock that stands at noon in Chicago."""
    folder = home / "company"
    if not folder.exists():
        shutil.copytree(company, folder)
    shutil.copytree(HERE / "company" / "connectors", folder / "connectors", dirs_exist_ok=True)  # the wire, for all
    loaded = load(folder, connectors(folder), {}, home=home)
    ledger = Ledger(database_url(loaded, database))
    hub = Hub(loaded, ledger, VirtualClock(NOON))
    await begin(hub)
    try:
        yield hub
    finally:
        await hub.engine.stop(5)
        ledger.close()


async def begin(hub: Hub) -> None:
    hub.ledger.create()
    await hub.engine.start(hub.drains, 8)


def wire(hub: Hub, name: str) -> Any:
    """The connector of an endpoint, to look into."""
    return hub.site.connectors[name]


async def catch_up(hub: Hub) -> None:
    """Commands beside the hub go by the real clock; the virtual one must not be behind it."""
    behind = datetime.now(UTC) - hub.clock.now()
    if behind > timedelta():
        await hub.clock.advance(behind + timedelta(seconds=1))  # type: ignore[attr-defined]


async def bring(hub: Hub, endpoint: str, body: bytes, name: str, key: str | None = None, **headers: str) -> None:
    """Something comes in and is worked off, with all that follows from it."""
    wire(hub, endpoint).waiting.append(Message(key or name, body, name, headers=headers))
    await hub.work()


async def play(
    journey: Path, home: Path, database: str | None = None, after: Callable[[Hub], None] | None = None
) -> dict[str, str]:
    """Every file the hub sent, and the timeline at the end, by the name it should have. `after` looks at the hub at the end."""
    made: dict[str, str] = {}
    own = journey / "company"
    async with hub_for(home, own if own.is_dir() else HERE / "company", database=database) as hub:
        for step in sorted(journey.glob("[0-9][0-9]_*")):
            number, endpoint, what = step.stem.split("_", 2)
            before = {name: len(one.sent) for name, one in hub.site.connectors.items()}  # type: ignore[attr-defined]
            await bring(hub, endpoint, step.read_bytes(), step.name, document=what)
            made |= _sent(hub, before, number)
            await hub.clock.advance(timedelta(minutes=1))  # type: ignore[attr-defined]
        made["timeline.txt"] = _timeline(hub)
        if after is not None:
            after(hub)
    return made


def _sent(hub: Hub, before: dict[str, int], number: str) -> dict[str, str]:
    fresh = [
        (name, outgoing)
        for name, one in hub.site.connectors.items()
        for outgoing in list(one.sent.values())[before[name] :]  # type: ignore[attr-defined]
    ]
    made: dict[str, str] = {}
    for n, (name, outgoing) in enumerate(fresh, start=1):
        what = outgoing.name.split("_")[1]
        suffix = outgoing.name.rpartition(".")[2]
        made[f"{number}.{n}_to_{name}_{what}.{suffix}"] = _text(outgoing.body)
    return made


def _text(body: bytes) -> str:
    """The bytes as a person sees them: EDIFACT under an old label is Latin-1."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = body.decode("latin-1")
    return text if text.endswith("\n") else text + "\n"


def _timeline(hub: Hub) -> str:
    from hub.ledger.documents import recent_orders

    lines: list[str] = []
    rows = hub.ledger.look(lambda connection: recent_orders(connection, None, 100))
    for number in sorted({row.number for row in rows}):
        for life in hub.ledger.look(partial(lives, number=number)):
            lines.append(f"Order {life.number}: {life.state}")
            lines += _told(life.entries)
    return "\n".join(lines) + "\n"


def _told(entries: Sequence[Entry]) -> list[str]:
    """Deliveries to several places at once end in any order, and their files are counted in that order. What no rule uses is
    noticed beside the work: before or after what comes in the same minute."""
    lines: list[str] = []
    ordered = sorted(entries, key=lambda entry: (entry.at, entry.what != "leftover"))
    for (what, _), group in groupby(ordered, key=lambda entry: (entry.what == "delivered", entry.at)):
        texts = [f"  {entry.at:%H:%M} {re.sub('[0-9]{10}_', '', entry.text)}" for entry in group]
        lines += sorted(texts) if what else texts
    return lines
