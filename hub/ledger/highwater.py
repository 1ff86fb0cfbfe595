"""The high-water file: the highest numbers anything was ever sent under, kept outside the database.

A ledger restored from a backup does not know what was sent since. The file does: it is safe on disk before the first byte
leaves. While the ledger is behind it, nothing is sent.
"""

import contextlib
import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, func, make_url, select

from hub.ledger.tables import numbers, outbound

HUB, RESTORED = "hub", "restored"  # kept among the cursors: since when systems are asked before anything is created there
MESSAGE = "message"  # the mark of outbound messages, whose ids are part of file names
LONGEST = 1024 * 1024  # bytes after which the file is written anew, a line in all


class Behind(NamedTuple):
    """A number that the ledger would give out a second time."""

    counter: str
    sent: int  # the highest ever sent, by the file
    known: int  # the highest that the ledger knows of


class HighWater:
    """One file, by one process or by several on a shared disk. Lines of JSON, counter → number; the highest counts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._marks: dict[str, int] | None = None
        self._sound = False
        self.told = False  # the operator knows

    def marks(self) -> Mapping[str, int]:
        """The highest number of each counter. A last line cut off by a crash was never relied on."""
        if self._marks is None:
            self._marks = _read(self.path)
        return self._marks

    def raise_to(self, marks: Mapping[str, int]) -> None:
        """Durable when it returns."""
        with self._lock:
            known = dict(self.marks())
            higher = {counter: number for counter, number in marks.items() if number > known.get(counter, 0)}
            if not higher:
                return
            if self.path.exists() and self.path.stat().st_size > LONGEST:
                self._write_anew(known | higher)
            else:
                self._append(higher)
            self._marks = known | higher  # only now: what could not be written is not remembered

    def behind(self, connection: Connection) -> list[Behind]:
        """Numbers that the ledger would use again; none once it was found sound, until this process ends."""
        if self._sound:
            return []
        self._marks = None
        found = behind(connection, self.marks())
        self._sound = not found
        return found

    def _append(self, marks: Mapping[str, int]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = not self.path.exists()
        with self.path.open("ab") as file:
            file.write(b"\n" + json.dumps(dict(marks)).encode() + b"\n")  # the first end closes a line that was cut off
            file.flush()
            os.fsync(file.fileno())
        if new:
            _sync(self.path.parent)

    def _write_anew(self, marks: Mapping[str, int]) -> None:
        beside = self.path.with_name(self.path.name + ".new")
        with beside.open("wb") as file:
            file.write(json.dumps(dict(marks)).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)
        _sync(self.path.parent)


def behind(connection: Connection, marks: Mapping[str, int]) -> list[Behind]:
    """Which of these marks the ledger has not reached."""
    known = {row.counter: row.last for row in connection.execute(select(numbers))}
    known[MESSAGE] = connection.scalar(select(func.max(outbound.c.id))) or 0
    return [Behind(name, sent, known.get(name, 0)) for name, sent in sorted(marks.items()) if sent > known.get(name, 0)]


def beside(url: str, home: Path) -> Path:
    """Where the file of this ledger stands: beside an SQLite file, else in the working place."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return Path(f"{address.database}.high-water")
    return home / "var" / f"{address.database}.high-water"


def _read(path: Path) -> dict[str, int]:
    marks: dict[str, int] = {}
    for line in path.read_bytes().splitlines() if path.exists() else ():
        with contextlib.suppress(ValueError):
            for counter, number in json.loads(line or b"{}").items():
                marks[counter] = max(number, marks.get(counter, 0))
    return marks


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
