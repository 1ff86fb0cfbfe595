"""One login at an IMAP server; blocking, so callers use a thread. Its failures are the contract's errors."""

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hub.errors import Misconfigured, Unavailable
from hub.sdk.mail.entrance import Entrance, TokenRefused

imaplib._MAXLINE = 8 * 1024 * 1024  # type: ignore[attr-defined]  # a search in a full mailbox answers in one line
MOST = 1000  # mails looked at in one go; the cursor stays behind the others
PIECE = 1024 * 1024  # bytes that are asked for at once


@dataclass(frozen=True, slots=True)
class Server:
    """Where mails lie."""

    host: str
    port: int
    security: str  # tls, starttls, none
    entrance: Entrance
    mailbox: str
    trust: ssl.SSLContext
    timeout: float


class Mailbox:
    """The mails of one folder, by the numbers it gives them; numbers count only within one `validity`."""

    def __init__(self, server: Server) -> None:
        with _meant(server.host):
            self._imap = _connected(server)
        try:
            self._enter(server.host, server.entrance)
            with _meant(server.host):
                self._need(self._imap.select(_quoted(server.mailbox)), f"there is no mailbox {server.mailbox}")
                validity = self._imap.response("UIDVALIDITY")[1]
                self.validity = int(validity[0])
        except BaseException:
            self.close()
            raise

    def _enter(self, host: str, entrance: Entrance) -> None:
        if entrance.token is None:
            with _meant(host, f"{host} does not let {entrance.user} in: look at the password"):
                self._imap.login(entrance.user, entrance.password or "")
            return
        told = iter((entrance.xoauth2,))  # what comes back then is the reason of a refusal, which wants an empty answer
        with _meant(host, f"{host} does not let {entrance.user} in with its token", TokenRefused):
            self._imap.authenticate("XOAUTH2", lambda _: next(told, b""))

    def after(self, last: int) -> list[tuple[int, int]]:
        """Number and size of the mails after this one; `*` is the last mail even where it is older."""
        with _meant("the mailbox"):
            found = self._need(self._imap.uid("SEARCH", f"UID {last + 1}:*", "UNDELETED"), "it cannot be searched")
            numbers = sorted(uid for uid in map(int, (found[0] or b"").split()) if uid > last)[:MOST]
            return [(uid, self._size(uid)) for uid in numbers]

    def _size(self, uid: int) -> int:
        facts = self._need(self._imap.uid("FETCH", str(uid), "(RFC822.SIZE)"), "it cannot be read")
        size = re.search(rb"RFC822\.SIZE (\d+)", facts[0] if facts and isinstance(facts[0], bytes) else b"")
        return int(size[1]) if size else 0

    def fetch(self, uid: int, part: str, most: int) -> bytes | None:
        """The mail as it is, or a part such as HEADER; None when it is gone. It stays unseen.

        Of one that is larger, `most` bytes and one more: what servers say of sizes may be an estimate.
        """
        pieces: list[bytes] = []
        length = 0
        with _meant("the mailbox"):
            while length <= most:
                wanted = min(PIECE, most + 1 - length)
                piece = self._piece(uid, part, length, wanted)
                if piece is None:
                    return None
                pieces.append(piece)
                length += len(piece)
                if len(piece) != wanted:  # the last one; or all at once, from a server that knows no pieces
                    break
        return b"".join(pieces)

    def _piece(self, uid: int, part: str, at: int, length: int) -> bytes | None:
        """Empty behind the end."""
        found = self._need(self._imap.uid("FETCH", str(uid), f"(BODY.PEEK[{part}]<{at}.{length}>)"), "it cannot be read")
        if all(one is None for one in found):
            return None
        return next((bytes(one[1]) for one in found if isinstance(one, tuple)), b"")

    def put_away(self, uid: int, folder: str | None) -> None:
        """Mark it seen, and move it where a folder is named. Harmless twice."""
        with _meant("the mailbox", "this server cannot move mails: without `done` they are marked as seen"):
            self._imap.uid("STORE", str(uid), "+FLAGS", r"(\Seen)")
            if folder is not None:
                self._need(self._imap.uid("MOVE", str(uid), _quoted(folder)), f"done: nothing can be moved to {folder}")

    def has(self, folder: str) -> bool:
        with _meant("the mailbox"):
            return self._imap.status(_quoted(folder), "(MESSAGES)")[0] == "OK"

    def close(self) -> None:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            self._imap.shutdown()

    def _need(self, answer: tuple[str, list[Any]], why: str) -> list[Any]:
        if answer[0] != "OK":
            raise Misconfigured(why)
        return answer[1]


def _connected(server: Server) -> imaplib.IMAP4:
    if server.security == "tls":
        return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=server.trust, timeout=server.timeout)
    imap = imaplib.IMAP4(server.host, server.port, timeout=server.timeout)
    if server.security == "starttls":
        imap.starttls(server.trust)
    return imap


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


@contextlib.contextmanager
def _meant(where: str, refused: str | None = None, kind: type[Misconfigured] = Misconfigured) -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Misconfigured(f"{where}: its certificate is not one we trust ({error.verify_message})") from error
    except (imaplib.IMAP4.abort, OSError, EOFError) as error:
        raise Unavailable(f"{where}: no session: {type(error).__name__}") from error
    except imaplib.IMAP4.error as error:
        raise kind(refused or f"{where} refuses: {str(error)[:200]}") from None
