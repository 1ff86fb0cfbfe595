"""A port of this machine at which a counterpart, or a line to one, lets callers in."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


async def listening(serve: Serve, port: int = 0) -> asyncio.Server:
    """As `asyncio.start_server`, which prints a traceback for each conversation that is open when the loop ends: here they end unheard."""
    inside: set[asyncio.Task[None]] = set()

    def let_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(serve(reader, writer))
        inside.add(task)
        task.add_done_callback(inside.discard)

    return await asyncio.start_server(let_in, "127.0.0.1", port)
