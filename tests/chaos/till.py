"""A counterpart with a store of its own that is handed documents in each of the five ways of being safe, and gives orders away.

In this process, or in one of its own that dies where it is told: `python -m tests.chaos.till STORE PORT MOMENT`.
"""

import asyncio
import os
import signal
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from hub.demo.book import Book, Page
from hub.sdk.testing import Call, StandIn

WAYS = ("native", "upsert", "lookup", "same-bytes", "unsafe")
SOURCES = ("feed", "box")
PAGE = 2  # orders given at a time
MOMENTS = BEFORE, DURING, AFTER = "before", "during", "after"  # its commit
Answer = tuple[int, Any]


@dataclass(frozen=True)
class Taken:
    """A document that was handed in."""

    key: str
    name: str
    kind: str
    body: str


class Till:
    """Answers calls out of its book."""

    def __init__(self, path: Path, reach: Callable[[str], None] = lambda moment: None) -> None:
        self.book, self.reach = Book(path), reach

    def __call__(self, call: Call) -> Answer:
        place, _, rest = call.path.strip("/").partition("/")
        if call.method == "GET":
            with self.book.open() as page:
                return 200, self.look(page, place, unquote(rest), int(call.query.get("after", ["0"])[0]))
        self.reach(BEFORE)
        with self.book.open() as page:
            answer = self.strike(page, rest) if place == "box" else self.take(page, place, call)
            self.reach(DURING)
        self.reach(AFTER)
        return answer

    def look(self, page: Page, place: str, key: str, after: int) -> dict[str, Any]:
        """Whether a document is there; or the next orders of the feed (by number) or the box (what is not struck off)."""
        if place == "lookup":
            return {"key": key, "reference": page.get("found", key)}
        if place == "box":
            after = max(after, page.get("mark", "struck") or 0)  # all up to there are struck off
        entries = page.after(place, f"{after:09d}", 50) if place in SOURCES else []
        open_ones = [entry for entry in entries if place == "feed" or page.get("struck", entry[0]) is None]
        return {"entries": [[int(number), text] for number, text in open_ones[:PAGE]]}

    def take(self, page: Page, way: str, call: Call) -> Answer:
        """Native: once per key. Upsert: the last counts. The others: whatever is handed in is one more."""
        key = unquote(call.headers["x-key"])
        known = page.get(f"known {way}", key) if way in ("native", "upsert") else None
        number = known or f"{way}-{page.next(way):09d}"
        if way == "upsert" or known is None:
            entry = {"key": key, "name": call.headers["x-name"], "kind": call.headers["x-kind"], "body": call.body.decode()}
            page.put(way, number, entry)
            page.put(f"known {way}", key, number)
            page.put("found", key, number)
        page.next(f"calls {way}")
        return 200 if known else 201, {"reference": number}

    def strike(self, page: Page, number: str) -> Answer:
        """Struck off the box; harmless twice."""
        page.put("struck", f"{int(number):09d}", True)
        mark = page.get("mark", "struck") or 0
        while page.get("struck", f"{mark + 1:09d}"):
            mark += 1
        page.put("mark", "struck", mark)
        return 200, {}

    def offer(self, source: str, text: str) -> None:
        """Lay out an order."""
        with self.book.open() as page:
            page.put(source, f"{page.next(source):09d}", text)

    def taken(self, way: str) -> list[Taken]:
        with self.book.open() as page:
            return [Taken(**entry) for _, entry in page.all(way)]

    def holds(self, way: str) -> dict[str, list[Taken]]:
        """What it was handed, by the number of the order it is about."""
        found: dict[str, list[Taken]] = defaultdict(list)
        for one in self.taken(way):
            found[one.key.split(":")[2]].append(one)
        return found


def dying(wanted: str) -> Callable[[str], None]:
    """Dies for good and at once when that moment is reached."""

    def reach(moment: str) -> None:
        if moment == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    return reach


async def main(store: str, port: str, moment: str) -> None:
    door = StandIn(Till(Path(store), dying(moment)))
    door.port = int(port)
    await door.start()
    print("open", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
