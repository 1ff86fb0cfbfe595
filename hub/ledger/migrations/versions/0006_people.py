"""What a person holds back, what waits for an earlier document, and finding both without a scan."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Text, text

revision = "0006"
down_revision = "0005"

Key = BigInteger().with_variant(Integer, "sqlite")
Moment = BigInteger


def upgrade() -> None:
    op.create_index(
        "documents_stuck",
        "documents",
        ["state", "id"],
        sqlite_where=text("state in ('held', 'waiting')"),
        postgresql_where=text("state in ('held', 'waiting')"),
    )
    op.create_table(
        "holds",
        Column("order_id", Key, ForeignKey("orders.id"), primary_key=True),
        Column("who", Text, nullable=False),
        Column("why", Text, nullable=False),
        Column("since", Moment, nullable=False),
    )
    op.create_table(
        "pauses",
        Column("endpoint", Text, primary_key=True),
        Column("who", Text, nullable=False),
        Column("why", Text, nullable=False),
        Column("since", Moment, nullable=False),
    )
    op.create_table(
        "waits",
        Column("document_id", Key, ForeignKey("documents.id"), primary_key=True),
        Column("until", Moment, nullable=False),
    )
