"""How far an order has come, from its documents. Pure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from hub.rules.changing import answers_change

STATES = ("received", "confirmed", "released", "cancelled", "partly_shipped", "shipped", "invoiced", "paid")
LEFT = STATES[STATES.index("partly_shipped") :]  # goods are on their way: nobody can call them back by paper


def state(order: Mapping[str, Any], documents: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """The order's state, from its present revision and its documents as (kind, canonical)."""
    found = list(documents)
    kinds = {kind for kind, _ in found}
    wanted = {line["number"]: Decimal(str(line.get("quantity") or 0)) for line in order.get("lines", ())}
    responses = [value for kind, value in found if kind == "order_response" and not _declines(value)]
    for response in responses[-1:]:
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
    if order.get("purpose") == "cancel":
        return "cancelled"
    if "ship_order" in kinds:
        return "released"
    return "confirmed" if responses else "received"


def _declines(response: Mapping[str, Any]) -> bool:
    """A change is refused: the order stays as it was."""
    return answers_change(response) and str(response.get("verdict")).startswith("rejected")


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
