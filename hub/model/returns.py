"""The return: what is to go back and why, and what the seller says to it."""

from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from hub.model.order import Destination
from hub.model.parts import Adjustment, Carriage, Contact, Description, Extras, Load, Parties, Quantities, References
from hub.model.shape import NOTHING, Dates, Document, Ids, Shape, When


class Ruling(Shape):
    """Why goods go back and what becomes of them; of the whole return, or of one line."""

    disposition: str | None = Field(
        default=None, description="What becomes of the goods: sent back, destroyed and so on, as sent."
    )
    reason: str | None = Field(default=None, description="Why the buyer wants to return them, as sent.")
    answer: str | None = Field(default=None, description="Why the seller grants or refuses it, as sent.")
    text: str | None = Field(default=None, description="The same in words.")


class ReturnLine(Shape):
    """One item that goes back."""

    number: str | None = Field(default=None, description="Line number, where there is one.")
    ids: Ids = Field(default=NOTHING, description="Item ids by scheme.")
    quantity: Decimal | None = Field(default=None, description="Quantity to return.")
    unit: str | None = Field(default=None, description="Unit of the quantity.")
    quantities: Quantities = Field(default=NOTHING, description="Further quantities by kind.")
    price: Decimal | None = Field(default=None, description="Price per unit that credit is asked or given at.")
    price_kind: str | None = Field(default=None, description="What kind of price that is, as sent.")
    price_unit: str | None = Field(default=None, description="Unit that the price is for, where it is said.")
    ruling: Ruling | None = Field(default=None, description="Why this line goes back, and what becomes of it.")
    order_number: str | None = Field(default=None, description="The buyer's order number the item came with.")
    order_line: str | None = Field(default=None, description="Line of that order, where it is said.")
    ordered_on: When | None = Field(default=None, description="Date of that order.")
    descriptions: tuple[Description, ...] = Field(default=(), description="Descriptions.")
    references: References = Field(
        default=NOTHING, description="References by role: invoice, serial and so on; several of one role are numbered."
    )
    dates: Dates = Field(default=NOTHING, description="Dates by role.")
    amounts: dict[str, Decimal] = Field(default=NOTHING, description="Amounts by kind.")
    adjustments: tuple[Adjustment, ...] = Field(default=(), description="Allowances and charges, such as for restocking.")
    destinations: tuple[Destination, ...] = Field(default=(), description="Quantities by store or place they come from.")
    parties: Parties = Field(default=NOTHING, description="Parties of this line.")
    notes: tuple[str, ...] = Field(default=(), description="Free text.")


class ReturnRequest(Document):
    """A buyer asks to send goods back, or a seller answers."""

    kind: ClassVar[str] = "return_request"

    number: str = Field(description="Number of the request, or of the authorisation.")
    purpose: str = Field(
        default="request", description="request, authorisation (the seller's answer), cancel and so on, unknown purposes kept."
    )
    made_at: When | None = Field(default=None, description="When it was made.")
    request_number: str | None = Field(default=None, description="In an answer: number of the request.")
    order_number: str | None = Field(default=None, description="The buyer's order number the goods came with.")
    order_release: str | None = Field(default=None, description="Release of the order.")
    ordered_on: When | None = Field(default=None, description="Date of the order.")
    ruling: Ruling | None = Field(default=None, description="Why all of it goes back, and what becomes of it.")
    credit: Decimal | None = Field(default=None, description="Amount of credit asked or given.")
    parties: Parties = Field(default=NOTHING, description="Parties by role.")
    contacts: dict[str, Contact] = Field(default=NOTHING, description="Contacts by role.")
    references: References = Field(default=NOTHING, description="References by role: return_authorisation and so on.")
    dates: Dates = Field(default=NOTHING, description="Dates by role.")
    adjustments: tuple[Adjustment, ...] = Field(default=(), description="Allowances and charges of the whole return.")
    carriages: tuple[Carriage, ...] = Field(default=(), description="Transport back.")
    loads: tuple[Load, ...] = Field(default=(), description="Packages and weight in total.")
    notes: tuple[str, ...] = Field(default=(), description="Free text.")
    lines: tuple[ReturnLine, ...] = Field(default=(), description="Items that go back.")
    extras: Extras = Field(default=NOTHING, description="Values without a home, with their place.")
