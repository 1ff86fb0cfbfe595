"""A TCP proxy of our own that cuts connections: after so many bytes of what is asked, or of what is answered."""

import asyncio
import contextlib
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from hub.sdk.testing.ports import listening

REACH = {"asking": 1500, "answer": 260}  # bytes after which it is cut at the latest
MANNERS = ("closed",) * 6 + ("reset",) * 3 + ("silent",)  # silence costs the caller's whole patience: seldom
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Scissors:
    """Stands before one port; `open` says whether it cuts at all."""

    port: int  # of the counterpart
    dice: Random
    cutting: bool = True
    cuts: Counter[tuple[str, str]] = field(default_factory=Counter)  # what was being sent, how it was cut
    own: int = 0
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await listening(self._serve)
        self.own = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.own}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Both ways until one of them ends or is cut; then all is over."""
        try:
            far = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            writer.transport.abort()
            return
        side = self.dice.choice(tuple(REACH))
        place = self.dice.randint(0, REACH[side]) if self.cutting else -1
        pumps = [
            asyncio.ensure_future(self._pump(reader, far[1], place if side == "asking" else -1)),
            asyncio.ensure_future(self._pump(far[0], writer, place if side == "answer" else -1)),
        ]
        done, _ = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pumps:
            pump.cancel()
        await asyncio.wait(pumps)
        if any(pump.result() for pump in done):
            await self._cut(side, reader, writer)
        for end in (writer, far[1]):
            end.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, place: int) -> bool:
        """Hand on; True when the place of the cut was reached, with exactly so many bytes handed on."""
        sent = 0
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(65536):
                if 0 <= place <= sent + len(piece):
                    writer.write(piece[: place - sent])
                    await writer.drain()
                    return True
                writer.write(piece)
                sent += len(piece)
                await writer.drain()
        return False

    async def _cut(self, side: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        manner = self.dice.choice(MANNERS)
        self.cuts[side, manner] += 1
        if manner == "reset":
            writer.transport.abort()
        elif manner == "silent":
            with contextlib.suppress(ConnectionError):
                while await reader.read(65536):
                    pass
