"""Open: what we sent to partners and is not received as it should be; with the command that helps."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from hub.flow.receipts import faults
from hub.ledger import deliveries, documents, outbound

OFFERED = ("overdue", "rejected", "partly_accepted")  # sending it again may help
OPEN = ("open", *OFFERED)


@dataclass(frozen=True, slots=True)
class Open:
    """One document in one message that is open until its receipt has come and is good."""

    partner: str
    document: int
    kind: str
    type: str | None  # the set or message it was sent as
    number: str | None
    orders: Sequence[str]
    message: int
    file: str
    control_number: str | None
    state: str  # open, overdue, rejected, partly_accepted
    sent: datetime
    due: datetime | None
    wrong: str | None  # what the partner said, or that they said nothing
    command: str | None  # what helps


def opened(connection: Connection) -> list[Open]:
    """Everything that is open, the oldest first."""
    return [one for message in outbound.open_receipts(connection) for one in papers(connection, message)]


def papers(connection: Connection, message: Any) -> Iterator[Open]:
    """The documents of one message that are open: those that are neither accepted nor were sent again."""
    parcels = outbound.parcels_of(connection, message.id)
    heard = outbound.said_of(connection, message.id, [parcel.document_id for parcel in parcels])
    for parcel in parcels:
        said = heard.get(parcel.document_id, [])
        state = said[-1].verdict if said and said[-1].verdict in OPEN else message.receipt
        accepted = bool(said) and said[-1].verdict not in OPEN
        if accepted or state not in OPEN or deliveries.sent_again(connection, message.id, parcel.document_id):
            continue
        yield _open(connection, message, parcel, state, said)


def _open(connection: Connection, message: Any, parcel: Any, state: str, said: Sequence[Any]) -> Open:
    document = documents.get(connection, parcel.document_id)
    assert document is not None
    return Open(
        partner=message.partner,
        document=document.id,
        kind=document.kind,
        type=parcel.set_type,
        number=document.number,
        orders=documents.numbers_of(connection, document.id),
        message=message.id,
        file=message.name,
        control_number=message.control_number,
        state=state,
        sent=message.sent_at,
        due=message.receipt_due,
        wrong=_wrong(message, state, said),
        command=f"crossdock resend --document {document.id}" if state in OFFERED else None,
    )


def _wrong(message: Any, state: str, said: Sequence[Any]) -> str | None:
    if state == "open":
        return None
    if state == "overdue":
        return f"no acknowledgement by {message.receipt_due:%Y-%m-%d %H:%M} UTC"
    detail = json.loads(said[-1].detail) if said and said[-1].detail else {}
    return "; ".join(faults(detail)) or "the partner names no fault"
