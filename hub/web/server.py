"""The web server inside the hub's own event loop: it takes no signals and starts no processes."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import uvicorn

from hub.errors import Misconfigured

MOST_AT_ONCE = 200  # connections; more are answered 503 rather than kept in memory
POLL = 0.01


class _Quiet(uvicorn.Server):
    """Signals belong to who started the hub."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Server:
    """Serves one application on one address; port 0 lets the system choose."""

    def __init__(self, app: Any, host: str = "127.0.0.1", port: int = 8080, *, grace: float = 10.0) -> None:
        self._address = (host, port)
        self._server = _Quiet(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                limit_concurrency=MOST_AT_ONCE,
                timeout_graceful_shutdown=max(1, int(grace)),
            )
        )
        self._task: asyncio.Task[None] | None = None
        self.port = port

    async def start(self) -> None:
        """Listen. Returns when requests are answered; `port` is the bound one. Raises Misconfigured."""
        listener = self._bind()
        self.port = listener.getsockname()[1]
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]), name="web")
        while not self._server.started:
            if self._task.done():
                await self._task
                raise Misconfigured("the web server did not start")
            await asyncio.sleep(POLL)

    def _bind(self) -> socket.socket:
        host, port = self._address
        try:
            family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
            listener = socket.socket(family, kind)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
        except OSError as error:
            raise Misconfigured(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
        listener.setblocking(False)
        return listener

    async def stop(self) -> None:
        """Finish what is being answered, then close. Harmless twice."""
        if self._task is not None:
            self._server.should_exit = True
            await self._task
            self._task = None
