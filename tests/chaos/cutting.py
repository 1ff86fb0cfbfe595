"""A hub whose connections are cut at random bytes, in pushes and in pulls; judged from the book of the till at their far end.

The hub is real and in this process, its time is virtual, the sockets and the cuts are real.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

from hub.app import Hub, database_url
from hub.clock import VirtualClock, settle
from hub.ledger import deliveries
from hub.ledger.store import Ledger
from hub.operations.retry import retry
from hub.registry import connectors
from hub.sdk.testing import StandIn
from hub.settings.company import load
from tests.chaos.scissors import Scissors
from tests.chaos.stores import split
from tests.chaos.till import SOURCES, WAYS, Taken, Till
from tests.journey import HERE, NOON, begin

ROOT = Path(__file__).resolve().parents[2]
COMPANY = ROOT / "tests" / "fixtures" / "till" / "company"
PLACES = (*WAYS, *SOURCES)
ORDER = (HERE / "clean_order_to_paid_invoice" / "01_acme_850.edi").read_text()
STEP = timedelta(minutes=2)  # longer than any poll, retry or pause of the till's company
QUIET = 12  # rounds in which nothing changed, after which nothing more is expected


def order(number: int) -> str:
    """Another order each, in an interchange of its own."""
    return ORDER.replace("PO-1001", f"PO-{number:06d}").replace("000000101", f"{number:09d}").replace("*101", f"*{number}")


def url_name(place: str) -> str:
    return f"TILL_{place.upper().replace('-', '_')}"


@asynccontextmanager
async def hub_before(urls: dict[str, str], home: Path) -> AsyncIterator[Hub]:
    """The till's company, each of its places at the address given."""
    env = {url_name(place): url for place, url in urls.items()}
    company = load(COMPANY, connectors(COMPANY), env, home=home)
    ledger = Ledger(database_url(company))
    hub = Hub(company, ledger, VirtualClock(NOON))
    await begin(hub)
    try:
        yield hub
    finally:
        await hub.engine.stop(5)
        for connector in hub.site.connectors.values():
            await connector.close()
        ledger.close()


def person(hub: Hub, till: Till) -> int:
    """Looks at each parked document whether the far side has it; what is not there is sent again. Says how many."""
    found = till.holds("unsafe")
    missing = [row.number for row in hub.ledger.look(deliveries.parked) if row.number not in found]
    for number in missing:
        again = partial(retry, number=number, who="a person", why="it is not there", now=hub.clock.now())
        hub.ledger.submit(again).result()
    return len(missing)


def unfinished(hub: Hub, till: Till) -> list[str]:
    """Orders and acknowledgements that are not where they belong, or not known to be; what a person has found there is there."""
    found = till.holds("unsafe")
    query = (
        "select d.state, d.target, o.number from deliveries d join documents o on o.id = d.document_id where d.state <> 'done'"
    )
    rows = hub.ledger.look(lambda connection: connection.exec_driver_sql(query).all())
    return [f"{number} is {state} for {target}" for state, target, number in rows if state != "parked" or number not in found]


@dataclass
class Cut:
    """What was done, and what came of it."""

    cuts: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    orders: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    asked: int = 0  # times that a person sent something again
    faults: list[str] = field(default_factory=list)


async def run(folder: Path, cuts: int, seed: int, kind: type[Till] = Till) -> Cut:
    """Orders come and go until every place was cut off so often; then the connections hold, and everything must come right."""
    dice, done = Random(f"cuts {seed}"), Cut()
    till = kind(folder / "till.sqlite")
    door = StandIn(till)
    await door.start()
    scissors = {place: Scissors(door.port, Random(dice.random())) for place in PLACES}
    for one in scissors.values():
        await one.start()
    async with hub_before({place: one.url for place, one in scissors.items()}, folder) as hub:
        while any(one.cuts.total() < cuts for one in scissors.values()):
            for source in SOURCES:
                done.orders += 1
                till.offer(source, order(done.orders))
            await turn(hub, till, done)
        for one in scissors.values():
            one.cutting = False
        await rest(hub, till, done)
        done.faults += [f"left over: {what}" for what in unfinished(hub, till)]
    for one in scissors.values():
        await one.stop()
    await door.stop()
    await settle()  # those who were cut off come to their end
    done.cuts = {place: one.cuts for place, one in scissors.items()}
    done.taken = Counter({way: len(till.taken(way)) for way in WAYS})
    done.faults += judge(till, done.orders)
    return done


async def turn(hub: Hub, till: Till, done: Cut) -> None:
    """Some minutes pass, and the hub does what is due."""
    await hub.clock.advance(STEP)  # type: ignore[attr-defined]
    await hub.work()
    done.asked += person(hub, till)


async def rest(hub: Hub, till: Till, done: Cut) -> None:
    """Until everything is where it belongs, or nothing moves any more."""
    quiet, before = 0, 0
    while quiet < QUIET and (unfinished(hub, till) or len(till.taken("native")) < 2 * done.orders):
        await turn(hub, till, done)
        now = sum(len(till.taken(way)) for way in WAYS)
        quiet, before = (quiet + 1, before) if now == before else (0, now)


def judge(till: Till, orders: int) -> list[str]:
    """Each order once in each way, as the reader there sees it; each acknowledged once; no number for two contents."""
    faults: list[str] = []
    wanted = {f"PO-{number:06d}" for number in range(1, orders + 1)}
    for way in WAYS:
        found: dict[str, list[Taken]] = {}
        for one in till.taken(way):
            if one.kind == "order":
                found.setdefault(number_of(one), []).append(one)
        faults += [f"{way}: {number} was lost" for number in sorted(wanted - set(found))]
        faults += [f"{way}: {number} is there, and nobody ordered it" for number in sorted(set(found) - wanted)]
        faults += [
            f"{way}: {number} is there {len(read)} times" for number, them in found.items() if len(read := seen(way, them)) > 1
        ]
    return faults + receipts(till, orders)


def seen(way: str, them: list[Taken]) -> list[Taken]:
    """What a reader takes for different documents: where the same bytes may come again, it knows them by name and bytes."""
    return list({(one.name, one.body): one for one in them}.values()) if way == "same-bytes" else them


def number_of(one: Taken) -> str:
    """The number that stands in the document itself."""
    return str(json.loads(one.body)["number"])


def receipts(till: Till, orders: int) -> list[str]:
    """One acknowledgement for each interchange that was given, each under a control number of its own."""
    papers = [split(one.body) for one in till.taken("native") if one.kind == "acknowledgement"]
    about = Counter(next(segment[2] for segment in paper if segment[0] == "AK1") for paper in papers)
    numbers = Counter(paper[0][13] for paper in papers)
    faults = [
        f"interchange {number} was acknowledged {about[str(number)]} times"
        for number in range(1, orders + 1)
        if about[str(number)] != 1
    ]
    return faults + [f"control number {number} stands on {count} papers" for number, count in numbers.items() if count > 1]


def table(done: Cut) -> str:
    """A line for each place: how often it was cut off, where and how, and what it has."""
    heads = ("asking", "answer", "closed", "reset", "silent", "cuts", "orders", "held")
    lines = [f"{'connection cut':14}" + "".join(f"{head:>8}" for head in heads)]
    for place, cuts in done.cuts.items():
        counts = [sum(n for cut, n in cuts.items() if head in cut) for head in heads[:5]]
        held = [str(done.taken[place])] if place in WAYS else ["-"]
        lines.append(f"{place:14}" + "".join(f"{value:>8}" for value in [*counts, cuts.total(), done.orders, *held]))
    lines += ["", f"a person sent {done.asked} again", *(f"FAULT {fault}" for fault in done.faults[:40])]
    said = "nothing lost, nothing doubled" if not done.faults else f"{len(done.faults)} faults"
    return "\n".join([*lines, f"{sum(cuts.total() for cuts in done.cuts.values())} cuts in {done.orders} orders: {said}"])
