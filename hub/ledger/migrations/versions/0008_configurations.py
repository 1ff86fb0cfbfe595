"""What decided is kept: configurations by hash, under which one a message was made, since when a name is known."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, String, Text

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "configurations",
        Column("hash", String(64), ForeignKey("blobs.hash"), primary_key=True),
        Column("release", Text, nullable=False),
        Column("at", BigInteger, nullable=False),
    )
    op.add_column("outbound", Column("configuration", Text))
    op.add_column("aliases", Column("at", BigInteger))
