"""A line that dies after a number of bytes: between a connector and its counterpart, real or stood in.

What the far side has received it works off, and answers to nobody. What the bytes were of, nobody chose.
"""

import asyncio
import contextlib
import json
from collections.abc import Iterable
from typing import Any, Self

from hub.errors import Unavailable, Unknown
from hub.sdk.connector import Outgoing, Receipt
from hub.sdk.testing.bench import Bench
from hub.sdk.testing.ports import listening

TRIES = 5


class Line:
    """Passes bytes on to a port of this machine. `left` is how many more may pass; None: any number."""

    def __init__(self, port: int) -> None:
        self._far = port
        self._server: asyncio.Server | None = None
        self.left: int | None = None
        self.passed = 0

    async def __aenter__(self) -> Self:
        self._server = await listening(self._serve)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    def settings(self, given: dict[str, Any]) -> dict[str, Any]:
        """The same settings, with every address led through this line."""
        settings: dict[str, Any] = json.loads(json.dumps(given).replace(f":{self._far}", f":{self.port}"))
        return settings

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.left == 0:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._far)
        try:
            await asyncio.gather(self._pass(reader, back, writer), self._pass(there, writer, writer))
        finally:
            for end in (writer, back):
                end.close()

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, caller: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while data := await source.read(65536):
                fits = data if self.left is None else data[: self.left]
                self.passed += len(fits)
                self.left = None if self.left is None else self.left - len(fits)
                target.write(fits)
                await target.drain()
                if self.left == 0:
                    caller.transport.abort()
                    if target is not caller:  # half a request: whoever reads it must not wait for the rest
                        target.close()
                    return
            if target.can_write_eof():
                target.write_eof()


async def cut(bench: Bench, line: Line, outgoing: Outgoing, after: int) -> str:
    """Push over a line that dies after so many bytes, then find out and repeat as the hub does. Says what the push said."""
    line.left = after
    async with bench.open(line.settings(bench.counterpart.settings())) as connector:
        try:
            await connector.push(outgoing)
            said = "taken"
        except Unknown:
            said = "unknown"
        except Unavailable:
            said = "not taken"
    line.left = None
    if said != "taken":
        assert await _found_out(bench, outgoing), after
    return said


async def _found_out(bench: Bench, outgoing: Outgoing) -> Receipt | None:
    """By the declared way; again when a busy machine answers too late, as the hub does it."""
    for _ in range(TRIES - 1):
        with contextlib.suppress(Unavailable, Unknown):
            return await bench.again(outgoing)
    return await bench.again(outgoing)


async def conversation(bench: Bench, line: Line, outgoing: Outgoing) -> int:
    """How many bytes a whole push takes, there and back."""
    line.passed = 0
    async with bench.open(line.settings(bench.counterpart.settings())) as connector:
        await connector.push(outgoing)
    return line.passed


async def cut_everywhere(bench: Bench, port: int, places: Iterable[float]) -> set[str]:
    """Cut at these places, as parts of a whole push. Each ends as one document. Says what the pushes said."""
    async with Line(port) as line:
        sent = [bench.counterpart.outgoing(1)]
        whole = await conversation(bench, line, sent[0])
        said: set[str] = set()
        for place in places:
            sent.append(bench.counterpart.outgoing(len(sent) + 1))
            bench.state.values.clear()  # the login is part of what can be cut
            said.add(await cut(bench, line, sent[-1], 1 + int(place * whole)))
            assert bench.counterpart.holds() == [one.body for one in sent], place
    return said
