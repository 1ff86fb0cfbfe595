"""Trace: the life of an order across all its documents, with every view of them on request."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from hub.ledger import aliases, blobs, deliveries, documents, outbound, purges, timeline


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened."""

    at: datetime
    what: str
    text: str
    who: str | None


class File(NamedTuple):
    """Bytes as they came or went."""

    direction: str  # in, out
    place: str  # the endpoint on the other side
    name: str
    blob: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One document of the order, and the files it came or went in."""

    id: int
    direction: str
    kind: str
    type: str | None  # as the sender calls it, or the set it was sent as
    number: str | None
    endpoint: str
    state: str
    why: str | None
    at: datetime
    files: Sequence[File]
    canonical: Any
    findings: Sequence[dict[str, Any]]
    purged: str | None = None  # since when and by which policy only part of it is left


@dataclass(frozen=True, slots=True)
class Life:
    """Everything known of one order number at one channel."""

    number: str
    state: str
    channel: str
    partner: str | None
    revision: int
    entries: Sequence[Entry]
    papers: Sequence[Paper]
    waiting: Sequence[str]  # deliveries not settled, in words


def lives(connection: Connection, number: str) -> list[Life]:
    """The lives of all orders known under this number: the buyer's, or any of our systems' own."""
    ids = documents.orders_numbered(connection, number) or aliases.orders_named(connection, number)
    rows = documents.latest(connection, ids)
    return [_life(connection, row) for row in rows] or _unborn(connection, number)


def _life(connection: Connection, order: Any) -> Life:
    rows = list(documents.of_order(connection, order.id))
    refused = [
        row
        for row in documents.numbered(connection, order.number)
        if row.state in ("rejected", "held", "waiting", "skipped") and row.partner == order.partner
    ]
    rows = sorted({row.id: row for row in [*rows, *refused]}.values(), key=lambda row: row.id)
    acknowledgements = documents.acknowledgements_of(connection, [row.arrival_id for row in refused if row.arrival_id])
    rows += [row for row in acknowledgements if row.id not in {one.id for one in rows}]
    said = {entry.id: entry for entry in timeline.of_order(connection, order.id)}
    said |= {entry.id: entry for entry in timeline.of_documents(connection, [row.id for row in rows], order.id)}
    entries = [Entry(one.at, one.what, one.text, one.who) for _, one in sorted(said.items())]
    waiting = [
        _waiting(row) for row in deliveries.of_documents(connection, [row.id for row in rows]) if row.state in deliveries.OPEN
    ]
    papers = [_paper(connection, row) for row in sorted(rows, key=lambda row: row.id)]
    return Life(order.number, order.state, order.channel, order.partner, order.revision, entries, papers, waiting)


def _unborn(connection: Connection, number: str) -> list[Life]:
    """Documents of that number that never became an order."""
    rows = documents.numbered(connection, number)
    if not rows:
        return []
    first, last = rows[0], rows[-1]
    rows = [*rows, *documents.acknowledgements_of(connection, [row.arrival_id for row in rows if row.arrival_id])]
    said = timeline.of_documents(connection, [row.id for row in rows])
    entries = [Entry(one.at, one.what, one.text, one.who) for one in said]
    return [Life(number, last.state, first.endpoint, first.partner, 0, entries, [_paper(connection, row) for row in rows], ())]


def _waiting(row: Any) -> str:
    reason = f": {row.error}" if row.error else ""
    return f"{row.kind.replace('_', ' ')} for {row.target} is {row.state} after {row.attempts} attempts{reason}"


def _paper(connection: Connection, row: Any) -> Paper:
    files: list[File] = []
    sent, gone = outbound.carrying(connection, row.id), purges.of(connection, "document", [row.id])
    if row.direction == "in" and row.raw:
        files.append(File("in", row.endpoint, row.file or "", row.raw))
    files += [File("out", one.target, one.name, one.hash) for one in sent]
    kind = row.type if row.direction == "in" else next((one.set_type for one in sent if one.set_type), None)
    return Paper(
        id=row.id,
        direction=row.direction,
        kind=row.kind,
        type=kind,
        number=row.number,
        endpoint=row.endpoint,
        state=row.state,
        why=row.why,
        at=row.made_at,
        files=files,
        canonical=json.loads(row.canonical) if row.canonical else None,
        findings=json.loads(row.findings)["findings"] if row.findings else [],
        purged=next((f"purged on {one.at:%Y-%m-%d} by policy: {one.policy}" for one in gone.values()), None),
    )


def raw(connection: Connection, blob: str) -> bytes:
    """The bytes of a file, as they came or went. Raises Purged."""
    return blobs.body(connection, blob)
