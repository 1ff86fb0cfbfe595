"""Vendure over its admin API: orders as they stand come; fulfillments with tracking, notes and stock go back."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.vendure import queries
from connectors.vendure.api import Api
from connectors.vendure.writing import Writer
from hub.sdk import (
    Address,
    Connector,
    Context,
    Message,
    Misconfigured,
    Outgoing,
    Receipt,
    Reply,
    Request,
    Secret,
    Settings,
    polling,
    setting,
)
from hub.sdk.webhooks import Guard

TICK = timedelta(milliseconds=1)


class Vendure(Connector):
    """Reads by time of change; what is written is looked for before it is made."""

    title = "Vendure"
    docs_url = "https://docs.vendure.io/reference/graphql-api/admin/queries"
    repeat = "lookup"
    by_time = True
    met = "a real Vendure 3.7.3, and a stateful server of our own"

    class Config(Settings):
        """Where the shop is and what is read of it."""

        url: Address = setting(description="Address of its admin API.", example="https://shop.example/admin-api")
        user: str = setting(description="Administrator of the shop who is for us alone.", example="crossdock@shop.example")
        password: Secret = setting(description="Password of that administrator.")
        channel_token: Secret | None = setting(None, description="Token of the shop's channel, where it has several.")
        webhook_secrets: tuple[Secret, ...] = setting(
            (), max_length=2, description="Secrets that sign the shop's events; two while one replaces the other."
        )
        since: polling.Start = setting(description="Orders changed before this are never read.", example="2026-11-22T00:00:00Z")
        states: tuple[str, ...] = setting(
            ("PaymentSettled", "PartiallyShipped", "Shipped", "PartiallyDelivered", "Delivered", "Cancelled"),
            description="Orders in these states are read; those nobody has paid for yet are not among them.",
        )
        overlap: int = setting(300, ge=1, le=86400, description="Seconds read again at each poll, for what shows late.")
        page: int = setting(50, ge=1, le=100, description="Orders asked for at a time.")
        handler: str = setting("manual-fulfillment", description="Fulfillment handler; takes `method` and `trackingCode`.")
        location: str | None = setting(
            None, description="Id of the stock location whose stock is set; else the shop's own.", example="1"
        )
        timeout: float = setting(30.0, gt=0, le=100, description="Seconds to wait for the next byte of an answer.")

    def __init__(self, config: "Vendure.Config", context: Context) -> None:
        super().__init__(config, context)
        channel = config.channel_token.get_secret_value() if config.channel_token else None
        self._api = Api(config.url, config.user, config.password.get_secret_value(), channel, config.timeout, context)
        self._writer = Writer(self._api, config.handler, config.location)
        self._guard = Guard(config.webhook_secrets, context.clock, encoding="hex")

    async def check(self) -> None:
        await self._api.read(queries.CHECK)

    def pull(self, cursor: str | None, until: datetime | None = None) -> AsyncIterator[Message]:
        overlap = timedelta(seconds=self.config.overlap)
        return polling.changed(self._pages, cursor, start=self.config.since, until=until, overlap=overlap)

    def ids(self, since: datetime, until: datetime) -> AsyncIterator[str]:
        return polling.keys(self._pages, max(since, self.config.since), until)

    def _pages(self, since: datetime) -> AsyncIterator[Sequence[polling.Entry]]:
        return polling.numbered(self._page, since)

    async def _page(self, since: datetime, number: int) -> tuple[list[polling.Entry], bool]:
        after = (since - TICK).astimezone(UTC).isoformat(timespec="milliseconds")  # it takes `after` at its word
        options = {
            "filter": {"updatedAt": {"after": after}, "state": {"in": self.config.states}, "active": {"eq": False}},
            "sort": {"updatedAt": "ASC", "id": "ASC"},
            "skip": (number - 1) * self.config.page,
            "take": self.config.page,
        }
        found = (await self._api.read(queries.ORDERS, options=options))["orders"]
        return [_entry(order) for order in found["items"]], found["totalItems"] > number * self.config.page

    def receive(self, request: Request) -> Reply:
        moment = request.headers.get("x-crossdock-timestamp", "")
        material = moment.encode() + b"." + request.body
        at = datetime.fromtimestamp(int(moment), UTC) if moment.isdecimal() and len(moment) < 12 else None
        new = self._guard.admit(material, request.headers.get("x-crossdock-signature", ""), at)
        if at is None:
            raise Misconfigured("the time of the event is missing")
        return Reply(status=200, hint=new)

    async def push(self, outgoing: Outgoing) -> Receipt:
        write = {
            "order_response": self._writer.answer,
            "ship_notice": self._writer.shipment,
            "inventory_report": self._writer.stock,
        }
        if outgoing.document not in write:
            raise Misconfigured(f"a shop takes no {outgoing.document.replace('_', ' ')}")
        return await write[outgoing.document](json.loads(outgoing.body))

    async def find(self, key: str, outgoing: Outgoing) -> Receipt | None:
        look = {"order_response": self._writer.find_answer, "ship_notice": self._writer.find_shipment}.get(outgoing.document)
        return await look(json.loads(outgoing.body)) if look else None  # stock is set: setting it again is as good as looking

    async def lookup(self, table: str, keys: Iterable[str]) -> Mapping[str, Any]:
        if table != "stock":
            raise Misconfigured(f"there is no table `{table}`; there is `stock`")
        return await self._writer.variants(dict.fromkeys(keys))

    async def close(self) -> None:
        await self._api.close()


def _entry(order: dict[str, Any]) -> polling.Entry:
    body = json.dumps(order, ensure_ascii=False, separators=(",", ":")).encode()
    return polling.Entry(datetime.fromisoformat(order["updatedAt"]), str(order["id"]), body, f"order {order['code']}")
