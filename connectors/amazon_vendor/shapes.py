"""Amazon's JSON made flat enough for mappings, and back: intervals, and a currency with every amount."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

MONEY = frozenset({"netCost", "listPrice", "invoiceTotal", "taxAmount", "taxableAmount", "chargeAmount", "allowanceAmount"})
WINDOWS = ("shipWindow", "deliveryWindow")
PASSING = ("purchaseOrderState", "purchaseOrderStateChangedDate")  # changes with our own answers; no change of the order

Record = dict[str, Any]


def told(order: Record) -> tuple[Record, str]:
    """A purchase order as a message, and its version: the same until Amazon changes what it wants."""
    details = dict(order.get("orderDetails") or {})
    digest = hashlib.sha256(json.dumps({**details, PASSING[1]: None}, sort_keys=True).encode()).hexdigest()[:10]
    event = "change" if details.get("purchaseOrderChangedDate") else "order"
    for name in WINDOWS:
        if isinstance(details.get(name), str):
            begin, _, end = details[name].partition("--")
            details[name] = {"from": begin, "to": end or begin}
    costs = [item[name] for item in details.get("items") or () for name in ("netCost", "listPrice") if item.get(name)]
    currency = next((cost["currencyCode"] for cost in costs if cost.get("currencyCode")), None)
    details |= {"currencyCode": currency} if currency else {}
    return {"event": event, "order": {**order, "orderDetails": details}}, digest


def submitted(document: Record) -> Record:
    """What is submitted: the currency and the order number, given once, stand where Amazon wants them.

    >>> submitted({"currencyCode": "EUR", "date": "2026-11-22", "items": [{"netCost": {"amount": "1.50"}}]})
    {'date': '2026-11-22T00:00:00Z', 'items': [{'netCost': {'amount': '1.50', 'currencyCode': 'EUR'}}]}
    """
    whole = dict(document)
    completed: Record = _completed(whole, whole.pop("currencyCode", None))
    number = whole.get("purchaseOrderNumber")
    if "shippedItems" in whole or whole.get("invoiceType"):
        completed.pop("purchaseOrderNumber", None)
        for item in completed.get("shippedItems") or ():
            item["itemDetails"] = {"purchaseOrderNumber": number, **item.get("itemDetails", {})}
        for item in completed.get("items") or ():
            item.setdefault("purchaseOrderNumber", number)
    return completed


def _completed(value: Any, currency: str | None, name: str = "") -> Any:
    """Amounts with a currency, and days with a time: Amazon takes neither bare."""
    if isinstance(value, list):
        return [_completed(one, currency) for one in value]
    if isinstance(value, dict):
        inner = {key: _completed(one, currency, key) for key, one in value.items()}
        return {**inner, "currencyCode": inner.get("currencyCode") or currency} if name in MONEY and currency else inner
    dated = name.lower().endswith("date") and isinstance(value, str) and len(value) == 10
    return f"{value}T00:00:00Z" if dated else value


def moment(text: str | None) -> datetime | None:
    """A time of Amazon's; UTC where it does not say."""
    if not text:
        return None
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def text(at: datetime) -> str:
    """A time as Amazon takes it."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
