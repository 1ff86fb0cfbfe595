"""Stock that moves: sent to a warehouse, received there, put right."""

from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from hub.model.parts import Carriage, Contact, Description, Extras, Freight, Load, Parties, References
from hub.model.shape import NOTHING, Dates, Document, Ids, Shape, When


class StockException(Shape):
    """Part of a line that did not arrive as it should."""

    quantity: Decimal = Field(description="Quantity concerned.")
    unit: str | None = Field(default=None, description="Unit of the quantity.")
    condition: str | None = Field(default=None, description="What is wrong: damaged, short, over and so on, as sent.")
    lot: str | None = Field(default=None, description="Lot or batch.")


class StockMove(Shape):
    """One item that moves."""

    quantity: Decimal = Field(description="Quantity; of an adjustment negative where stock is taken away.")
    unit: str | None = Field(default=None, description="Unit of the quantity.")
    ids: Ids = Field(default=NOTHING, description="Item ids by scheme.")
    lot: str | None = Field(default=None, description="Lot or batch.")
    reason: str | None = Field(default=None, description="Reason of an adjustment, as sent.")
    condition: str | None = Field(default=None, description="Condition of the goods, as sent.")
    descriptions: tuple[Description, ...] = Field(default=(), description="Descriptions.")
    references: References = Field(default=NOTHING, description="References by role.")
    exceptions: tuple[StockException, ...] = Field(default=(), description="What did not arrive as it should.")
    notes: tuple[str, ...] = Field(default=(), description="Free text.")
    extras: Extras = Field(default=NOTHING, description="Values without a home, with their place.")


class StockMovement(Document):
    """What transfers, receipts and adjustments have in common."""

    number: str = Field(description="Number of the transfer, receipt or adjustment.")
    reporting: str | None = Field(default=None, description="Whether all or part is told, as sent.")
    moved_on: When | None = Field(default=None, description="Date of the movement.")
    order_number: str | None = Field(default=None, description="Order it follows.")
    shipment_number: str | None = Field(default=None, description="Shipment it belongs to.")
    parties: Parties = Field(default=NOTHING, description="Parties by role.")
    contacts: dict[str, Contact] = Field(default=NOTHING, description="Contacts by role.")
    references: References = Field(default=NOTHING, description="References by role.")
    dates: Dates = Field(default=NOTHING, description="Dates by role.")
    freight: Freight | None = Field(default=None, description="Who pays for transport.")
    carriages: tuple[Carriage, ...] = Field(default=(), description="Transport.")
    loads: tuple[Load, ...] = Field(default=(), description="Weight and volume in total.")
    notes: tuple[str, ...] = Field(default=(), description="Free text.")
    lines: tuple[StockMove, ...] = Field(default=(), description="Items.")
    extras: Extras = Field(default=NOTHING, description="Values without a home, with their place.")


class StockTransfer(StockMovement):
    """Stock on its way to a warehouse."""

    kind: ClassVar[str] = "stock_transfer"


class StockReceipt(StockMovement):
    """Stock a warehouse has received."""

    kind: ClassVar[str] = "stock_receipt"


class StockAdjustment(StockMovement):
    """Stock a warehouse has counted anew, lost, found or blocked."""

    kind: ClassVar[str] = "stock_adjustment"
