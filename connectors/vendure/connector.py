"""Vendure over its admin API: orders as they stand come; fulfillments with tracking, notes and stock go back."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.vendure import queries
from connectors.vendure.api import Api
from connectors.vendure.writing import Writer
from hub.sdk import Address, Context, Misconfigured, Reply, Request, Secret, polling, setting
from hub.sdk.store import FindingStore, StoreSettings, entry
from hub.sdk.webhooks import Guard

TICK = timedelta(milliseconds=1)


class Vendure(FindingStore):
    """Reads by time of change; what is written is looked for before it is made."""

    title = "Vendure"
    docs_url = "https://docs.vendure.io/reference/graphql-api/admin/queries"
    repeat = "lookup"
    met = "a real Vendure 3.7.3, and a stateful server of our own"

    class Config(StoreSettings):
        """Where the shop is and what is read of it."""

        url: Address = setting(description="Address of its admin API.", example="https://shop.example/admin-api")
        user: str = setting(description="Administrator of the shop who is for us alone.", example="crossdock@shop.example")
        password: Secret = setting(description="Password of that administrator.")
        channel_token: Secret | None = setting(None, description="Token of the shop's channel, where it has several.")
        states: tuple[str, ...] = setting(
            ("PaymentSettled", "PartiallyShipped", "Shipped", "PartiallyDelivered", "Delivered", "Cancelled"),
            description="Orders in these states are read; those nobody has paid for yet are not among them.",
        )
        page: int = setting(50, ge=1, le=100, description="Orders asked for at a time.")
        handler: str = setting("manual-fulfillment", description="Fulfillment handler; takes `method` and `trackingCode`.")
        location: str | None = setting(
            None, description="Id of the stock location whose stock is set; else the shop's own.", example="1"
        )

    config: Config
    writer: Writer

    def __init__(self, config: "Vendure.Config", context: Context) -> None:
        super().__init__(config, context)
        channel = config.channel_token.get_secret_value() if config.channel_token else None
        self._api = Api(config.url, config.user, config.password.get_secret_value(), channel, config.timeout, context)
        self.writer = Writer(self._api, config.handler, config.location, config.unknown_stock)
        self._guard = Guard(config.webhook_secrets, context.clock, encoding="hex")

    async def check(self) -> None:
        await self._api.read(queries.CHECK)

    def pages(self, since: datetime) -> AsyncIterator[Sequence[polling.Entry]]:
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
        orders = [entry(one, datetime.fromisoformat(one["updatedAt"]), one["code"]) for one in found["items"]]
        return orders, found["totalItems"] > number * self.config.page

    def receive(self, request: Request) -> Reply:
        moment = request.headers.get("x-crossdock-timestamp", "")
        material = moment.encode() + b"." + request.body
        at = datetime.fromtimestamp(int(moment), UTC) if moment.isdecimal() and len(moment) < 12 else None
        new = self._guard.admit(material, request.headers.get("x-crossdock-signature", ""), at)
        if at is None:
            raise Misconfigured("the time of the event is missing")
        return Reply(status=200, hint=new)

    async def lookup(self, table: str, keys: Iterable[str]) -> Mapping[str, Any]:
        if table != "stock":
            raise Misconfigured(f"there is no table `{table}`; there is `stock`")
        return await self.writer.variants(dict.fromkeys(keys))

    async def close(self) -> None:
        await self._api.close()
