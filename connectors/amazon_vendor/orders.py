"""Purchase orders, new and changed, in windows of time."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from connectors.amazon_vendor.api import Api
from connectors.amazon_vendor.shapes import Record, moment, text, told
from hub.sdk import Clock
from hub.sdk.polling import Once

ORDERS = "/vendor/orders/v1/purchaseOrders"
STEP = timedelta(days=7)  # asked for at a time


class Orders:
    """Reads them window by window, oldest first."""

    def __init__(self, api: Api, config: Any, clock: Clock) -> None:
        self._api, self._config, self._clock = api, config, clock

    async def pages(self, since: datetime) -> AsyncIterator[Sequence[Once]]:
        """Amazon sorts by creation only, so a window is read whole, for what is new in it and for what changed in it."""
        now = self._clock.now()
        while since <= now:
            end = since + STEP
            found = [entry for kind in ("created", "changed") async for entry in self._window(kind, since, end)]
            yield sorted(found, key=lambda entry: (entry.updated, entry.id))
            since = end

    async def _window(self, kind: str, since: datetime, end: datetime) -> AsyncIterator[Once]:
        query = {f"{kind}After": text(since), f"{kind}Before": text(end), "limit": self._config.page, "includeDetails": "true"}
        query |= {"sortOrder": "ASC"} | ({"orderingVendorCode": self._config.vendor_code} if self._config.vendor_code else {})
        field = "purchaseOrderDate" if kind == "created" else "purchaseOrderChangedDate"
        more: dict[str, str] = {}
        while True:
            answer = await self._api.read(ORDERS, {**query, **more})
            for order in answer.get("orders") or ():
                at = moment((order.get("orderDetails") or {}).get(field)) or since
                yield _entry(order, max(at, since))  # an order may become available later than it was placed
            token = (answer.get("pagination") or {}).get("nextToken")
            if not token:
                return
            more = {"nextToken": token}


def _entry(order: Record, updated: datetime) -> Once:
    value, version = told(order)
    number = order["purchaseOrderNumber"]
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Once(updated, f"{number},{version}", body, number)
