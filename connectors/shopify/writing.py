"""Writing to Shopify: what is there already is looked for, and what was sent under a key is sent under it again."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.shopify import queries
from connectors.shopify.api import Api
from hub.sdk import Misconfigured, Receipt, Rejected, Unavailable, keyed
from hub.sdk.graphql import refused
from hub.sdk.shipments import pieces, shipped
from hub.sdk.store import Sheet, stocked

OPEN = ("OPEN", "IN_PROGRESS", "INCOMPLETE")  # fulfillment orders of which something may leave
GONE = ("CANCELLED", "ERROR", "FAILURE")  # fulfillments that never happened
STALE = ("CHANGE_FROM_QUANTITY_STALE", "COMPARE_QUANTITY_STALE", "IDEMPOTENCY_CONCURRENT_REQUEST")
FACTS = ("number", "verdict")  # what our answer to an order leaves there
AT_ONCE = 100  # variants in one call


class Writer:
    """Writes what the mappings wrote into the shop's own places."""

    def __init__(self, api: Api, namespace: str, tag: str, location: str | None, notify: bool, unknown: str) -> None:
        self.api, self.namespace, self.tag, self.location, self.notify = api, namespace, tag, location, notify
        self.unknown = unknown

    async def answer(self, sheet: Sheet, key: str) -> Receipt:
        """Our number as a metafield, and a tag; both are set, so a second time changes nothing."""
        kind = {"ownerId": sheet["order"], "namespace": self.namespace, "type": "single_line_text_field"}
        rows = [{**kind, "key": name, "value": sheet[name]} for name in FACTS if sheet.get(name)]
        found = await self.api.write(queries.ANSWER, metafields=rows, id=sheet["order"], tags=[self.tag])
        for payload in found.values():
            refused(payload)
        return Receipt(f"{sheet['order']}:{sheet['verdict']}")

    async def find_answer(self, sheet: Sheet) -> Receipt | None:
        """Whether the order has all of it."""
        order = (await self.api.read(queries.ANSWERED, id=sheet["order"], namespace=self.namespace))["order"]
        there = {one["key"]: one["value"] for one in order["metafields"]["nodes"]} if order else {}
        whole = (
            order and self.tag in order["tags"] and all(there.get(name) == sheet.get(name) for name in FACTS if sheet.get(name))
        )
        return Receipt(f"{sheet['order']}:{sheet['verdict']}") if whole else None

    async def shipment(self, sheet: Sheet, key: str) -> Receipt:
        """A fulfillment in each of its orders, unless it is there."""
        made = []
        for entry in sheet["orders"]:
            tracking, lines = shipped(sheet, entry["id"])
            order = await self._order(entry["order"])
            try:
                made.append(_there(order, tracking, lines) or await self._fulfil(order, tracking, lines, sheet.get("carrier")))
            except Rejected:
                there = _there(await self._order(entry["order"]), tracking, lines)  # another push may have been quicker
                if there is None:
                    raise
                made.append(there)
        return Receipt(" ".join(made))

    async def find_shipment(self, sheet: Sheet) -> Receipt | None:
        """Whether all of its orders have it."""
        found = [_there(await self._order(entry["order"]), *shipped(sheet, entry["id"])) for entry in sheet["orders"]]
        return Receipt(" ".join(filter(None, found))) if all(found) else None

    async def _order(self, order: str) -> dict[str, Any]:
        found = (await self.api.read(queries.SHIPPED, id=order))["order"]
        if found is None:
            raise Rejected(f"the shop has no order {order}")
        return dict(found)

    async def _fulfil(self, order: Mapping[str, Any], tracking: Sequence[str], lines: Counter[str], carrier: str | None) -> str:
        if order["cancelledAt"]:
            raise Rejected(f"order {order['name']} is cancelled in the shop: its goods should come back")
        parts, left = _divided(order, lines)
        if left:
            raise Rejected(f"order {order['name']} does not wait for {dict(left)}: shipped already, on hold, or removed")
        info = {"numbers": list(tracking), **({"company": carrier} if carrier else {})}
        value = {"lineItemsByFulfillmentOrder": parts, "trackingInfo": info, "notifyCustomer": self.notify}
        made = (await self.api.write(queries.FULFIL, fulfillment=value))["fulfillmentCreate"]
        refused(made)
        return str(made["fulfillment"]["id"])

    async def stock(self, sheet: Sheet, key: str) -> Receipt:
        """Stock by SKU at our location, each compared with what the shop has when it is set."""
        if self.location is None:
            raise Misconfigured("location: it is not set, so no stock can be set")
        wanted = {str(line["sku"]): pieces(line["quantity"]) for line in sheet["lines"]}
        found = await self.variants(wanted)
        receipt = stocked(wanted, found, self.unknown)
        rows = []
        for sku, variant in found.items():
            item = variant["inventoryItem"]
            if item["inventoryLevel"] is None:
                raise Rejected(f"{sku} is not stocked at {self.location}")
            now = item["inventoryLevel"]["quantities"][0]["quantity"]
            if now != wanted[sku]:
                place = {"inventoryItemId": item["id"], "locationId": self.location}
                rows.append({**place, "quantity": wanted[sku], "changeFromQuantity": now})
        for first in range(0, len(rows), AT_ONCE):
            await self._set(rows[first : first + AT_ONCE], key)
        return receipt

    async def _set(self, rows: list[dict[str, Any]], delivery: str) -> None:
        """The key says for which delivery what is set from what to what: the same again is known, another is another."""
        value = {"name": "available", "reason": "correction", "quantities": rows}
        key = hashlib.sha256(json.dumps([delivery, value], sort_keys=True).encode()).hexdigest()
        told = (await self.api.write(queries.SET_STOCK, input=value, key=key))["inventorySetQuantities"]
        if any(one.get("code") in STALE for one in told["userErrors"]):
            raise Unavailable("the stock in the shop changed while it was set", after=2)
        refused(told)

    async def variants(self, skus: Mapping[str, Any]) -> dict[str, Any]:
        """Variants by SKU; those that the shop does not have are left out."""
        wanted, found = list(skus), dict[str, Any]()
        for first in range(0, len(wanted), AT_ONCE):
            words = " OR ".join(f'sku:"{_quoted(sku)}"' for sku in wanted[first : first + AT_ONCE])
            answer = await self.api.read(queries.STOCK, query=words, location=self.location, first=250)
            found |= keyed(answer["productVariants"]["nodes"], "sku", wanted)
        return found


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _there(order: Mapping[str, Any], tracking: Sequence[str], lines: Counter[str]) -> str | None:
    """The fulfillment that has these tracking numbers and these quantities."""
    for one in order["fulfillments"]:
        numbers = {info["number"] for info in one["trackingInfo"]}
        held = Counter({row["lineItem"]["id"]: row["quantity"] for row in one["fulfillmentLineItems"]["nodes"]})
        if one["status"] not in GONE and numbers == set(tracking) and held == lines:
            return str(one["id"])
    return None


def _divided(order: Mapping[str, Any], lines: Counter[str]) -> tuple[list[dict[str, Any]], Counter[str]]:
    """The quantities by fulfillment order, and what no fulfillment order waits for."""
    left, parts = Counter(lines), []
    for part in order["fulfillmentOrders"]["nodes"]:
        rows = []
        for row in part["lineItems"]["nodes"] if part["status"] in OPEN else ():
            take = min(row["remainingQuantity"], left[row["lineItem"]["id"]])
            if take > 0:
                left[row["lineItem"]["id"]] -= take
                rows.append({"id": row["id"], "quantity": take})
        if rows:
            parts.append({"fulfillmentOrderId": part["id"], "fulfillmentOrderLineItems": rows})
    return parts, +left
