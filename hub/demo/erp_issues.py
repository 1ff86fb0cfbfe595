"""Goods leave the ERP's house: the invoice follows, and what was backordered arrives and is released."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hub.demo.book import Page
from hub.demo.door import Refusal
from hub.demo.erp_checks import amount
from hub.demo.erp_orders import head, orders_named, release, tell, today

CENT = Decimal("0.01")


def issue_goods(page: Page, asked: dict[str, Any]) -> dict[str, Any]:
    """Book the goods issue; each order in it gets its own invoice."""
    for entry in asked["orders"]:
        name, order = order_named(page, entry["externalRef"], entry.get("customer") or asked.get("customer"))
        left = issued(asked, entry)
        book(order, left)
        tell(page, "invoice", invoice(page, order, left, asked["deliveryNote"]))
        arrive(page, order)
        order["state"] = "open" if any(row["issued"] != row["released"] for row in order["rows"]) else "shipped"
        page.put("order", name, order)
    known = {"goodsIssue": f"GI-{page.next('issue', 60001)}", "asked": asked}
    page.put("issue", asked["deliveryNote"], known)
    return known


def order_named(page: Page, reference: str, customer: str | None) -> tuple[str, dict[str, Any]]:
    """The one order under this reference."""
    found = orders_named(page, reference, customer)
    if not found:
        raise Refusal(400, "NO_SUCH_ORDER", f"no order {reference}")
    if len(found) > 1:
        raise Refusal(400, "WHICH_ORDER", f"several customers have an order {reference}; name one")
    return found[0]


def issued(asked: dict[str, Any], entry: dict[str, Any]) -> dict[str, Decimal]:
    """Quantity by row of one order; a row may come once a carton."""
    alone = len(asked["orders"]) == 1
    left: dict[str, Decimal] = {}
    for item in asked["items"]:
        if alone or item.get("order") == entry.get("id"):
            row = str(item["customerRow"])
            left[row] = left.get(row, Decimal(0)) + amount(item["qty"], f"qty of row {row}")
    return left


def book(order: dict[str, Any], left: dict[str, Decimal]) -> None:
    """Add up what has left; more than was released is refused."""
    rows = {row["customerRow"]: row for row in order["rows"]}
    for name, qty in left.items():
        if name not in rows:
            raise Refusal(400, "NO_SUCH_ROW", f"{order['salesOrder']} has no row {name}")
        total = Decimal(rows[name]["issued"]) + qty
        if total > Decimal(rows[name]["released"]):
            raise Refusal(
                400, "NOT_RELEASED", f"{order['salesOrder']} row {name}: {total} issued, {rows[name]['released']} released"
            )
        rows[name]["issued"] = str(total)


def invoice(page: Page, order: dict[str, Any], left: dict[str, Decimal], note: str) -> dict[str, Any]:
    """Bill what has left, at the prices ordered."""
    prices = {row["customerRow"]: row.get("unitPrice") for row in order["asked"]["rows"]}
    rows = []
    for row in order["rows"]:
        qty = left.get(row["customerRow"])
        if qty:
            price = amount(prices[row["customerRow"]] or "0", "unitPrice")
            money = (qty * price).quantize(CENT, ROUND_HALF_UP)
            about = {"qty": str(qty), "unitPrice": str(price), "amount": str(money)}
            rows.append({"pos": row["pos"], "customerRow": row["customerRow"], **about})
    total = sum((Decimal(row["amount"]) for row in rows), Decimal("0.00"))
    return {
        "invoice": f"RE-{page.next('invoice', 90001)}",
        **head(order),
        "invoiceDate": today(),
        "deliveryNote": note,
        "currencyCode": order["asked"].get("currencyCode") or "USD",
        "rows": rows,
        "total": str(total),
    }


def arrive(page: Page, order: dict[str, Any]) -> None:
    """What was backordered has come in: release it."""
    missing = {
        row["customerRow"]: Decimal(row["accepted"]) + Decimal(row["backordered"]) - Decimal(row["released"])
        for row in order["rows"]
    }
    if any(missing.values()):
        release(page, order, missing)
