"""Labels for the packages of a ship notice, and what stands on them.

A label says the number that the message to the partner says: both are made of the stored notice and the numbers given to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from hub.errors import CrossdockError
from hub.flow.number import with_numbers
from hub.ledger import aliases, documents, serials
from hub.model.parts import Party
from hub.model.shipment import Content, Package, ShipNotice
from hub.rules.sscc import plain

FROM, TO = ("ship_from", "seller", "vendor", "supplier"), ("ship_to", "store", "buyer")
ITEM_IDS = ("upc", "gtin", "ean", "sku", "buyer_part", "buyer_item", "vendor_part")
TAKEN = ("accepted", "released")  # states of documents that took effect
MOST_LINES = 6  # of contents that fit


class NoLabel(CrossdockError):
    """A package cannot have a label."""


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on one label."""

    sscc: str  # 18 digits
    ship_from: tuple[str, ...]
    ship_to: tuple[str, ...]
    order: str
    carrier: str
    references: tuple[str, ...]
    contents: tuple[str, ...]
    count: str  # such as 2 of 5

    @property
    def barcode(self) -> str:
        """The digits of the bar code: the identifier 00 and the number."""
        return f"00{self.sscc}"

    @property
    def readable(self) -> str:
        """The same for people."""
        return f"(00) {self.sscc}"


def stored(connection: Connection, number: str) -> list[ShipNotice]:
    """Ship notices under this number, with the numbers their packages were given: a shipment's, or an order's or any name of it.

    Raises NoLabel when there is none.
    """
    rows = [row for row in documents.numbered(connection, number) if _shipped(row)]
    orders = [] if rows else documents.orders_numbered(connection, number) or aliases.orders_named(connection, number)
    rows += [row for order in orders for row in documents.of_order(connection, order) if _shipped(row)]
    if not rows:
        known = "no ship notice of it has come yet" if orders else "no order or shipment is known by it; see `crossdock orders`"
        raise NoLabel(f"there are no labels for {number}: {known}")
    unique = {row.id: row for row in rows}
    return [
        ShipNotice.model_validate_json(with_numbers(row.canonical, serials.of_document(connection, row.id)))
        for _, row in sorted(unique.items())
    ]


def _shipped(row: Any) -> bool:
    return bool(row.kind == ShipNotice.kind and row.direction == "in" and row.state in TAKEN)


def labels(notice: ShipNotice) -> list[Label]:
    """One label for each package, in order. Raises NoLabel where a number is missing, wrong or used twice."""
    found = [_label(notice, package, place) for place, package in enumerate(notice.packages, 1)]
    twice = sorted({label.sscc for label in found if sum(other.sscc == label.sscc for other in found) > 1})
    if twice:
        raise NoLabel(f"{', '.join(twice)} stands on more than one package of {notice.number}")
    return found


def _label(notice: ShipNotice, package: Package, place: int) -> Label:
    try:
        sscc = plain(package.sscc or "")
    except ValueError:
        said = (
            f"has the number {package.sscc!r}, which is no SSCC"
            if package.sscc
            else "has no SSCC yet: it gets one when the notice is sent to a partner whose `sscc` is `allocate`"
        )
        raise NoLabel(f"package {package.id} of {notice.number} {said}") from None
    inside = {package.id, *_below(notice, package.id)}
    contents = [content for content in notice.contents if content.package in inside]
    orders = {order.id: order for order in notice.orders}
    named = dict.fromkeys(it for it in (package.order, *(content.order for content in contents)) if it)
    parties = [orders[it].parties for it in named if it in orders]
    return Label(
        sscc,
        _address(FROM, [notice.parties]),
        _address(TO, [*parties, notice.parties]),
        ", ".join(orders[it].number for it in named if it in orders),
        next((carriage.carrier or carriage.routing or "" for carriage in notice.carriages), ""),
        tuple(_references(notice)),
        tuple(_contents(contents)),
        f"{place} of {len(notice.packages)}",
    )


def _below(notice: ShipNotice, above: str) -> Iterable[str]:
    """Packages that stand on or in a package, at any depth."""
    found, waiting = [], [above]
    while waiting:
        parent = waiting.pop()
        inner = [package.id for package in notice.packages if package.parent == parent and package.id not in found]
        found += inner
        waiting += inner
    return found


def _address(roles: tuple[str, ...], among: list[dict[str, Party]]) -> tuple[str, ...]:
    party = next((parties[role] for role in roles for parties in among if role in parties), None)
    if party is None:
        return ()
    named = (party.name or f"{party.scheme or 'id'} {party.id or ''}", *party.names)[:2]
    town = " ".join(part for part in (party.city and f"{party.city},", party.region, party.postcode, party.country) if part)
    return tuple(line for line in (*named, *party.lines[:2], town) if line)


def _references(notice: ShipNotice) -> Iterable[str]:
    for role, name in (("bill_of_lading", "B/L"), ("carrier_reference", "PRO")):
        if role in notice.references and notice.references[role].value:
            yield f"{name} {notice.references[role].value}"


def _contents(contents: list[Content]) -> Iterable[str]:
    for content in contents[:MOST_LINES]:
        item = next((content.ids[scheme] for scheme in ITEM_IDS if scheme in content.ids), next(iter(content.ids.values()), ""))
        quantity = f"{content.quantity:f} {content.unit or ''}".strip() if content.quantity is not None else ""
        yield "  ".join(part for part in (item, quantity) if part)
    if len(contents) > MOST_LINES:
        yield f"and {len(contents) - MOST_LINES} more"
