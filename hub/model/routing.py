"""Routing: a seller tells what is ready and asks for a carrier; the buyer says who fetches it and when."""

from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from hub.model.parts import Contact, Extras, Parties, Party, Quantities, References
from hub.model.shape import NOTHING, Dates, Document, Shape, When


class RoutedOrder(Shape):
    """What of one order is to be fetched: packages, weight, volume."""

    number: str | None = Field(default=None, description="Number of the consignment at the seller.")
    order_number: str | None = Field(default=None, description="The buyer's order number.")
    order_reference: str | None = Field(default=None, description="Further reference of the order, such as its department.")
    packaging: str | None = Field(default=None, description="Kind of packaging, as sent.")
    count: Decimal | None = Field(default=None, description="Number of packages.")
    weight: Decimal | None = Field(default=None, description="Weight.")
    weight_unit: str | None = Field(default=None, description="Unit of the weight.")
    volume: Decimal | None = Field(default=None, description="Volume.")
    volume_unit: str | None = Field(default=None, description="Unit of the volume.")
    problem: str | None = Field(default=None, description="Code of what is wrong with it, as sent.")
    reference: str | None = Field(default=None, description="Further reference of the consignment.")
    commodity: str | None = Field(default=None, description="Commodity code.")
    freight_class: str | None = Field(default=None, description="Freight class.")


class Stop(Party):
    """A place that goods are to be brought to, with the orders for it."""

    role: str | None = Field(default=None, description="What the place is: ship_to, store and so on.")
    dates: Dates = Field(default=NOTHING, description="Dates by role: ship_not_before, available and so on.")
    pallets: Decimal | None = Field(default=None, description="Number of unit loads, such as pallets.")
    pallet_kind: str | None = Field(default=None, description="Kind of the unit loads, as sent.")
    stackable: str | None = Field(default=None, description="Whether they may be stacked: Y or N, as sent.")
    orders: tuple[RoutedOrder, ...] = Field(default=(), description="Orders for this place.")


class RoutingRequest(Document):
    """Goods are ready; who is to fetch them, and when?"""

    kind: ClassVar[str] = "routing_request"

    number: str = Field(description="Number of the request.")
    purpose: str = Field(default="original", description="original, change, cancel and so on.")
    made_at: When | None = Field(default=None, description="When it was made.")
    answers: str | None = Field(default=None, description="Number of the document before that it changes or cancels.")
    contacts: dict[str, Contact] = Field(default=NOTHING, description="Contacts by role.")
    parties: Parties = Field(default=NOTHING, description="Parties by role: ship_from, where the goods are, among them.")
    stops: tuple[Stop, ...] = Field(default=(), description="Where the goods are to go.")
    extras: Extras = Field(default=NOTHING, description="Values without a home, with their place.")


class Route(Shape):
    """One load: what goes together, with whom, when and whereto."""

    number: str = Field(description="Number of the load in this document.")
    references: References = Field(default=NOTHING, description="References by role: load, pick_up, bill_of_lading and so on.")
    carrier: str | None = Field(default=None, description="Carrier, by its SCAC.")
    assigned_on: When | None = Field(default=None, description="Date the carrier was given the load.")
    service: str | None = Field(default=None, description="Level of service, as sent.")
    payment: str | None = Field(default=None, description="Who pays for transport, as sent.")
    orders: tuple[RoutedOrder, ...] = Field(default=(), description="Orders, or parts of them, in this load.")
    dates: Dates = Field(default=NOTHING, description="Dates by role: pick_up_scheduled and so on.")
    last_stop: str | None = Field(default=None, description="Whether this is the last stop: Y or N, as sent.")
    stop: int | None = Field(default=None, description="Place of this stop in the tour.")
    quantities: Quantities = Field(default=NOTHING, description="Quantities by kind.")
    parties: Parties = Field(default=NOTHING, description="Parties by role: the place of delivery.")


class RoutingInstruction(Document):
    """Who fetches what, and when."""

    kind: ClassVar[str] = "routing_instruction"

    number: str = Field(description="Number of the instruction.")
    purpose: str = Field(default="original", description="original, change, cancel and so on.")
    made_at: When | None = Field(default=None, description="When it was made.")
    answers: str | None = Field(default=None, description="Number of the request that it answers.")
    contacts: dict[str, Contact] = Field(default=NOTHING, description="Contacts by role.")
    parties: Parties = Field(default=NOTHING, description="Parties by role.")
    routes: tuple[Route, ...] = Field(default=(), description="Loads.")
    extras: Extras = Field(default=NOTHING, description="Values without a home, with their place.")
