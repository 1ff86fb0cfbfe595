"""The hub's drains against a job queue that runs one job a delivery: the same deliveries, client, concurrency and database.

The peer only posts and forgets: no intent, no answer kept, no timeline. What the hub does more is not counted for it.
"""

import argparse
import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from benchmarks import postgres, seeds, walk
from benchmarks.deliver import AT_ONCE, company, pace, targets
from hub.ledger.store import Ledger
from hub.sdk.http import client

TOGETHER = 500  # jobs deferred in one go
Peer = Callable[[str, str, int | None], Awaitable[None]]


async def procrastinate(database: str, url: str, fill: int | None) -> None:
    """Procrastinate: as the hub's cluster engine uses it, but for a job a delivery."""
    from procrastinate import App, PsycopgConnector

    app = App(connector=PsycopgConnector(conninfo=database, min_size=1, max_size=AT_ONCE))
    posting = client(headers={"Authorization": "Bearer bench"}, timeout=30.0)

    @app.task(name="deliver")
    async def deliver(number: str) -> None:
        headers = {"Idempotency-Key": number, "Content-Type": "application/json"}
        (await posting.post(url, content=(seeds.CANONICAL % number).encode(), headers=headers)).raise_for_status()

    async with app.open_async():
        if fill is None:
            await app.run_worker_async(concurrency=AT_ONCE, delete_jobs="always", install_signal_handlers=False)
            return
        await app.schema_manager.apply_schema_async()
        for n in range(0, fill, TOGETHER):
            jobs = [{"number": f"PAST-{k:08d}"} for k in range(n, min(n + TOGETHER, fill))]
            await deliver.batch_defer_async(*jobs)


PEERS: dict[str, Peer] = {"procrastinate": procrastinate}


def measure(database: str, count: int, processes: int, peer: str) -> dict[str, Any]:
    """One run: the peer first, then the hub."""
    shares, place = count // processes, tempfile.TemporaryDirectory()
    with place, walk.sink() as port, seeds.empty(database, Path(place.name), "peer") as address:
        plain, url = address.replace("+psycopg", ""), f"http://127.0.0.1:{port}/orders"
        asyncio.run(PEERS[peer](plain, url, shares * processes))
        theirs = pace(port, shares * processes, [["--work", peer, plain, url]] * processes, "benchmarks.engines")
    with tempfile.TemporaryDirectory() as home, walk.sink() as port, seeds.empty(database, Path(home), "hub") as address:
        company(Path(home), port, processes)
        ledger = Ledger(address)
        ledger.create()
        seeds.due(ledger, 0, shares * processes, targets(processes))
        ledger.close()
        ours = pace(port, shares * processes, [["--drain", home, address]] * processes)
    return {
        "deliveries": shares * processes, "processes": processes, "hub_per_s": round(ours.rate, 1), "peer": peer,
        "peer_per_s": round(theirs.rate, 1), "times_peer": round(ours.rate / theirs.rate, 2),
        "hub_first_s": round(ours.first, 2), "peer_first_s": round(theirs.first, 2),
        "hub_peak_mb": round(ours.peak, 1), "peer_peak_mb": round(theirs.peak, 1),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="The hub against one job a delivery")
    parser.add_argument("--database", default=postgres.OWN, help=postgres.NAMED.replace("SQLite", "one of its own"))
    parser.add_argument("--deliveries", type=int, default=2000)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--peer", choices=PEERS, default="procrastinate")
    parser.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        asyncio.run(PEERS[given.work[0]](given.work[1], given.work[2], None))
        return
    with postgres.server(given.database) as address:
        assert address is not None
        print(json.dumps(measure(address, given.deliveries, given.processes, given.peer)))


if __name__ == "__main__":
    main()
