"""A wire between the hub and a daemon that can be cut after an exact number of bytes, or fall silent."""

import asyncio
import contextlib
from collections.abc import Sequence

Ways = tuple[asyncio.StreamReader, asyncio.StreamWriter]
ALIAS = "127.0.0.2"  # the same ports at another address, for daemons that name a port in what they say


class Wire:
    """Hands on bytes both ways. `cut_after`: of all bytes to the daemon (or from it) on all connections since it was set."""

    def __init__(self, ports: int | Sequence[int], host: str = ALIAS) -> None:
        self.ports = [ports] if isinstance(ports, int) else list(ports)
        self.port, self.host = self.ports[0], host
        self.passed = {"to": 0, "from": 0}
        self.silent = False
        self.cuts = 0
        self._left: dict[str, int | None] = {"to": None, "from": None}
        self._servers: list[asyncio.Server] = []
        self._open: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        for port in self.ports:
            self._servers.append(await asyncio.start_server(self._serve_to(port), self.host, port))

    async def stop(self) -> None:
        for server in self._servers:
            server.close()
        self._servers = []
        self.silent = False
        self.cut()
        if self._serving:
            await asyncio.wait(self._serving, timeout=2)

    def cut_after(self, count: int | None, way: str = "to") -> None:
        """None: never."""
        self._left = {"to": None, "from": None, way: count}
        self.passed = {"to": 0, "from": 0}

    def cut(self) -> None:
        """Everything that is open, at once."""
        for writer in list(self._open):
            writer.transport.abort()

    def _serve_to(self, port: int):  # type: ignore[no-untyped-def]  # a callback of asyncio
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
            try:
                far = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                writer.transport.abort()
                return
            self._open |= {writer, far[1]}
            pumps = [
                asyncio.ensure_future(self._pump(reader, far[1], "to")),
                asyncio.ensure_future(self._pump(far[0], writer, "from")),
            ]
            await asyncio.wait(pumps)
            for end in (writer, far[1]):
                self._open.discard(end)
                end.close()

        return serve

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str) -> None:
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            while piece := await reader.read(16384):
                left = self._left[way]
                if self.silent:
                    continue
                if left is not None and left <= len(piece):
                    writer.write(piece[:left])
                    await writer.drain()
                    self._left[way] = None
                    self.cuts += 1
                    await asyncio.sleep(0.005)  # what was handed on arrives before the end does
                    self.cut()
                    return
                if left is not None:
                    self._left[way] = left - len(piece)
                self.passed[way] += len(piece)
                writer.write(piece)
                await writer.drain()
        with contextlib.suppress(OSError, RuntimeError):
            writer.write_eof() if writer.can_write_eof() else writer.close()
