"""Shopify's GraphQL Admin API: logged in, within its bucket of points, and of the version we know."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import httpx

from connectors.shopify.queries import VERSION
from hub.sdk import Context, Grant, Login, Misconfigured, oauth
from hub.sdk.graphql import GraphQL
from hub.sdk.rates import Bucket

LATER = ("THROTTLED", "SHOP_INACTIVE")
FORBIDDEN = ("ACCESS_DENIED", "MAX_COST_EXCEEDED")
DEAR = 50.0  # points a refused call cost, where it is not said


class Api:
    """Calls one shop with a token that was given, or with one that it asks for itself."""

    def __init__(self, address: str, token: str | None, app: tuple[str, str] | None, timeout: float, context: Context) -> None:
        self._context, self._address, self._token = context, address, token
        self._client: httpx.AsyncClient = context.http(timeout=timeout)
        self._bucket = Bucket(context.clock)
        self._login = Login(context, lambda refresh: self._grant(app), app or ())
        self.graphql = GraphQL(self._post, context.clock, later=LATER, forbidden=FORBIDDEN, after=self._cost)
        self.read, self.write = self.graphql.read, self.graphql.write

    async def _grant(self, app: tuple[str, str] | None) -> Grant:
        if app is None:
            raise Misconfigured("the token is refused: look at it and at the scopes it was given")
        form = {"grant_type": "client_credentials", "client_id": app[0], "client_secret": app[1]}
        return await oauth(self._context, self._client, f"{self._address}/admin/oauth/access_token", form)

    async def _post(self, value: Mapping[str, Any]) -> httpx.Response:
        await self._bucket.room()
        url = f"{self._address}/admin/api/{VERSION}/graphql.json"

        async def call(token: str) -> httpx.Response:
            return await self._client.post(url, json=value, headers={"X-Shopify-Access-Token": token})

        response = await (call(self._token) if self._token is not None else self._login.calling(call))
        spoken = response.headers.get("x-shopify-api-version", VERSION)
        if spoken != VERSION:  # it answers as a later version once ours has ended, and says so here only
            self._context.log.warning("Shopify answers as version %s; %s has ended", spoken, VERSION)
        return response

    def _cost(self, answer: Mapping[str, Any]) -> float | None:
        """Seconds until a call as dear as this one may be made."""
        cost = (answer.get("extensions") or {}).get("cost") or {}
        told = cost.get("throttleStatus") or {}
        if not told:
            return None
        dear = float(cost.get("requestedQueryCost") or cost.get("actualQueryCost") or DEAR)
        return self._bucket.told(left=float(told["currentlyAvailable"]), refill=float(told["restoreRate"]), cost=dear)

    async def rows(self, url: str) -> AsyncIterator[dict[str, Any]]:
        """The file of a bulk operation, a JSON object a line. It lies elsewhere: the token does not go there."""
        async with self._client.stream("GET", url) as response:
            if not response.is_success:
                raise Misconfigured(f"the file of the bulk operation cannot be had: {response.status_code}")
            async for line in response.aiter_lines():
                if line:
                    yield json.loads(line)

    async def sleep(self, seconds: float) -> None:
        await self._context.clock.sleep_until(self._context.clock.now() + timedelta(seconds=seconds))

    async def close(self) -> None:
        await self._client.aclose()
