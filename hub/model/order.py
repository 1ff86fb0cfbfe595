"""The order and its change: what a buyer wants, and what they later want instead."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from hub.model.parts import (
    Adjustment,
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
    Tax,
    Terms,
    Totals,
)
from hub.model.shape import NOTHING, Dates, Document, Ids, Shape, When


class Destination(Shape):
    """Part of a line's quantity for one store or place."""

    id: str = Field(description="Store or place, as the partner names it.")
    scheme: str | None = Field(default=None, description="Who issued that id.")
    quantity: Decimal | None = Field(
        default=None, description="Quantity for this place, in the unit given here or else the line's."
    )
    unit: str | None = Field(default=None, description="Unit of the quantity.")


class Schedule(Shape):
    """Part of a line's quantity for one date."""

    quantity: Decimal = Field(description="Quantity for this date.")
    unit: str | None = Field(default=None, description="Unit of the quantity.")
    dates: Dates = Field(default=NOTHING, description="Dates by role.")


class SubLine(Shape):
    """A component or variant inside a line, such as a size in a pre-pack."""

    number: str = Field(description="Number of the sub-line, as sent.")
    parent: str | None = Field(default=None, description="Number of the sub-line it belongs to.")
    relation: str | None = Field(default=None, description="Relation to the line (included, add-on, …), as sent.")
    quantity: Decimal | None = Field(default=None, description="Quantity of the component.")
    unit: str | None = Field(default=None, description="Unit of the quantity.")
    price: Decimal | None = Field(default=None, description="Price per unit.")
    price_basis: str | None = Field(default=None, description="Basis of the price, as sent.")
    price_relation: str | None = Field(default=None, description="Whether the price is part of the line's, as sent.")
    ids: Ids = Field(default=NOTHING, description="Item ids by scheme.")
    descriptions: tuple[Description, ...] = Field(default=(), description="Descriptions.")


class OrderLine(Shape):
    """One item wanted."""

    number: str = Field(
        description="The buyer's line number, echoed in every answer; assigned and listed under `assumed` if absent."
    )
    quantity: Decimal | None = Field(default=None, description="Quantity ordered.")
    unit: str | None = Field(default=None, description="Unit ordered in.")
    quantities: Quantities = Field(
        default=NOTHING, description="Further quantities by kind: free_goods, consumer_units, delivered, unknown kinds kept."
    )
    price: Decimal | None = Field(default=None, description="Price per unit of the price basis.")
    price_basis: str | None = Field(
        default=None, description="What the price is for: each, hundred, thousand, list and so on, as sent."
    )
    price_per: Decimal | None = Field(default=None, description="How many units the price is for, where it is not for one.")
    price_unit: str | None = Field(default=None, description="Unit that the price is for, where it is said.")
    prices: dict[str, Decimal] = Field(default=NOTHING, description="Further prices by kind, such as retail.")
    ids: Ids = Field(
        default=NOTHING, description="Item ids by scheme: upc, gtin, buyer_part, vendor_part, sku, unknown schemes kept."
    )
    descriptions: tuple[Description, ...] = Field(default=(), description="Descriptions.")
    change: str | None = Field(
        default=None, description="In a change: add, delete, quantity_up, quantity_down, price, replace and so on."
    )
    quantity_left: Decimal | None = Field(default=None, description="In a change: quantity still to be received.")
    packs: tuple[Pack, ...] = Field(default=(), description="How the item is packed.")
    loads: tuple[Load, ...] = Field(default=(), description="Packages and weight of the line.")
    measures: tuple[Measure, ...] = Field(default=(), description="Measurements.")
    references: References = Field(default=NOTHING, description="References by role.")
    dates: Dates = Field(default=NOTHING, description="Dates by role.")
    adjustments: tuple[Adjustment, ...] = Field(default=(), description="Allowances and charges of the line.")
    taxes: tuple[Tax, ...] = Field(default=(), description="Taxes of the line.")
    carriages: tuple[Carriage, ...] = Field(default=(), description="Transport asked for this line.")
    destinations: tuple[Destination, ...] = Field(default=(), description="Quantities by store or place.")
    schedules: tuple[Schedule, ...] = Field(default=(), description="Quantities by date.")
    parties: Parties = Field(default=NOTHING, description="Parties of this line, such as its own ship-to.")
    sub_lines: tuple[SubLine, ...] = Field(default=(), description="Components.")
    notes: tuple[str, ...] = Field(default=(), description="Free text, one entry a line.")
    extras: Extras = Field(default=NOTHING, description="Values without a home, with their place.")


class OrderBody(Document):
    """What an order and a change to it have in common."""

    number: str = Field(description="The buyer's order number.")
    release: str | None = Field(default=None, description="Release against a blanket order.")
    purpose: str = Field(
        default="original",
        description="original, cancel, change, replace, confirm, duplicate, unknown purposes kept; cancelled where a source "
        "says how the order stands, so that one which never came to us is passed over.",
    )
    type: str | None = Field(
        default=None, description="stand_alone, blanket, release, drop_ship, rush and so on, unknown types kept."
    )
    ordered_on: When | None = Field(default=None, description="Date of the order.")
    currency: str = Field(default="XXX", description="ISO 4217 currency of all amounts; XXX while nobody has said.")
    contract: str | None = Field(default=None, description="Contract number.")
    parties: Parties = Field(default=NOTHING, description="Parties by role: buyer, ship_to, bill_to, unknown roles kept.")
    contacts: dict[str, Contact] = Field(default=NOTHING, description="Contacts by role.")
    references: References = Field(
        default=NOTHING, description="References by role: department, vendor, promotion, unknown roles kept."
    )
    dates: Dates = Field(
        default=NOTHING,
        description="Dates by role: delivery_requested, ship_requested, ship_not_before, cancel_after, unknown roles kept.",
    )
    freight: Freight | None = Field(default=None, description="Who pays for transport, and where responsibility passes.")
    terms: tuple[Terms, ...] = Field(default=(), description="Terms of payment.")
    adjustments: tuple[Adjustment, ...] = Field(default=(), description="Allowances and charges of the whole order.")
    taxes: tuple[Tax, ...] = Field(default=(), description="Taxes of the whole order.")
    carriages: tuple[Carriage, ...] = Field(default=(), description="Transport asked for.")
    loads: tuple[Load, ...] = Field(default=(), description="Packages and weight in total.")
    descriptions: tuple[Description, ...] = Field(default=(), description="Descriptions of the whole order.")
    measures: tuple[Measure, ...] = Field(default=(), description="Measurements of the whole order.")
    notes: tuple[str, ...] = Field(default=(), description="Free text, one entry a line.")
    lines: tuple[OrderLine, ...] = Field(default=(), description="Items wanted.")
    totals: Totals | None = Field(default=None, description="Totals as the sender stated them.")
    extras: Extras = Field(default=NOTHING, description="Values without a home, with their place.")


class Order(OrderBody):
    """A purchase order."""

    kind: ClassVar[str] = "order"

    ship_by: date | None = Field(
        default=None, description="Day on which it is to leave, by cut-off and lead time of the calendar; set by the hub."
    )


class OrderChange(OrderBody):
    """A buyer's change to an order they placed before."""

    kind: ClassVar[str] = "order_change"

    change: str | None = Field(default=None, description="Number of this change, counted by the buyer.")
    changed_on: When | None = Field(default=None, description="Date of the change.")
