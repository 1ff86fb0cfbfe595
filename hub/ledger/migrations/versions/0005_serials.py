"""Numbers given to packages."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Text, UniqueConstraint

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Key = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """A new table; nothing else changes."""
    op.create_table(
        "serials",
        Column("number", Text, primary_key=True),
        Column("document_id", Key, ForeignKey("documents.id"), nullable=False),
        Column("package", Text, nullable=False),
        Column("at", BigInteger, nullable=False),
        UniqueConstraint("document_id", "package"),
    )
