"""Tables of what is kept once by its content, and of what others told us; the other tables stand in `tables.py`."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from hub.ledger.columns import Moment, Text, metadata

blobs = Table(
    "blobs",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
)
chunks = Table(
    "chunks",
    metadata,
    Column("hash", String(64), ForeignKey("blobs.hash"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
configurations = Table(
    "configurations",
    metadata,
    Column(
        "hash", String(64), ForeignKey("blobs.hash"), primary_key=True
    ),  # of its manifest, which names its files by their hashes
    Column("release", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
answers = Table(  # of systems that were asked: the last to each key, for whoever needs it next
    "answers",
    metadata,
    Column("system", Text, primary_key=True),
    Column("asked", Text, primary_key=True),  # the table, as its connector calls it
    Column("key", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("answer", Text),  # null: it does not know the key
    Index("answers_at", "at"),
)
