"""The billed shipment: what is on the truck and what it costs, in one document.

It is a ship notice whose orders are bills and whose contents have prices: the reasons are in docs/decisions/0008-billed-shipment.md.
"""

from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from hub.model.parts import Adjustment, Tax, Terms, Totals
from hub.model.shipment import Content, Package, ShipNotice, ShippedOrder


class BilledOrder(ShippedOrder):
    """An order that the shipment covers, with what is asked for it."""

    total: Decimal | None = Field(default=None, description="Amount to pay: contents + charges - allowances + taxes.")
    discountable: Decimal | None = Field(default=None, description="Amount the discount is taken of, where it is not the total.")
    terms: tuple[Terms, ...] = Field(default=(), description="Terms of payment.")
    adjustments: tuple[Adjustment, ...] = Field(default=(), description="Allowances and charges of the whole order.")
    taxes: tuple[Tax, ...] = Field(default=(), description="Taxes of the whole order.")


class BilledPackage(Package):
    """A pallet, carton or parcel, with a number of its own."""

    number: int | None = Field(default=None, description="Number of the package in the document; given when written if absent.")
    layers: int | None = Field(default=None, description="Layers on a pallet.")
    blocks: int | None = Field(default=None, description="Packs in a layer of a pallet.")
    count: int | None = Field(default=None, description="Packs on a pallet; counted when written if absent.")
    pallet_kind: str | None = Field(default=None, description="Kind of pallet, as sent.")


class BilledContent(Content):
    """A quantity of an order line, with its price."""

    price: Decimal | None = Field(default=None, description="Price per unit of the price basis.")
    price_basis: str | None = Field(default=None, description="Basis of the price, as ordered.")
    adjustments: tuple[Adjustment, ...] = Field(default=(), description="Allowances and charges of the line.")
    taxes: tuple[Tax, ...] = Field(default=(), description="Taxes of the line.")


class BilledShipment(ShipNotice):
    """A ship notice and the invoices of its orders in one."""

    kind: ClassVar[str] = "billed_shipment"

    currency: str = Field(default="XXX", description="ISO 4217 currency of all amounts; XXX while nobody has said.")
    orders: tuple[BilledOrder, ...] = Field(default=(), description="Orders the shipment covers, each with its bill.")
    packages: tuple[BilledPackage, ...] = Field(default=(), description="Packages.")
    contents: tuple[BilledContent, ...] = Field(default=(), description="What is in them, with prices.")
    totals: Totals | None = Field(default=None, description="Totals as the sender stated them.")
