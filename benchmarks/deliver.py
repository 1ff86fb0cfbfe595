"""Due deliveries to a local target, against the same client, bodies and concurrency without the hub."""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import postgres, seeds, walk
from hub.app import Hub
from hub.ledger.store import Ledger
from hub.registry import connectors
from hub.sdk.http import client
from hub.settings.company import load

AT_ONCE = 8  # for each target, as the company's file says
LIMIT = 1800.0
LOOK = 0.1


def company(home: Path, port: int, processes: int) -> Path:
    """A company with a target for each process: a lane is drained by one process at a time."""
    folder = walk.company(home, port)
    only = folder / "systems" / "erp.yaml"
    for name in targets(processes):
        (folder / "systems" / f"{name}.yaml").write_text(only.read_text().replace("/orders", f"/orders/{name}"))
    only.unlink()
    (folder / "routes.yaml").write_text("- {document: order, to: erp-0}\n")
    return folder


def targets(processes: int) -> list[str]:
    return [f"erp-{n}" for n in range(processes)]


async def drain(home: Path, database: str) -> None:
    """One process of the hub, until it is killed."""
    found = load(home / "company", connectors(home / "company"), {}, home=home)
    hub = Hub(found, Ledger(database))
    await hub.start()
    await asyncio.Event().wait()


async def post(url: str, first: int, count: int) -> None:
    """The same posts by the same client, with nothing behind them."""
    client_, room = client(headers={"Authorization": "Bearer bench"}, timeout=30.0), asyncio.Semaphore(AT_ONCE)

    async def one(n: int) -> None:
        headers = {"Idempotency-Key": f"bare-{n}", "X-Crossdock-Document": "order", "X-Crossdock-Number": f"PAST-{n:08d}"}
        body = (seeds.CANONICAL % f"PAST-{n:08d}").encode()
        await client_.post(url, content=body, headers={**headers, "Content-Type": "application/json"})
        room.release()

    async with asyncio.TaskGroup() as group:
        for n in range(first, first + count):
            await room.acquire()
            group.create_task(one(n))
    await client_.aclose()


class Pace(NamedTuple):
    """How posts came while some processes ran."""

    rate: float  # a second, once both sides are warm
    first: float  # seconds from the start of the processes to the first post
    peak: float  # MB of memory of the largest of them
    work: float  # ms of processor time for each post, of all of them


def pace(port: int, count: int, commands: list[list[str]], module: str = "benchmarks.deliver") -> Pace:
    """Run these processes until so many posts with different keys have come; the first fifth of them is not counted."""
    begin, ahead = time.monotonic(), (0, 0.0, 0.0)
    processes = [subprocess.Popen([sys.executable, "-m", module, *command]) for command in commands]
    try:
        while (found := taken(port))["orders"] < count:
            if time.monotonic() - begin > LIMIT or all(process.poll() not in (None, 0) for process in processes):
                raise SystemExit(f"{found['orders']} of {count} came")
            peak = max(map(memory, processes))
            if not ahead[0] and found["orders"] >= count / 5:
                ahead = found["orders"], found["last"], sum(map(work, processes))
            time.sleep(LOOK)
        counted, worked = max(1, found["orders"] - ahead[0]), sum(map(work, processes)) - ahead[2]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    seconds = max(found["last"] - (ahead[1] or found["first"]), 1e-9)
    return Pace(counted / seconds, found["first"] - begin, peak, 1000 * worked / counted)


def work(process: "subprocess.Popen[Any]") -> float:
    """Seconds of the processor that it has used."""
    file = Path(f"/proc/{process.pid}/stat")
    used = file.read_text().rpartition(")")[2].split()[11:13] if file.exists() else ()
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


def memory(process: "subprocess.Popen[Any]", what: str = "VmHWM") -> float:
    """MB that it takes, at its peak or (`VmRSS`) now; 0 where nobody can tell."""
    file = Path(f"/proc/{process.pid}/status")
    lines = file.read_text().splitlines() if file.exists() else []
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith(f"{what}:")), 0.0)


def taken(port: int) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as reply:
        found: dict[str, Any] = json.load(reply)
        return found


def measure(database: str | None, count: int, processes: int, before: int, backlog: int) -> dict[str, Any]:
    """One run: the bare client first, then the hub, on the same machine in the same minute. `backlog`: so many more are due."""
    with tempfile.TemporaryDirectory() as place:
        home, shares = Path(place), [count // processes] * processes
        with walk.sink() as port:
            url = f"http://127.0.0.1:{port}/orders"
            bare = pace(port, sum(shares), [["--post", url, str(n * share), str(share)] for n, share in enumerate(shares)])
        with walk.sink() as port, seeds.empty(database, home, "hub") as address:
            company(home, port, processes)
            ledger = Ledger(address)
            ledger.create()
            seeds.past(ledger, before)
            seeds.due(ledger, before, sum(shares) + backlog, targets(processes))
            ledger.close()
            ours = pace(port, sum(shares), [["--drain", str(home), address] for _ in range(processes)])
    return {
        "deliveries": sum(shares), "processes": processes, "ledger_orders": before, "backlog": backlog, "deliveries_per_s": round(ours.rate, 1),
        "bare_per_s": round(bare.rate, 1), "of_bare": round(ours.rate / bare.rate, 3),
        "cpu_ms": round(ours.work, 3), "bare_cpu_ms": round(bare.work, 3), "of_bare_cpu": round(bare.work / ours.work, 3), "first_s": round(ours.first, 2),
        "peak_mb": round(ours.peak, 1), "bare_peak_mb": round(bare.peak, 1),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="Due deliveries to a local target")
    parser.add_argument("--database", help=postgres.NAMED)
    parser.add_argument("--deliveries", type=int, default=2000)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--ledger-orders", type=int, default=0, help="orders that are in the ledger before")
    parser.add_argument("--backlog", type=int, default=0, help="deliveries that are due beyond those that are waited for")
    parser.add_argument("--drain", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--post", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.drain:
        asyncio.run(drain(Path(given.drain[0]), given.drain[1]))
    elif given.post:
        asyncio.run(post(given.post[0], int(given.post[1]), int(given.post[2])))
    elif given.processes > 1 and not (given.database or "").startswith("postgres"):
        raise SystemExit("several processes share a PostgreSQL: name it with --database")
    else:
        with postgres.server(given.database) as address:
            print(json.dumps(measure(address, given.deliveries, given.processes, given.ledger_orders, given.backlog)))


if __name__ == "__main__":
    main()
