"""A connector of files at a far side, whatever carries them: taken whole and once, and made to appear whole and once.

Taking: a file that two looks found unchanged is read; it must still be the same afterwards. Once it is stored it is
renamed aside, looked at again (a sender may have replaced it at the last moment), then archived or removed.

Putting: the bytes are written under a name nobody looks at; a marker in our own state says that they are complete and
about to appear; they are renamed. No marker: nothing appeared. A marker and a staged file: the rename is made now. A
marker without a staged file: it appeared, even if the partner has taken it away since. The far side may sweep its
temporary files, so that last word is trusted for an hour only: after that a person is asked.
"""

import secrets
from abc import abstractmethod
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from urllib.parse import quote

from hub.errors import Misconfigured, Rejected, Unavailable, Unknown
from hub.sdk.connector import Connector, Message, Outgoing, Receipt
from hub.sdk.context import Context
from hub.sdk.file_names import fit, wanted
from hub.sdk.remote_files import Lying, RemoteFiles, RemoteFolderSettings
from hub.sdk.retrying import reading
from hub.sdk.sent_journal import Marker, SentJournal
from hub.sdk.spool import Body, digest

ASIDE = ".crossdock-taken-"  # begins the name of a file on its way out of the inbox
STAGED = ".crossdock-new-"  # begins the name of a file on its way into the outbox
TRUSTED = 3600.0  # seconds in which no far side sweeps away its temporary files
ABANDONED = 2 * 24 * 3600  # seconds after which nobody still means to rename a staged file
PLAIN = " !$&'()+,;=@[]^{}"  # stand for themselves in a key


class RemoteFolder(Connector):
    """Everything but how to log in and move bytes."""

    repeat = "lookup"
    by_time = True  # of what was put away
    config: RemoteFolderSettings

    def __init__(self, config: RemoteFolderSettings, context: Context) -> None:
        super().__init__(config, context)
        self._journal = SentJournal(context.state)
        self._first_seen: dict[Lying, datetime] = {}
        self._swept = False

    @abstractmethod
    def login(self) -> AbstractAsyncContextManager[RemoteFiles]:
        """A session, new or still open; not held while the hub stores what came."""

    @asynccontextmanager
    async def _working(self) -> AsyncIterator[RemoteFiles]:
        try:
            async with self.login() as files:
                yield files
        except FileNotFoundError as error:
            raise Misconfigured(f"there is no {error.filename or 'such folder'} at the far side, or it is not for us") from error
        except FileExistsError as error:
            raise Rejected(f"{error.filename} lies there already, and we did not put it there") from error
        except PermissionError as error:
            raise Misconfigured(f"the far side does not let us work on {error.filename}: look at the rights there") from error

    async def check(self) -> None:
        await reading(self.context.clock, self._check)

    async def _check(self) -> None:
        async with self._working() as files:
            for folder in (self.config.inbox, self.config.outbox, self.config.archive, self.config.staging):
                if folder is not None:
                    await files.listing(folder)

    async def pull(self, cursor: str | None, until: datetime | None = None) -> AsyncIterator[Message]:
        if self.config.inbox is None:
            return  # it only puts
        problems = []
        for lying in self._settled(await reading(self.context.clock, self._listing)):
            if lying.size > self.config.max_bytes:
                problems.append(f"{lying.name} has {lying.size} bytes, more than `max_bytes` allows; it is left lying")
            elif (message := await self._message(self._needed("inbox"), lying)) is not None:
                yield message
        if until is not None:  # asked for a time that is past
            since = datetime.fromisoformat(cursor) if cursor else datetime.fromtimestamp(0, UTC)
            async for message in self._put_away(since, until):
                yield message
        if problems:  # after all others: one bad file must not hold them up
            raise Unavailable("; ".join(problems))

    async def ids(self, since: datetime, until: datetime) -> AsyncIterator[str]:
        """Of what lies there and what was put away, by the far side's clock; a key holds a digest of the bytes: they are read."""
        if (inbox := self.config.inbox) is None:
            return  # it only puts
        for lying in self._ours(await reading(self.context.clock, partial(self._list, inbox))):
            if _within_period(lying, since, until) and (message := await self._message(inbox, lying)) is not None:
                yield message.key
        async for message in self._put_away(since, until):
            yield message.key

    async def _put_away(self, since: datetime, until: datetime) -> AsyncIterator[Message]:
        """Files of a period that were taken before and archived, as they came."""
        if (archive := self.config.archive) is None:
            return
        for lying in sorted(await reading(self.context.clock, partial(self._list, archive)), key=lambda one: one.modified):
            known = lying.name.startswith(f"{lying.arrival}-") and _within_period(lying, since, until)
            if known and (message := await self._message(archive, lying)) is not None:
                yield message

    async def _list(self, folder: str) -> Sequence[Lying]:
        async with self._working() as files:
            return await files.listing(folder)

    async def _message(self, folder: str, lying: Lying) -> Message | None:
        if lying.size > self.config.max_bytes or (body := await self._read(_within(folder, lying.name), lying)) is None:
            return None
        came = replace(lying, name=lying.name.removeprefix(f"{lying.arrival}-")) if folder == self.config.archive else lying
        key = f"{quote(came.name, safe=PLAIN)}#{came.arrival}-{digest(body)[:16]}"
        return Message(key=key, body=body, name=came.name, handle=came.handle, headers={"modified": str(came.modified)})

    async def _listing(self) -> list[Lying]:
        """What is meant for us, in the order of names; what a kill left half put away is finished first."""
        async with self._working() as files:
            found = await files.listing(self._needed("inbox"))
            for lying in found:
                if lying.name.startswith(ASIDE):
                    await self._finish(files, lying.name)
        return self._ours(found)

    def _ours(self, found: Iterable[Lying]) -> list[Lying]:
        config = self.config
        return sorted(
            (one for one in found if wanted(one.name, config.pattern, config.unfinished) and one.name.isprintable()),
            key=lambda one: (one.name, one.modified),
        )

    def _settled(self, listing: Sequence[Lying]) -> list[Lying]:
        """Files that looks far enough apart found unchanged; the far side's clock is not asked."""
        now = self.context.clock.now()
        self._first_seen = {lying: self._first_seen.get(lying, now) for lying in listing}
        return [lying for lying in listing if (now - self._first_seen[lying]).total_seconds() >= self.config.settle]

    async def _read(self, path: str, lying: Lying) -> Body | None:
        """The bytes, or None when the file is gone or has changed since."""
        try:
            async with self.login() as files:
                body = await files.read(path, lying.size)
                return body if len(body) == lying.size and await files.look(path) == lying else None
        except FileNotFoundError:
            return None
        except PermissionError as error:
            raise Misconfigured(f"the far side does not let us read {path}") from error

    async def ack(self, message: Message) -> None:
        assert message.handle is not None
        lying, inbox = Lying.parse(message.handle), self._needed("inbox")
        path, aside = _within(inbox, lying.name), f"{ASIDE}{lying.arrival}-{lying.name}"
        async with self._working() as files:
            if await files.look(path) != lying:
                return  # put away before, or another has taken its place
            try:
                await files.rename(path, _within(inbox, aside))
            except FileNotFoundError:
                return
            await self._finish(files, aside)

    async def _finish(self, files: RemoteFiles, aside: str) -> None:
        """Put away the right file; a sender may have put another under its name at the last moment: that one goes back."""
        inbox, archive = self._needed("inbox"), self.config.archive
        there = await files.look(_within(inbox, aside))
        if there is None:
            return
        if not aside.startswith(f"{ASIDE}{there.arrival}-"):
            await files.rename(_within(inbox, aside), _within(inbox, aside.removeprefix(ASIDE)))
        elif archive is None:
            await files.remove(_within(inbox, aside))
        else:
            await _archive(files, _within(inbox, aside), _within(archive, aside.removeprefix(ASIDE)))

    async def push(self, outgoing: Outgoing) -> Receipt:
        if len(outgoing.body) > self.config.max_bytes:
            raise Rejected(f"{outgoing.name} has {len(outgoing.body)} bytes, more than `max_bytes` allows")
        name = fit(outgoing.name)
        marker = await self._journal.get(name)
        if marker is None or not await self._told(marker):
            marker = await self._stage(name, outgoing)
        try:
            return await self._appear(marker, outgoing)
        except Unavailable as error:  # the rename may have been made before the connection broke
            raise Unknown(str(error)) from error

    async def find(self, key: str, outgoing: Outgoing) -> Receipt | None:
        marker = await self._journal.get(fit(outgoing.name))
        if marker is None:
            return None  # it was never complete, so it never appeared
        if not await self._told(marker):
            raise Unavailable(f"nobody can tell whether {marker.name} appeared and was taken away, or was swept away before")
        return await self._appear(marker, outgoing)

    async def _told(self, marker: Marker) -> bool:
        """True while the far side's state says what became of a marked file."""
        if marker.age(self.context.clock.now()) < TRUSTED:
            return True
        async with self._working() as files:
            final = await files.look(_within(self._needed("outbox"), marker.name))
            return final is not None or await files.look(self._staging(marker.staged)) is not None

    async def _stage(self, name: str, outgoing: Outgoing) -> Marker:
        """Write the bytes, see that they are all there, set the marker. Nothing has appeared yet, whatever breaks."""
        staged = f"{STAGED}{secrets.token_hex(6)}-{name}.tmp"
        async with self._working() as files:
            path = _within(self._needed("outbox"), name)
            if await files.look(path) is not None and bytes(await files.read(path, len(outgoing.body))) != outgoing.body:
                raise FileExistsError(0, "exists", path)
            await files.write(self._staging(staged), outgoing.body)
            there = await files.look(self._staging(staged))
            if there is None or there.size != len(outgoing.body):
                raise Unavailable(f"of {name} only {there.size if there else 0} of {len(outgoing.body)} bytes arrived")
            await self._sweep(files, there)
        now = self.context.clock.now().isoformat()
        marker = Marker(name, outgoing.key, digest(outgoing.body), staged, now)
        await self._journal.put(marker)
        return marker

    async def _appear(self, marker: Marker, outgoing: Outgoing) -> Receipt:
        if (marker.key, marker.sha256) != (outgoing.key, digest(outgoing.body)):
            raise Rejected(f"{marker.name} was already sent with another content; each message needs a name of its own")
        final, staged = _within(self._needed("outbox"), marker.name), self._staging(marker.staged)
        try:
            async with self.login() as files:
                await self._rename(files, staged, final, outgoing.body)
        except (FileExistsError, PermissionError, FileNotFoundError) as error:
            await self._journal.forget(marker.name)  # it surely did not appear
            kind = Rejected if isinstance(error, FileExistsError) else Misconfigured
            raise kind(f"the far side does not let {final} appear: {error.strerror or type(error).__name__}") from error
        return Receipt(reference=marker.name, detail={"path": final})

    async def _rename(self, files: RemoteFiles, staged: str, final: str, body: bytes) -> None:
        """Looked at in this order: whoever renames makes one appear and the other vanish."""
        if await files.look(final) is None:
            try:
                return await files.rename(staged, final)
            except FileNotFoundError:
                if await files.look(staged) is None:
                    return None  # it appeared, and the partner has taken it
                raise
            except FileExistsError:
                pass  # since we looked
        elif await files.look(staged) is None:
            return None
        if bytes(await files.read(final, len(body))) != body:
            raise FileExistsError(0, "somebody else's file lies under that name", final)
        return await files.remove(staged)  # another attempt was first

    async def _sweep(self, files: RemoteFiles, present: Lying) -> None:
        """Once in a life: remove what was cut off while being staged, by the clock that stamps the files."""
        if self._swept:
            return
        self._swept = True
        for lying in await files.listing(self.config.staging or self._needed("outbox")):
            if lying.name.startswith(STAGED) and lying.modified < present.modified - ABANDONED:
                marker = await self._journal.get(lying.name.removeprefix(STAGED).removesuffix(".tmp").partition("-")[2])
                if marker is None or marker.staged != lying.name:
                    await files.remove(self._staging(lying.name))

    def _staging(self, name: str) -> str:
        return _within(self.config.staging or self._needed("outbox"), name)

    def _needed(self, name: str) -> str:
        folder: str | None = getattr(self.config, name)
        if folder is None:
            raise Misconfigured(f"{name}: it is not set, so nothing can go that way")
        return folder


async def _archive(files: RemoteFiles, path: str, archived: str) -> None:
    try:
        await files.rename(path, archived)
    except FileExistsError:  # the same name, time and size once more
        folder, _, name = archived.rpartition("/")
        await files.rename(path, f"{folder}/{secrets.token_hex(4)}-{name}")


def _within(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{name}"


def _within_period(lying: Lying, since: datetime, until: datetime) -> bool:
    return since.timestamp() <= lying.modified < until.timestamp()
