"""Parts that several documents share: parties, references, adjustments, taxes, terms, shipping, packs."""

from decimal import Decimal

from pydantic import Field

from hub.model.shape import NOTHING, Dates, Ids, Shape, When


class Extra(Shape):
    """A value without a home in the model, kept because a partner needs it back."""

    value: str = Field(description="The value as it was sent.")
    place: str | None = Field(default=None, description="Where it stood in the source, such as `BEG07`.")


Extras = dict[str, Extra]


class Contact(Shape):
    """A person or desk to reach."""

    name: str | None = Field(default=None, description="Name of the person or desk.")
    numbers: Ids = Field(default=NOTHING, description="Ways to reach them by kind: phone, fax, email, unknown kinds kept.")
    reference: str | None = Field(default=None, description="Reference the sender gave with the contact.")


class Reference(Shape):
    """A number somebody else knows the business by."""

    value: str | None = Field(default=None, description="The reference itself.")
    text: str | None = Field(default=None, description="Free description sent with it.")
    line: str | None = Field(default=None, description="Line of the document it refers to.")
    dates: Dates = Field(default=NOTHING, description="Dates sent with it, by role.")
    notes: tuple[str, ...] = Field(default=(), description="Free text sent with it, one entry a line.")


References = dict[str, Reference]


class Party(Shape):
    """Somebody with a role in the business: buyer, ship-to, bill-to, remit-to and so on."""

    name: str | None = Field(default=None, description="Name of the organisation or person.")
    names: tuple[str, ...] = Field(default=(), description="Further lines of the name.")
    scheme: str | None = Field(default=None, description="Who issued the id: gln, duns, buyer, seller, unknown schemes kept.")
    id: str | None = Field(default=None, description="Identifier of the party under that scheme.")
    address: tuple[str, ...] = Field(default=(), description="Name and address in lines that nobody took apart.")
    lines: tuple[str, ...] = Field(default=(), description="Street address, one entry a line.")
    city: str | None = Field(default=None, description="City.")
    region: str | None = Field(default=None, description="State, province or region code.")
    postcode: str | None = Field(default=None, description="Postal code as sent.")
    country: str | None = Field(default=None, description="Country code as sent.")
    location_scheme: str | None = Field(default=None, description="Kind of the location code, as sent.")
    location: str | None = Field(default=None, description="Location code, as sent.")
    contacts: dict[str, Contact] = Field(default=NOTHING, description="Contacts at this party by role.")
    references: References = Field(default=NOTHING, description="References that belong to this party, by role.")
    dates: Dates = Field(default=NOTHING, description="Dates that belong to this party, by role.")


Parties = dict[str, Party]


class Adjustment(Shape):
    """An allowance or a charge, at the document or at a line."""

    kind: str = Field(
        default="unknown", description="allowance, charge, unknown where nobody says, or another indicator kept as sent."
    )
    code: str | None = Field(default=None, description="What it is for, as the code the partners agreed.")
    agency: str | None = Field(default=None, description="Who keeps the list of an agency code.")
    agency_code: str | None = Field(default=None, description="What it is for, in the agency's list.")
    amount: Decimal | None = Field(default=None, description="Amount in the document's currency, always positive as sent.")
    basis: str | None = Field(default=None, description="What the percentage is taken of, as sent.")
    percent: Decimal | None = Field(default=None, description="Percentage, 5 meaning five percent.")
    base: Decimal | None = Field(default=None, description="Amount the percentage is taken of, where it is said.")
    rate: Decimal | None = Field(default=None, description="Amount per unit.")
    unit: str | None = Field(default=None, description="Unit of the rate.")
    quantity: Decimal | None = Field(default=None, description="Quantity the rate applies to.")
    handling: str | None = Field(
        default=None, description="How it is settled: off_invoice, credit, paid_by_buyer, kept as sent if unknown."
    )
    reference: str | None = Field(default=None, description="Reference of the promotion or agreement.")
    text: str | None = Field(default=None, description="Description in words.")


class Tax(Shape):
    """A tax on a document or a line."""

    kind: str | None = Field(default=None, description="Kind of tax as sent, such as ST (sales) or VAT.")
    category: str | None = Field(default=None, description="Category of the rate as sent, such as standard or exempt.")
    amount: Decimal | None = Field(default=None, description="Tax in the document's currency.")
    percent: Decimal | None = Field(default=None, description="Rate in percent.")
    base: Decimal | None = Field(default=None, description="Amount the tax is computed on.")
    jurisdiction_scheme: str | None = Field(default=None, description="Kind of the jurisdiction code.")
    jurisdiction: str | None = Field(default=None, description="Jurisdiction code.")
    exempt: str | None = Field(default=None, description="Exemption code as sent.")
    id: str | None = Field(default=None, description="Tax identification number.")


class Terms(Shape):
    """Terms of payment."""

    kind: str | None = Field(default=None, description="Kind of terms, as sent.")
    basis: str | None = Field(default=None, description="Date the terms start from, as sent.")
    relation: str | None = Field(default=None, description="Whether days count before or after that date, as sent.")
    period: str | None = Field(default=None, description="Code of the days, where the sender says one.")
    percent: Decimal | None = Field(default=None, description="Discount in percent.")
    discount_due: When | None = Field(default=None, description="Last day of the discount.")
    discount_days: int | None = Field(default=None, description="Days within which the discount may be taken.")
    net_due: When | None = Field(default=None, description="Day the net amount is due.")
    net_days: int | None = Field(default=None, description="Days after which the net amount is due.")
    discount: Decimal | None = Field(default=None, description="Discount in the document's currency.")
    text: str | None = Field(default=None, description="Terms in words.")


class Freight(Shape):
    """Who pays for transport and where responsibility passes."""

    payment: str | None = Field(default=None, description="Who pays: collect, prepaid and so on, as sent.")
    location_scheme: str | None = Field(default=None, description="Kind of the place named next.")
    location: str | None = Field(default=None, description="Place where responsibility passes.")
    terms_scheme: str | None = Field(default=None, description="List the terms of delivery are from.")
    terms: str | None = Field(default=None, description="Terms of delivery such as an Incoterm.")


class Carriage(Shape):
    """One leg of transport: carrier, service, routing."""

    sequence: str | None = Field(default=None, description="Place of this carrier in the routing, as sent.")
    scheme: str | None = Field(default=None, description="List the carrier code is from, such as scac.")
    carrier: str | None = Field(default=None, description="Carrier code.")
    mode: str | None = Field(default=None, description="Mode of transport, as sent.")
    routing: str | None = Field(default=None, description="Routing or carrier in words.")
    status: str | None = Field(default=None, description="Status of the shipment, as sent.")
    service: str | None = Field(default=None, description="Level of service, as sent.")


class Load(Shape):
    """What is loaded: packages and weight in total."""

    packaging: str | None = Field(default=None, description="Kind of packaging, as sent.")
    count: Decimal | None = Field(default=None, description="Number of packages.")
    weight_kind: str | None = Field(default=None, description="Kind of weight, such as gross, as sent.")
    weight: Decimal | None = Field(default=None, description="Weight.")
    weight_unit: str | None = Field(default=None, description="Unit of the weight.")
    volume: Decimal | None = Field(default=None, description="Volume.")
    volume_unit: str | None = Field(default=None, description="Unit of the volume.")


class Pack(Shape):
    """How an item is packed: inner packs, size, weight."""

    count: Decimal | None = Field(default=None, description="Inner packs in an outer pack.")
    size: Decimal | None = Field(default=None, description="Size of one unit in an inner pack.")
    unit: str | None = Field(default=None, description="Unit of that size.")
    packaging: str | None = Field(default=None, description="Kind of packaging, as sent.")
    weight_kind: str | None = Field(default=None, description="Kind of weight, as sent.")
    weight: Decimal | None = Field(default=None, description="Gross weight of a pack.")
    weight_unit: str | None = Field(default=None, description="Unit of the weight.")
    volume: Decimal | None = Field(default=None, description="Gross volume of a pack.")
    volume_unit: str | None = Field(default=None, description="Unit of the volume.")
    length: Decimal | None = Field(default=None, description="Length of a pack.")
    width: Decimal | None = Field(default=None, description="Width of a pack.")
    height: Decimal | None = Field(default=None, description="Height of a pack.")
    dimension_unit: str | None = Field(default=None, description="Unit of length, width and height.")
    inner: Decimal | None = Field(default=None, description="Eaches in an inner pack.")


class Measure(Shape):
    """One measurement: weight, length, temperature and so on."""

    of: str | None = Field(default=None, description="What is measured, as sent.")
    kind: str | None = Field(default=None, description="Kind of measurement, as sent.")
    value: Decimal | None = Field(default=None, description="The value.")
    unit: str | None = Field(default=None, description="Its unit.")


class Quantity(Shape):
    """A quantity beside the one that counts."""

    value: Decimal = Field(description="The quantity.")
    unit: str | None = Field(default=None, description="Its unit.")


Quantities = dict[str, Quantity]


class Description(Shape):
    """A description of an item in words or in a code."""

    kind: str | None = Field(default=None, description="free, structured, or as sent.")
    aspect: str | None = Field(default=None, description="What is described (colour, size, …), as sent.")
    agency: str | None = Field(default=None, description="Who keeps the list of the code.")
    code: str | None = Field(default=None, description="Code of the description.")
    text: str | None = Field(default=None, description="The words.")


class Totals(Shape):
    """Totals as the sender stated them; the hub checks them and never copies them into what it writes."""

    lines: int | None = Field(default=None, description="Number of lines.")
    quantity: Decimal | None = Field(default=None, description="Sum of the quantities (hash total).")
    unit: str | None = Field(default=None, description="Unit that the sum is said to be in.")
    amount: Decimal | None = Field(default=None, description="Amount of the document in its currency.")
