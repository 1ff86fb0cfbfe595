"""WooCommerce over its REST API v3: orders with their refunds come; our number, tracking, state and stock go back."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.woocommerce.api import Api
from connectors.woocommerce.writing import Words, Writer
from hub.sdk import Address, Context, Misconfigured, Reply, Request, Secret, polling, setting
from hub.sdk.store import Store, StoreSettings, entry, sheet
from hub.sdk.webhooks import Guard

NOT_NEEDED = ("_links", "customer_ip_address", "customer_user_agent", "order_key", "cart_hash", "payment_url")
SECOND = timedelta(seconds=1)


class WooCommerce(Store):
    """Reads by time of change; each write is under a meta key of ours, so that a second one changes nothing."""

    title = "WooCommerce"
    docs_url = "https://woocommerce.github.io/woocommerce-rest-api-docs/"
    repeat = "upsert"
    met = "recorded answers and signed webhooks of WooCommerce 9.3.3, and a stateful server of our own; never a live shop"

    class Config(StoreSettings):
        """Where the shop is and what is read of it."""

        url: Address = setting(description="Address of the shop.", example="https://shop.example")
        path: str = setting("/wp-json/wc/v3", description="Where its API starts.")
        key: str = setting(description="Consumer key; its rights must be read and write.", example="ck_…")
        secret: Secret = setting(description="Consumer secret.")
        statuses: tuple[str, ...] = setting(
            ("processing", "completed", "cancelled", "refunded", "trash"),
            description="Orders in these states are read; those nobody has paid for yet are not among them.",
        )
        page: int = setting(100, ge=1, le=100, description="Orders asked for at a time.")
        prefix: str = setting("_crossdock", description="Beginning of the meta keys we write.")
        tracking_key: str = setting("_tracking_number", description="Meta key that the shop's plugin reads tracking from.")
        shipped: str = setting("completed", description="State of an order once all of it was shipped; empty: left as it is.")
        note: str = setting(
            "",
            description="Note to the customer with a shipment; {tracking} and {carrier} are put in.",
            example="On its way with {carrier}: {tracking}",
        )

    config: Config

    def __init__(self, config: "WooCommerce.Config", context: Context) -> None:
        super().__init__(config, context)
        self._api = Api(config.url + config.path, config.key, config.secret.get_secret_value(), config.timeout, context)
        self.writer = Writer(
            self._api, Words(config.prefix, config.tracking_key, config.shipped, config.note, config.unknown_stock)
        )
        self._guard = Guard(config.webhook_secrets, context.clock, tolerance=timedelta(days=1))

    async def check(self) -> None:
        await self._api.get("/orders", per_page=1)

    def pages(self, since: datetime) -> AsyncIterator[Sequence[polling.Entry]]:
        return polling.numbered(self._page, since)

    async def _page(self, since: datetime, number: int) -> tuple[list[polling.Entry], bool]:
        after = f"{since.astimezone(UTC) - SECOND:%Y-%m-%dT%H:%M:%S}"  # it takes `after` at its word, and counts in seconds
        orders, pages = await self._api.page(
            "/orders",
            modified_after=after,
            dates_are_gmt="true",
            orderby="modified",
            order="asc",
            status=",".join(self.config.statuses),
            per_page=self.config.page,
            page=number,
        )
        more = number < pages if pages is not None else len(orders) == self.config.page
        return [await self._entry(order) for order in orders], more

    async def _entry(self, order: dict[str, Any]) -> polling.Entry:
        """The order as the shop has it, but for what nobody needs to know, and with what was given back of each line."""
        order = {name: value for name, value in (await self._api.net(order)).items() if name not in NOT_NEEDED}
        return entry(order, _moment(order["date_modified_gmt"]), order["number"])

    def receive(self, request: Request) -> Reply:
        topic = request.headers.get("x-wc-webhook-topic", "")
        if not topic and request.body.startswith(b"webhook_id="):
            return Reply(status=200)  # the shop tries the address when the webhook is made; unsigned, and about nothing
        new = self._guard.admit(request.body, request.headers.get("x-wc-webhook-signature", ""))
        changed = sheet(request.body).get("date_modified_gmt")
        if changed:
            self._guard.young(_moment(changed))
        return Reply(status=200, hint=new and topic.startswith("order."))

    async def lookup(self, table: str, keys: Iterable[str]) -> Mapping[str, Any]:
        if table not in ("items", "stock"):
            raise Misconfigured(f"there is no table `{table}`; there are `items` and `stock`")
        return await self._api.products(keys)

    async def close(self) -> None:
        await self._api.close()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
