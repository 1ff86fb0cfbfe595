"""Raw bytes by content: never changed, stored once, in chunks."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import Connection, bindparam, select

from hub.ledger.content import blobs, chunks
from hub.ledger.sql import ignore, insert_all

CHUNK = 256 * 1024
AHEAD = 4  # chunks fetched at once
PIECES = select(chunks.c.body).where(chunks.c.hash == bindparam("name")).order_by(chunks.c.n)


def digest(body: bytes) -> str:
    """The name of these bytes."""
    return hashlib.sha256(body).hexdigest()


def keep(connection: Connection, body: bytes) -> str:
    """Store the bytes unless they are there, and say their name."""
    name = digest(body)
    if ignore(connection, blobs, {"hash": name, "size": len(body)}):
        pieces = range(0, max(len(body), 1), CHUNK)
        insert_all(connection, chunks, [{"hash": name, "n": n, "body": body[at : at + CHUNK]} for n, at in enumerate(pieces)])
    return name


def pieces(connection: Connection, name: str) -> Iterator[bytes]:
    """The bytes in order, a chunk at a time."""
    for row in connection.execute(PIECES, {"name": name}, execution_options={"yield_per": AHEAD}):
        yield row.body


def body(connection: Connection, name: str) -> bytes:
    """The bytes whole."""
    return b"".join(pieces(connection, name))
