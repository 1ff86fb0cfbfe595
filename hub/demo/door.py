"""A small HTTP door for a counterpart: JSON in, JSON out, one thread a caller."""

import hmac
import json
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Call:
    """A request; header names are lower case."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body; anything that is no JSON object is answered 400."""
        try:
            value = json.loads(self.body)
        except ValueError as error:
            raise Refusal(400, "NOT_JSON", str(error)) from error
        if not isinstance(value, dict):
            raise Refusal(400, "NOT_JSON", "the body is not a JSON object")
        return value

    def bearer(self, token: str) -> None:
        """Let only those in who know the token."""
        if not hmac.compare_digest(self.headers.get("authorization", "").encode(), f"Bearer {token}".encode()):
            raise Refusal(401, "WHO_ARE_YOU", "a bearer token is needed")


@dataclass(frozen=True)
class Answer:
    """What to say."""

    status: int
    value: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """The counterpart says no, with a code and a reason."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.answer = Answer(status, {"error": {"code": code, "text": text}})


Desk = Callable[[Call], Answer]


def answer(desk: Desk, call: Call) -> Answer:
    """Ask the desk; its refusals are answers, its own mistakes are a 500."""
    try:
        return desk(call)
    except Refusal as refusal:
        return refusal.answer
    except Exception as error:  # whatever it is, the caller is answered and the process lives
        print(f"{call.method} {call.path}: {error!r}", file=sys.stderr, flush=True)
        return Answer(500, {"error": {"code": "OUR_FAULT", "text": repr(error)}})


def open_door(port: int, desk: Desk) -> ThreadingHTTPServer:
    """Listen on this machine only; port 0 takes any free one."""

    class Porter(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body leave together; else each answer waits for a delayed ACK
        disable_nagle_algorithm = True

        def serve(self) -> None:
            target = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            call = Call(self.command, target.path, parse_qs(target.query), headers, self.rfile.read(length))
            self.reply(answer(desk, call))

        do_GET = do_POST = serve  # noqa: N815  (names given by http.server)

        def reply(self, reply: Answer) -> None:
            body = json.dumps(reply.value).encode()
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            print(format % args, file=sys.stderr, flush=True)

    class Listener(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    return Listener(("127.0.0.1", port), Porter)


def serve(port: int, desk: Desk, *chores: Callable[[], None]) -> None:
    """Listen until told to stop; each chore runs on a thread beside it."""
    door = open_door(port, desk)
    for chore in chores:
        threading.Thread(target=chore, daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"listening on {door.server_address[1]}", file=sys.stderr, flush=True)
    with suppress(KeyboardInterrupt):
        door.serve_forever(poll_interval=0.1)
