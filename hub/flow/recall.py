"""Recall: a document that was stored before, on its way to another decision."""

import json
from typing import Any

from sqlalchemy import Connection

from hub.flow.draft import Draft
from hub.ledger import documents
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
