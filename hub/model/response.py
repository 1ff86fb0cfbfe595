"""The order response: what the seller says to an order or a change, line by line."""

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
    Pack,
    Parties,
    Quantities,
    References,
    Terms,
    Totals,
)
from hub.model.shape import NOTHING, Dates, Document, Ids, Shape, When


class Outcome(Shape):
    """What happens to some of a line's quantity. The outcomes of a line add up to what was ordered."""

    status: str = Field(
        description="accepted, backordered, partial_backordered, quantity_changed, price_changed, date_changed, changed, "
        "substituted, held, rejected, deleted, invalid_item and so on, unknown statuses kept."
    )
    quantity: Decimal | None = Field(default=None, description="Quantity this outcome is about.")
    unit: str | None = Field(default=None, description="Unit of the quantity.")
    dates: Dates = Field(default=NOTHING, description="Dates by role: ship_estimated, delivery_estimated and so on.")
    ids: Ids = Field(default=NOTHING, description="Ids of the item given instead, by scheme.")


class ResponseLine(Shape):
    """A line of the order with what the seller says to it."""

    number: str = Field(description="The buyer's line number, exactly as ordered.")
    status: str | None = Field(
        default=None,
        description="Outcome of the line as a whole, where it is said beside the quantities: accepted, changed, rejected.",
    )
    system_line: str | None = Field(default=None, description="The answering system's own line id.")
    change: str | None = Field(default=None, description="In an answer to a change: what was to change, such as quantity_up.")
    quantity: Decimal | None = Field(default=None, description="Quantity ordered.")
    quantity_left: Decimal | None = Field(default=None, description="In an answer to a change: quantity still to be received.")
    unit: str | None = Field(default=None, description="Unit ordered in.")
    quantities: Quantities = Field(
        default=NOTHING, description="Further quantities by kind: free_goods, consumer_units, delivered, unknown kinds kept."
    )
    price: Decimal | None = Field(default=None, description="Price confirmed, per unit of the price basis.")
    price_basis: str | None = Field(default=None, description="Basis of the price, as ordered.")
    price_per: Decimal | None = Field(default=None, description="How many units the price is for, where it is not for one.")
    price_unit: str | None = Field(default=None, description="Unit that the price is for, where it is said.")
    prices: dict[str, Decimal] = Field(default=NOTHING, description="Further prices by kind, such as gross.")
    ids: Ids = Field(default=NOTHING, description="Item ids by scheme, as ordered.")
    descriptions: tuple[Description, ...] = Field(default=(), description="Descriptions.")
    packs: tuple[Pack, ...] = Field(default=(), description="How the item is packed.")
    loads: tuple[Load, ...] = Field(default=(), description="Packages and weight of the line.")
    references: References = Field(default=NOTHING, description="References by role.")
    dates: Dates = Field(default=NOTHING, description="Dates by role.")
    adjustments: tuple[Adjustment, ...] = Field(default=(), description="Allowances and charges of the line.")
    outcomes: tuple[Outcome, ...] = Field(default=(), description="What happens to the quantity ordered.")
    notes: tuple[str, ...] = Field(default=(), description="Free text.")
    extras: Extras = Field(default=NOTHING, description="Values without a home, with their place.")


class OrderResponse(Document):
    """A seller's answer to an order or a change."""

    kind: ClassVar[str] = "order_response"

    purpose: str = Field(default="original", description="original, cancel, change, replace, confirm and so on.")
    verdict: str = Field(
        description="accepted, accepted_with_changes (lines say which), detail (lines say all), rejected, rejected_with_detail, "
        "acknowledged, unknown verdicts kept."
    )
    order_number: str = Field(description="The buyer's order number.")
    order_release: str | None = Field(default=None, description="Release of the order.")
    order_type: str | None = Field(default=None, description="Type of the order, as ordered.")
    ordered_on: When | None = Field(default=None, description="Date of the order.")
    change: str | None = Field(default=None, description="Number of the change answered.")
    number: str | None = Field(default=None, description="The seller's own order number.")
    responded_on: When | None = Field(default=None, description="Date of the answer.")
    contract: str | None = Field(default=None, description="Contract number.")
    currency: str = Field(default="XXX", description="ISO 4217 currency of all amounts; XXX while nobody has said.")
    parties: Parties = Field(default=NOTHING, description="Parties by role.")
    contacts: dict[str, Contact] = Field(default=NOTHING, description="Contacts by role.")
    references: References = Field(default=NOTHING, description="References by role.")
    dates: Dates = Field(default=NOTHING, description="Dates by role.")
    freight: Freight | None = Field(default=None, description="Who pays for transport, and where responsibility passes.")
    terms: tuple[Terms, ...] = Field(default=(), description="Terms of payment.")
    adjustments: tuple[Adjustment, ...] = Field(default=(), description="Allowances and charges of the whole order.")
    carriages: tuple[Carriage, ...] = Field(default=(), description="Transport foreseen.")
    notes: tuple[str, ...] = Field(default=(), description="Free text.")
    lines: tuple[ResponseLine, ...] = Field(default=(), description="Lines answered.")
    totals: Totals | None = Field(default=None, description="Totals as the sender stated them.")
    extras: Extras = Field(default=NOTHING, description="Values without a home, with their place.")
