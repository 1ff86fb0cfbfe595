"""One large interchange in a process of its own: `python -m tests.large_worker HOME store MB KIND` puts it into a ledger,
`… HOME take` decides and acknowledges it and prints as JSON what came of it, and how many MB the memory grew meanwhile."""

import asyncio
import json
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from types import SimpleNamespace

from sqlalchemy import func, select

from benchmarks import orders, seeds, walk
from hub.app import Hub
from hub.flow.deliver import deliver
from hub.flow.intake import intake
from hub.flow.read import drafts, read
from hub.ledger import arrivals, lanes
from hub.ledger.arrivals import Came
from hub.ledger.store import Ledger
from hub.ledger.tables import documents
from hub.registry import connectors
from hub.settings.company import load
from tests.journey import NOON


def memory(name: str) -> float:
    """MB of this process: VmRSS now, or VmHWM at the highest."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1000


def put(home: Path, size: float, kind: str) -> None:
    file = home / "large.edi"
    orders.of_size(file, size, lines=1 if kind == "short" else 10)
    body = file.read_bytes()
    if kind == "bad":
        body = body.replace(b"*EA*1", b"*EA*X")  # one line in nine
    came = Came("large", body[: len(body) * 9 // 10] if kind == "cut" else body, "large.edi")
    ledger = Ledger(f"sqlite:///{home}/hub.db")
    ledger.create()
    ledger.submit(lambda connection: arrivals.store(connection, "shop", [came], None, NOON)).result()
    ledger.close()


async def take(home: Path) -> dict[str, object]:
    folder = walk.company(home, 9)
    company, ledger = load(folder, connectors(folder), {}, home=home), Ledger(f"sqlite:///{home}/hub.db")
    hub = Hub(company, ledger)
    epochs = {}
    for lane in ("in:shop", "out:shop"):
        epoch = await ledger.write(partial(lanes.take, name=lane, owner="large", now=hub.clock.now(), hold=seeds.LONG))
        assert epoch is not None
        epochs[lane] = epoch
    shop = company.endpoints["shop"]
    small = orders.interchange(["FIRST"], 1).encode()
    assert (
        len(list(drafts(hub.site, shop, read(hub.site, shop, SimpleNamespace(headers=None), [small])))) == 1
    )  # guides are loaded once a process
    rest = memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the highest is counted from here
    while ledger.look(partial(seeds.undecided, endpoint="shop")):
        await intake(hub.site, "shop", epochs["in:shop"])
    decided = memory("VmHWM") - rest
    await deliver(hub.site, "shop", epochs["out:shop"])
    grown = memory("VmHWM") - rest
    query = select(documents.c.kind, documents.c.state, func.count()).group_by(documents.c.kind, documents.c.state)
    states = Counter({f"{row[0]} {row[1]}": row[2] for row in ledger.look(lambda connection: connection.execute(query).all())})
    for connector in hub.site.connectors.values():
        await connector.close()
    ledger.close()
    return {"decided": round(decided, 1), "grown": round(grown, 1), **states}


if __name__ == "__main__":
    if sys.argv[2] == "store":
        put(Path(sys.argv[1]), float(sys.argv[3]), sys.argv[4])
    else:
        print(json.dumps(asyncio.run(take(Path(sys.argv[1])))))
