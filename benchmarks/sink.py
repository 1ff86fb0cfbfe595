"""The far side of the walk benchmark: takes every POST and says 201 at once; a GET says how many different keys came."""

import asyncio
import json
import sys
import time

KEY = b"idempotency-key:"


class Sink(asyncio.Protocol):
    """HTTP/1.1 with kept connections, as little as will do."""

    keys: set[bytes] = set()  # noqa: RUF012 - one for all connections, on purpose
    first = last = 0.0  # when a POST came

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.waiting = transport, b""

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while (end := self.waiting.find(b"\r\n\r\n")) >= 0:
            head = self.waiting[:end].split(b"\r\n")
            length = next((int(line[15:]) for line in head if line.lower().startswith(b"content-length:")), 0)
            if len(self.waiting) < end + 4 + length:
                return
            self.waiting = self.waiting[end + 4 + length :]
            self.answer(head)

    def answer(self, head: list[bytes]) -> None:
        if head[0].startswith(b"GET"):
            body, status = json.dumps({"orders": len(self.keys), "first": Sink.first, "last": Sink.last}).encode(), b"200 OK"
        else:
            Sink.last = time.monotonic()
            Sink.first = Sink.first or Sink.last
            self.keys |= {line[len(KEY) :] for line in head if line.lower().startswith(KEY)}
            body, status = b'{"reference": "S-%d"}' % len(self.keys), b"201 Created"
        self.transport.write(
            b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)
        )


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
