"""Writing to Vendure: what is there already is looked for before it is made."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from connectors.vendure import queries
from connectors.vendure.api import Api
from hub.sdk import Receipt, Rejected, keyed
from hub.sdk.shipments import pieces, shipped
from hub.sdk.store import Sheet, stocked

LEFT = ("Shipped", "Delivered")
AT_ONCE = 100  # variants in one call


class Writer:
    """Writes what the mappings wrote into the shop's own places."""

    def __init__(self, api: Api, handler: str, location: str | None, unknown: str) -> None:
        self.api, self.handler, self.location, self.unknown = api, handler, location, unknown

    async def answer(self, sheet: Sheet, _: str) -> Receipt:
        """Our number and what we say to the order, as a private note."""
        if found := await self.find_answer(sheet):
            return found
        note = {"id": sheet["order"], "note": _words(sheet), "isPublic": False}
        await self.api.write(queries.NOTE, input=note)
        return Receipt(f"{sheet['order']}: {_words(sheet)}")

    async def find_answer(self, sheet: Sheet) -> Receipt | None:
        """The note, if it is there."""
        order = (await self.api.read(queries.NOTES, id=sheet["order"]))["order"]
        if order is None:
            raise Rejected(f"the shop has no order {sheet['order']}")
        notes = [entry["data"].get("note") for entry in order["history"]["items"]]
        return Receipt(f"{sheet['order']}: {_words(sheet)}") if _words(sheet) in notes else None

    async def shipment(self, sheet: Sheet, _: str) -> Receipt:
        """A fulfillment in each of its orders, on its way; made unless it is there, moved unless it has left."""
        made = []
        for entry in sheet["orders"]:
            tracking, lines = _told(sheet, entry["id"])
            there = _there(await self._order(entry["order"]), tracking, lines)
            if there is None:
                there = await self._fulfil(entry["order"], tracking, lines, str(sheet.get("carrier") or ""))
            if there["state"] not in LEFT:
                moved = await self.api.write(queries.MOVE, id=there["id"], state=LEFT[0])
                _checked(moved["transitionFulfillmentToState"])
            made.append(str(there["id"]))
        return Receipt(" ".join(made))

    async def find_shipment(self, sheet: Sheet) -> Receipt | None:
        """Whether it has left in all of its orders."""
        found = [_there(await self._order(entry["order"]), *_told(sheet, entry["id"])) for entry in sheet["orders"]]
        there = [str(one["id"]) for one in found if one is not None and one["state"] in LEFT]
        return Receipt(" ".join(there)) if len(there) == len(found) else None

    async def _order(self, order: str) -> dict[str, Any]:
        found = (await self.api.read(queries.SHIPPED, id=order))["order"]
        if found is None:
            raise Rejected(f"the shop has no order {order}")
        if found["state"] == "Cancelled":
            raise Rejected(f"order {found['code']} is cancelled in the shop: its goods should come back")
        return dict(found)

    async def _fulfil(self, order: str, tracking: str, lines: Counter[str], carrier: str) -> dict[str, Any]:
        facts = {"method": carrier, "trackingCode": tracking}
        handler = {"code": self.handler, "arguments": [{"name": name, "value": value} for name, value in facts.items()]}
        rows = [{"orderLineId": line, "quantity": quantity} for line, quantity in lines.items()]
        told = (await self.api.write(queries.FULFIL, input={"lines": rows, "handler": handler}))["addFulfillmentToOrder"]
        if told["__typename"] != "Fulfillment":  # another push may have been quicker
            there = _there(await self._order(order), tracking, lines)
            return there if there is not None else _checked(told)
        return dict(told)

    async def stock(self, sheet: Sheet, _: str) -> Receipt:
        """Stock by SKU, set and not counted up, at our location or else at the shop's own."""
        wanted = {str(line["sku"]): pieces(line["quantity"]) for line in sheet["lines"]}
        found = await self.variants(wanted)
        receipt = stocked(wanted, found, self.unknown)
        rows = [{"id": variant["id"], **self._level(wanted[sku])} for sku, variant in found.items()]
        for first in range(0, len(rows), AT_ONCE):
            await self.api.write(queries.SET_STOCK, input=rows[first : first + AT_ONCE])
        return receipt

    def _level(self, quantity: int) -> dict[str, Any]:
        if self.location is None:
            return {"stockOnHand": quantity}
        return {"stockLevels": [{"stockLocationId": self.location, "stockOnHand": quantity}]}

    async def variants(self, skus: Iterable[str]) -> dict[str, Any]:
        """Variants by SKU; those that the shop does not have are left out."""
        wanted, found = list(skus), dict[str, Any]()
        for first in range(0, len(wanted), AT_ONCE):
            options = {"filter": {"sku": {"in": wanted[first : first + AT_ONCE]}}, "take": AT_ONCE}
            answer = await self.api.read(queries.VARIANTS, options=options)
            found |= keyed(answer["productVariants"]["items"], "sku", wanted)
        return found


def _told(sheet: Sheet, entry: str) -> tuple[str, Counter[str]]:
    tracking, lines = shipped(sheet, entry)
    return ", ".join(tracking), lines


def _there(order: Mapping[str, Any], tracking: str, lines: Counter[str]) -> dict[str, Any] | None:
    """The fulfillment that has this tracking and these quantities."""
    for one in order["fulfillments"] or ():
        held = Counter({row["orderLineId"]: row["quantity"] for row in one["lines"]})
        if one["state"] != "Cancelled" and one["trackingCode"] == tracking and held == lines:
            return dict(one)
    return None


def _checked(told: Mapping[str, Any]) -> dict[str, Any]:
    if told["__typename"] != "Fulfillment":
        raise Rejected(f"the shop refuses it: {told.get('message', told['__typename'])}")
    return dict(told)


def _words(sheet: Sheet) -> str:
    return " ".join(str(word) for word in (sheet.get("number"), f"({sheet['verdict']})") if word)
