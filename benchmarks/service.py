"""The service while a large interchange comes in and is worked off: how fast it answers meanwhile, and how much memory it takes.

The hub is a process of its own. After a first small file, which loads the guides, its memory is at rest; then the large one
lies in the folder or is posted, and `/healthz`, `/readyz` and `/metrics` are asked in turn until all of it is decided.
"""

import argparse
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks import orders, seeds, walk
from benchmarks.deliver import memory, work
from hub.ledger.store import Ledger

PAGES = ("/healthz", "/readyz", "/metrics")
READY = 200
PAUSE = 0.02
IDLE = 100  # times that `/healthz` is asked before: what the machine itself takes
LIMIT = 3600.0
TOKEN = "bench"
DOOR = re.compile(r"listening on 127\.0\.0\.1:([1-9]\d*)")  # it says first what it was told, port 0
POSTED = "connector: http\nsettings: {{url: 'http://127.0.0.1:{port}/answers', token: bench, accept_tokens: [bench]}}"


def company(home: Path, port: int, door: str) -> Path:
    """The company of the walk; its shop posts where the door is http."""
    folder = walk.company(home, port)
    hub, shop = folder / "hub.yaml", folder / "channels" / "shop.yaml"
    hub.write_text(hub.read_text() + "receiving: {largest: 1024}\n")
    if door == "http":
        lines = shop.read_text().splitlines()
        shop.write_text("\n".join([lines[0], POSTED.format(port=port), *lines[3:]]) + "\n")
    return folder


@contextmanager
def running(folder: Path, home: Path) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """A hub as a process; gives it and the port of its door."""
    command = [sys.executable, "-m", "hub.cli", "run", "--company", str(folder), "--home", str(home), "--listen", "127.0.0.1:0"]
    log = home / "hub.log"
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
    try:
        while (found := DOOR.search(log.read_text())) is None:
            if process.poll() is not None:
                raise SystemExit(log.read_text())
            time.sleep(PAUSE)
        port = int(found[1])
        while asked(port, "/readyz")[1] != READY:
            time.sleep(PAUSE)
        yield process, port
    finally:
        process.terminate()
        process.wait(60)


def bring(home: Path, port: int, door: str, file: Path) -> None:
    """The far side's part: a file appears at once, or is posted."""
    if door == "folder":
        file.rename(home / "in" / file.name)
        return
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": file.name, "Content-Length": str(file.stat().st_size)}
    with file.open("rb") as body:
        connection.request("POST", "/in/shop", body, headers)
    reply = connection.getresponse()
    assert reply.status == 202, reply.read()
    connection.close()


def asked(port: int, page: str) -> tuple[float, int]:
    """Seconds that a page took, and its status."""
    begin = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", page)
    reply = connection.getresponse()
    reply.read()
    connection.close()
    return time.perf_counter() - begin, reply.status


def paused(port: int) -> float:
    """Seconds that `/healthz` took, after a pause."""
    time.sleep(PAUSE)
    return asked(port, PAGES[0])[0]


def until_decided(home: Path, port: int, count: int) -> dict[str, list[float]]:
    """Asks each page in turn until so many arrivals are decided; how long each took."""
    ledger, begin = Ledger(f"sqlite:///{home}/hub.db", only_look=True), time.perf_counter()
    took: dict[str, list[float]] = {page: [] for page in PAGES}
    look = 0.0
    while time.perf_counter() - begin < LIMIT:
        for page in PAGES:
            seconds, status = asked(port, page)
            assert status == READY, f"{page} answered {status}"
            took[page].append(seconds)
            time.sleep(PAUSE)
        if time.perf_counter() > look:
            look = time.perf_counter() + 1
            if ledger.look(seeds.decided) >= count:
                ledger.close()
                return took
    raise SystemExit(f"not decided after {LIMIT:.0f} s")


def measure(size: float, door: str) -> dict[str, object]:
    """One run in a fresh place; its figures."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_PLACE")) as place, walk.sink() as sink:
        home = Path(place)
        (home / "in").mkdir()
        small, large = home / "small.edi", home / "large.edi"
        small.write_text(orders.interchange(["FIRST"], 1))
        count = orders.of_size(large, size)
        with running(company(home, sink, door), home) as (process, port):
            bring(home, port, door, small)
            until_decided(home, port, 1)
            time.sleep(1)
            idle = [paused(port) for _ in range(IDLE)]
            rest = memory(process, "VmRSS")
            Path(f"/proc/{process.pid}/clear_refs").write_text("5")  # the highest is counted from here
            begin, before, worked = time.perf_counter(), walk.taken(sink), work(process)
            bring(home, port, door, large)
            took = until_decided(home, port, 2)
            seconds = time.perf_counter() - begin
            worked, delivered = work(process) - worked, walk.taken(sink) - before
            grown = memory(process) - rest
    pages = {page.strip("/"): figures(times) for page, times in took.items()}
    return {
        "mb": size,
        "door": door,
        "load": round(os.getloadavg()[0], 1),
        "orders": count,
        "seconds": round(seconds, 1),
        "ms_an_order": round(1000 * seconds / count, 3),
        "cpu_ms_an_order": round(1000 * worked / count, 3),
        "delivered": delivered,
        "rest_mb": round(rest, 1),
        "grown_mb": round(grown, 1),
        "idle": figures(idle),
        **pages,
    }


def figures(times: list[float]) -> dict[str, float]:
    """In milliseconds."""
    ordered, last = sorted(times), len(times) - 1
    at = partial(round, ndigits=1)
    return {
        "asked": len(times),
        "median_ms": at(1000 * ordered[last // 2]),
        "p99_ms": at(1000 * ordered[last * 99 // 100]),
        "worst_ms": at(1000 * ordered[last]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="The service while a large interchange comes in")
    parser.add_argument("--mb", type=float, default=100)
    parser.add_argument("--door", choices=("folder", "http"), default="folder")
    given = parser.parse_args()
    print(json.dumps(measure(given.mb, given.door)))


if __name__ == "__main__":
    main()
