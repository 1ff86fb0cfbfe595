"""The tables of what people are told, and of what was purged."""

from sqlalchemy import Column, Index, Table, text

from hub.ledger.columns import Key, Moment, Text, metadata

alerts = Table(
    "alerts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("key", Text, nullable=False),  # the same as long as it is the same matter
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("help", Text, nullable=False),  # the command that helps
    Column("opened_at", Moment, nullable=False),
    Column("told_at", Moment),
    Column("acknowledged_at", Moment),
    Column("acknowledged_by", Text),
    Column("closed_at", Moment),
    Index("alerts_open", "key", unique=True, sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
)
purges = Table(
    "purges",
    metadata,
    Column("what", Text, primary_key=True),  # blob, arrival, outbound, document
    Column("key", Text, primary_key=True),  # its id or hash
    Column("at", Moment, nullable=False),
    Column("policy", Text, nullable=False),  # in words
)
