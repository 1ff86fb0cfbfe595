"""What a person must know, from when it is seen until it is gone."""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, Integer, Text, text

revision = "0004"
down_revision = "0003"
Key = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "alerts",
        Column("id", Key, primary_key=True),
        Column("key", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("text", Text, nullable=False),
        Column("help", Text, nullable=False),
        Column("opened_at", BigInteger, nullable=False),
        Column("told_at", BigInteger),
        Column("acknowledged_at", BigInteger),
        Column("acknowledged_by", Text),
        Column("closed_at", BigInteger),
        Index(
            "alerts_open", "key", unique=True, sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")
        ),
    )
    op.create_index("documents_endpoint", "documents", ["endpoint", "kind", "made_at"])
