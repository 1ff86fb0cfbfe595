"""The activity report: what became of items in a period, in all or store by store - sold, received, returned, left."""

from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from hub.model.order import Destination
from hub.model.parts import Contact, Description, Extras, Pack, Parties, References, Totals
from hub.model.shape import NOTHING, Dates, Document, Ids, Shape, When


class Activity(Shape):
    """One thing that happened to an item, or how much of it there is."""

    kind: str = Field(description="sold, returned, received, on_hand, on_order, forecast and so on, unknown kinds kept.")
    quantity: Decimal | None = Field(default=None, description="Quantity. Zero is said, absence is not zero.")
    unit: str | None = Field(default=None, description="Unit of the quantity.")
    amount: Decimal | None = Field(default=None, description="What the quantity was worth, in the currency of the report.")
    price: Decimal | None = Field(default=None, description="Net price per unit it was sold or taken at.")
    prices: dict[str, Decimal] = Field(default=NOTHING, description="Further prices by kind, such as unit_cost.")
    dates: Dates = Field(default=NOTHING, description="Dates by role, where they are not those of the report.")
    reference_role: str | None = Field(default=None, description="Kind of the reference: order, invoice and so on.")
    reference: str | None = Field(default=None, description="What it belongs to.")
    location: str | None = Field(default=None, description="Store or place, where it is one and not the line's.")
    location_scheme: str | None = Field(default=None, description="Who issued that id.")
    places: tuple[Destination, ...] = Field(
        default=(), description="The quantity by store or place, where one activity is split over several."
    )


class ActivityLine(Shape):
    """One item, with its activities."""

    number: str | None = Field(default=None, description="Line number.")
    ids: Ids = Field(default=NOTHING, description="Item ids by scheme.")
    descriptions: tuple[Description, ...] = Field(default=(), description="Descriptions.")
    location: str | None = Field(default=None, description="Store or warehouse all activities of the line are of.")
    location_scheme: str | None = Field(default=None, description="Who issued that id.")
    location_role: str | None = Field(default=None, description="Kind of place: store, warehouse and so on.")
    activities: tuple[Activity, ...] = Field(default=(), description="What happened, one entry a kind.")
    prices: dict[str, Decimal] = Field(default=NOTHING, description="Prices by kind, such as retail.")
    packs: tuple[Pack, ...] = Field(default=(), description="How the item is packed.")
    amounts: dict[str, Decimal] = Field(default=NOTHING, description="Amounts by kind.")
    dates: Dates = Field(default=NOTHING, description="Dates by role.")
    references: References = Field(default=NOTHING, description="References by role.")
    notes: tuple[str, ...] = Field(default=(), description="Free text.")
    extras: Extras = Field(default=NOTHING, description="Values without a home, with their place.")


class ActivityReport(Document):
    """What was sold, received, returned and is left, as a retailer tells a supplier."""

    kind: ClassVar[str] = "activity_report"

    number: str | None = Field(default=None, description="Number of the report; many senders give none.")
    purpose: str = Field(default="original", description="original, replace, change and so on.")
    report: str | None = Field(default=None, description="Kind of report, as sent.")
    reported_at: When | None = Field(default=None, description="When the report was made.")
    period_from: When | None = Field(default=None, description="First day of the period, or its only one.")
    period_to: When | None = Field(default=None, description="Last day of the period.")
    currency: str = Field(default="XXX", description="ISO 4217 currency of all amounts; XXX while nobody has said.")
    parties: Parties = Field(default=NOTHING, description="Parties by role.")
    contacts: dict[str, Contact] = Field(default=NOTHING, description="Contacts by role.")
    references: References = Field(default=NOTHING, description="References by role.")
    dates: Dates = Field(default=NOTHING, description="Dates by role.")
    lines: tuple[ActivityLine, ...] = Field(default=(), description="Items.")
    totals: Totals | None = Field(default=None, description="Totals as the sender stated them.")
    notes: tuple[str, ...] = Field(default=(), description="Free text.")
    extras: Extras = Field(default=NOTHING, description="Values without a home, with their place.")
