"""The far side of Shopify: a shop of our own that answers by the official schema, so that no query of ours can be fiction."""

import functools
import gzip
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from graphql import build_client_schema, execute_sync, parse, validate

from connectors.shopify import queries
from hub.sdk import Outgoing, Request
from hub.sdk.webhooks import sign
from tests.storefront import Storefront

SPEC = Path(__file__).resolve().parents[3] / "shared" / "specs" / "shopify" / "admin_2026-07.json.gz"
TOKEN, HOOK, OLD_HOOK = "shpat_5d1c0e9a", "hook-77aa31c0", "hook-1f2e3d4c"
LOCATION = "gid://shopify/Location/1"
POINTS = {"maximumAvailable": 2000, "currentlyAvailable": 1900, "restoreRate": 100}


@functools.cache
def schema():
    if not SPEC.exists():
        pytest.skip("the official schema of Shopify is not beside this checkout")
    told = json.loads(gzip.decompress(SPEC.read_bytes()))
    return build_client_schema(told.get("data", told), assume_valid=True)


@functools.cache
def document(query):
    found = parse(query)
    assert (wrong := validate(schema(), found)) == [], wrong
    return found


def money(amount):
    return {"shopMoney": {"amount": amount}}


def page(rows):
    """A connection as the schema has it: pages by a cursor."""

    def connection(info, first=None, after=None, **more):
        start = int(after) if after else 0
        given = rows[start : start + first] if first else rows[start:]
        end = start + len(given)
        told = {"hasNextPage": end < len(rows), "endCursor": str(end) if given else None}
        return {"nodes": given, "edges": [{"node": one} for one in given], "pageInfo": told}

    return connection


class Shop(Storefront):
    secrets = (TOKEN, HOOK, OLD_HOOK)

    def __init__(self, home):
        super().__init__(home)
        self.orders, self.fulfilled, self.keys, self.files = {}, [], {}, []
        self.levels = {"SKU-BLU": 7, "SKU-RED": 7}
        self.now = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
        self.asked, self.points, self.during, self.stale, self.version = [], dict(POINTS), lambda: None, 0, queries.VERSION
        self.tokens = {TOKEN}

    async def start(self):
        schema()
        await super().start()

    def settings(self):
        return {"url": self.server.url, "token": TOKEN, "webhook_secrets": [HOOK, OLD_HOOK], "timeout": 0.5, "page": 2, "overlap": 60,
                "since": "2026-01-01T00:00:00Z", "location": LOCATION, "bulk": False}  # fmt: skip

    def wrong_settings(self):
        return {**self.settings(), "token": "wrong-0000"}

    def answer(self, call):
        if call.path.startswith("/bulk/"):
            assert "x-shopify-access-token" not in call.headers, "the token does not go there"
            return 200, self.files[int(call.path.rpartition("/")[2])]
        if call.path == "/admin/oauth/access_token":
            self.tokens.add(f"shpat_{len(self.tokens)}")
            return 200, {"access_token": f"shpat_{len(self.tokens) - 1}", "scope": "read_orders", "expires_in": 86399}
        if call.headers.get("x-shopify-access-token") not in self.tokens:
            return 401, {"errors": f"[API] Invalid API key or access token ({TOKEN})"}
        cost = {"requestedQueryCost": 60, "actualQueryCost": 20, "throttleStatus": dict(self.points)}
        if self.points["currentlyAvailable"] < 60:
            told = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
            self.points["currentlyAvailable"] += 600
            return 200, {"errors": [told], "extensions": {"cost": cost}}
        asked = json.loads(call.body)
        return (
            200,
            {**self.run(asked["query"], **asked["variables"]), "extensions": {"cost": cost}},
            {"X-Shopify-API-Version": self.version},
        )

    def run(self, query, /, **variables):
        found = execute_sync(schema(), document(query), self.root(), variable_values=variables)
        told = {"data": found.data}
        return told | ({"errors": [{"message": one.message} for one in found.errors]} if found.errors else {})

    def root(self):
        return {
            "shop": {"id": "gid://shopify/Shop/1"},
            "orders": self.listed,
            "order": lambda info, id: (
                self.view(self.orders[int(id.rpartition("/")[2])]) if int(id.rpartition("/")[2]) in self.orders else None
            ),
            "productVariants": self.variants,
            "node": lambda info, id: self.operation(),
            "metafieldsSet": self.metafields_set,
            "tagsAdd": self.tags_add,
            "fulfillmentCreate": self.fulfillment_create,
            "inventorySetQuantities": self.set_quantities,
            "bulkOperationRunQuery": self.bulk,
        }

    def view(self, order):
        one = dict(order)
        one["lineItems"] = page(order["lines"])
        one["metafields"] = page([{"key": key, "value": value} for (_, key), value in order["metafields"].items()])
        one["shippingLines"] = page([{"title": "Standard 🚚", "code": "STD", "currentDiscountedPriceSet": money("4.90")}])
        one["fulfillmentOrders"] = page([
            {"id": f"{order['id']}/F", "status": "OPEN" if any(order["left"].values()) else "CLOSED",
             "lineItems": page([{"id": f"{line}/FL", "remainingQuantity": left, "lineItem": {"id": line}} for line, left in order["left"].items()])}
        ])  # fmt: skip
        return one

    def listed(self, info, first=None, after=None, query="", **more):
        if "updated_at" in (query or ""):
            self.asked.append((query, after))
        since, until = (re.search(rf"updated_at:{sign}'([^']+)'", query or "") for sign in (">=", "<"))
        found = [one for one in self.orders.values()
                 if (not since or one["updatedAt"] >= since[1]) and (not until or one["updatedAt"] < until[1])]  # fmt: skip
        found.sort(key=lambda one: (one["updatedAt"], one["id"]))
        if after:  # as Shopify's own: it holds the time and the id of the last one
            found = [one for one in found if f"{one['updatedAt']} {one['id']}" > after]
        given = [self.view(one) for one in (found[:first] if first else found)]
        told = {
            "hasNextPage": len(given) < len(found),
            "endCursor": f"{given[-1]['updatedAt']} {given[-1]['id']}" if given else None,
        }
        self.during()
        return {"nodes": given, "edges": [{"node": one} for one in given], "pageInfo": told}

    def variants(self, info, first=None, query="", **more):
        rows = [{"id": f"gid://shopify/ProductVariant/{sku}", "sku": sku, "inventoryItem": {"id": f"gid://shopify/InventoryItem/{sku}",
                 "inventoryLevel": {"quantities": [{"quantity": level}]}}}
                for sku, level in self.levels.items() if f'sku:"{sku}"' in query]  # fmt: skip
        return {"nodes": rows}

    def metafields_set(self, info, metafields):
        for one in metafields:
            order = self.orders[int(one["ownerId"].rpartition("/")[2])]
            order["metafields"][one["namespace"], one["key"]] = one["value"]
            self.touch(order)
        return {"userErrors": []}

    def tags_add(self, info, id, tags):
        order = self.orders[int(id.rpartition("/")[2])]
        order["tags"] = sorted({*order["tags"], *tags})
        return {"userErrors": []}

    def fulfillment_create(self, info, fulfillment, message=None):
        rows = [row for part in fulfillment["lineItemsByFulfillmentOrder"] for row in part["fulfillmentOrderLineItems"]]
        order = next(one for one in self.orders.values() if rows[0]["id"].removesuffix("/FL") in one["left"])
        taken = {row["id"].removesuffix("/FL"): row["quantity"] for row in rows}
        if any(quantity > order["left"][line] for line, quantity in taken.items()):
            return {
                "fulfillment": None,
                "userErrors": [{"field": None, "message": "Invalid fulfillment order line item quantity requested."}],
            }
        for line, quantity in taken.items():
            order["left"][line] -= quantity
        made = {"id": f"gid://shopify/Fulfillment/{len(self.fulfilled) + 1}", "status": "SUCCESS",
                "trackingInfo": [{"number": number} for number in fulfillment["trackingInfo"]["numbers"]],
                "fulfillmentLineItems": page([{"quantity": quantity, "lineItem": {"id": line}} for line, quantity in taken.items()])}  # fmt: skip
        order["fulfillments"].append(made)
        self.fulfilled.append((order, fulfillment["trackingInfo"]["numbers"], taken))
        self.touch(order)
        return {"fulfillment": made, "userErrors": []}

    def set_quantities(self, info, input):
        (directive,) = [one for one in info.field_nodes[0].directives if one.name.value == "idempotent"]
        given = getattr(info.variable_values, "coerced", info.variable_values)
        key = given[directive.arguments[0].value.name.value]
        wrong = None
        for row in input["quantities"]:
            sku = row["inventoryItemId"].rpartition("/")[2]
            if self.keys.get(key, input) != input:
                wrong = "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
            elif key not in self.keys and (self.stale or row["changeFromQuantity"] != self.levels[sku]):
                wrong, self.stale = "CHANGE_FROM_QUANTITY_STALE", max(0, self.stale - 1)
            elif key not in self.keys:
                self.levels[sku] = row["quantity"]
        if wrong is None:
            self.keys[key] = input
        return {
            "inventoryAdjustmentGroup": None,
            "userErrors": [{"code": wrong, "field": None, "message": wrong.lower()}] if wrong else [],
        }

    def bulk(self, info, query, **more):
        found, rows = self.run(query)["data"]["orders"]["edges"], []
        for order in (edge["node"] for edge in found):
            rows.append({name: value for name, value in order.items() if name not in ("shippingLines", "lineItems")})
            for name in ("shippingLines", "lineItems"):
                rows += [{**edge["node"], "__parentId": order["id"]} for edge in order[name]["edges"]]
        self.files.append("".join(json.dumps(row) + "\n" for row in rows).encode())
        self.looks = 0
        return {"bulkOperation": {"id": "gid://shopify/BulkOperation/1", "status": "CREATED"}, "userErrors": []}

    def operation(self):
        self.looks += 1
        done = self.looks > 2
        url = f"{self.server.url}/bulk/{len(self.files) - 1}" if self.files[-1] else None
        return {"__typename": "BulkOperation", "id": "gid://shopify/BulkOperation/1", "status": "COMPLETED" if done else "RUNNING",
                "errorCode": None, "url": url if done else None}  # fmt: skip

    def touch(self, order, seconds=1):
        self.now += timedelta(seconds=seconds)
        order["updatedAt"] = f"{self.now:%Y-%m-%dT%H:%M:%SZ}"

    def place(self, number, lines=1):
        address = {"firstName": "Zoë", "lastName": "Brönte", "company": None, "address1": "1 High St", "address2": "", "city": "London",
                   "provinceCode": None, "zip": None, "countryCodeV2": "GB", "phone": None}  # fmt: skip
        rows = [{"id": f"gid://shopify/LineItem/{number * 1000 + at}", "name": "Blue widget 🎁", "sku": "SKU-BLU", "quantity": 3,
                 "currentQuantity": 3, "requiresShipping": True, "originalUnitPriceSet": money("4.15"), "discountAllocations": [],
                 "taxLines": [], "variant": {"id": "gid://shopify/ProductVariant/1", "barcode": "4006381333931"}, "lineItemGroup": None}
                for at in range(lines)]  # fmt: skip
        order = {"id": f"gid://shopify/Order/{number}", "name": f"#{1000 + number}", "createdAt": "2026-11-22T11:00:00Z", "cancelledAt": None,
                 "test": False, "currencyCode": "USD", "taxesIncluded": False, "note": "leave at door", "poNumber": None,
                 "email": "zoe@example.test", "billingAddress": address, "shippingAddress": address, "currentTotalTaxSet": money("0.0"),
                 "lines": rows, "left": {row["id"]: 3 for row in rows}, "fulfillments": [], "metafields": {}, "tags": []}  # fmt: skip
        self.touch(order)
        self.orders[number] = order
        return order

    def handed(self, number):
        """The order as the connector hands it over."""
        query = queries.ORDERS.replace("first: 50", "first: 1000")
        nodes = self.run(query, first=1000, query="")["data"]["orders"]["nodes"]
        order = next(one for one in nodes if one["id"] == self.orders[number]["id"])
        order["lineItems"].pop("pageInfo")
        return json.dumps(order, ensure_ascii=False, separators=(",", ":")).encode()

    # What people do in the shop

    def give_back(self, number):
        order = self.orders[number]
        order["lines"][0]["currentQuantity"] -= 1
        self.touch(order)

    def cancel(self, number):
        self.orders[number]["cancelledAt"] = f"{self.now:%Y-%m-%dT%H:%M:%SZ}"
        self.touch(self.orders[number])

    def revive(self, number):
        self.orders[number]["cancelledAt"] = None
        self.touch(self.orders[number])

    def known_as(self, number):
        return self.orders[number]["metafields"]["crossdock", "number"]

    def tracking(self, number):
        return [info["number"] for one in self.orders[number]["fulfillments"] for info in one["trackingInfo"]]

    def outgoing(self, number):
        order = self.orders.get(number) or self.place(number)
        sheet = {"number": f"SHP-{number}", "carrier": "UPS", "orders": [{"id": "1", "order": order["id"]}],
                 "parcels": [{"order": "1", "tracking": f"1Z{number}"}],
                 "contents": [{"order": "1", "line": order["lines"][0]["id"], "quantity": "3"}]}  # fmt: skip
        return Outgoing(f"delivery-{number}", json.dumps(sheet).encode(), f"{number}.json", "ship_notice", f"SHP-{number}")

    def tells(self):
        return "stock", "SKU-BLU"

    def holds(self):
        found = []
        for order, tracking, taken in self.fulfilled:
            number = int(order["id"].rpartition("/")[2])
            whole = tracking == [f"1Z{number}"] and taken == {order["lines"][0]["id"]: 3}
            found.append(self.outgoing(number).body if whole else repr(SimpleNamespace(order=number, taken=taken)).encode())
        return found

    def posted(self, number):
        body = json.dumps({"id": number, "updated_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S+00:00}"}).encode()
        return hook(body, sign(HOOK if number % 2 else OLD_HOOK, body))

    def forged(self):
        body, old = self.posted(1).body, b'{"id": 1, "updated_at": "2026-01-01T00:00:00-05:00"}'
        return [hook(body, ""), hook(body, sign("wrong", body)), hook(body + b" ", sign(HOOK, body)), hook(old, sign(HOOK, old))]


def hook(body, signature, topic="orders/updated"):
    return Request("POST", "", {"x-shopify-topic": topic, "x-shopify-hmac-sha256": signature}, {}, body)
