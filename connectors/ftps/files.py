"""What one FTP login can do, in the words of remote files. Blocking calls run in a thread."""

import asyncio
import calendar
import ftplib
import io
import re
import ssl
import time
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import TypeVar

from connectors.ftps.session import Session
from hub.sdk import Body, Misconfigured, Rejected, Spool, Unavailable
from hub.sdk.remote_files import Lying

R = TypeVar("R")
PACE = 16 * 1024  # bytes a second that even a slow line manages
MOST = 100_000  # files listed
NO_LOGIN = ("530", "532", "534")
BAD_NAME = ("501", "553")
BROKEN = (OSError, EOFError, ftplib.error_proto, ftplib.error_reply)


class FtpsFiles:
    """One command at a time; a broken login is Unavailable."""

    def __init__(self, session: Session, timeout: float) -> None:
        self._session, self._timeout = session, timeout

    async def log_in(self, host: str, port: int, user: str, password: str) -> None:
        def work() -> None:
            self._session.connect(host, port)
            self._session.login(user, password)  # secures the login first, and gives up where that cannot be
            self._session.prot_p()
            self._session.voidcmd("TYPE I")

        await self._asking(host, work)

    def hang_up(self) -> None:
        self._session.close()

    async def listing(self, folder: str) -> Sequence[Lying]:
        def work() -> list[Lying]:
            found = []
            for name, facts in self._session.mlsd(folder):
                if facts.get("type", "").lower() == "file" and "/" not in name:
                    found.append(_lying(name, facts))
                if len(found) > MOST:
                    raise Rejected(f"{folder} holds more than {MOST} files")
            return found

        return await self._asking(folder, work)

    async def look(self, path: str) -> Lying | None:
        def work() -> Lying:
            lines = self._session.sendcmd(f"MLST {path}").splitlines()
            facts, _, _ = lines[1].strip().partition(" ")
            pairs = (fact.partition("=") for fact in facts.split(";") if fact)
            return _lying(PurePosixPath(path).name, {name.lower(): value for name, _, value in pairs})

        try:
            return await self._asking(path, work)
        except FileNotFoundError:
            return None

    async def read(self, path: str, size: int) -> Body:
        def work() -> Body:
            spool = Spool()
            with self._session.transfercmd(f"RETR {path}") as channel, channel.makefile("rb") as stream:
                while piece := stream.read(65536):  # if it has grown since it was listed, the server wants to be heard out
                    spool.add(piece[: size + 1 - spool.size])
            self._session.voidresp()
            return spool.end()

        return await self._asking(path, work, size)

    async def write(self, path: str, body: bytes) -> None:
        await self._asking(path, lambda: self._session.storbinary(f"STOR {path}", io.BytesIO(body), 65536), len(body))

    async def rename(self, path: str, new: str) -> None:
        """Servers overwrite a name that is taken, so it is looked at first."""
        if await self.look(new) is not None:
            raise FileExistsError(0, "exists", new)
        await self._asking(path, lambda: self._session.rename(path, new))

    async def remove(self, path: str) -> None:
        await self._asking(path, lambda: self._session.delete(path))

    async def _asking(self, path: str, work: Callable[[], R], size: int = 0) -> R:
        try:
            async with asyncio.timeout(2 * self._timeout + size / PACE):
                return await asyncio.to_thread(work)
        except ftplib.error_perm as error:
            raise _refused(str(error), path) from error
        except ssl.SSLCertVerificationError as error:
            raise Misconfigured(
                f"the certificate is not one we trust ({error.verify_message}); look at `host` and `authorities`"
            ) from error
        except (*BROKEN, ftplib.error_temp, ValueError, IndexError) as error:
            raise Unavailable(f"{path}: {type(error).__name__}{_said(error)}") from error


def _refused(said: str, path: str) -> Exception:
    """What a lasting refusal means; 550 is said both of what is missing and of what is forbidden."""
    if said.startswith(NO_LOGIN):
        return Misconfigured(f"the server lets us not in: {said[:200]}")
    if said.startswith(BAD_NAME):
        return Rejected(f"{path} is no name for this server: {said[:200]}")
    if said.startswith(("500", "502", "504")):
        return Misconfigured(f"the server cannot do what we need (MLSD, MLST, PROT P over TLS): {said[:200]}")
    if said.startswith("552"):
        return Unavailable(f"{path}: no room there: {said[:200]}")
    if re.search(r"permission|denied|not allowed|prohibited", said, re.IGNORECASE):
        return PermissionError(0, said[:200], path)
    return FileNotFoundError(0, said[:200], path)


def _said(error: BaseException) -> str:
    return f": {str(error)[:200]}" if isinstance(error, ftplib.error_temp) else ""


def _lying(name: str, facts: dict[str, str]) -> Lying:
    """From the facts of RFC 3659; times are in UTC."""
    modified = calendar.timegm(time.strptime(facts.get("modify", "19700101000000")[:14], "%Y%m%d%H%M%S"))
    return Lying(name, int(facts.get("size", "0")), modified, re.sub(r"\W|_", "", facts.get("unique", "")))
