"""The receiving advice: what a buyer says of a shipment that came, against its ship notice and its orders.

It is told in the lists of the ship notice it answers, packages and contents, so that the two can be laid side by side.
"""

from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from hub.model.parts import (
    Carriage,
    Description,
    Extras,
    Freight,
    Load,
    Measure,
    Parties,
    Quantities,
    References,
)
from hub.model.shape import NOTHING, Dates, Document, Ids, Shape, When
from hub.model.shipment import Package, ShippedOrder


class Discrepancy(Shape):
    """What did not come as it was announced or ordered."""

    quantity: Decimal | None = Field(
        default=None, description="Quantity concerned: negative where goods are missing, positive where there are too many."
    )
    of: str | None = Field(default=None, description="Which quantity it is a difference to: despatched, ordered and so on.")
    condition: str | None = Field(
        default=None, description="What is wrong: damaged, over_shipped, not_advised, late and so on, unknown conditions kept."
    )
    reason: str | None = Field(default=None, description="Code of the reason, as sent.")
    text: str | None = Field(default=None, description="The reason in words.")


class ReceivedContent(Shape):
    """What was received of one item, in a package or loose."""

    order: str | None = Field(default=None, description="Entry in `orders` it belongs to.")
    package: str | None = Field(default=None, description="Package it came in; none when it came loose.")
    number: str | None = Field(default=None, description="Line number in the receiving advice itself.")
    line: str | None = Field(default=None, description="Line of the order.")
    quantity: Decimal | None = Field(default=None, description="Quantity received, in whatever condition.")
    unit: str | None = Field(default=None, description="Unit of the quantity, and of what of it was accepted and refused.")
    accepted: Decimal | None = Field(default=None, description="Quantity received and accepted.")
    refused: Decimal | None = Field(default=None, description="Quantity received and not accepted.")
    shipped: Decimal | None = Field(default=None, description="Quantity the ship notice announced.")
    shipped_unit: str | None = Field(default=None, description="Unit it was announced in.")
    ordered: Decimal | None = Field(default=None, description="Quantity ordered.")
    ordered_unit: str | None = Field(default=None, description="Unit it was ordered in.")
    quantities: Quantities = Field(default=NOTHING, description="Further quantities by kind, unknown kinds kept.")
    discrepancies: tuple[Discrepancy, ...] = Field(default=(), description="What did not come as it should.")
    ids: Ids = Field(default=NOTHING, description="Item ids by scheme.")
    lot: str | None = Field(default=None, description="Lot or batch.")
    expires_on: When | None = Field(default=None, description="Best before.")
    descriptions: tuple[Description, ...] = Field(default=(), description="Descriptions.")
    references: References = Field(
        default=NOTHING, description="References by role, with their lines: despatch_advice, vendor_order and so on."
    )
    dates: Dates = Field(default=NOTHING, description="Dates by role.")
    notes: tuple[str, ...] = Field(default=(), description="Free text.")


class ReceiptAdvice(Document):
    """What a buyer received of a shipment."""

    kind: ClassVar[str] = "receipt_advice"

    number: str = Field(description="Number of the receiving advice.")
    type: str | None = Field(default=None, description="Kind of the advice, as sent.")
    purpose: str = Field(default="original", description="original, cancel, replace and so on.")
    advised_at: When | None = Field(default=None, description="When the advice was made.")
    received_on: When | None = Field(default=None, description="When the goods came.")
    shipment_number: str | None = Field(default=None, description="Ship notice that the advice answers.")
    parties: Parties = Field(default=NOTHING, description="Parties by role.")
    references: References = Field(default=NOTHING, description="References by role.")
    dates: Dates = Field(default=NOTHING, description="Dates by role.")
    freight: Freight | None = Field(default=None, description="Terms of the delivery.")
    carriages: tuple[Carriage, ...] = Field(default=(), description="Transport the goods came by.")
    equipment: dict[str, str] = Field(default=NOTHING, description="Trailer or container numbers by kind.")
    loads: tuple[Load, ...] = Field(default=(), description="Packages received in total.")
    measures: tuple[Measure, ...] = Field(default=(), description="Measurements of what was received.")
    orders: tuple[ShippedOrder, ...] = Field(default=(), description="Orders that goods were received of.")
    packages: tuple[Package, ...] = Field(default=(), description="Packages received.")
    contents: tuple[ReceivedContent, ...] = Field(default=(), description="What was received.")
    notes: tuple[str, ...] = Field(default=(), description="Free text.")
    extras: Extras = Field(default=NOTHING, description="Values without a home, with their place.")
