"""The far side of Vendure: a shop of our own that answers as the real one does, which a journey compares it with."""

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime, timedelta

from hub.sdk import Outgoing, Request
from tests.storefront import Storefront

USER, PASSWORD, HOOK, OLD_HOOK = "crossdock", "pw-8e21c0aa", "hook-5aa0c1d2", "hook-90ffee11"
FORBIDDEN = {"message": "You are not currently authorized to perform this action", "extensions": {"code": "FORBIDDEN"}}


class Shop(Storefront):
    secrets = (PASSWORD, HOOK, OLD_HOOK)

    def __init__(self, home):
        super().__init__(home)
        self.orders, self.fulfilled, self.tokens, self.asked = {}, [], set(), []
        self.levels = {"SKU-BLU": 70, "SKU-RED": 70}
        self.now = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
        self.logins, self.during = 0, lambda: None

    def settings(self):
        return {"url": f"{self.server.url}/admin-api", "user": USER, "password": PASSWORD, "webhook_secrets": [HOOK, OLD_HOOK],
                "timeout": 0.5, "page": 2, "overlap": 60, "since": "2026-01-01T00:00:00Z"}  # fmt: skip

    def wrong_settings(self):
        return {**self.settings(), "password": "wrong-0000"}

    def answer(self, call):
        asked = json.loads(call.body)
        name, given = re.search(r"(?:query|mutation) (\w+)", asked["query"])[1], asked["variables"]
        if name == "Login":
            return self.login(given)
        if call.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return 200, {"errors": [FORBIDDEN], "data": None}
        return 200, {"data": getattr(self, {"Orders": "listed"}.get(name, name.lower()))(**given)}

    def login(self, given):
        if given["password"] != PASSWORD:
            told = {
                "__typename": "InvalidCredentialsError",
                "errorCode": "INVALID_CREDENTIALS_ERROR",
                "message": f"not {PASSWORD}",
            }
            return 200, {"data": {"login": told}}
        self.logins += 1
        self.tokens.add(f"session-{self.logins}")
        headers = {"vendure-auth-token": f"session-{self.logins}"}
        return 200, {"data": {"login": {"__typename": "CurrentUser", "id": "1"}}}, headers

    def check(self):
        return {"orders": {"totalItems": len(self.orders)}}

    def find(self, id):
        return next((one for one in self.orders.values() if one["id"] == id), None)

    def shipped(self, id):
        return {"order": self.find(id)}

    def notes(self, id):
        found = self.find(id)
        return {"order": found and {"id": id, "history": {"items": [{"data": {"note": note}} for note in found["notes"]]}}}

    def note(self, input):
        self.find(input["id"])["notes"].append(input["note"])
        return {"addNoteToOrder": {"id": input["id"]}}

    def fulfil(self, input):
        facts = {one["name"]: one["value"] for one in input["handler"]["arguments"]}
        order = next(
            one for one in self.orders.values() if input["lines"][0]["orderLineId"] in {line["id"] for line in one["lines"]}
        )
        left = {line["id"]: line["quantity"] for line in order["lines"]}
        for row in (row for one in order["fulfillments"] for row in one["lines"]):
            left[row["orderLineId"]] -= row["quantity"]
        if any(row["quantity"] > left[row["orderLineId"]] for row in input["lines"]):
            told = {"__typename": "ItemsAlreadyFulfilledError", "errorCode": "ITEMS_ALREADY_FULFILLED_ERROR"}
            return {"addFulfillmentToOrder": {**told, "message": "One or more OrderItems are already part of a Fulfillment"}}
        made = {
            "__typename": "Fulfillment",
            "id": str(len(self.fulfilled) + 1),
            "state": "Pending",
            **facts,
            "lines": input["lines"],
        }
        order["fulfillments"].append(made)
        self.fulfilled.append((order, made))
        self.touch(order)
        return {"addFulfillmentToOrder": made}

    def move(self, id, state):
        order, made = next((order, made) for order, made in self.fulfilled if made["id"] == id)
        if made["state"] == state:
            told = {"__typename": "FulfillmentStateTransitionError", "errorCode": "FULFILLMENT_STATE_TRANSITION_ERROR"}
            return {
                "transitionFulfillmentToState": {**told, "message": f'Cannot transition Fulfillment from "{state}" to "{state}"'}
            }
        made["state"] = state
        self.touch(order)
        return {"transitionFulfillmentToState": made}

    def variants(self, options):
        wanted = options["filter"]["sku"]["in"]
        return {
            "productVariants": {
                "items": [{"id": sku, "sku": sku, "stockOnHand": self.levels[sku]} for sku in wanted if sku in self.levels]
            }
        }

    def setstock(self, input):
        self.levels |= {row["id"]: row["stockOnHand"] for row in input}
        return {"updateProductVariants": input}

    def listed(self, options):
        self.asked.append(options)
        after = options["filter"]["updatedAt"]["after"]
        found = [one for one in self.orders.values()
                 if datetime.fromisoformat(one["updatedAt"]) > datetime.fromisoformat(after) and one["state"] in options["filter"]["state"]["in"]]  # fmt: skip
        found.sort(key=lambda one: (one["updatedAt"], one["id"]))
        given = json.loads(json.dumps([self.told(one) for one in found[options["skip"] :][: options["take"]]]))
        self.during()
        return {"orders": {"totalItems": len(found), "items": given}}

    def told(self, order):
        return {name: value for name, value in order.items() if name not in ("notes", "fulfillments")}

    def touch(self, order, seconds=1):
        self.now += timedelta(seconds=seconds)
        order["updatedAt"] = f"{self.now:%Y-%m-%dT%H:%M:%S}.000Z"

    def place(self, number):
        address = {"fullName": "Zoë Brönte", "company": "", "streetLine1": "1 High St", "streetLine2": "", "city": "London", "province": "",
                   "postalCode": "", "countryCode": "GB", "phoneNumber": ""}  # fmt: skip
        line = {"id": str(number * 10), "quantity": 3, "unitPrice": 415, "lineTax": 249, "taxRate": 20, "discounts": [],
                "productVariant": {"id": "1", "sku": "SKU-BLU", "name": "Blue widget 🎁"}}  # fmt: skip
        order = {"id": str(number), "code": f"CODE{number:03}", "state": "PaymentSettled", "updatedAt": "",
                 "orderPlacedAt": "2026-11-22T11:00:00.000Z", "currencyCode": "USD", "customer": {"emailAddress": "zoe@example.test"},
                 "billingAddress": address, "shippingAddress": address, "lines": [line], "surcharges": [],
                 "shippingLines": [{"discountedPrice": 500, "shippingMethod": {"code": "standard", "name": "Standard"}}],
                 "taxSummary": [{"description": "standard", "taxRate": 20, "taxBase": 1745, "taxTotal": 349}],
                 "notes": [], "fulfillments": []}  # fmt: skip
        self.touch(order)
        self.orders[number] = order
        return order

    def handed(self, number):
        return json.dumps(self.told(self.orders[number]), ensure_ascii=False, separators=(",", ":")).encode()

    # What people do in the shop

    def give_back(self, number):
        line = self.orders[number]["lines"][0]
        line.update(quantity=line["quantity"] - 1, lineTax=line["lineTax"] - 83)
        self.touch(self.orders[number])

    def cancel(self, number):
        self.orders[number]["state"] = "Cancelled"
        self.touch(self.orders[number])

    def revive(self, number):
        self.orders[number]["state"] = "PaymentSettled"
        self.touch(self.orders[number])

    def known_as(self, number):
        (note,) = self.orders[number]["notes"]
        return note.partition(" ")[0]

    def tracking(self, number):
        return [one["trackingCode"] for one in self.orders[number]["fulfillments"] if one["state"] == "Shipped"]

    def outgoing(self, number):
        order = self.orders.get(number) or self.place(number)
        sheet = {"number": f"SHP-{number}", "carrier": "UPS", "orders": [{"id": "1", "order": order["id"]}],
                 "parcels": [{"order": "1", "tracking": f"1Z{number}"}],
                 "contents": [{"order": "1", "line": order["lines"][0]["id"], "quantity": "3"}]}  # fmt: skip
        return Outgoing(f"delivery-{number}", json.dumps(sheet).encode(), f"{number}.json", "ship_notice", f"SHP-{number}")

    async def interrupt(self, bench, outgoing, moment):
        """Once it is logged in: a login that breaks off has surely sent nothing."""
        async with bench.open() as connector:
            await connector.check()
        await super().interrupt(bench, outgoing, moment)

    def tells(self):
        return "stock", "SKU-BLU"

    def holds(self):
        """The fulfillments that are on their way, each as it was sent if all of it is there."""
        found = []
        for order, made in self.fulfilled:
            number, lines = int(order["id"]), [{"orderLineId": order["lines"][0]["id"], "quantity": 3}]
            whole = made["trackingCode"] == f"1Z{number}" and made["lines"] == lines and made["state"] == "Shipped"
            found.append(self.outgoing(number).body if whole else json.dumps(made).encode())
        return found

    def posted(self, number):
        body = json.dumps({"order": str(number), "state": "PaymentSettled"}).encode()
        return event(body, HOOK if number % 2 else OLD_HOOK, int(datetime.now(UTC).timestamp()))

    def forged(self):
        good, now = self.posted(1), int(datetime.now(UTC).timestamp())
        later = {**good.headers, "x-crossdock-timestamp": str(now + 1)}
        return [Request("POST", "", {}, {}, good.body), event(good.body, "wrong", now), event(good.body, HOOK, now - 3000),
                Request("POST", "", good.headers, {}, good.body + b" "), Request("POST", "", later, {}, good.body)]  # fmt: skip


def event(body, secret, moment):
    code = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return Request("POST", "", {"x-crossdock-timestamp": str(moment), "x-crossdock-signature": code}, {}, body)
