"""SAP S/4HANA: sales orders are created; orders, deliveries and billing documents come back. Over OData, or as IDocs."""

import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from connectors.sap_s4.feeds import BILLS, DELIVERIES, REJECTED, SALES, TOLD, Feed
from connectors.sap_s4.idocs import Idocs, described
from connectors.sap_s4.odata import Entity, Gateway, following, literal, plain, quoted, rows
from connectors.sap_s4.settings import CHANGED, SapSettings
from hub.sdk import Connector, Context, Message, Misconfigured, Outgoing, Receipt, Rejected, Reply, Request
from hub.sdk.polling import Once, Pages, changed, keys, merged, numbered

IDOC = "idoc"
KNOWN_BY = ("PurchaseOrderByCustomer", "SoldToParty")


class SapS4(Connector):
    """One client of one system. A sales order is known again by the customer's number and the sold-to party."""

    title = "SAP S/4HANA"
    docs_url = "https://api.sap.com/api/API_SALES_ORDER_SRV/overview"
    repeat = "lookup"
    met = "mock-sap, a stand-in by somebody else; never a real SAP"

    class Config(SapSettings):
        """Where it is, who we are there, and what is ours."""

    def __init__(self, config: SapSettings, context: Context) -> None:
        super().__init__(config, context)
        self._gateway = Gateway(config, context)
        self._idocs = Idocs(self._gateway, config, context)
        service, entity = SALES[config.odata]
        self._sales = Feed("order", service, entity, "SalesOrder", "to_Item", only=config.ours)

    async def check(self) -> None:
        for feed in (self._sales, DELIVERIES, BILLS):
            await self._asked(feed, {"$top": "1", "$select": feed.number})

    async def push(self, outgoing: Outgoing) -> Receipt:
        given = self._given(outgoing)
        found = await self._known(given)
        if found is None:
            by_idoc = self.config.orders == IDOC
            found = await (self._idocs.posted(outgoing, partial(self._known, given)) if by_idoc else self._created(given))
        return _receipt(found, given)

    async def find(self, key: str, outgoing: Outgoing) -> Receipt | None:
        given = self._given(outgoing)
        found = await self._known(given)
        if found is None and self.config.orders == IDOC:
            await self._idocs.gone(key)
        return _receipt(found, given) if found else None

    async def _created(self, given: Entity) -> Entity:
        bare = [{name: value for name, value in item.items() if name != "number"} for item in given.get("to_Item") or ()]
        made = await self._gateway.write(f"{self._sales.service}/{self._sales.entity}", {**given, "to_Item": bare})
        return await self._order(str(made["SalesOrder"])) or {"SalesOrder": made["SalesOrder"]}

    def receive(self, request: Request) -> Reply:
        return self._idocs.receive(request)

    def _given(self, outgoing: Outgoing) -> Entity:
        """What is to be there; of an IDoc what it is known by."""
        if outgoing.document != "order":
            raise Misconfigured(f"sales orders go to SAP; nothing becomes of a {outgoing.document} there")
        given: Entity = described(outgoing.body) if self.config.orders == IDOC else json.loads(outgoing.body)
        if not all(map(given.get, KNOWN_BY)):
            raise Rejected(f"{' and '.join(KNOWN_BY)} are needed: an order is known again by them")
        return given

    async def _known(self, given: Entity) -> Entity | None:
        """The order, if it is there already."""
        known = " and ".join(f"{name} eq {quoted(given[name])}" for name in KNOWN_BY)
        found = await self._asked(self._sales, {"$filter": known, "$orderby": "SalesOrder", "$top": "1", "$expand": "to_Item"})
        return found[0] if found else None

    async def _order(self, number: str) -> Entity | None:
        found = await self._asked(self._sales, {"$filter": f"SalesOrder eq {quoted(number)}", "$expand": "to_Item"})
        return found[0] if found else None

    async def _asked(self, feed: Feed, query: dict[str, str]) -> list[Entity]:
        """All that fits, also when the server hands it out in smaller portions than we asked for."""
        try:
            answer = await self._gateway.read(f"{feed.service}/{feed.entity}", query)
            found = rows(answer)
            while link := following(answer):
                answer = await self._gateway.read(link, {})
                found += rows(answer)
        except Rejected as refusal:
            raise Misconfigured(f"{feed.entity} cannot be read as asked: {refusal}") from refusal
        return found

    def pull(self, cursor: str | None, until: datetime | None = None) -> AsyncIterator[Message]:
        return changed(self._pages(), cursor, start=self.config.since, until=until)

    def ids(self, since: datetime, until: datetime) -> AsyncIterator[str]:
        return keys(self._pages(), since, until)

    def _pages(self) -> Pages:
        feeds = () if self.config.orders == IDOC else (self._sales, DELIVERIES, BILLS)
        return merged(*(partial(numbered, partial(self._page, feed)) for feed in feeds))

    async def _page(self, feed: Feed, since: datetime, number: int) -> tuple[Sequence[Once], bool]:
        most, field = self.config.page, self.config.changed.get(feed.event, CHANGED[feed.event])
        when = f"{field} ge {literal(field, since, feed.service)}"
        window = {"$top": str(most), "$skip": str((number - 1) * most)} if number > 1 else {"$top": str(most)}
        query = {"$filter": f"{when} and {feed.only}" if feed.only else when, "$orderby": f"{field},{feed.number}"}
        found = await self._asked(feed, {**query, **window, "$expand": feed.items})
        told = [await self._entry(feed, record, field) for record in found]
        return [entry for entry in told if entry is not None], len(found) >= most

    async def _entry(self, feed: Feed, record: Entity, field: str) -> Once | None:
        """One message of one document, with the customer's numbers of the orders it comes from; None when it is not ours."""
        version = ""
        if feed.order is None:
            for item in record.get(feed.items) or ():
                item.setdefault(REJECTED, "")  # not every release has it; none is none
            told = [[item.get(name) for name in TOLD] for item in record.get(feed.items) or ()]
            version = f",{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:8]}"
        else:
            numbers = dict.fromkeys(str(item.get(feed.order) or "") for item in record.get(feed.items) or ())
            orders = [order for number in numbers if number and (order := await self._ours(number))]
            if not orders:
                return None
            record = {**record, "orders": orders, **({"order": orders[0]} if len(orders) == 1 else {})}
        updated = datetime.fromisoformat(str(record[field]))
        body = json.dumps({"event": feed.event, "record": record}, ensure_ascii=False, separators=(",", ":")).encode()
        aware = updated if updated.tzinfo else updated.replace(tzinfo=UTC)
        return Once(aware, f"{feed.event},{record[feed.number]}{version}", body, f"{feed.event} {record[feed.number]}")

    async def _ours(self, number: str) -> Entity | None:
        known = f"SalesOrder eq {quoted(number)}"
        fields = "SalesOrder,PurchaseOrderByCustomer,SoldToParty"
        query = {"$filter": f"{known} and ({self.config.ours})" if self.config.ours else known, "$select": fields}
        found = await self._asked(self._sales, query)
        return {name: found[0].get(name) for name in fields.split(",")} if found else None

    async def close(self) -> None:
        await self._gateway.client.aclose()


def _receipt(record: Any, given: Entity) -> Receipt:
    """Its number, and its items by the buyer's line numbers: SAP numbers them in the order given."""
    items = sorted(item["SalesOrderItem"] for item in plain(record).get("to_Item") or ())
    pairs = zip(items, given.get("to_Item") or (), strict=False)
    return Receipt(str(record["SalesOrder"]), {"lines": {item: str(row["number"]) for item, row in pairs if row.get("number")}})
