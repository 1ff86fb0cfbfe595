"""The acknowledgement: what a receiver says of an interchange, a group or a document it was sent.

997, 999, TA1 and CONTRL are the syntactic kind, 824 and APERAK the kind about content.
"""

from typing import ClassVar

from pydantic import Field

from hub.model.shape import Document, Shape, When


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

    tag: str = Field(description="Segment tag.")
    position: int = Field(description="Number of the segment in its document, the header segment being 1.")
    loop: str | None = Field(default=None, description="Loop the segment stands in, if the standard names one.")
    code: str | None = Field(default=None, description="The standard's code, when the segment itself is at fault.")
    elements: tuple[ElementFault, ...] = Field(default=(), description="Faults in its elements.")


class Judged(Shape):
    """What is said of one document."""

    type: str = Field(description="Document type as sent, such as a set number or a message type.")
    control_number: str = Field(description="Control number of the document, as sent.")
    implementation: str | None = Field(default=None, description="Implementation reference, as sent.")
    verdict: str = Field(description="accepted, accepted_with_errors, rejected.")
    codes: tuple[str, ...] = Field(default=(), description="The standard's codes of why.")
    segments: tuple[SegmentFault, ...] = Field(default=(), description="Faults in its segments.")


class Acknowledgement(Document):
    """What a receiver says of what it was sent."""

    kind: ClassVar[str] = "acknowledgement"

    level: str = Field(default="group", description="interchange, group or document: what is acknowledged.")
    interchange: str | None = Field(default=None, description="Control number of the interchange acknowledged.")
    group: str | None = Field(default=None, description="Functional id of the group acknowledged.")
    control_number: str | None = Field(default=None, description="Control number of the group acknowledged.")
    version: str | None = Field(default=None, description="Version of the group acknowledged.")
    verdict: str = Field(description="accepted, accepted_with_errors, partly_accepted, rejected, received.")
    codes: tuple[str, ...] = Field(default=(), description="The standard's codes of why.")
    claimed: int | None = Field(default=None, description="Documents the group claimed to hold.")
    received: int | None = Field(default=None, description="Documents received.")
    accepted: int | None = Field(default=None, description="Documents accepted.")
    documents: tuple[Judged, ...] = Field(default=(), description="What is said of each document.")
    made_at: When | None = Field(default=None, description="When it was made.")
