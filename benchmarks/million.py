"""Intake, the life of an order and the list of what is stuck, with very many orders in the ledger against few, in turn."""

import argparse
import asyncio
import json
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import postgres, seeds
from benchmarks.intake import LOOKS, TOGETHER, looks, taken_in
from hub.ledger.store import Ledger

FEW = 1000
TAKEN_IN = 1000  # orders of one turn of intake


def seeded(database: str, count: int) -> str:
    """A ledger with so many orders that are over."""
    ledger = Ledger(database)
    ledger.create()
    seeds.past(ledger, count)
    ledger.close()
    return database


def turn(home: Path, database: str, seed: int) -> dict[str, float]:
    """Milliseconds: of processor time for each order taken in, and by the wall for looks."""
    _, work = asyncio.run(taken_in(home, database, TAKEN_IN, TOGETHER, seed))
    numbers = [f"B{seed}-{n * TAKEN_IN // LOOKS:07d}" for n in range(LOOKS)]
    return {"intake_ms": round(1000 * work / TAKEN_IN, 3), **looks(database, numbers)}


def measure(database: str | None, count: int, turns: int) -> dict[str, Any]:
    """The least of some turns: what else the machine does makes a turn slower, never faster."""
    with tempfile.TemporaryDirectory() as place, ExitStack() as kept:
        addresses = {name: kept.enter_context(seeds.empty(database, Path(place), name)) for name in ("few", "many")}
        seeded(addresses["few"], FEW)
        seeded(addresses["many"], count)
        found: dict[str, list[dict[str, float]]] = {name: [] for name in addresses}
        for n in range(1, turns + 1):
            for name, address in addresses.items():
                found[name].append(turn(Path(place) / f"{name}-{n}", address, n))
    few, many = ({what: min(one[what] for one in all_of_it) for what in all_of_it[0]} for all_of_it in found.values())
    return {
        "orders": count,
        "against": FEW,
        "few": few,
        "many": many,
        "times": {what: round(many[what] / few[what], 2) for what in few},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="The same with many orders in the ledger as with few")
    parser.add_argument("--database", help=postgres.NAMED)
    parser.add_argument("--orders", type=int, default=1_000_000, help="orders in the ledger, filled by bulk insert")
    parser.add_argument("--turns", type=int, default=4)
    given = parser.parse_args()
    with postgres.server(given.database) as address:
        print(json.dumps(measure(address, given.orders, given.turns)))


if __name__ == "__main__":
    main()
