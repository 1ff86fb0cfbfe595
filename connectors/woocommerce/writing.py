"""Writing to a shop: each fact under a key of its own, so that writing it again changes nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.woocommerce.api import AT_ONCE, Api, meta
from hub.sdk import Receipt, Rejected
from hub.sdk.shipments import pieces, shipped
from hub.sdk.store import Sheet, stocked

OVER = ("cancelled", "refunded", "failed", "trash")  # nothing should be on its way for these any more


@dataclass(frozen=True, slots=True)
class Words:
    """How the shop is written to; as in the settings."""

    prefix: str
    tracking_key: str
    shipped: str
    note: str
    unknown_stock: str


class Writer:
    """Writes what the mappings wrote into the shop's own places."""

    def __init__(self, api: Api, words: Words) -> None:
        self.api, self.words = api, words

    async def answer(self, sheet: Sheet, _: str) -> Receipt:
        """Our number and what we say to the order."""
        await self._write(sheet["order"], {"number": sheet.get("number", ""), "verdict": sheet["verdict"]})
        return Receipt(f"{sheet['order']}:{sheet['verdict']}")

    async def shipment(self, sheet: Sheet, _: str) -> Receipt:
        """A shipment, in each of its orders."""
        for order in sheet["orders"]:
            await self._ship(order["order"], sheet, order["id"])
        return Receipt(" ".join(f"{order['order']}:{sheet['number']}" for order in sheet["orders"]))

    async def _ship(self, order: str, sheet: Sheet, entry: str) -> None:
        tracking, lines = shipped(sheet, entry)
        carrier = sheet.get("carrier", "")
        value = json.dumps({"carrier": carrier, "tracking": tracking, "lines": lines}, ensure_ascii=False)
        await self._write(order, {f"shipment_{sheet['number']}": value}, tracking)
        if self.words.note:
            text = self.words.note.replace("{carrier}", carrier).replace("{tracking}", ", ".join(tracking))
            if text not in [note["note"] for note in await self.api.get(f"/orders/{order}/notes", type="customer")]:
                await self.api.send("POST", f"/orders/{order}/notes", {"note": text, "customer_note": True})

    async def _write(self, order: str, facts: Mapping[str, str], tracking: Sequence[str] = ()) -> None:
        """Meta by key, and the state that follows from all shipments so far, in one request."""
        now = await self.api.get(f"/orders/{order}")
        if now["status"] in OVER and "verdict" not in facts:
            raise Rejected(f"order {now['number']} is {now['status']} in the shop: its goods should come back")
        before = {key: str(value) for key, value in meta(now).items()}
        after = {f"{self.words.prefix}_{name}": value for name, value in facts.items()}
        if tracking:
            known = before.get(self.words.tracking_key, "").split(", ")
            after[self.words.tracking_key] = ", ".join(dict.fromkeys(filter(None, [*known, *tracking])))
        change: dict[str, Any] = {"meta_data": [{"key": key, "value": value} for key, value in after.items()]}
        if self.words.shipped and await self._complete(now, {**before, **after}):
            change["status"] = self.words.shipped
        await self.api.send("PUT", f"/orders/{order}", change)

    async def _complete(self, order: dict[str, Any], facts: Mapping[str, str]) -> bool:
        """Whether all that was not given back has been shipped."""
        lines = (await self.api.net(order))["line_items"]
        left = {str(line["id"]): line["quantity"] + line.get("refunded_quantity", 0) for line in lines}
        shipments = [json.loads(value) for key, value in facts.items() if key.startswith(f"{self.words.prefix}_shipment_")]
        for line, quantity in (pair for shipment in shipments for pair in shipment["lines"].items()):
            left[line] = left.get(line, 0) - quantity
        return bool(shipments) and all(quantity <= 0 for quantity in left.values())

    async def stock(self, sheet: Sheet, _: str) -> Receipt:
        """Stock by SKU, of products and of variations, which have shelves of their own."""
        wanted = {line["sku"]: line["quantity"] for line in sheet["lines"]}
        found = await self.api.products(wanted)
        receipt = stocked(wanted, found, self.words.unknown_stock, "product")
        shelves: dict[str, list[dict[str, Any]]] = {}
        for sku, product in found.items():
            shelf = f"/products/{product['parent_id']}/variations" if product.get("parent_id") else "/products"
            row = {"id": product["id"], "manage_stock": True, "stock_quantity": pieces(wanted[sku])}
            shelves.setdefault(shelf, []).append(row)
        for shelf, rows in shelves.items():
            for first in range(0, len(rows), AT_ONCE):
                answer = await self.api.send("POST", f"{shelf}/batch", {"update": rows[first : first + AT_ONCE]})
                if wrong := [row for row in answer.get("update", ()) if "error" in row]:
                    raise Rejected(f"the shop refused the stock of {len(wrong)} products: {wrong[0]['error'].get('message')}")
        return receipt
