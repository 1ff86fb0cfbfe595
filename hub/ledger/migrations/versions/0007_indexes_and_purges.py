"""Indexes for what waits and for looking back from a part to the whole; and what was purged, when, by which policy."""

from alembic import op
from sqlalchemy import BigInteger, Column, Text, text

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.drop_index("deliveries_open", "deliveries")
    _partial("deliveries_left", "deliveries", ["state", "target", "id", "due"], where="state <> 'done' AND state <> 'skipped'")
    _partial("documents_held", "documents", ["id"], where="state = 'held'")
    unanswered = "receipt <> 'none' AND receipt <> 'accepted' AND sent_at IS NOT NULL"
    _partial("outbound_unanswered", "outbound", ["id"], where=unanswered)
    _partial("ticks_open", "ticks", ["schedule", "fired_at"], where="done_at IS NULL")
    _partial("drawn_free", "drawn", ["counter"], where="outbound_id IS NULL AND void IS NULL")
    op.create_index("orders_state", "orders", ["state", "id"])
    op.create_index("aliases_reference", "aliases", ["reference"])
    op.create_index("aliases_order", "aliases", ["order_id"])
    op.create_index("timeline_document", "timeline", ["document_id"])
    op.create_index("parcels_document", "parcels", ["document_id"])
    op.create_index("outbound_number", "outbound", ["control_number"])
    op.create_index("arrivals_hash", "arrivals", ["hash"])
    op.create_index("outbound_hash", "outbound", ["hash"])
    op.create_table(
        "purges",
        Column("what", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("at", BigInteger, nullable=False),
        Column("policy", Text, nullable=False),
    )


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=text(where), postgresql_where=text(where))
