"""The far side of WooCommerce: a shop of our own that keeps orders, refunds, notes and stock, and demands OAuth 1.0a."""

import base64
import hashlib
import hmac
import json
import math
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from connectors.woocommerce.connector import NOT_NEEDED
from hub.sdk import Outgoing, Request
from hub.sdk.webhooks import sign
from tests.storefront import Storefront

KEY, SECRET, HOOK, OLD_HOOK = "ck_5f0a", "cs-77ab19d2e4", "hook-3c1d9a77", "hook-00ffee21"
API = "/wp-json/wc/v3"


def order_of(number, moment):
    address = {"first_name": "Zoë", "last_name": "Brönte", "company": "", "address_1": "1 High St", "address_2": "", "city": "London",
               "state": "", "postcode": "", "country": "GB", "phone": ""}  # fmt: skip
    line = {"id": number * 10, "name": "Blue widget 🎁", "product_id": 13, "variation_id": 0, "quantity": 3, "subtotal": "12.45",
            "total": "12.45", "total_tax": "0.00", "taxes": [], "meta_data": [], "sku": "SKU-BLU", "price": 4.1499999999999995}  # fmt: skip
    return {"id": number, "number": str(number), "status": "processing", "currency": "USD", "prices_include_tax": False,
            "date_created": moment, "date_created_gmt": moment, "date_modified": moment, "date_modified_gmt": moment, "total": "18.55",
            "total_tax": "0.00", "billing": {**address, "email": "zoe@example.test"}, "shipping": address, "customer_note": "leave at door",
            "order_key": "wc_order_x", "customer_ip_address": "203.0.113.7", "meta_data": [], "line_items": [line], "tax_lines": [],
            "shipping_lines": [{"id": 4, "method_title": "Flat", "method_id": "flat_rate", "total": "5.00", "total_tax": "0.00"}],
            "fee_lines": [{"id": 5, "name": "Gift wrap", "total": "1.10", "total_tax": "0.00"}], "coupon_lines": [], "refunds": [],
            "_links": {}}  # fmt: skip


class Shop(Storefront):
    secrets = (SECRET, HOOK, OLD_HOOK)

    def __init__(self, home):
        super().__init__(home)
        self.orders, self.refunds, self.notes, self.written = {}, {}, {}, []
        self.products = {"SKU-BLU": {"id": 13, "sku": "SKU-BLU", "parent_id": 0, "stock_quantity": 7},
                         "SKU-RED-L": {"id": 21, "sku": "SKU-RED-L", "parent_id": 20, "stock_quantity": 7}}  # fmt: skip
        self.now = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
        self.asked = []
        self.during = lambda: None  # what happens in the shop after each page

    def settings(self):
        return {"url": self.server.url, "key": KEY, "secret": SECRET, "webhook_secrets": [HOOK, OLD_HOOK], "timeout": 1.0,
                "page": 2, "overlap": 60, "since": "2026-01-01T00:00:00"}  # fmt: skip

    def wrong_settings(self):
        return {**self.settings(), "secret": "wrong-0000"}

    def answer(self, call):
        if not signed(call):
            return 401, {"code": "woocommerce_rest_authentication_error", "message": f"Invalid signature for {SECRET}"}
        steps = call.path.removeprefix(API).strip("/").split("/")
        value = json.loads(call.body) if call.body else {}
        if steps[-1] == "batch":
            return 200, {"update": [self.stock(row) for row in value["update"]]}
        if steps == ["products"]:
            return 200, [self.products[sku] for sku in call.query["sku"][0].split(",") if sku in self.products]
        if steps == ["orders"]:
            return self.listed({name: values[0] for name, values in call.query.items()})
        order = self.orders.get(int(steps[1]))
        if order is None:
            return 404, {"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID."}
        if steps[2:] == ["refunds"]:
            return 200, self.refunds[order["id"]]
        if steps[2:] == ["notes"]:
            return self.noted(order["id"], call.method, value)
        return 200, self.changed(order, value) if call.method == "PUT" else order

    def listed(self, query):
        if "modified_after" not in query:
            return 200, []
        self.asked.append(query)
        found = [one for one in self.orders.values()
                 if one["date_modified_gmt"] > query["modified_after"] and one["status"] in query["status"].split(",")]  # fmt: skip
        found.sort(key=lambda one: (one["date_modified_gmt"], one["id"]))
        size, page = int(query["per_page"]), int(query["page"])
        given = json.loads(json.dumps(found[(page - 1) * size : page * size]))
        self.during()
        return 200, given, {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(math.ceil(len(found) / size))}

    def changed(self, order, value):
        for one in value.pop("meta_data", ()):
            if one["key"].startswith("_crossdock_shipment") and (order["id"], one["key"]) not in self.written:
                self.written.append((order["id"], one["key"]))
            order["meta_data"] = [*(old for old in order["meta_data"] if old["key"] != one["key"]), {"id": 1, **one}]
        order.update(value)
        self.touch(order)
        return order

    def touch(self, order, seconds=1):
        self.now += timedelta(seconds=seconds)
        order["date_modified"] = order["date_modified_gmt"] = f"{self.now:%Y-%m-%dT%H:%M:%S}"

    def noted(self, order, method, value):
        notes = self.notes.setdefault(order, [])
        if method == "POST":
            notes.append(value)
        return (201, value) if method == "POST" else (200, notes)

    def stock(self, row):
        product = next(one for one in self.products.values() if one["id"] == row["id"])
        product.update(row)
        return product

    def refund(self, number, quantity, total):
        """Some of a line is given back, as the shop tells it."""
        order = self.orders[number]
        line = {"id": 900 + len(order["refunds"]), "quantity": -quantity, "total": f"-{total}",
                "meta_data": [{"key": "_refunded_item_id", "value": str(number * 10)}]}  # fmt: skip
        self.refunds.setdefault(number, []).append({"id": 800 + len(order["refunds"]), "line_items": [line], "_links": {}})
        order["refunds"] = [*order["refunds"], {"id": 800, "reason": "damaged", "total": f"-{total}"}]
        self.touch(order)

    def refund_shipping(self, number, total, tax):
        """Some of the shipping is given back."""
        self.refund(number, 0, "0.00")
        line = {
            "id": 990,
            "total": f"-{total}",
            "total_tax": f"-{tax}",
            "meta_data": [{"key": "_refunded_item_id", "value": "4"}],
        }
        self.refunds[number][-1] |= {"line_items": [], "shipping_lines": [line]}

    def give_back(self, number):
        self.refund(number, 1, "4.15")

    def cancel(self, number):
        self.changed(self.orders[number], {"status": "cancelled"})

    def revive(self, number):
        self.changed(self.orders[number], {"status": "processing"})

    def known_as(self, number):
        return {one["key"]: one["value"] for one in self.orders[number]["meta_data"]}["_crossdock_number"]

    def tracking(self, number):
        return [{one["key"]: one["value"] for one in self.orders[number]["meta_data"]}["_tracking_number"]]

    def outgoing(self, number):
        if number not in self.orders:
            self.place(number)
        sheet = {"number": f"SHP-{number}", "carrier": "UPS", "orders": [{"id": "1", "order": str(number)}],
                 "parcels": [{"order": "1", "tracking": f"1Z{number}"}],
                 "contents": [{"order": "1", "line": str(number * 10), "quantity": "3"}]}  # fmt: skip
        return Outgoing(f"delivery-{number}", json.dumps(sheet).encode(), f"{number}.json", "ship_notice", f"SHP-{number}")

    def tells(self):
        return "stock", "SKU-BLU"

    def holds(self):
        """The shipments written to orders, each as it was sent if all of it is there; and whatever is there too often."""
        found = []
        for number, key in self.written:
            meta = {one["key"]: one["value"] for one in self.orders[number]["meta_data"]}
            value = json.loads(meta[key])
            whole = value["tracking"] == [meta["_tracking_number"]] == [f"1Z{number}"] and value["lines"] == {str(number * 10): 3}
            whole = whole and self.orders[number]["status"] == "completed"
            found.append(self.outgoing(number).body if whole else json.dumps(meta).encode())
        return found + [b"a note too many" for notes in self.notes.values() for _ in notes[1:]]

    def place(self, number):
        self.now += timedelta(seconds=1)
        self.orders[number] = order_of(number, f"{self.now:%Y-%m-%dT%H:%M:%S}")
        return self.orders[number]

    def handed(self, number):
        return handed(self.orders[number])

    def posted(self, number):
        body = json.dumps(order_of(number, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}")).encode()
        return hook(body, sign(HOOK if number % 2 else OLD_HOOK, body))

    def forged(self):
        body, old = self.posted(1).body, json.dumps(order_of(1, "2026-01-01T00:00:00")).encode()
        return [hook(body, ""), hook(body, sign("wrong", body)), hook(body + b" ", sign(HOOK, body)), hook(old, sign(HOOK, old))]


def hook(body, signature, topic="order.updated"):
    return Request("POST", "", {"x-wc-webhook-topic": topic, "x-wc-webhook-signature": signature}, {}, body)


def handed(order):
    """An order as the connector hands it over."""
    kept = {name: value for name, value in order.items() if name not in NOT_NEEDED}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def signed(call):
    """OAuth 1.0a, worked out here anew: the method, the address and the sorted parameters, each quoted, then all of it again."""
    pairs = [(name, value) for name, values in call.query.items() for value in values]
    given = dict(pairs).get("oauth_signature", "")
    sent = sorted((quote(name, safe="~"), quote(value, safe="~")) for name, value in pairs if name != "oauth_signature")
    address = f"http://{call.headers['host']}{call.path}"
    base = "&".join(quote(part, safe="~") for part in (call.method, address, "&".join(f"{name}={value}" for name, value in sent)))
    code = hmac.new(f"{SECRET}&".encode(), base.encode(), hashlib.sha256).digest()
    return hmac.compare_digest(given, base64.b64encode(code).decode()) and dict(pairs)["oauth_consumer_key"] == KEY
