"""Indexes beyond those that stand with their tables: for work that waits, and for looking back from a part to the whole.

SQLite uses a partial index only where the query holds its condition word for word: `fixed` writes a value into the statement.
"""

from sqlalchemy import Column, Index, text

from hub.ledger import tables


def _partial(name: str, *columns: "Column[object]", where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


def _on(table: str, *names: str) -> list["Column[object]"]:
    return [tables.metadata.tables[table].c[name] for name in names]


INDEXES = (
    _partial(
        "deliveries_left", *_on("deliveries", "state", "target", "id", "due"), where="state <> 'done' AND state <> 'skipped'"
    ),
    _partial("arrivals_failed", *_on("arrivals", "id"), where="state = 'failed'"),
    _partial("documents_held", *_on("documents", "id"), where="state = 'held'"),
    _partial(
        "outbound_unanswered", *_on("outbound", "id"), where="receipt <> 'none' AND receipt <> 'accepted' AND sent_at IS NOT NULL"
    ),
    _partial("ticks_open", *_on("ticks", "schedule", "fired_at"), where="done_at IS NULL"),
    _partial("drawn_free", *_on("drawn", "counter"), where="outbound_id IS NULL AND void IS NULL"),
    Index("orders_state", *_on("orders", "state", "id")),
    Index("aliases_reference", *_on("aliases", "reference")),
    Index("aliases_order", *_on("aliases", "order_id")),
    Index("timeline_document", *_on("timeline", "document_id")),
    Index("parcels_document", *_on("parcels", "document_id")),
    Index("outbound_number", *_on("outbound", "control_number")),
    Index("arrivals_hash", *_on("arrivals", "hash")),
    Index("outbound_hash", *_on("outbound", "hash")),
)
