"""What Tryton tells and takes: which records are read and when, and its JSON made plain and back."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

Record = dict[str, Any]
PARTS = ("year", "month", "day", "hour", "minute", "second", "microsecond")


@dataclass(frozen=True, slots=True)
class Feed:
    """Something that happens in Tryton and is told once."""

    event: str
    model: str
    domain: tuple[Any, ...]
    fields: tuple[str, ...]
    versions: tuple[str, ...] = ()  # fields of its lines whose change makes it worth telling again


_SALE: tuple[str, ...] = ("number", "reference", "party.code", "currency.code", "sale_date", "shipping_date")
_SALE += tuple(
    f"lines.{name}" for name in ("type", "product.code", "quantity", "unit.symbol", "unit_price", "shipping_date", "sequence")
)
_MOVES = tuple(
    f"outgoing_moves.{name}"
    for name in ("origin", "sale.reference", "product.code", "quantity", "unit.symbol", "package", "lot.number")
)
_PACKAGES = tuple(f"packages.{name}" for name in ("number", "type.name", "shipping_reference", "parent"))
_SHIPMENT = ("number", "effective_date", "customer.code", "carrier.party.code", "shipping_reference", *_MOVES, *_PACKAGES)
_LINES = tuple(f"lines.{name}" for name in ("type", "origin", "product.code", "quantity", "unit.symbol", "unit_price", "amount"))
_TAXES = tuple(f"taxes.{name}" for name in ("description", "base", "amount", "tax.rate"))
_INVOICE: tuple[str, ...] = (
    "number",
    "invoice_date",
    "party.code",
    "currency.code",
    "sales.reference",
    "untaxed_amount",
    "tax_amount",
)
_INVOICE += ("total_amount", *_LINES, *_TAXES)
_PAID = ("number", "invoice_date", "party.code", "currency.code", "sales.reference", "total_amount", "reconciled")

FEEDS = (
    Feed("confirmation", "sale.sale", (["state", "in", ["confirmed", "processing", "done"]], ["reference", "!=", None]), _SALE,
         ("product", "quantity", "unit", "unit_price")),
    Feed("cancellation", "sale.sale", (["state", "=", "cancelled"], ["reference", "!=", None], ["number", "!=", None]), _SALE),
    Feed("shipment", "stock.shipment.out", (["state", "in", ["shipped", "done"]],), _SHIPMENT),
    Feed("invoice", "account.invoice", (["type", "=", "out"], ["state", "in", ["posted", "paid"]]), _INVOICE),
    Feed("payment", "account.invoice", (["type", "=", "out"], ["state", "=", "paid"]), _PAID),
)  # fmt: skip


def plain(value: Any) -> Any:
    """Tryton's JSON without its wrappers: decimals as text, dates in ISO 8601, a record's fields under its name.

    >>> plain({"total": {"__class__": "Decimal", "decimal": "12.50"}, "party": 2, "party.": {"id": 2, "code": "acme"}})
    {'total': '12.50', 'party': {'id': 2, 'code': 'acme'}}
    """
    if isinstance(value, list):
        return [plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    match value.get("__class__"):
        case "Decimal":
            return value["decimal"]
        case "date":
            return date(value["year"], value["month"], value["day"]).isoformat()
        case "datetime":
            return moment(value).isoformat().replace("+00:00", "Z")
    whole = {name: plain(one) for name, one in value.items() if not name.endswith(".")}
    return whole | {name[:-1]: plain(one) for name, one in value.items() if name.endswith(".")}


def tidy(value: Record) -> Record:
    """Without remarks between lines, and with the sales that it is about where its moves or its list name them."""
    if "lines" in value:
        value = {**value, "lines": [line for line in value["lines"] or () if line.get("type") == "line"]}
    if "outgoing_moves" in value:
        sold = [move["sale"] for move in value["outgoing_moves"] or () if move.get("sale")]
        value = {**value, "sales": list({sale["id"]: sale for sale in sold}.values())}
    sales = list(value.get("sales") or [])
    return {**value, "sale": sales[0]} if len(sales) == 1 and "outgoing_moves" not in value else value


def moment(value: dict[str, Any]) -> datetime:
    """A time of Tryton's, which is in UTC and does not say so."""
    day = datetime(int(value["year"]), int(value["month"]), int(value["day"]), tzinfo=UTC)
    time = timedelta(hours=value["hour"], minutes=value["minute"], seconds=value["second"], microseconds=value["microsecond"])
    return day + time


def wrapped(kind: str, value: Any) -> Any:
    """A plain value as a field of this type takes it. Raises ValueError."""
    if kind == "date":
        day = date.fromisoformat(str(value)[:10])
        return {"__class__": "date", "year": day.year, "month": day.month, "day": day.day}
    if kind == "numeric":
        return {"__class__": "Decimal", "decimal": str(value)}
    if kind in ("text", "char") and isinstance(value, list):
        return "\n".join(str(line) for line in value)
    return float(value) if kind == "float" else value


def timestamp(value: datetime) -> dict[str, Any]:
    """The time as Tryton takes it."""
    at = value.astimezone(UTC)
    return {"__class__": "datetime"} | {name: getattr(at, name) for name in PARTS}
