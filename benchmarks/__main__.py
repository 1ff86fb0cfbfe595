"""`make bench`: everything in one run on one machine, so that the ratios mean something whatever the machine.

Each reading runs in a process of its own, the readers taken in turn. Figures are CPU seconds, the least of some rounds:
what else the machine does makes a reading slower, never faster.
"""

import argparse
import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import orders, stages, walk

ROUNDS = 5
PARTS = ("x12", "edifact", "stages", "walk")
# reader -> what it does, and the largest file it is given, in MB
X12 = {
    "crossdock": ("validated models, every check", 1e9),
    "split": ("bare str.split on two levels", 1e9),
    "pyx12": ("X12Reader: segments and envelopes", 1e9),
    "pyx12-full": ("validation against an 850 map, with 997", 1),
}
EDIFACT = {
    "crossdock": ("validated models, every check", 1e9),
    "split": ("bare str.split on two levels", 1e9),
    "pydifact": ("Parser: segments", 10),
}
Figures = dict[str, float]


def one(name: str, file: Path) -> Figures:
    """One reading in a process of its own."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.peers", name, str(file)], capture_output=True, text=True, check=True)
    found: Figures = json.loads(done.stdout)
    return found


def rounds(names: list[str], file: Path, times: int) -> dict[str, Figures]:
    """The quickest reading of each reader."""
    best: dict[str, Figures] = {}
    for _ in range(times):
        for name in names:
            found = one(name, file)
            best[name] = min(best.get(name, found), found, key=lambda figures: figures["cpu"])
    return best


def reading(
    readers: dict[str, tuple[str, float]], write: Callable[[Path, float], int], place: Path, sizes: list[float], times: int
) -> Iterator[str]:
    """A table for each size, then how ours grows with the size."""
    per_order: dict[float, float] = {}
    for size in sizes:
        file = place / f"{size:g}.edi"
        count = write(file, size)
        mb = file.stat().st_size / orders.MB
        best = rounds([name for name, (_, most) in readers.items() if size <= most], file, times if size < 50 else 1)
        ours = best["crossdock"]
        assert ours["orders"] == count and not ours["findings"], "all of them, and nothing wrong with them"
        per_order[size] = ours["cpu"] / count
        yield f"{f'{mb:.2f} MB, {count} orders of 10 lines':58}{'CPU s':>9}{'MB/s':>9}{'orders/s':>10}{'peak MB':>9}{'ours is':>12}"
        for name, found in best.items():
            ratio = found["cpu"] / ours["cpu"]
            compared = "" if name == "crossdock" else f"{ratio:9.2f} x" if ratio >= 1 else f"1/{1 / ratio:7.2f} x"
            row = f"  {f'{name}: {readers[name][0]}':56}{found['cpu']:9.3f}{mb / found['cpu']:9.2f}{count / found['cpu']:10.0f}"
            yield f"{row}{found['rss']:9.0f}{compared:>12}"
        yield ""
        file.unlink()
    if len(per_order) > 1:
        least, most = min(per_order), max(per_order)
        yield f"  ours, time per order at {most:g} MB against {least:g} MB: {per_order[most] / per_order[least]:.2f}\n"


def apart(place: Path, times: int) -> Iterator[str]:
    """Our time, told apart."""
    for kind, write in (("850", orders.of_size), ("ORDERS", orders.messages_of_size)):
        file = place / kind
        count = write(file, 1)
        before, floor = 0.0, 0.0
        yield f"{f'{kind}, {count} orders':58}{'CPU us an order':>18}{'x split':>9}{'with all before':>18}"
        for name, (seconds, _) in stages.measure(file, 3 * times).items():
            floor = floor or seconds
            alone = seconds - before
            yield f"  {name:56}{alone / count * 1e6:18.1f}{alone / floor:9.1f}{seconds / floor:18.1f}"
            before = seconds if seconds > floor else 0.0
        yield ""


def walking() -> Iterator[str]:
    """From file to delivered and acknowledged."""
    title = "From file to delivered and acknowledged, SQLite with full sync"
    yield f"{title:64}{'seconds':>9}{'orders/s':>9}"
    for count, files in ((1000, 20), (500, 500)):
        row = walk.measure(count, files)
        yield f"  {f'{count} orders in {files} files':62}{row['seconds']:9.2f}{row['orders_per_s']:9.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="How fast the hub is, against others")
    parser.add_argument("sizes", nargs="*", type=float, default=[1.0, 10.0], help="MB of the files read; default: 1 10")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of each reading; files from 50 MB on are read once")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part; may be given again")
    given = parser.parse_args()
    parts, sizes = given.only or PARTS, sorted(given.sizes)
    load = os.getloadavg()[0]
    print(
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} CPUs, load {load:.1f} at the start"
    )
    print("Bots is not among the readers: it needs an environment of its own with Django 2.\n")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        tables = {
            "x12": lambda: reading(X12, orders.of_size, place, sizes, given.rounds),
            "edifact": lambda: reading(EDIFACT, orders.messages_of_size, place, sizes, given.rounds),
            "stages": lambda: apart(place, given.rounds),
            "walk": walking,
        }
        for part in PARTS:
            if part in parts:
                for row in tables[part]():
                    print(row, flush=True)


if __name__ == "__main__":
    main()
