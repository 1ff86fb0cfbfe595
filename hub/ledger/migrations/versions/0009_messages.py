"""Messages that no machine took can be listed; the mark of those held for a person can be written by nobody outside."""

from alembic import op
from sqlalchemy import text

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    where = text("state = 'failed'")
    op.create_index("arrivals_failed", "arrivals", ["id"], sqlite_where=where, postgresql_where=where)
    # within a text of JSON such quotes would be escaped, so only the name itself is found
    op.execute(
        """UPDATE arrivals SET headers = replace(headers, '"held": ', '"crossdock:held": ')
        WHERE state = 'failed' AND error LIKE 'a person must look: %'"""
    )
