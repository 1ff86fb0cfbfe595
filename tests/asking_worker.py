"""A hub that must ask its ERP, in a process of its own: `python -m tests.asking_worker HOME CODE [small] < FILE`.

The ERP calls every item CODE. Prints what it was asked, and what it was sent. `small`: what is large begins with the first byte.
"""

import asyncio
import json
import sys
from pathlib import Path

from hub.flow import large
from hub.ledger import lanes
from tests.journey import bring, hub_for, wire


async def main(home: Path, code: str, body: bytes) -> None:
    async with hub_for(home) as hub:
        await hub.ledger.write(lanes.free_all)
        erp = wire(hub, "erp")
        erp.tables = {"items": {"012345678905": {"code": code}, "012345678912": {"code": code}}}
        if body:
            await bring(hub, "acme", body, "order.edi")
        await hub.work()
        print(json.dumps({"asked": erp.asked, "sent": [json.loads(one.body) for one in erp.sent.values()]}))


if __name__ == "__main__":
    if "small" in sys.argv:
        large.LARGE, large.MOST = 0, 2
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.stdin.buffer.read()))
