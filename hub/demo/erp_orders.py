"""What the ERP makes of an order: numbers, promises, and the entries of its feed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hub.demo.book import Page
from hub.demo.erp_checks import ITEM_IDS, amount

Rows = list[dict[str, Any]]

PLENTY = Decimal(1_000_000)  # of whatever the opening stock does not list
SOON, LATER = timedelta(days=2), timedelta(days=8)  # when what is in stock, and what is not, will leave


def new_order(page: Page, name: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Book the order, promise what stock allows, confirm it and release what can leave."""
    rows = [promised(page, place, row) for place, row in enumerate(asked["rows"], start=1)]
    order = {"salesOrder": f"SO-{page.next('order', 70001)}", "asked": asked, "state": "open", "rows": rows, "released": 0}
    tell(page, "confirmation", {**head(order), "confirmedOn": today(), "rows": [confirmed(row) for row in rows]})
    ready = {row["customerRow"]: Decimal(row["accepted"]) for row in rows}
    if not any(ready.values()):  # nothing will ever leave to make room for the rest: it arrives now
        ready = {row["customerRow"]: Decimal(row["backordered"]) for row in rows}
    release(page, order, ready)
    page.put("order", name, order)
    page.put("reference", asked["externalRef"], [*(page.get("reference", asked["externalRef"]) or []), name])
    return order


def orders_named(page: Page, reference: str, customer: str | None) -> list[tuple[str, dict[str, Any]]]:
    """Orders under a reference, of one customer if one is given."""
    found = [(name, page.get("order", name)) for name in page.get("reference", reference) or []]
    return [(name, order) for name, order in found if customer in (None, order["asked"].get("customer"))]


def promised(page: Page, place: int, row: dict[str, Any]) -> dict[str, Any]:
    wanted = amount(row["qty"], "qty")
    sku = next(str(row[kind]) for kind in ITEM_IDS if row.get(kind))
    accepted = min(wanted, on_hand(page, sku))
    take(page, sku, accepted)
    return {
        "pos": 10 * place,
        "customerRow": row["customerRow"],
        "sku": sku,
        "accepted": str(accepted),
        "backordered": str(wanted - accepted),
        "released": "0",
        "issued": "0",
    }


def on_hand(page: Page, sku: str) -> Decimal:
    item = page.get("item", sku)
    return Decimal(item["onHand"]) if item else PLENTY


def take(page: Page, sku: str, qty: Decimal) -> None:
    """Set this much aside for an order."""
    item = page.get("item", sku)
    if item:
        page.put("item", sku, {**item, "onHand": str(Decimal(item["onHand"]) - qty)})


def confirmed(row: dict[str, Any]) -> dict[str, Any]:
    """What is promised of a row, and for when."""
    parts = [("accepted", row["accepted"], SOON), ("backordered", row["backordered"], LATER)]
    said = [{"qty": qty, "how": how, "shipDate": today(wait)} for how, qty, wait in parts if Decimal(qty)]
    return {"pos": row["pos"], "customerRow": row["customerRow"], "confirmed": said}


def release(page: Page, order: dict[str, Any], ready: dict[str, Decimal]) -> None:
    """Ask for these quantities to be picked."""
    asked = {row["customerRow"]: row for row in order["asked"]["rows"]}
    rows: Rows = []
    for row in order["rows"]:
        qty = ready.get(row["customerRow"], Decimal(0))
        if qty:
            row["released"] = str(Decimal(row["released"]) + qty)
            want = asked[row["customerRow"]]
            about = {"sku": row["sku"], "text": want.get("text"), "qty": str(qty), "uom": want.get("uom")}
            rows.append({"pos": row["pos"], "customerRow": row["customerRow"], **about})
    order["released"] += 1
    number = f"PR-{page.next('release', 80001)}"
    about = {"shipTo": order["asked"].get("shipTo"), "shipDate": today(SOON), "rows": rows}
    tell(page, "release", {"release": number, **head(order), **about})


def head(order: dict[str, Any]) -> dict[str, Any]:
    """How the ERP names an order."""
    asked = order["asked"]
    return {"salesOrder": order["salesOrder"], "externalRef": asked["externalRef"], "customer": asked.get("customer")}


def tell(page: Page, kind: str, data: dict[str, Any]) -> None:
    """One more entry in the feed."""
    seq = page.next("feed")
    at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    page.put("feed", f"{seq:09d}", {"seq": seq, "kind": kind, "at": at, "data": data})


def today(wait: timedelta = timedelta()) -> str:
    return str(datetime.now(UTC).date() + wait)
