"""The inventory report: what is in stock, where, and what is coming."""

from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from hub.model.parts import Description, Extras, Parties, References, Totals
from hub.model.shape import NOTHING, Dates, Document, Ids, Shape, When


class StockLine(Shape):
    """Stock of one item at one place, of one lot and in one state where that is told. Zero is said, absence is not zero."""

    number: str | None = Field(default=None, description="Line number.")
    ids: Ids = Field(default=NOTHING, description="Item ids by scheme.")
    descriptions: tuple[Description, ...] = Field(default=(), description="Descriptions.")
    location: str | None = Field(default=None, description="Warehouse or store.")
    location_scheme: str | None = Field(default=None, description="Who issued that id.")
    location_role: str | None = Field(default=None, description="Kind of place: warehouse, store and so on.")
    quantities: dict[str, Decimal] = Field(
        default=NOTHING, description="Quantities by kind: available, on_hand, on_order, next_receipt."
    )
    unit: str | None = Field(default=None, description="Unit of the quantities.")
    lot: str | None = Field(default=None, description="Lot or batch, where the stock of one is told.")
    state: str | None = Field(default=None, description="State of that stock, such as free or blocked, as sent.")
    movement: str | None = Field(default=None, description="in or out, where a movement is told and not what there is.")
    reason: str | None = Field(default=None, description="Code of the reason for the movement, as sent.")
    prices: dict[str, Decimal] = Field(default=NOTHING, description="Prices by kind.")
    dates: Dates = Field(default=NOTHING, description="Dates by role.")
    references: References = Field(default=NOTHING, description="References by role.")
    notes: tuple[str, ...] = Field(default=(), description="Free text.")


class InventoryReport(Document):
    """Stock at a point in time."""

    kind: ClassVar[str] = "inventory_report"

    number: str = Field(description="Number of the report.")
    purpose: str = Field(default="original", description="original, replace, change (only what changed) and so on.")
    report: str | None = Field(default=None, description="Kind of report, as sent.")
    reported_at: When | None = Field(default=None, description="Time the stock was counted.")
    complete: bool = Field(default=True, description="False when only changes since the last report are listed.")
    currency: str = Field(default="XXX", description="ISO 4217 currency of all amounts.")
    parties: Parties = Field(default=NOTHING, description="Parties by role.")
    references: References = Field(default=NOTHING, description="References by role.")
    dates: Dates = Field(default=NOTHING, description="Dates by role.")
    totals: Totals | None = Field(default=None, description="Totals as the sender stated them.")
    lines: tuple[StockLine, ...] = Field(
        default=(), description="Items; one whose stock is told for several places, lots or states is as many lines."
    )
    notes: tuple[str, ...] = Field(default=(), description="Free text.")
    extras: Extras = Field(default=NOTHING, description="Values without a home, with their place.")
