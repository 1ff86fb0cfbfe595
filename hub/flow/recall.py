"""Recall: a document that was stored before, on its way to another decision."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from hub.errors import Purged
from hub.flow.draft import Draft
from hub.flow.read import drafts, read
from hub.flow.site import Site
from hub.ledger import arrivals, blobs, documents
from hub.mapping.mapping import Reading
from hub.mapping.reader import Ask
from hub.rules.asking import reading


def recall(connection: Connection, row: Any) -> Draft:
    """The draft that this document was; as if nothing had been against it."""
    return Draft(
        position=row.position,
        kind=row.kind if row.kind != "unknown" else "",
        sender=row.sender,
        value=json.loads(row.canonical) if row.canonical else None,
        type=row.type,
        version=row.version,
        control_number=row.control_number,
        number=row.number,
        partner=row.partner,
        test=row.test,
        guide=row.guide,
        orders=documents.orders_of(connection, row.id),
        heard=reading(json.loads(row.heard or "[]")),
        id=row.id,
    )


def read_anew(site: Site, connection: Connection, row: Any) -> Callable[[Ask], Reading] | None:
    """How to read the document again from the bytes it came in, where a system was asked what its codes mean; None where none was."""
    mapping = site.company.mappings.get(row.guide or "")
    arrival = (
        arrivals.get(connection, row.arrival_id) if mapping is not None and mapping.notation.asked and row.arrival_id else None
    )
    if arrival is None:
        return None
    try:
        found = read(site, site.endpoint(row.endpoint), arrival, blobs.pieces(connection, arrival.hash))
    except Purged:  # what was kept of it counts
        return None
    again = {draft.position: draft.anew for draft in drafts(site, site.endpoint(row.endpoint), found)}
    return again.get(row.position)
