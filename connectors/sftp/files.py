"""What one SFTP session can do, in the words of remote files."""

import asyncio
import stat
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import PurePosixPath
from typing import Any

import asyncssh

from hub.sdk import Body, Spool, Unavailable
from hub.sdk.remote_files import Lying
from hub.sdk.spool import SMALL

PACE = 16 * 1024  # bytes a second that even a slow line manages


class SftpFiles:
    """Every call is bounded in time; a broken session is Unavailable."""

    def __init__(self, client: asyncssh.SFTPClient, timeout: float) -> None:
        self._client, self._timeout = client, timeout

    async def listing(self, folder: str) -> Sequence[Lying]:
        async with self._asking(folder):
            entries = await self._client.readdir(folder)
        return [_lying(str(entry.filename), entry.attrs) for entry in entries if _plain(entry.attrs)]

    async def look(self, path: str) -> Lying | None:
        try:
            async with self._asking(path):
                return _lying(PurePosixPath(path).name, await self._client.lstat(path))
        except FileNotFoundError:
            return None

    async def read(self, path: str, size: int) -> Body:
        spool = Spool()
        async with self._asking(path, size), self._client.open(path, "rb") as file:
            while spool.size <= size:
                piece: Any = await file.read(min(SMALL, size + 1 - spool.size))  # the package says text, whatever the mode
                assert isinstance(piece, bytes)
                if not piece:
                    break
                await asyncio.to_thread(spool.add, piece)
        return spool.end()

    async def write(self, path: str, body: bytes) -> None:
        async with self._asking(path, len(body)), self._client.open(path, "wb") as file:
            await file.write(body)

    async def rename(self, path: str, new: str) -> None:
        """SFTP 3 never overwrites, and says of a name that is taken only that it failed."""
        try:
            async with self._asking(path):
                await self._client.rename(path, new)
        except Unavailable as error:
            if isinstance(error.__cause__, asyncssh.SFTPError) and await self.look(new) is not None:
                raise FileExistsError(0, "exists", new) from error
            raise

    async def remove(self, path: str) -> None:
        async with self._asking(path):
            await self._client.remove(path)

    @asynccontextmanager
    async def _asking(self, path: str, size: int = 0) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._timeout + size / PACE):
                yield
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath) as error:
            raise FileNotFoundError(0, "it is not there", path) from error
        except (asyncssh.SFTPPermissionDenied, asyncssh.SFTPWriteProtect) as error:
            raise PermissionError(0, "not allowed", path) from error
        except asyncssh.SFTPFileAlreadyExists as error:
            raise FileExistsError(0, "exists", path) from error
        except (asyncssh.Error, OSError, TimeoutError) as error:
            raise Unavailable(f"{path}: {type(error).__name__}: {getattr(error, 'reason', '') or 'no answer'}") from error


def _plain(attrs: asyncssh.SFTPAttrs) -> bool:
    return attrs.permissions is None or stat.S_ISREG(attrs.permissions)


def _lying(name: str, attrs: asyncssh.SFTPAttrs) -> Lying:
    return Lying(name, attrs.size or 0, int(attrs.mtime or 0))
