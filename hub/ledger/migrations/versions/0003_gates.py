"""How targets stand: failures in a row, until when they are left in peace, the next free slot of their pace."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "gates",
        Column("endpoint", Text, primary_key=True),
        Column("failures", Integer, nullable=False),
        Column("until", BigInteger),
        Column("free_at", BigInteger),
        Column("why", Text),
    )
