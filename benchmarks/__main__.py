"""`make bench`: everything in one run on one machine, so that the ratios mean something whatever the machine."""

import io
import os
import platform
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from pyx12.x12file import X12Reader

from benchmarks import orders, read, walk

ORDERS = 2000
REPETITIONS = 3


def timed(work: Callable[[str], object], text: str) -> float:
    """Median seconds."""
    seconds: list[float] = []
    for _ in range(REPETITIONS):
        begin = time.perf_counter()
        work(text)
        seconds.append(time.perf_counter() - begin)
    return median(seconds)


def split(text: str) -> int:
    """The least that anybody could do: segments and elements, nothing looked at."""
    return sum(len(segment.split("*")) for segment in text.split("~"))


def pyx12(text: str) -> int:
    """Reading only: envelopes and counts, no guide, no model."""
    reader = X12Reader(io.StringIO(text))
    count = sum(1 for _ in reader)
    reader.cleanup()
    return count


def reading(place: Path) -> list[str]:
    """Our reading with all checks against readers that check little or nothing."""
    orders.into(place, ORDERS, 1)
    file = place / "850-000000.edi"
    text = file.read_text()
    ours = read.measure(file, REPETITIONS)
    rows = [(f"crossdock: models, every check ({ours['orders_per_s']:.0f} orders/s)", ours["seconds"])]
    rows += [("pyx12 X12Reader: envelopes only", timed(pyx12, text)), ("str.split, twice", timed(split, text))]
    title = f"Reading {ORDERS} orders, {orders.LINES} lines each, {len(text) / read.MB:.2f} MB"
    return [
        f"{title:64}{'seconds':>9}{'MB/s':>9}{'of ours':>9}",
        *(
            f"  {name:62}{seconds:9.3f}{len(text) / read.MB / seconds:9.2f}{seconds / ours['seconds']:9.3f}"
            for name, seconds in rows
        ),
        f"  peak memory of our reading: {ours['peak_rss_mb']:.0f} MB; findings: {ours['findings']}",
    ]


def walking() -> list[str]:
    """From file to delivered and acknowledged."""
    rows = [(f"{count} orders in {files} files", walk.measure(count, files)) for count, files in ((1000, 20), (500, 500))]
    title = "From file to delivered and acknowledged, SQLite with full sync"
    return [
        f"{title:64}{'seconds':>9}{'orders/s':>9}",
        *(f"  {name:62}{row['seconds']:9.2f}{row['orders_per_s']:9.1f}" for name, row in rows),
    ]


def main() -> None:
    load = os.getloadavg()[0]
    print(
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} CPUs, load {load:.1f} at the start\n"
    )
    with tempfile.TemporaryDirectory() as place:
        print("\n".join(reading(Path(place))), flush=True)
    print("\n".join(["", *walking()]))


if __name__ == "__main__":
    main()
