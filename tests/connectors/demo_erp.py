"""The far side of the demo's ERP: books each sales order once, and tells what happened in a feed."""

import json
from datetime import UTC, datetime

from hub.sdk import Outgoing
from hub.sdk.testing import Served

KEY = "erp-9d81e6b2"


class Erp(Served):
    secrets = (KEY,)

    def __init__(self, home):
        super().__init__(home)
        self.orders = {}
        self.feed = []

    def settings(self):
        return {"url": self.server.url, "api_key": KEY, "timeout": 1.0, "page": 2}

    def wrong_settings(self):
        return {**self.settings(), "api_key": "wrong-0000"}

    def answer(self, call):
        if call.headers.get("x-api-key") != KEY:
            return 401, {"error": {"code": "KEY", "text": f"not {KEY}"}}
        if call.path == "/api/ping":
            return 200, {"system": "demo-erp"}
        if call.path == "/api/feed":
            after, limit = int(call.query["after"][0]), int(call.query["limit"][0])
            return 200, {"entries": [entry for entry in self.feed if entry["seq"] > after][:limit]}
        if call.path == "/api/items":
            return 200, {"items": [{"sku": sku, "onHand": "60"} for sku in call.query.get("sku", ()) if sku == "TEA-1"]}
        return self.book(call.body) if call.path == "/api/sales-orders" else (404, {})

    def book(self, body):
        reference = json.loads(body)["externalRef"]
        number = f"SO-{list(self.orders).index(reference) if reference in self.orders else len(self.orders)}"
        known = self.orders.setdefault(reference, body)
        return (201, {"salesOrder": number}) if known == body else (409, {"error": {"code": "OTHER_CONTENT"}})

    def outgoing(self, number):
        return Outgoing(f"delivery-{number}", b'{"externalRef": "PO-%d"}' % number, f"{number}.json", "order", f"PO-{number}")

    def tells(self):
        return "items", "TEA-1"

    def holds(self):
        return list(self.orders.values())

    async def offer(self, number):
        at = datetime.now(UTC).isoformat()
        entry = {"seq": len(self.feed) + 1, "kind": "confirmation", "at": at, "data": {"externalRef": f"PO-{number}"}}
        self.feed.append(entry)
        return json.dumps(entry, separators=(",", ":")).encode()
