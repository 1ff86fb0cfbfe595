"""How far an order has come, from its documents. Pure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

STATES = ("received", "confirmed", "released", "partly_shipped", "shipped", "invoiced", "paid")


def state(order: Mapping[str, Any], documents: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """The order's state, from its present revision and its documents as (kind, canonical)."""
    found = list(documents)
    kinds = {kind for kind, _ in found}
    wanted = {line["number"]: Decimal(str(line.get("quantity") or 0)) for line in order.get("lines", ())}
    for _, response in [one for one in found if one[0] == "order_response"][-1:]:
        _refuse(wanted, response)
    shipped = _sum(
        (row.get("line"), row.get("quantity")) for kind, value in found if kind == "ship_notice" for row in _own(value, order)
    )
    billed = _sum(
        (row.get("number"), row.get("quantity")) for kind, value in found if kind == "invoice" for row in value.get("lines", ())
    )
    invoices = {value["number"] for kind, value in found if kind == "invoice"}
    paid = {
        one["invoice"]
        for kind, value in found
        if kind == "remittance"
        for one in value.get("settled", ())
        if one.get("state", "paid") == "paid"
    }
    complete = bool(shipped) and all(shipped.get(number, 0) >= quantity for number, quantity in wanted.items())
    if invoices and invoices <= paid and complete and _covers(billed, wanted):
        return "paid"
    if invoices and complete and _covers(billed, wanted):
        return "invoiced"
    if shipped:
        return "shipped" if complete else "partly_shipped"
    if "ship_order" in kinds:
        return "released"
    return "confirmed" if "order_response" in kinds else "received"


def _own(notice: Mapping[str, Any], order: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The contents of a ship notice that belong to this order."""
    mine = {one["id"] for one in notice.get("orders", ()) if one.get("number") == order["number"]}
    return [row for row in notice.get("contents", ()) if row.get("order") in mine or not row.get("order")]


def _sum(pairs: Iterable[tuple[Any, Any]]) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = {}
    for number, quantity in pairs:
        if number is not None and quantity is not None:
            totals[str(number)] = totals.get(str(number), Decimal(0)) + Decimal(str(quantity))
    return totals


def _covers(billed: Mapping[str, Decimal], wanted: Mapping[str, Decimal]) -> bool:
    return all(billed.get(number, 0) >= quantity for number, quantity in wanted.items())


def _refuse(wanted: dict[str, Decimal], response: Mapping[str, Any]) -> None:
    """What was refused is not waited for."""
    for line in response.get("lines", ()):
        for outcome in line.get("outcomes", ()):
            if outcome.get("status") in ("rejected", "deleted", "invalid_item") and line.get("number") in wanted:
                wanted[line["number"]] -= Decimal(str(outcome.get("quantity") or wanted[line["number"]]))
