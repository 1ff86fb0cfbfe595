"""What the ERP insists on before it books anything."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from hub.demo.door import Refusal

ITEM_IDS = ("sku", "barcode", "customerSku")


def checked_order(asked: dict[str, Any]) -> dict[str, Any]:
    """The order as asked, or why it will never be taken."""
    if not asked.get("externalRef") or not asked.get("rows"):
        raise Refusal(400, "ORDER_INVALID", "externalRef and rows are needed")
    seen: set[str] = set()
    for row in asked["rows"]:
        name = row.get("customerRow")
        if not name or name in seen or not any(row.get(kind) for kind in ITEM_IDS):
            raise Refusal(400, "ROW_INVALID", f"row {name!r}: a customerRow of its own and an item are needed")
        if amount(row.get("qty"), f"qty of row {name}") <= 0:
            raise Refusal(400, "ROW_INVALID", f"row {name!r}: qty is not above zero")
        seen.add(name)
    return asked


def checked_issue(asked: dict[str, Any]) -> dict[str, Any]:
    """The goods issue as asked, or why it will never be taken."""
    if not asked.get("deliveryNote") or not asked.get("orders") or not asked.get("items"):
        raise Refusal(400, "ISSUE_INVALID", "deliveryNote, orders and items are needed")
    if any(not order.get("externalRef") for order in asked["orders"]):
        raise Refusal(400, "ISSUE_INVALID", "an order without externalRef")
    for item in asked["items"]:
        if not item.get("customerRow"):
            raise Refusal(400, "ISSUE_INVALID", "an item without customerRow")
        amount(item.get("qty"), f"qty of item {item['customerRow']}")
    return asked


def amount(text: Any, what: str) -> Decimal:
    """A number sent as text (or as an integer)."""
    try:
        value = Decimal(str(text))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise Refusal(400, "ROW_INVALID", f"{what} is no number: {text!r}")
    return value


def same(one: Any, other: Any) -> bool:
    """Equal content, whatever the order of the keys; a field left out is the same as an empty one."""
    return json.dumps(trimmed(one), sort_keys=True) == json.dumps(trimmed(other), sort_keys=True)


def trimmed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: trimmed(part) for key, part in value.items() if part not in (None, "", [], {})}
    return [trimmed(part) for part in value] if isinstance(value, list) else value
