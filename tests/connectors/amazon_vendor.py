"""Amazon as far as the connector goes: purchase orders, submissions that become transactions, tokens that must be asked for.

Amazon's own sandbox pairs are played in tests/unit/connectors/test_amazon_vendor.py.
"""

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs

from hub.sdk import Outgoing
from hub.sdk.testing import Served

SECRET, REFRESH, TOKEN = "lwa-secret-11aa", "Atzr|refresh-22bb", "Atza|access-33cc"


class Amazon(Served):
    secrets = (SECRET, REFRESH, TOKEN)

    def __init__(self, home):
        super().__init__(home)
        self.acknowledged, self.transactions, self.orders = {}, [], []
        self.outcome, self.limit = "Success", None

    def spoils(self, call):
        return call.path.endswith("/acknowledgements")

    def settings(self):
        secrets = {"client_id": "amzn1.client", "client_secret": SECRET, "refresh_token": REFRESH}
        times = {"since": "2026-01-01T00:00:00Z", "settle": 0, "patience": 3, "timeout": 1.0, "page": 2}
        return {"url": self.server.url, "token_url": f"{self.server.url}/auth/o2/token", **secrets, **times}

    def wrong_settings(self):
        return {**self.settings(), "refresh_token": "wrong-0000"}

    def answer(self, call):
        if call.path == "/auth/o2/token":
            form = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
            if (form.get("client_secret"), form.get("refresh_token")) != (SECRET, REFRESH):
                return 400, {"error": "invalid_grant", "error_description": f"not {form}"}
            return 200, {"access_token": TOKEN, "token_type": "bearer", "expires_in": 3600, "refresh_token": REFRESH}
        if call.headers.get("x-amz-access-token") != TOKEN:
            return 403, {"errors": [{"code": "Unauthorized", "message": call.headers.get("x-amz-access-token")}]}
        if self.limit is not None:
            return 429, {"errors": [{"code": "QuotaExceeded"}]}, {"x-amzn-RateLimit-Limit": self.limit}
        if call.method == "POST":
            return self.take(json.loads(call.body)["acknowledgements"][0])
        if "/transactions/" in call.path:
            state = {"transactionId": call.path.rpartition("/")[2], "status": self.outcome}
            return 200, {"payload": {"transactionStatus": {**state, "errors": [{"code": "Bad", "message": "not so"}]}}}
        if call.path.endswith("/purchaseOrdersStatus"):
            return 200, {"payload": {"ordersStatus": self.status(call.query["purchaseOrderNumber"][0])}}
        return 200, {"payload": self.window(call.query)}

    def take(self, document):
        self.acknowledged[document["purchaseOrderNumber"]] = document  # a later one counts instead of an earlier
        self.transactions.append(f"tx-{document['purchaseOrderNumber']}")
        return 202, {"payload": {"transactionId": self.transactions[-1]}}

    def status(self, number):
        confirmed = "ACCEPTED" if number in self.acknowledged else "UNCONFIRMED"
        return [{"purchaseOrderNumber": number, "itemStatus": [{"acknowledgementStatus": {"confirmationStatus": confirmed}}]}]

    def window(self, query):
        """Two a page, and now and then a page with a token and nothing on it."""
        after, before = query.get("createdAfter", [None])[0], query.get("createdBefore", [None])[0]
        if after is None:
            return {"orders": []}
        fitting = [order for order in self.orders if after <= order["orderDetails"]["purchaseOrderDate"] < before]
        start = int(query.get("nextToken", ["0"])[0])
        if start % 3 == 2:
            return {"orders": [], "pagination": {"nextToken": str(start + 1)}}
        shown, left = fitting[start - start // 3 :][:1], fitting[start - start // 3 + 1 :]
        return {"orders": shown, **({"pagination": {"nextToken": str(start + 1)}} if left else {})}

    def outgoing(self, number):
        body = {"purchaseOrderNumber": f"PO{number:06}", "acknowledgementDate": "2026-11-22T00:00:00Z", "items": []}
        return Outgoing(f"delivery-{number}", json.dumps(body).encode(), f"{number}.json", "order_response", f"PO{number:06}")

    def holds(self):
        return [json.dumps(document).encode() for document in self.acknowledged.values()]

    async def offer(self, number):
        at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        details = {"purchaseOrderDate": at, "purchaseOrderStateChangedDate": at, "items": []}
        order = {"purchaseOrderNumber": f"PO{len(self.orders):06}", "purchaseOrderState": "New", "orderDetails": details}
        self.orders.append(order)
        return json.dumps({"event": "order", "order": order}, separators=(",", ":")).encode()
