"""The invoice, and the remittance that pays it."""

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
    Tax,
    Terms,
    Totals,
)
from hub.model.shape import NOTHING, Dates, Document, Ids, Shape, When


class InvoiceLine(Shape):
    """One item billed."""

    number: str = Field(description="The buyer's line number.")
    system_line: str | None = Field(default=None, description="The billing system's own line id.")
    order_number: str | None = Field(
        default=None, description="The buyer's order number, where the invoice covers several orders."
    )
    order_line: str | None = Field(default=None, description="Line of that order, where it is said.")
    quantity: Decimal = Field(description="Quantity billed.")
    unit: str | None = Field(default=None, description="Unit of the quantity, as ordered.")
    quantities: Quantities = Field(
        default=NOTHING, description="Further quantities by kind: free_goods, consumer_units, delivered, unknown kinds kept."
    )
    price: Decimal | None = Field(default=None, description="Price per unit of the price basis.")
    price_basis: str | None = Field(default=None, description="Basis of the price, as ordered.")
    price_per: Decimal | None = Field(default=None, description="How many units the price is for, where it is not for one.")
    price_unit: str | None = Field(default=None, description="Unit that the price is for, where it is said.")
    prices: dict[str, Decimal] = Field(default=NOTHING, description="Further prices by kind, such as gross.")
    amount: Decimal | None = Field(
        default=None, description="Amount of the line as stated, its allowances and charges included, without taxes."
    )
    ids: Ids = Field(default=NOTHING, description="Item ids by scheme, as ordered.")
    descriptions: tuple[Description, ...] = Field(default=(), description="Descriptions.")
    packs: tuple[Pack, ...] = Field(default=(), description="How the item is packed.")
    loads: tuple[Load, ...] = Field(default=(), description="Packages and weight of the line.")
    references: References = Field(default=NOTHING, description="References by role.")
    dates: Dates = Field(default=NOTHING, description="Dates by role.")
    adjustments: tuple[Adjustment, ...] = Field(default=(), description="Allowances and charges of the line.")
    taxes: tuple[Tax, ...] = Field(default=(), description="Taxes of the line.")
    notes: tuple[str, ...] = Field(default=(), description="Free text.")
    extras: Extras = Field(default=NOTHING, description="Values without a home, with their place.")


class Invoice(Document):
    """A bill, or a credit."""

    kind: ClassVar[str] = "invoice"

    number: str = Field(description="Invoice number.")
    type: str | None = Field(default=None, description="debit, credit and so on, unknown types kept.")
    purpose: str = Field(default="original", description="original, cancel, replace and so on.")
    invoiced_on: When | None = Field(default=None, description="Date of the invoice.")
    order_number: str | None = Field(default=None, description="The buyer's order number.")
    order_release: str | None = Field(default=None, description="Release of the order.")
    ordered_on: When | None = Field(default=None, description="Date of the order.")
    shipment_number: str | None = Field(default=None, description="Ship notice that the invoice follows.")
    currency: str = Field(default="XXX", description="ISO 4217 currency of all amounts; XXX while nobody has said.")
    parties: Parties = Field(default=NOTHING, description="Parties by role.")
    contacts: dict[str, Contact] = Field(default=NOTHING, description="Contacts by role.")
    references: References = Field(default=NOTHING, description="References by role.")
    dates: Dates = Field(default=NOTHING, description="Dates by role.")
    freight: Freight | None = Field(default=None, description="Who pays for transport.")
    terms: tuple[Terms, ...] = Field(default=(), description="Terms of payment.")
    carriages: tuple[Carriage, ...] = Field(default=(), description="Transport.")
    loads: tuple[Load, ...] = Field(default=(), description="Packages and weight shipped.")
    lines: tuple[InvoiceLine, ...] = Field(default=(), description="Items billed.")
    adjustments: tuple[Adjustment, ...] = Field(default=(), description="Allowances and charges of the whole invoice.")
    taxes: tuple[Tax, ...] = Field(default=(), description="Taxes of the whole invoice.")
    total: Decimal | None = Field(
        default=None, description="Amount to pay: lines + charges - allowances + taxes, in the currency."
    )
    amounts: dict[str, Decimal] = Field(default=NOTHING, description="Further amounts by kind, as stated.")
    discountable: Decimal | None = Field(default=None, description="Amount the discount is taken of, where it is not the total.")
    rounding: Decimal | None = Field(
        default=None, description="Difference between the stated total and the computed one, if any."
    )
    notes: tuple[str, ...] = Field(default=(), description="Free text.")
    totals: Totals | None = Field(default=None, description="Totals as the sender stated them.")
    extras: Extras = Field(default=NOTHING, description="Values without a home, with their place.")


class Deduction(Shape):
    """Money held back, or given, and why."""

    amount: Decimal = Field(description="Amount, negative when it is held back.")
    reason: str | None = Field(default=None, description="Code of the reason, as sent.")
    role: str | None = Field(default=None, description="Kind of the reference: invoice, credit_memo and so on.")
    reference: str | None = Field(default=None, description="What it refers to.")
    references: References = Field(default=NOTHING, description="Further references by role.")
    notes: tuple[str, ...] = Field(default=(), description="Free text.")


class Settled(Shape):
    """What was paid on one invoice."""

    invoice: str = Field(description="Invoice number.")
    order_number: str | None = Field(default=None, description="The buyer's order number.")
    amount: Decimal | None = Field(default=None, description="Amount billed.")
    paid: Decimal = Field(description="Amount paid.")
    discount: Decimal | None = Field(default=None, description="Discount taken.")
    role: str | None = Field(
        default=None, description="What kind of document is paid: invoice, credit_memo and so on; an invoice if nothing is said."
    )
    action: str | None = Field(default=None, description="What the payment is meant for, as sent.")
    reason: str | None = Field(default=None, description="Code of the reason for an adjustment, as sent.")
    adjustment: Decimal | None = Field(default=None, description="Amount of that adjustment.")
    deductions: tuple[Deduction, ...] = Field(default=(), description="What was held back of it.")
    references: References = Field(default=NOTHING, description="References by role.")
    dates: Dates = Field(default=NOTHING, description="Dates by role.")
    notes: tuple[str, ...] = Field(default=(), description="Free text.")
    state: str = Field(default="paid", description="paid, part_paid or refused.")


class Remittance(Document):
    """Money that was paid, and for which invoices."""

    kind: ClassVar[str] = "remittance"

    number: str = Field(description="Number of the payment.")
    paid_on: When | None = Field(default=None, description="Date of the payment.")
    currency: str = Field(default="XXX", description="ISO 4217 currency of all amounts.")
    amount: Decimal | None = Field(default=None, description="Amount paid in all.")
    parties: Parties = Field(default=NOTHING, description="Parties by role.")
    references: References = Field(default=NOTHING, description="References by role.")
    dates: Dates = Field(default=NOTHING, description="Dates by role.")
    settled: tuple[Settled, ...] = Field(default=(), description="Invoices paid.")
    notes: tuple[str, ...] = Field(default=(), description="Free text.")
    extras: Extras = Field(default=NOTHING, description="Values without a home, with their place.")
