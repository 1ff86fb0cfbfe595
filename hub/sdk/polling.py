"""Incremental reads: what changed since a cursor, oldest first, each version of a thing once.

A cursor is the newest time of change that was read, and what was read shortly before it. Each read begins an *overlap*
earlier, because sources show some changes late: a commit that took long, a search index that lags. What was read before
is told apart by its key. Only the source's own times count, so clocks need not agree. A bare moment in ISO 8601 is a
cursor too: it reads from exactly there.

A connector gives its pages as `Pages`: an asynchronous iterator of lists of `Entry` that changed at or after a moment, oldest first.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator

from hub.sdk.connector import Message

Start = Annotated[datetime, AfterValidator(lambda moment: _aware(moment))]  # a setting; UTC where it says no zone
OVERLAP = timedelta(minutes=5)
REMEMBERED = 1000  # versions kept in a cursor; what comes again beyond them is known to the hub by its key


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of a thing at its source."""

    updated: datetime  # aware; when it changed, by the source's clock
    id: str  # never changes
    body: bytes
    name: str | None = None  # for people, such as the number of the order

    @property
    def key(self) -> str:
        """The same for the same version, however it comes. Its content counts too: many clocks tick once a second."""
        moment = self.updated.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return f"{self.id}@{moment}~{hashlib.sha256(self.body).hexdigest()[:10]}"


Pages = Callable[[datetime], AsyncIterator[Sequence[Entry]]]
Page = Callable[[datetime, int], Awaitable[tuple[Sequence[Entry], bool]]]  # from a moment, its number → entries, are there more


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a source was read."""

    moment: datetime
    seen: Mapping[str, float] = field(default_factory=dict)  # key of a version → when it changed, in seconds since 1970

    def past(self, entry: Entry, overlap: timedelta) -> "Cursor":
        """The cursor after this entry; a late one does not take it back."""
        moment = max(self.moment, entry.updated)
        floor = (moment - overlap).timestamp()
        seen = {key: at for key, at in self.seen.items() if at >= floor} | {_mark(entry): entry.updated.timestamp()}
        return Cursor(moment, dict(sorted(seen.items(), key=lambda one: one[1])[-REMEMBERED:]))

    def __str__(self) -> str:
        return json.dumps({"at": self.moment.isoformat(), "seen": dict(self.seen)}, separators=(",", ":"))


def cursor_of(text: str | None, start: datetime) -> Cursor:
    """A cursor from its text; without one, the start."""
    if text is None:
        return Cursor(start)
    if not text.startswith("{"):
        return Cursor(_aware(datetime.fromisoformat(text)))
    told = json.loads(text)
    return Cursor(datetime.fromisoformat(told["at"]), told["seen"])


def _mark(entry: Entry) -> str:
    return hashlib.sha256(entry.key.encode()).hexdigest()[:12]


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


async def changed(
    pages: Pages, text: str | None, *, start: datetime, until: datetime | None = None, overlap: timedelta = OVERLAP
) -> AsyncIterator[Message]:
    """Messages for what changed after the cursor and before `until`, each with the cursor after it; for `Connector.pull`.

    `start` is where a first read begins; nothing that changed before it is ever given.
    """
    cursor = cursor_of(text, start)
    floor = max(start, cursor.moment - overlap) if cursor.seen else cursor.moment
    async for entry in _between(pages, floor, until):
        if _mark(entry) not in cursor.seen:
            cursor = cursor.past(entry, overlap)
            yield Message(entry.key, entry.body, entry.name, "application/json", str(cursor))


async def keys(pages: Pages, since: datetime, until: datetime) -> AsyncIterator[str]:
    """Keys of what changed in a period (`until` not in it), as `changed` names them; for `Connector.ids`."""
    told: set[str] = set()
    async for entry in _between(pages, since, until):
        if entry.key not in told:
            told.add(entry.key)
            yield entry.key


async def _between(pages: Pages, since: datetime, until: datetime | None) -> AsyncIterator[Entry]:
    async for page in pages(since):
        for entry in sorted(page, key=lambda one: (one.updated, one.id)):
            if until is not None and entry.updated >= until:
                return
            if entry.updated >= since:
                yield entry


async def numbered(page: Page, since: datetime) -> AsyncIterator[Sequence[Entry]]:
    """Pages of a source that counts its pages.

    What is changed while we read moves to the end, and all behind it comes forward over the edge of a page that was read
    already. So after each page the count begins anew at the last moment seen; pages are counted only within one moment.
    Some sources, and caches before them, answer a page behind the last one with the last one again: that is the end.
    """
    number, more = 1, True
    before: Sequence[Entry] = ()
    while more:
        found, more = await page(since, number)
        if number > 1 and list(found) == list(before):
            return
        yield found
        before = found
        last = max((entry.updated for entry in found), default=since)
        since, number = (last, 1) if last > since else (since, number + 1)


class Once(Entry):
    """A thing told once, however often its source touches it afterwards: its id says which version it is."""

    __slots__ = ()

    @property
    def key(self) -> str:
        return self.id


def merged(*feeds: Pages) -> Pages:
    """Several feeds as one, oldest first: one cursor is right for all of them only if none runs ahead of the others."""

    async def pages(since: datetime) -> AsyncIterator[Sequence[Entry]]:
        walks = [_singly(feed, since) for feed in feeds]
        heads = [(entry, walk) for walk in walks if (entry := await anext(walk, None)) is not None]
        while heads:
            entry, walk = first = min(heads, key=lambda head: (head[0].updated, head[0].id))
            yield [entry]
            heads.remove(first)
            following = await anext(walk, None)
            heads += [(following, walk)] if following is not None else []

    return pages


async def _singly(feed: Pages, since: datetime) -> AsyncIterator[Entry]:
    async for page in feed(since):
        for entry in page:
            yield entry
