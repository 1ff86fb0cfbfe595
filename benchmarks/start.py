"""The service as it is run: from its start to the first delivery, its memory at rest, and under load."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import orders, postgres, seeds, walk
from benchmarks.deliver import LIMIT, LOOK, memory, taken
from hub.ledger.store import Ledger

REST = 3.0  # seconds left to settle before the memory at rest is read


@contextmanager
def service(home: Path, database: str) -> Iterator["subprocess.Popen[bytes]"]:
    """`crossdock run` on this company."""
    command = ["run", "--company", str(home / "company"), "--home", str(home), "--database", database]
    process = subprocess.Popen([sys.executable, "-m", "hub.cli", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _until(port: int, count: int, process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    begin = time.monotonic()
    while (found := taken(port))["orders"] < count:
        if process.poll() is not None or time.monotonic() - begin > LIMIT:
            raise SystemExit(f"{found['orders']} of {count} came")
        time.sleep(LOOK)
    return found


def first(database: str | None) -> tuple[float, float]:
    """Seconds from the start to the first delivery, one being due; and MB at rest behind it."""
    with tempfile.TemporaryDirectory() as place, walk.sink() as port, seeds.empty(database, Path(place), "start") as address:
        walk.company(Path(place), port)
        ledger = Ledger(address)
        ledger.create()
        seeds.due(ledger, 0, 1, ("erp",))
        ledger.close()
        begin = time.monotonic()
        with service(Path(place), address) as process:
            found = _until(port, 1, process)
            time.sleep(REST)
            return found["first"] - begin, memory(process, "VmRSS")


def loaded(database: str | None, count: int, a_file: int) -> float:
    """MB at its peak while so many orders come in files, are read, acknowledged, decided and delivered."""
    with tempfile.TemporaryDirectory() as place, walk.sink() as port, seeds.empty(database, Path(place), "load") as address:
        walk.company(Path(place), port)
        orders.into(Path(place) / "in", count, max(1, count // a_file))
        with service(Path(place), address) as process:
            _until(port, count, process)
            return memory(process)


def main() -> None:
    parser = argparse.ArgumentParser(description="Start to first delivery, memory at rest and under load")
    parser.add_argument("--database", help=postgres.NAMED)
    parser.add_argument("--orders", type=int, default=5000)
    parser.add_argument("--per-file", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with postgres.server(given.database) as address:
        starts = [first(address) for _ in range(given.rounds)]
        load = loaded(address, given.orders, given.per_file)
    rest = min(mb for _, mb in starts)
    seconds = sorted(found for found, _ in starts)
    print(json.dumps({
        "first_delivery_s": round(seconds[0], 2), "median_s": round(median(seconds), 2), "rest_mb": round(rest, 1),
        "load_mb": round(load, 1), "above_rest_mb": round(load - rest, 1), "orders": given.orders,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
