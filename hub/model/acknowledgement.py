"""The acknowledgement: what a receiver says of an interchange, a group or a document it was sent.

997, 999, TA1 and CONTRL are the syntactic kind, 824 and APERAK the kind about content.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from hub.model.parts import Extras, Parties, References
from hub.model.shape import NOTHING, Dates, Document, Shape, When

MOST_NAMED = 10_000_000  # documents in the rows of one entry: ten times what X12 or EDIFACT can count in an interchange
LONGEST = 18  # digits of a control number that is counted on from
DIGITS = "0123456789"


def apart(number: str) -> tuple[str, str]:
    """The digits at the end of a control number, and what stands before them; without digits where nobody counts so far.

    >>> apart("ME09"), apart("0011"), apart("ME")
    (('ME', '09'), ('', '0011'), ('ME', ''))
    """
    stem = number.rstrip(DIGITS)
    return (stem, number[len(stem) :]) if len(number) - len(stem) <= LONGEST else (number, "")


def counted(first: str, last: str) -> Iterator[str]:
    """The control numbers of a row.

    >>> list(counted("ME09", "ME11")), list(counted("A", "A"))
    (['ME09', 'ME10', 'ME11'], ['A'])
    """
    (stem, digits), (_, end) = apart(first), apart(last)
    if first == last:
        yield first
    else:
        yield from (f"{stem}{number:0{len(digits)}d}" for number in range(int(digits), int(end) + 1))


def _row(row: tuple[str, str]) -> tuple[str, str]:
    first, last = row
    (stem, digits), (_, end) = apart(first), apart(last)
    if first != last and not (digits and end and int(digits) <= int(end) and last == f"{stem}{int(end):0{len(digits)}d}"):
        raise ValueError(f"`{first}` to `{last}` is no row of control numbers: the last must count on from the first")
    return row


def _bounded(rows: "tuple[Row, ...]") -> "tuple[Row, ...]":
    if sum(int(apart(last)[1]) - int(apart(first)[1]) + 1 for first, last in rows if first != last) > MOST_NAMED:
        raise ValueError(f"its rows name more than {MOST_NAMED:,} documents, which is more than an interchange can hold")
    return rows


Row = Annotated[tuple[str, str], AfterValidator(_row)]


class ElementFault(Shape):
    """A fault in one element. Positions count from 1."""

    position: int = Field(description="Place of the element in its segment.")
    component: int | None = Field(default=None, description="Place of the component in a composite element.")
    repetition: int | None = Field(default=None, description="Which repetition of the element.")
    reference: str | None = Field(default=None, description="Number of the element in the standard's dictionary.")
    code: str = Field(description="The standard's code of the fault.")
    value: str | None = Field(default=None, description="Copy of the bad value, cut to what the acknowledgement can carry.")


class SegmentFault(Shape):
    """A fault in or at one segment."""

    tag: str | None = Field(default=None, description="Segment tag; a CONTRL does not name it.")
    position: int = Field(description="Number of the segment in its document, the header segment being 1.")
    loop: str | None = Field(default=None, description="Loop the segment stands in, if the standard names one.")
    code: str | None = Field(default=None, description="The standard's code, when the segment itself is at fault.")
    elements: tuple[ElementFault, ...] = Field(default=(), description="Faults in its elements.")


class Reason(Shape):
    """A reason out of somebody's list."""

    text: str | None = Field(default=None, description="The reason in words.")
    agency: str | None = Field(default=None, description="Who keeps the list of the code, as sent.")
    list: str | None = Field(default=None, description="The list the code is from, as sent.")
    code: str | None = Field(default=None, description="Code of the reason.")


class ContentFault(Shape):
    """A fault in what a document says, as an application tells it."""

    code: str | None = Field(default=None, description="Code of the fault, as sent.")
    agency: str | None = Field(default=None, description="Who keeps the list of the code, as sent.")
    text: str | None = Field(default=None, description="The fault in words.")
    tag: str | None = Field(default=None, description="Segment at fault.")
    position: int | None = Field(default=None, description="Number of that segment in its document, the header segment being 1.")
    element: int | None = Field(default=None, description="Place of the element at fault in that segment.")
    reference: str | None = Field(default=None, description="Number of the element in the standard's dictionary.")
    value: str | None = Field(default=None, description="Copy of the bad value.")
    wanted: str | None = Field(default=None, description="The value that was expected or is used instead.")
    notes: tuple[str, ...] = Field(default=(), description="The fault in words, one entry a line.")
    references: References = Field(default=NOTHING, description="What the fault is about, by role: order_line and so on.")
    reasons: tuple[Reason, ...] = Field(default=(), description="Reasons in codes.")


class Judged(Shape):
    """What is said of one document."""

    type: str | None = Field(default=None, description="Document type as sent, such as a set number or a message type.")
    control_number: str | None = Field(default=None, description="Control number of the document, as sent.")
    also: Annotated[tuple[Row, ...], AfterValidator(_bounded)] = Field(
        default=(), description="Documents of which the same is said: rows of control numbers, the first and last of each."
    )
    group: str | None = Field(default=None, description="Control number of the group it was in, where that is said of it.")
    version: str | None = Field(default=None, description="Version of it, where that is said; D of a message of EDIFACT.")
    release: str | None = Field(default=None, description="Release of the message type, such as 96A (EDIFACT).")
    agency: str | None = Field(default=None, description="Agency that controls the message type, such as UN (EDIFACT).")
    number: str | None = Field(default=None, description="Number people know it by, such as the invoice's or the shipment's.")
    number_role: str | None = Field(default=None, description="What kind of number that is: invoice, shipper_number and so on.")
    sender: str | None = Field(default=None, description="Who sent it, as the group said.")
    receiver: str | None = Field(default=None, description="Who received it, as the group said.")
    sent_at: When | None = Field(default=None, description="When it was sent, as the group said.")
    implementation: str | None = Field(default=None, description="Implementation reference or association code, as sent.")
    verdict: str = Field(
        description="accepted, accepted_with_errors, partly_accepted, rejected; of an item alone: item_accepted and so on."
    )
    codes: tuple[str, ...] = Field(default=(), description="The standard's codes of why.")
    segment: str | None = Field(default=None, description="Header or trailer segment at fault, if one is.")
    element: int | None = Field(default=None, description="Place of the element at fault in it.")
    component: int | None = Field(default=None, description="Place of the component at fault in that element.")
    segments: tuple[SegmentFault, ...] = Field(default=(), description="Faults in its segments.")
    faults: tuple[ContentFault, ...] = Field(default=(), description="Faults in its content.")
    references: References = Field(default=NOTHING, description="References by role.")
    dates: Dates = Field(default=NOTHING, description="Dates by role.")


class GroupVerdict(Shape):
    """What is said of one group of an interchange."""

    control_number: str | None = Field(default=None, description="Control number of the group, as sent.")
    sender: str | None = Field(default=None, description="Sender of the group.")
    sender_qualifier: str | None = Field(default=None, description="Who issued that id.")
    receiver: str | None = Field(default=None, description="Receiver of the group.")
    receiver_qualifier: str | None = Field(default=None, description="Who issued that id.")
    verdict: str = Field(description="accepted or rejected; its documents are what it is, unless something is said of them.")
    codes: tuple[str, ...] = Field(default=(), description="The standard's codes of why.")
    segment: str | None = Field(default=None, description="Header or trailer segment at fault, if one is.")
    element: int | None = Field(default=None, description="Place of the element at fault in it.")
    component: int | None = Field(default=None, description="Place of the component at fault in that element.")


class Acknowledgement(Document):
    """What a receiver says of what it was sent."""

    kind: ClassVar[str] = "acknowledgement"

    level: str = Field(default="group", description="interchange, group or document: what is acknowledged.")
    purpose: str = Field(default="original", description="original, replace and so on, where the acknowledgement says it.")
    number: str | None = Field(default=None, description="Number of the acknowledgement itself.")
    type: str | None = Field(default=None, description="Kind of the acknowledgement, as sent.")
    concerns: str | None = Field(default=None, description="Number of a document sent before that it concerns.")
    interchange: str | None = Field(default=None, description="Control number of the interchange acknowledged.")
    sender: str | None = Field(default=None, description="Sender of the interchange acknowledged.")
    sender_qualifier: str | None = Field(default=None, description="Who issued that id.")
    receiver: str | None = Field(default=None, description="Receiver of the interchange acknowledged.")
    receiver_qualifier: str | None = Field(default=None, description="Who issued that id.")
    sent_on: When | None = Field(default=None, description="Date in the header of the interchange acknowledged.")
    sent_time: str | None = Field(default=None, description="Time in that header, in the sender's zone.")
    group: str | None = Field(default=None, description="Functional id of the group acknowledged.")
    control_number: str | None = Field(default=None, description="Control number of the group acknowledged.")
    version: str | None = Field(default=None, description="Version of the group acknowledged.")
    verdict: str = Field(default="received", description="accepted, accepted_with_errors, partly_accepted, rejected, received.")
    codes: tuple[str, ...] = Field(default=(), description="The standard's codes of why.")
    segment: str | None = Field(default=None, description="Header or trailer segment at fault, if one is.")
    element: int | None = Field(default=None, description="Place of the element at fault in it.")
    component: int | None = Field(default=None, description="Place of the component at fault in that element.")
    claimed: int | None = Field(default=None, description="Documents the group claimed to hold.")
    received: int | None = Field(default=None, description="Documents received.")
    accepted: int | None = Field(default=None, description="Documents accepted.")
    groups: tuple[GroupVerdict, ...] = Field(default=(), description="What is said of each group of the interchange (EDIFACT).")
    documents: tuple[Judged, ...] = Field(default=(), description="What is said of each document.")
    faults: tuple[ContentFault, ...] = Field(default=(), description="Faults in the content of the document acknowledged.")
    references: References = Field(default=NOTHING, description="References by role: the document acknowledged and so on.")
    parties: Parties = Field(default=NOTHING, description="Parties by role.")
    dates: Dates = Field(default=NOTHING, description="Dates by role.")
    notes: tuple[str, ...] = Field(default=(), description="Free text.")
    made_at: When | None = Field(default=None, description="When it was made.")
    extras: Extras = Field(default=NOTHING, description="Values without a home, with their place.")
