"""Arrivals whose far side may not have been told are found without a scan."""

from alembic import op
from sqlalchemy import text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index(
        "arrivals_untold", "arrivals", ["endpoint", "id"], sqlite_where=text("told = 0"), postgresql_where=text("NOT told")
    )
