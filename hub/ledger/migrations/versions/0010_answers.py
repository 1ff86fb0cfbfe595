"""What systems answered when a table of theirs was asked: the last of each key, and with each document what it rests on."""

from alembic import op
from sqlalchemy import BigInteger, Column, Text

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "answers",
        Column("system", Text, primary_key=True),
        Column("asked", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("at", BigInteger, nullable=False),
        Column("answer", Text),
    )
    op.create_index("answers_at", "answers", ["at"])
    op.add_column("documents", Column("heard", Text))
