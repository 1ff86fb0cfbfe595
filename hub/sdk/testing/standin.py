"""A small HTTP server for tests of connectors: it speaks over real sockets and misbehaves when asked to."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from hub.sdk.testing import bench
from hub.sdk.testing.ports import listening

RETRY_AFTER = 7
REASONS = {200: "OK", 201: "Created", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 409: "Conflict", 503: "Busy"}
WORDS = {  # what is answered without a look at the call
    bench.BUSY: (503, {"error": "busy"}),
    bench.LIMITED: (429, {"error": "too much at a time"}),
    bench.BROKEN: (500, {"error": "it failed before it began"}),
}
ELSEWHERE = (200, {"status": "ok", "items": ["welcome"]})


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it came; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


Answer = tuple[int, Any] | tuple[int, Any, Mapping[str, str]]  # status, what becomes JSON, further headers


class StandIn:
    """Answers calls by a function; `manner` decides what becomes of the answer. The port stays the same while gone."""

    def __init__(self, answer: Callable[[Call], Answer], spoils: Callable[[Call], bool] = lambda _: True) -> None:
        self._answer, self._spoils = answer, spoils  # `spoils`: the calls that feel the manner, such as those that write
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.manner = bench.OPEN
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await listening(self._serve, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            for writer in list(self._open):
                writer.transport.abort()
            self._server = None

    async def behave(self, manner: str) -> None:
        """Change the manner; `gone` closes the door, another opens it again."""
        self.manner = manner
        if manner == bench.GONE:
            await self.stop()
        elif self._server is None:
            await self.start()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._one(await _read(reader), reader, writer):
                    pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _one(self, call: Call, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one call in the present manner; False when the connection is over."""
        if not self._spoils(call):
            return await _write(writer, *self._answer(call))
        if self.manner == bench.CUT_BEFORE:
            return False
        if self.manner in WORDS:
            return await _write(writer, *WORDS[self.manner])
        if self.manner == bench.REFUSING:
            return await _write(writer, 400, {"error": "this will never do", "you sent": dict(call.headers)})
        answer = self._answer(call)
        if self.manner in (bench.OPEN, bench.OTHER):
            return await _write(writer, *(answer if self.manner == bench.OPEN else ELSEWHERE))
        if self.manner == bench.SLOW:
            return await _drip(writer, _whole(*answer))
        if self.manner in (bench.SILENT, bench.STALLING):
            writer.write(_whole(*answer)[:9] if self.manner == bench.STALLING else b"")
            await reader.read()  # until the caller hangs up
            return False
        writer.write(self._spoiled(_whole(*answer)))
        await writer.drain()
        return False

    def _spoiled(self, whole: bytes) -> bytes:
        if self.manner == bench.FAILING:
            return _whole(500, {"error": "it failed, or did it?"})
        if self.manner == bench.HALF:
            return whole[:-3]
        return b"\x00\x01 what is this?\r\n\r\n" if self.manner == bench.GARBAGE else b""


class Served(bench.Counterpart):
    """A counterpart that is such a server: `answer` says what to each call, `spoils` which of them feel its manner."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.server = StandIn(self.answer, self.spoils)

    def answer(self, call: Call) -> Answer:
        raise NotImplementedError

    def spoils(self, call: Call) -> bool:
        return True

    async def start(self) -> None:
        await self.server.start()

    async def stop(self) -> None:
        await self.server.stop()

    async def behave(self, manner: str) -> None:
        await self.server.behave(manner)


async def _read(reader: asyncio.StreamReader) -> Call:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return Call(method, parts.path, parse_qs(parts.query), headers, body)


async def _write(writer: asyncio.StreamWriter, *answer: Any) -> bool:
    writer.write(_whole(*answer))
    await writer.drain()
    return True


async def _drip(writer: asyncio.StreamWriter, whole: bytes) -> bool:
    for place in range(len(whole)):
        writer.write(whole[place : place + 1])
        await writer.drain()
        await asyncio.sleep(0.001)  # each byte travels alone
    return True


def _whole(status: int, value: Any, headers: Mapping[str, str] | None = None) -> bytes:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    lines = [
        f"HTTP/1.1 {status} {REASONS.get(status, 'Other')}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {said}" for name, said in (headers or {}).items()),
    ]
    if status in (429, 503):
        lines.append(f"Retry-After: {RETRY_AFTER}")
    return "\r\n".join([*lines, "", ""]).encode() + body
