"""Tables of what is kept once by its content; the other tables stand in `tables.py`."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, String, Table

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
