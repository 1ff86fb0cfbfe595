"""Bytes that come a piece at a time: few are gathered in memory, many in a file without a name, and from there into the ledger."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from typing import IO

from hub.errors import Unavailable

SMALL = 1024 * 1024  # bytes that are kept in memory
PIECE = 256 * 1024


class Spooled:
    """Bytes in a file of this machine that goes when nobody needs it any more. May be read by several threads at once."""

    def __init__(self, file: IO[bytes], size: int, sha256: str) -> None:
        self._file, self.size, self.sha256 = file, size, sha256

    def pieces(self, length: int = PIECE) -> Iterator[bytes]:
        """All of them in order; again from the beginning each time."""
        for at in range(0, self.size, length):
            yield os.pread(self._file.fileno(), length, at)

    def __len__(self) -> int:
        return self.size

    def __bytes__(self) -> bytes:
        return b"".join(self.pieces())


Body = bytes | Spooled


class Spool:
    """Where a body grows. Raises Unavailable where this machine has no room for it."""

    def __init__(self) -> None:
        self.size = 0
        self._start = bytearray()
        self._file: IO[bytes] | None = None
        self._hash = hashlib.sha256()

    def fits(self, piece: bytes) -> bool:
        """Whether it stays in memory with this piece; else adding it waits for a disk."""
        return self._file is None and len(self._start) + len(piece) <= SMALL

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        self._hash.update(piece)
        if self.fits(piece):
            self._start += piece
            return
        with _room():
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="crossdock-")  # noqa: SIM115  # whoever has the bytes has the file
                self._file.write(self._start)
                self._start = bytearray()
            self._file.write(piece)

    def end(self) -> Body:
        """What came. Nothing may be added after."""
        if self._file is None:
            return bytes(self._start)
        with _room():
            self._file.flush()
        return Spooled(self._file, self.size, self._hash.hexdigest())


@contextlib.contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(f"no room in {tempfile.gettempdir()} for what came: {error.strerror or error}") from error


def pieces(body: Body) -> Iterator[bytes]:
    """The bytes in order, some at a time.

    >>> list(pieces(b"ISA*"))
    [b'ISA*']
    """
    yield from body.pieces() if isinstance(body, Spooled) else (body,)


def digest(body: Body) -> str:
    """SHA-256, as hexadecimal digits."""
    return body.sha256 if isinstance(body, Spooled) else hashlib.sha256(body).hexdigest()
