"""Raw bytes by content: never changed, stored once, in chunks."""

import hashlib
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, bindparam, delete, select

from hub.errors import Purged
from hub.ledger.sql import ignore, ignore_all, insert_all
from hub.ledger.tables import blobs, chunks, purges
from hub.sdk.spool import Body, Spooled

CHUNK = 256 * 1024
AHEAD = 4  # chunks fetched at once
PIECES = select(chunks.c.body).where(chunks.c.hash == bindparam("name")).order_by(chunks.c.n)
PIECE = select(chunks.c.body).where(chunks.c.hash == bindparam("name"), chunks.c.n == bindparam("n"))
GONE = select(purges).where(purges.c.what == "blob", purges.c.key == bindparam("name"))


def digest(body: bytes) -> str:
    """The name of these bytes."""
    return hashlib.sha256(body).hexdigest()


def keep(connection: Connection, body: Body) -> str:
    """Store the bytes unless they are there, and say their name."""
    name = body.sha256 if isinstance(body, Spooled) else digest(body)
    if ignore(connection, blobs, {"hash": name, "size": len(body)}) or _came_back(connection, name):
        for n, piece in enumerate(_chunks(body)):  # one by one: the bytes are in memory once, not twice, or not at all
            insert_all(connection, chunks, [{"hash": name, "n": n, "body": piece}])
    return name


def _chunks(body: Body) -> Iterator[bytes]:
    if isinstance(body, Spooled):
        return body.pieces(CHUNK)
    return (body[at : at + CHUNK] for at in range(0, max(len(body), 1), CHUNK))


def keep_all(connection: Connection, bodies: Mapping[str, bytes]) -> None:
    """The same for many small ones at once, each under its name."""
    new = ignore_all(connection, blobs, [{"hash": name, "size": len(body)} for name, body in bodies.items()])
    pieces = [{"hash": name, "n": n, "body": piece} for name, body in bodies.items() for n, piece in enumerate(_chunks(body))]
    ignore_all(connection, chunks, pieces)
    if new < len(bodies):
        _came_back(connection, *bodies)


def _came_back(connection: Connection, *names: str) -> bool:
    """Bytes that were purged have come again: they are kept again."""
    return bool(connection.execute(delete(purges).where(purges.c.what == "blob", purges.c.key.in_(names))).rowcount)


def pieces(connection: Connection, name: str) -> Iterator[bytes]:
    """The bytes in order, a chunk at a time. Raises Purged where they were taken away by policy."""
    found = False
    for row in connection.execute(PIECES, {"name": name}, execution_options={"yield_per": AHEAD}):
        found = True
        yield row.body
    if not found and (gone := connection.execute(GONE, {"name": name}).first()) is not None:
        raise Purged(f"purged on {gone.at:%Y-%m-%d} by policy: {gone.policy}")


def piece(connection: Connection, name: str, n: int) -> bytes | None:
    """One chunk of the bytes, from 0; None behind the last."""
    found: bytes | None = connection.scalar(PIECE, {"name": name, "n": n})
    return found


def body(connection: Connection, name: str) -> bytes:
    """The bytes whole."""
    return b"".join(pieces(connection, name))
