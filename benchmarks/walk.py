"""From file to delivered: 850s in a folder, read, acknowledged, decided and posted to a system, on SQLite with full sync."""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import orders
from hub.app import Hub, database_url
from hub.ledger.store import Ledger
from hub.registry import connectors
from hub.settings.company import load

LIMIT = 600.0
LOOK = 0.2
COMPANY = {
    "hub.yaml": "name: Bench\nzone: UTC\ndatabase: sqlite:///hub.db\nlisten: null\npoll: {every: 1s}\n",
    "channels/shop.yaml": """title: Shop
connector: folder
settings: {inbox: in, outbox: out, archive: taken, settle: 0, create: true}
format: x12
partner: shop
gives: [order, acknowledgement]
takes: [acknowledgement]
""",
    "systems/erp.yaml": """title: Sink
connector: http
settings: {url: "http://127.0.0.1:%d/orders", token: bench}
format: canonical
takes: [order]
concurrency: 8
""",
    "partners/shop/partner.yaml": f"""title: Shop
standard: x12
state: production
ids:
  us: {{qualifier: ZZ, id: {orders.RECEIVER}}}
  them: {{qualifier: ZZ, id: {orders.SENDER}}}
zone: UTC
currency: USD
versions: {{group: "004010", interchange: "00401"}}
separators: {{element: "*", component: ">", terminator: "~", eol: lf, replace: " "}}
guides: {{order: x12/850, acknowledgement: x12/997}}
""",
    "routes.yaml": "- {document: order, to: erp}\n",
}


def company(home: Path, port: int) -> Path:
    """A company with one channel and one system."""
    folder = home / "company"
    for name, text in COMPANY.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text % port if "%d" in text else text)
    return folder


@contextmanager
def sink() -> Iterator[int]:
    """The far side, a process of its own; gives its port."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.sink"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def taken(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as reply:
        return int(json.load(reply)["orders"])


async def through(home: Path, port: int, count: int, files: int) -> float:
    """Seconds from the start of the hub, files waiting, to the last order delivered and the last 997 written."""
    folder = company(home, port)
    loaded = load(folder, connectors(folder), {}, home=home)
    ledger = Ledger(database_url(loaded))
    ledger.create()
    hub = Hub(loaded, ledger)
    begin = time.perf_counter()
    await hub.start()
    try:
        while not (await asyncio.to_thread(taken, port) >= count and len(list((home / "out").glob("*.edi"))) >= files):
            if time.perf_counter() - begin > LIMIT:
                raise SystemExit(f"not through after {LIMIT:.0f} s")
            await asyncio.sleep(LOOK)
        return time.perf_counter() - begin
    finally:
        await hub.stop()
        ledger.close()


def measure(count: int, files: int, lines: int = orders.LINES) -> dict[str, float]:
    """One run in a fresh place; its figures."""
    with tempfile.TemporaryDirectory() as place, sink() as port:
        orders.into(Path(place) / "in", count, files, lines)
        seconds = asyncio.run(through(Path(place), port, count, files))
    return {
        "orders": count,
        "seconds": round(seconds, 3),
        "orders_per_s": round(count / seconds, 1),
        "files": files,
        "lines": lines,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="From file to delivered, on SQLite")
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--files", type=int, help="default: one for each order")
    parser.add_argument("--lines", type=int, default=orders.LINES)
    given = parser.parse_args()
    print(json.dumps(measure(given.orders, given.files or given.orders, given.lines)))


if __name__ == "__main__":
    main()
