"""Shopify over its GraphQL Admin API: orders as they stand come; fulfillments, stock and our number go back."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.shopify import bulk, queries
from connectors.shopify.api import Api
from connectors.shopify.settings import ShopifySettings
from connectors.shopify.writing import Writer
from hub.sdk import Context, Misconfigured, Rejected, Reply, Request, polling
from hub.sdk.store import FindingStore, entry
from hub.sdk.webhooks import Guard


class Shopify(FindingStore):
    """Reads by time of change; a fulfillment is looked for before it is made, stock is set by compare and key."""

    title = "Shopify"
    docs_url = "https://shopify.dev/docs/api/admin-graphql"
    repeat = "lookup"
    met = "the official schema of 2026-07, which a stateful server of our own answers by; never Shopify itself"

    class Config(ShopifySettings):
        """Where the shop is and what is read of it."""

    config: Config
    writer: Writer

    def __init__(self, config: "Shopify.Config", context: Context) -> None:
        super().__init__(config, context)
        secret = config.client_secret
        app = (config.client_id, secret.get_secret_value()) if config.client_id and secret and not config.token else None
        token = config.token.get_secret_value() if config.token else None
        self._api = Api(config.url, token, app, config.timeout, context)
        self.writer = Writer(self._api, config.namespace, config.tag, config.location, config.notify, config.unknown_stock)
        # its retries go on for four hours
        self._guard = Guard(config.webhook_secrets, context.clock, tolerance=timedelta(days=1))

    async def check(self) -> None:
        await self._api.read(queries.CHECK)

    async def pages(self, since: datetime) -> AsyncIterator[Sequence[polling.Entry]]:
        """Its cursors hold the time and id of the last order, so what moves while we read makes no gap."""
        after, more = None, True
        while more:
            variables = {"first": self.config.page, "after": after, "query": self._words(since)}
            found = (await self._api.read(queries.ORDERS, **variables))["orders"]
            yield [self._entry(await self._whole(order)) for order in found["nodes"]]
            after, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]

    def pages_of(self, until: datetime) -> polling.Pages:
        if not self.config.bulk:
            return self.pages

        async def pages(since: datetime) -> AsyncIterator[Sequence[polling.Entry]]:
            async for orders in bulk.orders(self._api, f"{self._words(since)} updated_at:<'{_text(until)}'"):
                yield [self._entry(order) for order in orders]

        return pages

    @staticmethod
    def _entry(order: dict[str, Any]) -> polling.Entry:
        return entry(order, datetime.fromisoformat(order["updatedAt"]), order["name"])

    def _words(self, since: datetime) -> str:
        return f"updated_at:>='{_text(since)}' {self.config.only}".strip()

    async def _whole(self, order: dict[str, Any]) -> dict[str, Any]:
        """An order with many lines gives them in pages of its own."""
        lines, page = list(order["lineItems"]["nodes"]), order["lineItems"]["pageInfo"]
        while page["hasNextPage"]:
            more = (await self._api.read(queries.MORE_LINES, id=order["id"], after=page["endCursor"]))["order"]["lineItems"]
            lines, page = lines + more["nodes"], more["pageInfo"]
        return {**order, "lineItems": {"nodes": lines}}

    def receive(self, request: Request) -> Reply:
        new = self._guard.admit(request.body, request.headers.get("x-shopify-hmac-sha256", ""))
        try:
            told = json.loads(request.body)
        except ValueError:
            raise Rejected("a webhook of Shopify is a JSON object") from None
        moment = told.get("updated_at") if isinstance(told, dict) else None
        if moment:
            self._guard.young(datetime.fromisoformat(str(moment)))
        about = request.headers.get("x-shopify-topic", "").partition("/")[0]
        return Reply(status=200, hint=new and about in ("orders", "refunds", "fulfillments"))

    async def lookup(self, table: str, keys: Iterable[str]) -> Mapping[str, Any]:
        if table != "stock" or self.config.location is None:
            raise Misconfigured("there is one table, `stock`, and `location` says of which place")
        return await self.writer.variants(dict.fromkeys(keys))

    async def close(self) -> None:
        await self._api.close()


def _text(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
