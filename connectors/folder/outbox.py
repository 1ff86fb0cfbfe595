"""Files that go: each appears under its name once, whole, however often we are killed.

1. The bytes are written under a name nobody looks at (`staged`), and made durable.
2. A marker under the file's final name says: these bytes, of this delivery, are about to appear. The first one wins.
3. The staged file is renamed to its final name.

Without a marker the file never appeared. With one, it appeared exactly when its staged file is gone, even if the
partner has taken it away since. So the question "did it arrive?" has a sure answer at every moment.
"""

import contextlib
import errno
import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from hub.sdk import Receipt

ABANDONED = 2 * 24 * 3600.0  # seconds after which nobody still means to set the marker
NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EOPNOTSUPP})


class Taken(Exception):
    """The name belongs to another message or to somebody else's file."""


@dataclass(frozen=True, slots=True)
class Marker:
    """What is about to appear under a name."""

    key: str
    sha256: str
    size: int
    staged: str
    at: str


class Outbox:
    """One folder a partner takes files from, and the journal beside it."""

    def __init__(self, folder: Path, journal: Path) -> None:
        self.folder, self.journal = folder, journal
        self.staged, self.sent = journal / "staged", journal / "sent"

    def announce(self, key: str, name: str, body: bytes, now: datetime) -> None:
        """Stage the bytes and set the marker, unless it is set. Raises Taken. Nothing has appeared yet."""
        self._there()
        if self._marker(name) is None:
            if (self.folder / name).exists() and self._marker(name) is None:
                raise Taken(f"{name} lies in the folder already, and we did not put it there")
            self._stage(key, name, body, now)

    def prepare(self) -> None:
        """Make the journal, durably; never the folder itself, which may be a share that is away."""
        self.folder.stat()
        self.staged.mkdir(parents=True, exist_ok=True)
        self.sent.mkdir(exist_ok=True)
        for folder in (self.journal, self.journal.parent):
            _sync(folder)

    def _there(self) -> None:
        """Raise when the folder or the journal is away: then nothing can be told."""
        for folder in (self.folder, self.staged, self.sent):
            folder.stat()

    def settle(self, key: str, name: str, body: bytes) -> Path | None:
        """Where it appeared, finishing what was begun; None when it never did and never will by itself. Raises Taken."""
        self._there()
        marker = self._marker(name)
        if marker is None:
            return None
        if (marker.key, marker.sha256) != (key, _digest(body)):
            raise Taken(f"{name} was already sent with another content; each message needs a name of its own")
        final, staged = self.folder / name, self.staged / marker.staged
        if final.exists() and staged.exists():  # in this order: whoever renames makes one appear and the other vanish
            raise Taken(f"{name} lies in the folder already, and we did not put it there")
        try:
            staged.rename(final)
        except FileNotFoundError:
            self._there()
        for changed in (self.folder, self.staged):
            _sync(changed)
        return final

    def _stage(self, key: str, name: str, body: bytes, now: datetime) -> None:
        """Another attempt at the same moment may win; then this one leaves nothing behind."""
        token = secrets.token_hex(8)
        staged, draft = self.staged / f"{token}-{name}", self.staged / f"{token}.marker"
        marker = Marker(key, _digest(body), len(body), staged.name, now.isoformat())
        try:
            _write(staged, body)
            _write(draft, json.dumps(asdict(marker)).encode())
            _sync(self.staged)
            with contextlib.suppress(FileExistsError):
                _claim(draft, self.sent / name)
        finally:
            draft.unlink(missing_ok=True)
            if self._marker(name) != marker:  # looked at, not guessed: a network file system may say "exists" of our own
                staged.unlink(missing_ok=True)
        _sync(self.sent)

    def _marker(self, name: str) -> Marker | None:
        try:
            return Marker(**json.loads((self.sent / name).read_bytes()))
        except FileNotFoundError:
            return None

    def apart(self) -> bool:
        """True when a rename from the journal into the folder cannot work."""
        journal = next(place for place in (self.journal, *self.journal.parents) if place.exists())
        return self.folder.is_dir() and journal.stat().st_dev != self.folder.stat().st_dev

    def prune(self, before: datetime) -> None:
        """Forget files that appeared before a moment, and bytes staged by somebody who was killed before the marker."""
        self._there()
        for path in self.sent.iterdir():
            marker = self._marker(path.name)
            if marker and datetime.fromisoformat(marker.at) < before and not (self.staged / marker.staged).exists():
                path.unlink(missing_ok=True)
        present = self._present()
        for path in self.staged.iterdir():
            with contextlib.suppress(FileNotFoundError):  # another attempt tidies up too
                if path.stat().st_mtime < present - ABANDONED and not self._needed(path.name):
                    path.unlink()

    def _needed(self, staged: str) -> bool:
        """True when a marker says that this file is about to appear."""
        name = staged.partition("-")[2]
        marker = self._marker(name) if name else None
        return marker is not None and marker.staged == staged

    def _present(self) -> float:
        """The time by the clock that stamps the files, which may be another machine's."""
        probe = self.staged / f"{secrets.token_hex(8)}.now"
        probe.touch()
        moment = probe.stat().st_mtime
        probe.unlink()
        return moment


def receipt(path: Path) -> Receipt:
    return Receipt(reference=path.name, detail={"path": str(path)})


def _claim(draft: Path, marker: Path) -> None:
    """Give the draft its name unless somebody was first (FileExistsError)."""
    try:
        os.link(draft, marker)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        if marker.exists():  # a file system without links: the lease alone keeps two processes apart
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from error
        draft.rename(marker)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _write(path: Path, body: bytes) -> None:
    with path.open("xb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Make names durable; some file systems cannot and need not."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(number)
