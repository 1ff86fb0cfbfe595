"""What happened, as a counterpart saw it: one line of JSON each, and a readable copy of every file exchanged."""

import fcntl
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HUB = "hub"


class Diary:
    """The notes of one counterpart; all of them put their copies into one folder per order."""

    def __init__(self, folder: Path, who: str) -> None:
        self.who = who
        self._copies = folder / "exchanged"
        self._copies.mkdir(parents=True, exist_ok=True)
        self._lines = folder / "diary" / f"{who}.jsonl"
        self._lines.parent.mkdir(parents=True, exist_ok=True)

    def sent(self, what: str, order: str, words: str, body: bytes, suffix: str = "json") -> None:
        """It went to the hub."""
        self._note(self.who, HUB, what, order, words, self._copy(order, f"{what}-in.{suffix}", body))

    def got(self, what: str, order: str, words: str, body: bytes, suffix: str = "json") -> None:
        """It came from the hub."""
        self._note(HUB, self.who, what, order, words, self._copy(order, f"{what}-out.{suffix}", body))

    def says(self, what: str, order: str, words: str) -> None:
        """It has something to say that is no document."""
        self._note(self.who, "", what, order, words, None)

    def _note(self, sender: str, receiver: str, what: str, order: str, words: str, file: Path | None) -> None:
        note: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="microseconds"),
            "from": sender,
            "to": receiver,
            "what": what,
            "order": order,
            "words": words,
            "file": str(file.resolve()) if file else None,
        }
        with self._lines.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(note) + "\n")

    def _copy(self, order: str, name: str, body: bytes) -> Path:
        folder = self._copies / (re.sub(r"[^\w.-]+", "_", order) or "unnamed")
        with alone(self._copies / ".lock"):
            folder.mkdir(exist_ok=True)
            copy = folder / f"{sum(1 for _ in folder.iterdir()) + 1:02d}-{name}"
            copy.write_bytes(body)
        return copy


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Only one of all counterparts is in here at a time: the copies of an order are numbered without gaps."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def read_notes(file: Path, start: int) -> tuple[list[dict[str, Any]], int]:
    """Whole lines written since `start`, and where to go on."""
    if not file.exists():
        return [], start
    with file.open("rb") as handle:
        handle.seek(start)
        fresh = handle.read()
    whole = fresh[: fresh.rfind(b"\n") + 1]
    return [json.loads(line) for line in whole.splitlines()], start + len(whole)
