"""A folder on this machine or on a mounted share: a partner puts files into one and takes files from another."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.folder import inbox, outbox
from connectors.folder.disk import on_disk
from connectors.folder.inbox import Seen
from connectors.folder.outbox import Outbox
from connectors.folder.settings import FolderSettings
from hub.sdk import Connector, Context, Message, Misconfigured, Outgoing, Receipt, Rejected, Unavailable, Unknown
from hub.sdk.file_names import fit

PRUNE_EVERY = timedelta(days=1)


class Folder(Connector):
    """Takes files whole, and makes each file appear whole and once."""

    title = "Folder"
    docs_url = "https://man7.org/linux/man-pages/man2/rename.2.html"
    repeat = "lookup"
    by_time = True  # of what was put away
    met = "local file systems (ext4, tmpfs); not a network share"

    class Config(FolderSettings):
        """Where files come and go."""

    def __init__(self, config: "Folder.Config", context: Context) -> None:
        super().__init__(config, context)
        self._first_seen: dict[Seen, datetime] = {}
        self._pruned_at: datetime | None = None

    async def check(self) -> None:
        await on_disk(self._check)

    def _check(self) -> None:
        for name in ("inbox", "outbox"):
            folder = self._place(name)
            if folder is None or (self.config.create and not folder.exists()):
                continue
            if not folder.is_dir():
                raise Misconfigured(f"{name}: there is no folder {folder}; make it, mount it, or set `create: true`")
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                raise Misconfigured(f"{name}: the hub may not read and write in {folder}")
        if self.config.outbox is not None and self._outbox().apart():
            raise Misconfigured("journal: it must be on the same file system as the outbox")

    async def pull(self, cursor: str | None, until: datetime | None = None) -> AsyncIterator[Message]:
        if (folder := self._place("inbox")) is None:
            return  # it only puts
        await on_disk(self._make, folder)
        await on_disk(inbox.sweep, folder, self._place("archive"))
        problems = []
        for seen in self._settled(await on_disk(inbox.listing, folder, self.config.pattern, self.config.unfinished)):
            try:
                message = await self._take(folder, seen)
            except Misconfigured as error:
                problems.append(str(error))
                continue
            if message is not None:
                yield message
        if until is not None:  # asked for a time that is past
            since = datetime.fromisoformat(cursor) if cursor else datetime.fromtimestamp(0, UTC)
            for path, seen in await self._put_away(since, until):
                yield inbox.message(seen, await on_disk(inbox.again, path, seen))
        if problems:  # after all others: one bad file must not hold them up
            raise Unavailable("; ".join(problems))

    def _settled(self, listing: list[Seen]) -> list[Seen]:
        """Files that nobody has touched for long enough, by our own looking or by their times."""
        now, wait = self.context.clock.now(), self.config.settle
        first = self._first_seen = {seen: self._first_seen.get(seen, now) for seen in listing}
        return [seen for seen in listing if max((now - first[seen]).total_seconds(), now.timestamp() - seen.quiet_since) >= wait]

    async def _take(self, folder: Path, seen: Seen) -> Message | None:
        if seen.size > self.config.max_bytes:
            raise Misconfigured(f"{seen.label} has {seen.size} bytes, more than `max_bytes` allows; it is left lying")
        body = await on_disk(inbox.read, folder, seen)
        return None if body is None else inbox.message(seen, body)

    async def ack(self, message: Message) -> None:
        seen = Seen.parse(message.handle or message.key)
        await on_disk(inbox.put_away, self._needed("inbox"), self._place("archive"), seen)

    async def ids(self, since: datetime, until: datetime) -> AsyncIterator[str]:
        """Of what still lies there and of what was put away: without an archive a folder forgets what was taken."""
        if (folder := self._place("inbox")) is None:
            return  # it only puts
        for seen in await on_disk(inbox.listing, folder, self.config.pattern, self.config.unfinished):
            if seen.within(since, until):
                yield seen.key
        for _, seen in await self._put_away(since, until):
            yield seen.key

    async def _put_away(self, since: datetime, until: datetime) -> list[tuple[Path, Seen]]:
        """Files of a period that were taken before and archived, as they came."""
        archive = self._place("archive")
        found = await on_disk(inbox.archived, archive) if archive is not None else []
        return [(path, seen) for path, seen in found if seen.within(since, until)]

    async def push(self, outgoing: Outgoing) -> Receipt:
        if len(outgoing.body) > self.config.max_bytes:
            raise Rejected(f"{outgoing.name} has {len(outgoing.body)} bytes, more than `max_bytes` allows")
        box, now, name = await self._ready(), self.context.clock.now(), fit(outgoing.name)
        await on_disk(box.announce, outgoing.key, name, outgoing.body, now)
        try:
            path = await on_disk(box.settle, outgoing.key, name, outgoing.body)
        except Unavailable as error:  # it may have appeared before the failure; `find` knows
            raise Unknown(str(error)) from error
        assert path is not None
        return outbox.receipt(path)

    async def find(self, key: str, outgoing: Outgoing) -> Receipt | None:
        box = await self._ready()
        path = await on_disk(box.settle, key, fit(outgoing.name), outgoing.body)
        return None if path is None else outbox.receipt(path)

    async def _ready(self) -> Outbox:
        """The outbox with its record; a record that is gone is no proof that nothing was sent."""
        box, now = self._outbox(), self.context.clock.now()
        if not box.sent.is_dir() and await self.context.state.get("journal"):
            raise Unavailable(f"the record {box.sent} is gone: mount the share, or make that folder if it may start anew")
        if not (box.sent.is_dir() and box.staged.is_dir()):
            await on_disk(self._make, box.folder)
            await on_disk(box.prepare)
        if self._pruned_at is None or now - self._pruned_at > PRUNE_EVERY:
            self._pruned_at = now
            await self.context.state.set("journal", now.isoformat())
            await on_disk(box.prune, now - timedelta(days=self.config.keep_sent_days))
        return box

    def _outbox(self) -> Outbox:
        folder = self._needed("outbox")
        return Outbox(folder, self._place("journal") or folder / ".crossdock")

    def _place(self, name: str) -> Path | None:
        path: Path | None = getattr(self.config, name)
        return None if path is None else self.context.home / path

    def _needed(self, name: str) -> Path:
        if (folder := self._place(name)) is None:
            raise Misconfigured(f"{name}: it is not set, so nothing can go that way")
        return folder

    def _make(self, folder: Path) -> None:
        if self.config.create:
            folder.mkdir(parents=True, exist_ok=True)
