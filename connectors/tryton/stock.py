"""Stock of all goods, asked one by one or told as a report from time to time."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from connectors.tryton.records import Record, plain, wrapped
from connectors.tryton.rpc import Rpc
from connectors.tryton.settings import TrytonSettings
from hub.sdk import Context, Message, Misconfigured, keyed

GOODS = ["code", "quantity", "forecast_quantity", "default_uom.symbol"]
ASKED = {"items": ["code", "name", "list_price", "default_uom.symbol"], "stock": GOODS[:-1]}
KEPT = "stock"  # of the state: what was told last, and when
AT_ONCE = 1000  # products in one call


class Stock:
    """Quantities over some warehouses, or all."""

    def __init__(self, rpc: Rpc, config: TrytonSettings, context: Context) -> None:
        self._rpc, self._config, self._context = rpc, config, context

    async def lookup(self, table: str, keys: Iterable[str]) -> Mapping[str, Any]:
        """Products by code."""
        if table not in ASKED:
            raise Misconfigured(f"there is no table `{table}`; there are `items` and `stock`")
        today = wrapped("date", self._context.clock.now().date().isoformat())
        more = {"stock_date_end": today, **await self._places()} if table == "stock" else {}
        wanted = list(keys)
        found = await self._rpc.search("product.product", [["code", "in", wanted]], ASKED[table], None, more)
        return {code: plain(record) for code, record in keyed(found, "code", wanted).items()}

    async def due(self) -> Message | None:
        """A report, where it is time for one and something has changed since the last."""
        every, now = self._config.stock_every, self._context.clock.now()
        if every is None:
            return None
        turn = int(now.timestamp()) // (every * 60)
        kept = json.loads(await self._context.state.get(KEPT) or "{}")
        if kept.get("turn") == turn:
            return None
        lines = await self._goods()
        digest = hashlib.sha256(json.dumps(lines).encode()).hexdigest()[:16]
        if not lines or digest == kept.get("digest"):
            await self._context.state.set(KEPT, json.dumps({"turn": turn, "digest": kept.get("digest")}))
            return None
        return _report(lines, now, f"stock,{turn},{digest}")

    async def told(self, message: Message) -> None:
        """A report is stored: the next one is due at the next turn."""
        name, _, rest = message.key.partition(",")
        if name == KEPT:
            turn, _, digest = rest.partition(",")
            await self._context.state.set(KEPT, json.dumps({"turn": int(turn), "digest": digest}))

    async def _goods(self) -> list[Record]:
        domain = [["type", "=", "goods"], ["code", "!=", None]]
        found, more = list[Record](), await self._places()
        while True:
            ask = domain, len(found), AT_ONCE, [["code", "ASC"], ["id", "ASC"]], GOODS
            some = [plain(record) for record in await self._rpc.read("model.product.product.search_read", *ask, more=more)]
            found += [{**one, "available": max(0.0, min(one["quantity"], one["forecast_quantity"]))} for one in some]
            if len(some) < AT_ONCE:
                return found

    async def _places(self) -> Record:
        wanted = [["code", "in", list(self._config.warehouses)]] if self._config.warehouses else []
        places = await self._rpc.search("stock.location", [["type", "=", "warehouse"], *wanted], ["id"], None)
        if not places:
            raise Misconfigured("warehouses: Tryton has none with these codes")
        return {"locations": [place["id"] for place in places]}


def _report(lines: list[Record], now: datetime, key: str) -> Message:
    at = now.isoformat(timespec="seconds").replace("+00:00", "Z")
    told = {"event": "stock", "at": at, "record": {"number": f"{now:%Y%m%d-%H%M}", "lines": lines}}
    return Message(key, json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(), f"stock {at}", "application/json")
