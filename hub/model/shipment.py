"""What is to be shipped and what was: the ship order to a warehouse and the ship notice to the buyer.

A ship notice is packages and contents in flat lists that point at each other; the trees of the EDI documents are made
from them and folded back by the writer and the reader.
"""

from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from hub.model.parts import (
    Carriage,
    Contact,
    Description,
    Extras,
    Freight,
    Load,
    Measure,
    Pack,
    Parties,
    Quantities,
    References,
    Totals,
)
from hub.model.shape import NOTHING, Dates, Document, Ids, Shape, When


class ShipOrderLine(Shape):
    """An item the warehouse is to ship."""

    number: str = Field(description="The buyer's line number.")
    system_line: str | None = Field(default=None, description="The ordering system's own line id.")
    quantity: Decimal = Field(description="Quantity to ship.")
    unit: str | None = Field(default=None, description="Unit of the quantity.")
    ids: Ids = Field(default=NOTHING, description="Item ids by scheme.")
    lot: str | None = Field(default=None, description="Lot or batch to take.")
    descriptions: tuple[Description, ...] = Field(default=(), description="Descriptions.")
    references: References = Field(default=NOTHING, description="References by role.")
    notes: tuple[str, ...] = Field(default=(), description="Free text.")


class ShipOrder(Document):
    """An order to a warehouse or 3PL to ship."""

    kind: ClassVar[str] = "ship_order"

    number: str = Field(description="Number of the ship order at the system that gave it.")
    purpose: str = Field(default="original", description="original, cancel, change and so on.")
    order_number: str | None = Field(default=None, description="The buyer's order number; a warehouse is not always told it.")
    order_release: str | None = Field(default=None, description="Release of the order.")
    parties: Parties = Field(default=NOTHING, description="Parties by role, the ship-to among them.")
    contacts: dict[str, Contact] = Field(default=NOTHING, description="Contacts by role.")
    references: References = Field(default=NOTHING, description="References by role.")
    dates: Dates = Field(default=NOTHING, description="Dates by role.")
    freight: Freight | None = Field(default=None, description="Who pays for transport.")
    carriages: tuple[Carriage, ...] = Field(default=(), description="Transport asked for.")
    loads: tuple[Load, ...] = Field(default=(), description="Weight and volume in total.")
    notes: tuple[str, ...] = Field(default=(), description="Free text.")
    lines: tuple[ShipOrderLine, ...] = Field(default=(), description="Items to ship.")
    totals: Totals | None = Field(default=None, description="Totals as the sender stated them.")
    extras: Extras = Field(default=NOTHING, description="Values without a home, with their place.")


class ShippedOrder(Shape):
    """An order that a shipment covers, wholly or in part."""

    id: str = Field(description="Name of this entry inside the ship notice, used by packages and contents.")
    number: str = Field(description="The buyer's order number.")
    release: str | None = Field(default=None, description="Release of the order.")
    ordered_on: When | None = Field(default=None, description="Date of the order.")
    contract: str | None = Field(default=None, description="Contract number.")
    type: str | None = Field(default=None, description="Type of the order.")
    references: References = Field(default=NOTHING, description="References by role.")
    dates: Dates = Field(default=NOTHING, description="Dates by role.")
    loads: tuple[Load, ...] = Field(default=(), description="Packages and weight of this order.")
    parties: Parties = Field(default=NOTHING, description="Parties of this order, such as its store.")


class Package(Shape):
    """A pallet, carton or parcel."""

    id: str = Field(description="Name of this package inside the ship notice, used by its contents.")
    type: str = Field(default="pack", description="tare (pallet) or pack (carton, parcel).")
    parent: str | None = Field(default=None, description="Package it stands in or on.")
    order: str | None = Field(default=None, description="Entry in `orders` it belongs to, if one.")
    sscc: str | None = Field(
        default=None, description="Serial shipping container code as sent, 18 digits or 20 with the 00 prefix."
    )
    marks: dict[str, str] = Field(default=NOTHING, description="Further marks by kind: tracking, parcel and so on.")
    loads: tuple[Load, ...] = Field(default=(), description="Packaging and weight.")
    measures: tuple[Measure, ...] = Field(default=(), description="Measurements.")
    references: References = Field(default=NOTHING, description="References by role.")
    packs: tuple[Pack, ...] = Field(default=(), description="How the package is packed.")


class Content(Shape):
    """A quantity of an order line, in a package or loose."""

    order: str | None = Field(default=None, description="Entry in `orders` it belongs to.")
    package: str | None = Field(default=None, description="Package it is in; none when it is loose.")
    number: str | None = Field(default=None, description="Line number in the ship notice itself, where it has one.")
    sscc: str | None = Field(default=None, description="SSCC of the pack it is in, where a warehouse says it of the item.")
    marks: dict[str, str] = Field(default=NOTHING, description="Further marks of that pack by kind, such as tracking.")
    line: str | None = Field(default=None, description="The buyer's line number.")
    system_line: str | None = Field(default=None, description="The answering system's own line id.")
    quantity: Decimal | None = Field(default=None, description="Quantity shipped.")
    unit: str | None = Field(default=None, description="Unit of the quantity.")
    ordered: Decimal | None = Field(default=None, description="Quantity ordered.")
    ordered_unit: str | None = Field(default=None, description="Unit ordered in.")
    quantities: Quantities = Field(
        default=NOTHING, description="Further quantities by kind: free_goods, consumer_units, delivered, unknown kinds kept."
    )
    to_date: Decimal | None = Field(default=None, description="Quantity shipped to date, this shipment included.")
    status: str | None = Field(default=None, description="Status of the line, as sent.")
    ids: Ids = Field(default=NOTHING, description="Item ids by scheme.")
    lot: str | None = Field(default=None, description="Lot or batch.")
    expires_on: When | None = Field(default=None, description="Best before.")
    descriptions: tuple[Description, ...] = Field(default=(), description="Descriptions.")
    packs: tuple[Pack, ...] = Field(default=(), description="How the item is packed.")
    measures: tuple[Measure, ...] = Field(default=(), description="Measurements.")
    references: References = Field(default=NOTHING, description="References by role.")
    dates: Dates = Field(default=NOTHING, description="Dates by role.")


class ShipNotice(Document):
    """What is on the truck (advance ship notice)."""

    kind: ClassVar[str] = "ship_notice"

    number: str = Field(description="Shipment number.")
    purpose: str = Field(default="original", description="original, cancel, replace and so on.")
    ship_order: str | None = Field(default=None, description="Number of the ship order that was shipped.")
    order_number: str | None = Field(default=None, description="The buyer's order number, where the notice is of one order only.")
    noticed_at: When | None = Field(default=None, description="When the notice was made.")
    structure: str = Field(
        default="pick_and_pack",
        description="pick_and_pack (shipment, order, pack, item), standard_pack (shipment, order, item, pack), "
        "shipment_pack (shipment, pack, order, item) or no_packs (shipment, order, item).",
    )
    parties: Parties = Field(default=NOTHING, description="Parties by role.")
    references: References = Field(
        default=NOTHING, description="References by role: bill_of_lading, carrier_reference and so on."
    )
    dates: Dates = Field(default=NOTHING, description="Dates by role: shipped, delivery_estimated and so on.")
    freight: Freight | None = Field(default=None, description="Who pays for transport.")
    carriages: tuple[Carriage, ...] = Field(default=(), description="Transport.")
    equipment: dict[str, str] = Field(default=NOTHING, description="Trailer or container numbers by kind.")
    contacts: dict[str, Contact] = Field(default=NOTHING, description="Contacts by role.")
    loads: tuple[Load, ...] = Field(default=(), description="Packages and weight in total.")
    measures: tuple[Measure, ...] = Field(default=(), description="Measurements of the shipment.")
    orders: tuple[ShippedOrder, ...] = Field(default=(), description="Orders the shipment covers.")
    packages: tuple[Package, ...] = Field(default=(), description="Packages.")
    contents: tuple[Content, ...] = Field(default=(), description="What is in them.")
    notes: tuple[str, ...] = Field(default=(), description="Free text.")
    extras: Extras = Field(default=NOTHING, description="Values without a home, with their place.")
