"""From files to decided orders, deliveries and 997s in the ledger, against the driver's `executemany` of the same rows."""

import argparse
import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url, select

from benchmarks import orders, postgres, seeds, walk
from hub import garbage
from hub.app import Hub
from hub.flow.intake import intake
from hub.flow.poll import poll
from hub.ledger import lanes
from hub.ledger.connect import connect
from hub.ledger.store import Ledger
from hub.ledger.tables import metadata
from hub.operations.orders import waiting
from hub.operations.trace import lives
from hub.registry import connectors
from hub.settings.company import load

TOGETHER = 100  # orders a file, and a commit of the driver; the rows of a larger file refer to its last ones
LOOKS = 20
WRITTEN = (
    "blobs", "chunks", "arrivals", "documents", "orders", "revisions", "document_orders", "deliveries", "delivery_orders", "timeline"
)  # fmt: skip


class Clocks:
    """Seconds on the wall, and of this process's own work: on a machine that others use too, the second says more."""

    def __init__(self) -> None:
        self._begin = time.perf_counter(), time.process_time()

    def stop(self) -> tuple[float, float]:
        return time.perf_counter() - self._begin[0], time.process_time() - self._begin[1]


async def taken_in(home: Path, database: str, count: int, a_file: int, seed: int = 1) -> tuple[float, float]:
    """Seconds from the first look into the folder to the last decision; the hub runs no engine meanwhile."""
    folder = walk.company(home, 9)
    ledger = Ledger(database)
    company = load(folder, connectors(folder), {}, home=home)
    hub = Hub(company, ledger)
    orders.into(home / "in", count, max(1, count // a_file), seed=seed)
    hub.site.library(company.partners["shop"]).find("x12", "850", "004010")  # guides are loaded once a process
    epoch = await ledger.write(partial(lanes.take, name="in:shop", owner="bench", now=hub.clock.now(), hold=seeds.LONG))
    assert epoch is not None
    garbage.watch()  # as a hub that serves does
    clocks = Clocks()
    await poll(hub.site, "shop")
    while ledger.look(partial(seeds.undecided, endpoint="shop")):
        await intake(hub.site, "shop", epoch)
    seconds = clocks.stop()
    for connector in hub.site.connectors.values():
        await connector.close()
    ledger.close()
    return seconds


def _same(value: Any) -> Any:
    return value


def captured(database: str, after: dict[str, int]) -> dict[str, list[tuple[Any, ...]]]:
    """The rows that were written, as the driver takes them; those of ids up to `after` were there before."""
    engine = connect(database)
    rows = {}
    with engine.connect() as connection:
        for name in WRITTEN:
            table = metadata.tables[name]
            kind = connection.dialect
            makes = [column.type.dialect_impl(kind).bind_processor(kind) or _same for column in table.c]
            found = connection.execute(seeds.since(select(table), table, after.get(name, 0))).all()
            rows[name] = [tuple(make(value) for make, value in zip(makes, row, strict=True)) for row in found]
    engine.dispose()
    hashes = {row[metadata.tables["arrivals"].c.keys().index("hash")] for row in rows["arrivals"]}
    return rows | {name: [row for row in rows[name] if row[0] in hashes] for name in ("blobs", "chunks")}


def by_driver(database: str, rows: dict[str, list[tuple[Any, ...]]], commits: int) -> tuple[float, float]:
    """Seconds to write the same rows with nothing between, so many commits in all."""
    insert, commit, close = _driver(database)
    clocks = Clocks()
    for n in range(commits):
        for name, all_of_it in rows.items():
            part = all_of_it[n * len(all_of_it) // commits : (n + 1) * len(all_of_it) // commits]
            if part:
                insert(name, part)
        commit()
    seconds = clocks.stop()
    close()
    return seconds


def _driver(database: str) -> tuple[Callable[[str, list[tuple[Any, ...]]], object], Callable[[], None], Callable[[], None]]:
    address = make_url(database)
    columns = {name: ", ".join(f'"{column.name}"' for column in metadata.tables[name].c) for name in WRITTEN}
    if address.get_backend_name() == "sqlite":
        lite = sqlite3.connect(str(address.database))
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            lite.execute(f"PRAGMA {pragma}")

        def many(name: str, rows: list[tuple[Any, ...]]) -> object:
            return lite.executemany(_insert(name, columns[name], "?", len(rows[0])), rows)

        return many, lite.commit, lite.close
    full = psycopg.connect(address.set(drivername="postgresql").render_as_string(hide_password=False))
    cursor = full.cursor()
    return (
        lambda name, rows: cursor.executemany(_insert(name, columns[name], "%s", len(rows[0])), rows),
        full.commit,
        full.close,
    )


def _insert(name: str, columns: str, mark: str, count: int) -> str:
    return f"INSERT INTO {name} ({columns}) VALUES ({', '.join([mark] * count)})"


def looks(database: str, numbers: Sequence[str]) -> dict[str, float]:
    """Milliseconds for the life of an order, and for the list of what is stuck: the best of many, others use the machine too."""
    ledger = Ledger(database)
    found = {
        "trace_ms": min(_timed(ledger, partial(lives, number=number)) for number in numbers for _ in range(3)),
        "stuck_ms": min(_timed(ledger, waiting) for _ in range(LOOKS)),
    }
    ledger.close()
    return found


def _timed(ledger: Ledger, look: Callable[[Any], object]) -> float:
    begin = time.perf_counter()
    ledger.look(look)
    return round((time.perf_counter() - begin) * 1000, 3)


def measure(database: str | None, count: int, a_file: int, before: int) -> dict[str, Any]:
    """One run; `before` orders are in the ledger already, decided and delivered long ago."""
    with tempfile.TemporaryDirectory() as place, seeds.empty(database, Path(place), "ours") as ours:
        ledger = Ledger(ours)
        ledger.create()
        seeds.past(ledger, before)
        ids = ledger.look(seeds.highest)
        ledger.close()
        seconds, work = asyncio.run(taken_in(Path(place), ours, count, a_file))
        rows = captured(ours, ids)
        found = looks(ours, [f"B1-{n * count // LOOKS:07d}" for n in range(LOOKS)])
        with seeds.empty(database, Path(place), "driver") as theirs:
            ledger = Ledger(theirs)
            ledger.create()
            ledger.close()
            bare, bare_work = by_driver(theirs, rows, max(1, count // max(TOGETHER, a_file)))
    written = sum(map(len, rows.values()))
    return {
        "orders": count, "orders_a_file": a_file, "ledger_orders": before, "seconds": round(seconds, 3),
        "orders_per_s": round(count / seconds, 1), "rows": written, "driver_seconds": round(bare, 3),
        "times_driver": round(seconds / bare, 2), "cpu_ms_an_order": round(1000 * work / count, 3),
        "times_driver_cpu": round(work / bare_work, 2), **found,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="Files to decided orders in the ledger")
    parser.add_argument("--database", help=postgres.NAMED)
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--per-file", type=int, default=TOGETHER)
    parser.add_argument("--ledger-orders", type=int, default=0, help="orders that are in the ledger before")
    given = parser.parse_args()
    with postgres.server(given.database) as address:
        print(json.dumps(measure(address, given.orders, given.per_file, given.ledger_orders)))


if __name__ == "__main__":
    main()
