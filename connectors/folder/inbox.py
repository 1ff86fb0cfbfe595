"""Files that come: which are whole, what identifies an arrival, how it is put away."""

import contextlib
import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.parse import quote, unquote_to_bytes

from hub.sdk import Body, Message, Spool
from hub.sdk.file_names import wanted
from hub.sdk.spool import PIECE

PLAIN = " !$&'()+,;=@[]^{}"  # stand for themselves in a key
LONGEST = 150  # bytes of a name that are kept when more is put before it
ASIDE = ".crossdock"  # inside the inbox: files on their way out


@dataclass(frozen=True, slots=True)
class Seen:
    """One file as it lies there. Two arrivals differ in it even when name and bytes are equal.

    Inode, time and size do not suffice: an inode is used again at once after a file is gone, and senders keep
    times of last change. The time of status change is set by the kernel and cannot be chosen; it changes on chmod
    or link too, which costs a second arrival of the same document at worst, never a lost one.
    """

    name: str
    inode: int
    modified: int
    changed: int
    size: int

    @classmethod
    def of(cls, name: str, facts: os.stat_result) -> "Seen":
        return cls(name, facts.st_ino, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_size)

    @property
    def key(self) -> str:
        return f"{quote(os.fsencode(self.name), safe=PLAIN)}#{self.inode:x}-{self.modified:x}-{self.changed:x}-{self.size:x}"

    @classmethod
    def parse(cls, key: str) -> "Seen":
        name, _, numbers = key.rpartition("#")
        inode, modified, changed, size = (int(number, 16) for number in numbers.split("-"))
        return cls(os.fsdecode(unquote_to_bytes(name)), inode, modified, changed, size)

    @property
    def label(self) -> str:
        """The name for people, whatever bytes it is made of."""
        return os.fsencode(self.name).decode(errors="replace")

    def within(self, since: datetime, until: datetime) -> bool:
        """Whether it was last touched in this period, `until` not in it."""
        return since.timestamp() <= self.quiet_since < until.timestamp()

    @property
    def quiet_since(self) -> float:
        """The last moment anything happened to it, in seconds."""
        return max(self.modified, self.changed) / 1e9

    @property
    def aside(self) -> str:
        """Its name on the way out: unique for this arrival, and telling which file belongs under it."""
        return f"{self.inode:x}-{self.modified:x}-{self.size:x}-{self.changed:x}.{self.mark}-{_tail(self.name)}"

    @property
    def mark(self) -> str:
        """Short for the key."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:10]


def message(seen: Seen, body: Body) -> Message:
    modified = datetime.fromtimestamp(seen.modified / 1e9, UTC).isoformat()
    return Message(key=seen.key, body=body, name=seen.label, handle=seen.key, headers={"modified": modified})


def listing(inbox: Path, pattern: str, unfinished: Sequence[str]) -> list[Seen]:
    """Regular files that are meant for us, in the order of their names."""
    found = list(_entries(inbox, pattern, tuple(unfinished)))
    return sorted(found, key=lambda seen: (seen.name, seen.modified))


def _entries(inbox: Path, pattern: str, unfinished: tuple[str, ...]) -> Iterator[Seen]:
    with os.scandir(inbox) as entries:
        for entry in entries:
            name = entry.name
            if not wanted(name, pattern, unfinished):
                continue
            with contextlib.suppress(FileNotFoundError):  # taken away while we look
                if entry.is_file(follow_symlinks=False):
                    yield Seen.of(name, os.lstat(entry.path))


def archived(archive: Path) -> list[tuple[Path, Seen]]:
    """Files that were put away, each as it lay in the inbox; of one whose name was cut, or that was moved to another file
    system, nobody can tell."""
    found = []
    with contextlib.suppress(FileNotFoundError):
        for path in sorted(archive.iterdir()):
            changed, _, mark = path.name.partition("-")[2].partition("-")[0].partition(".")
            with contextlib.suppress(FileNotFoundError, ValueError):
                facts = os.lstat(path)
                name = path.name.partition("-")[2].partition("-")[2]
                seen = Seen(name, facts.st_ino, facts.st_mtime_ns, int(changed, 16), facts.st_size)
                found += [(path, seen)] if seen.mark == mark else []
    return found


def read(inbox: Path, seen: Seen) -> Body | None:
    """The bytes, or None when the file is not the one that was seen, or changed while being read."""
    try:
        number = os.open(inbox / seen.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.ELOOP:  # a link has taken its place
            return None
        raise
    with os.fdopen(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            return None
        body = take(file, seen.size + 1)
        return body if Seen.of(seen.name, os.fstat(number)) == seen and len(body) == seen.size else None


def take(file: IO[bytes], most: int) -> Body:
    """The bytes of a file, up to so many."""
    spool = Spool()
    while piece := file.read(min(PIECE, most - spool.size)):
        spool.add(piece)
    return spool.end()


def again(archived: Path, seen: Seen) -> Body:
    """The bytes of what was put away."""
    with archived.open("rb") as file:
        return take(file, seen.size)


def put_away(inbox: Path, archive: Path | None, seen: Seen) -> None:
    """Take away the file that was seen, if it still lies there. Harmless twice."""
    source, aside = inbox / seen.name, inbox / ASIDE / seen.aside
    with contextlib.suppress(FileNotFoundError):
        if Seen.of(seen.name, os.lstat(source)) == seen:
            aside.parent.mkdir(exist_ok=True)
            source.rename(aside)
            _finish(aside, inbox, archive)


def sweep(inbox: Path, archive: Path | None) -> None:
    """Finish what a kill left half put away."""
    with contextlib.suppress(FileNotFoundError):
        for aside in sorted((inbox / ASIDE).iterdir()):
            _finish(aside, inbox, archive)


def _finish(aside: Path, inbox: Path, archive: Path | None) -> None:
    """Archive the right file; a sender may have put another under its name at the last moment: that one goes back."""
    inode, modified, size, mark, name = aside.name.split("-", 4)
    facts = os.lstat(aside)
    if (facts.st_ino, facts.st_mtime_ns, facts.st_size) != (int(inode, 16), int(modified, 16), int(size, 16)):
        place = inbox / name
        aside.rename(inbox / f"{mark}-{name}" if place.exists() else place)
    elif archive is None:
        aside.unlink(missing_ok=True)
    else:
        when = datetime.fromtimestamp(facts.st_mtime, UTC)
        _move(aside, archive / f"{when:%Y%m%dT%H%M%S}-{mark}-{name}")


def _move(source: Path, target: Path) -> None:
    """A rename that also works from one file system to another; a second one changes nothing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy = target.with_name(f".{target.name}.tmp")
        shutil.copy2(source, copy)
        with copy.open("rb") as file:
            os.fsync(file.fileno())
        copy.rename(target)
        source.unlink(missing_ok=True)


def _tail(name: str) -> str:
    """The end of a name, short enough for more to stand before it."""
    return os.fsdecode(os.fsencode(name)[-LONGEST:])
