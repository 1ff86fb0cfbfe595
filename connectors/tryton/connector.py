"""Tryton over JSON-RPC: sales are created and confirmed; confirmations, shipments, invoices and payments are read back."""

import hashlib
import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from connectors.tryton.charges import apart, as_lines, untied
from connectors.tryton.records import FEEDS, Feed, Record, moment, plain, tidy, timestamp
from connectors.tryton.rpc import Rpc
from connectors.tryton.sales import Sales
from connectors.tryton.settings import TrytonSettings
from connectors.tryton.stock import Stock
from hub.sdk import Connector, Context, Message, Misconfigured, Outgoing, Receipt, Rejected
from hub.sdk.polling import Once, Pages, changed, keys, merged, numbered

UNFINISHED = ("draft", "quotation")


class Tryton(Connector):
    """One company of one database. A sale is known again by its reference and its party."""

    title = "Tryton"
    docs_url = "https://docs.tryton.org/latest/"
    repeat = "lookup"
    met = "the real Tryton 8 on SQLite, over its JSON-RPC; never a company's own"

    class Config(TrytonSettings):
        """Where it is, and who we are there."""

    def __init__(self, config: "Tryton.Config", context: Context) -> None:
        super().__init__(config, context)
        self._rpc = Rpc(config, context)
        self._sales = Sales(self._rpc, config.new_addresses)
        self._stock = Stock(self._rpc, config, context)
        self._extra = {"charge": config.charge_product, "allowance": config.allowance_product}

    async def check(self) -> None:
        try:
            for feed in FEEDS:
                await self._rpc.search(feed.model, [], ["id"], 1)
        except Rejected as refusal:
            raise Misconfigured(f"{refusal}; look at the modules, and at the groups of {self.config.user}") from refusal

    async def push(self, outgoing: Outgoing) -> Receipt:
        given, party, sale = await self._sought(outgoing)
        if sale is None:
            sale = await self._created(await self._sales.sale(as_lines(given, self._extra), party))
        if sale["state"] == "draft":
            await self._tie_out(sale["id"], given)
            await self._rpc.call("model.sale.sale.quote", [sale["id"]])
        if sale["state"] in UNFINISHED:
            await self._rpc.call("model.sale.sale.confirm", [sale["id"]])  # and Tryton processes it by itself
        return await self._receipt(sale["id"], given)

    async def find(self, key: str, outgoing: Outgoing) -> Receipt | None:
        given, _, sale = await self._sought(outgoing)
        if sale is None or sale["state"] in UNFINISHED:
            return None  # pushing it again goes on with what is there
        return await self._receipt(sale["id"], given)

    async def _sought(self, outgoing: Outgoing) -> tuple[Record, int, Record | None]:
        """What is to be there, who buys, and the sale if it is there already."""
        if outgoing.document != "order":
            raise Misconfigured(f"Tryton takes orders; nothing becomes of a {outgoing.document} there")
        given: Record = json.loads(outgoing.body)
        if not given.get("reference"):
            raise Rejected("`reference`: a sale needs the buyer's number, by which it is known again")
        party = await self._sales.party(given)
        return given, party, await self._oldest(given["reference"], party)

    async def _oldest(self, reference: str, party: int) -> Record | None:
        domain = [["reference", "=", reference], ["party", "=", party], ["state", "!=", "cancelled"]]
        found = await self._rpc.search("sale.sale", domain, ["state"], 1)
        return found[0] if found else None

    async def _created(self, values: Record) -> Record:
        """Create it; where another process did so at the same moment, the older sale stays and ours goes."""
        (mine,) = await self._rpc.call("model.sale.sale.create", [values])
        first = await self._oldest(values["reference"], values["party"]) or {"id": mine, "state": "draft"}
        if first["id"] != mine:
            await self._rpc.call("model.sale.sale.delete", [mine])
        return first

    async def _tie_out(self, sale: int, given: Record) -> None:
        """A draft that comes to another amount than the order goes again."""
        (record,) = plain(await self._rpc.read("model.sale.sale.read", [sale], ["untaxed_amount", "total_amount"]))
        if why := untied(given, record, self.config.tie_out):
            await self._rpc.call("model.sale.sale.delete", [sale])
            raise Rejected(why)

    async def _receipt(self, sale: int, given: Record) -> Receipt:
        """The sale's number, and Tryton's lines by the buyer's numbers."""
        (record,) = await self._rpc.read("model.sale.sale.read", [sale], ["number", "lines.sequence"])
        lines = sorted(record["lines."], key=lambda line: (line["sequence"] or 0, line["id"]))
        pairs = [(line["id"], row.get("number")) for line, row in zip(lines, given.get("lines") or (), strict=False)]
        known = {name: str(number) for one, number in pairs if number for name in (str(one), f"sale.line,{one}")}
        return Receipt(record["number"] or f"sale {sale}", {"lines": known})

    async def pull(self, cursor: str | None, until: datetime | None = None) -> AsyncIterator[Message]:
        async for message in changed(self._pages(), cursor, start=self.config.since, until=until):
            yield message
        if until is None and (report := await self._stock.due()):
            yield report

    def ids(self, since: datetime, until: datetime) -> AsyncIterator[str]:
        return keys(self._pages(), since, until)

    def _pages(self) -> Pages:
        return merged(*(partial(numbered, partial(self._page, feed)) for feed in FEEDS))

    async def _page(self, feed: Feed, since: datetime, number: int) -> tuple[Sequence[Once], bool]:
        most = self.config.page
        domain = [*feed.domain, ["write_date", ">=", timestamp(since)]]
        order = [["write_date", "ASC"], ["id", "ASC"]]
        try:
            fields = [name for name in feed.fields if await self._rpc.exists(feed.model, name)]
            ask = domain, (number - 1) * most, most, order, [*fields, "write_date"]
            found = await self._rpc.read(f"model.{feed.model}.search_read", *ask)
        except Rejected as refusal:
            raise Misconfigured(f"{feed.model} cannot be read: {refusal}") from refusal
        return [_entry(feed, record, self._extra.values()) for record in found], len(found) == most

    async def ack(self, message: Message) -> None:
        await self._stock.told(message)  # Tryton itself need not be told of anything

    async def lookup(self, table: str, keys: Iterable[str]) -> Mapping[str, Any]:
        return await self._stock.lookup(table, keys)

    async def close(self) -> None:
        await self._rpc.client.aclose()


def _entry(feed: Feed, record: Record, extra: Iterable[str | None]) -> Once:
    """One message of one event. It is told again only when what counts in it has changed."""
    value = apart(tidy(plain({name: one for name, one in record.items() if name != "write_date"})), extra)
    rows = [[line[name] for name in feed.versions] for line in value.get("lines") or ()] if feed.versions else []
    version = f",{hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:8]}" if rows else ""
    at = moment(record["write_date"])
    told = {"event": feed.event, "at": at.isoformat(timespec="seconds").replace("+00:00", "Z"), "record": value}
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    name = f"{feed.event} {value.get('number') or value['id']}"
    return Once(at, f"{feed.model},{value['id']},{feed.event}{version}", body, name)
