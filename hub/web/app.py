"""The web door: what is posted to `/in/ENDPOINT` is verified, stored, then answered; `/healthz`, `/readyz`, `/metrics`."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.requests import Request as WebRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hub.sdk import Connector, Message, Misconfigured, Rejected, Reply, Request, Spool, Spooled, Unavailable

log = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024
COME_BACK = 5  # seconds, when the store cannot take it and nobody knows better
SOON = 1  # seconds, when too many post at once
LATER = 15  # seconds, when too much waits
HINTS = {
    400: "the document was not taken; sending it again as it is will not help",
    401: "look at the token or signature; the hub's operator knows which is expected",
    404: "look at the address; the hub's operator knows the names of its endpoints",
    413: "send fewer documents at a time; the hub's operator sets the limit (`receiving.largest`)",
    429: "nothing was taken; send it again after the time in `Retry-After`",
    500: "this is our mistake and has been written down; send it again later",
    503: "nothing was taken; send it again later",
}

Accept = Callable[[str, Sequence[Message]], Awaitable[object]]
Ready = Callable[[], Awaitable[str | None]]
Full = Callable[[str], Awaitable[bool]]
Metrics = Callable[[], Awaitable[tuple[bytes, str]]]


@dataclass(frozen=True, slots=True)
class Limits:
    """What the door takes: bytes of a body, posts at once, and whether too much waits at an endpoint already."""

    largest: int
    at_once: int = 32
    full: Full | None = None


class TooLarge(Exception):
    """The body is larger than we take."""


def app(
    endpoints: Mapping[str, Connector], accept: Accept, ready: Ready, limits: Limits, metrics: Metrics | None = None
) -> Starlette:
    """The web application. `accept(endpoint, messages)` stores durably before it returns, or polls when there are none;
    `endpoints` may change. `ready` says why not, or None; `metrics` gives a page and its media type."""

    async def healthz(request: WebRequest) -> Response:
        return JSONResponse({"ok": True})

    async def readyz(request: WebRequest) -> Response:
        why = await ready()
        return JSONResponse({"ready": True}) if why is None else _error(503, why)

    async def figures(request: WebRequest) -> Response:
        assert metrics is not None
        try:
            page, media = await metrics()
        except Unavailable as error:
            return _error(503, str(error))
        return Response(page, media_type=media)

    door = _Door(endpoints, accept, limits)
    methods = ["GET", "POST"]
    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            *([Route("/metrics", figures)] if metrics is not None else []),
            Route("/in/{endpoint}", door.receive, methods=methods),
            Route("/in/{endpoint}/{rest:path}", door.receive, methods=methods),
        ]
    )


class _Door:
    """Where the outside posts: verify, store, answer, in this order."""

    def __init__(self, endpoints: Mapping[str, Connector], accept: Accept, limits: Limits) -> None:
        self._endpoints, self._accept, self._limits = endpoints, accept, limits
        self._busy = 0

    async def receive(self, request: WebRequest) -> Response:
        name = request.path_params["endpoint"]
        connector = self._endpoints.get(name)
        if connector is None or not connector.offers("receive"):
            return _error(404, f"there is no endpoint `{name}` that can be posted to")
        if self._busy >= self._limits.at_once:
            return _error(429, "too much is being taken in at once", {"Retry-After": str(SOON)})
        self._busy += 1
        try:
            return await self._full(name) or await self._take(name, connector, request)
        finally:
            self._busy -= 1

    async def _full(self, name: str) -> Response | None:
        """Whether the endpoint's backlog, which only the hub itself can shorten, is too long already."""
        try:
            if self._limits.full is not None and await self._limits.full(name):
                return _error(429, f"too much waits to be worked off at {name}", {"Retry-After": str(LATER)})
        except Unavailable as error:
            return _error(503, str(error), {"Retry-After": _seconds(error.after)})
        return None

    async def _take(self, name: str, connector: Connector, request: WebRequest) -> Response:
        try:
            facts = await _read(request, self._limits.largest)
        except TooLarge:
            return _error(413, f"the body is larger than {self._limits.largest} bytes")
        except ClientDisconnect:
            return _error(400, "the request broke off")
        except Unavailable as error:
            return _error(503, str(error), {"Retry-After": _seconds(error.after)})
        spooled = isinstance(facts.content, Spooled)
        reply = await asyncio.to_thread(_verified, name, connector, facts) if spooled else _verified(name, connector, facts)
        return reply if isinstance(reply, Response) else await self._store(name, reply)

    async def _store(self, name: str, reply: Reply) -> Response:
        try:
            if reply.messages or reply.hint:
                await self._accept(name, reply.messages)
        except Unavailable as error:
            return _error(503, str(error), {"Retry-After": _seconds(error.after)})
        except Exception:  # whatever is wrong with the store: not stored is not taken
            log.exception("%s: storing what was posted failed", name)
            return _error(503, "the hub cannot store it now", {"Retry-After": _seconds(None)})
        return Response(reply.body, reply.status, dict(reply.headers))


def _verified(name: str, connector: Connector, request: Request) -> Reply | Response:
    try:
        return connector.receive(request)
    except Misconfigured as error:
        return _error(401, str(error), {"WWW-Authenticate": "Bearer"})
    except Rejected as error:
        return _error(400, str(error))
    except Exception:
        log.exception("%s: receiving a request failed", name)
        return _error(500, "the hub failed on this request")


async def _read(request: WebRequest, largest: int) -> Request:
    """The request as connectors see it. Raises TooLarge, and Unavailable where there is no room."""
    told = request.headers.get("content-length", "")
    if told.isdecimal() and (len(told) > 15 or int(told) > largest):
        raise TooLarge
    spool = Spool()
    async for chunk in request.stream():
        if spool.size + len(chunk) > largest:
            raise TooLarge
        if spool.fits(chunk):
            spool.add(chunk)
        else:
            await asyncio.to_thread(spool.add, chunk)
    rest = request.path_params.get("rest", "")
    return Request(request.method, rest, dict(request.headers), dict(request.query_params), spool.end())


def _seconds(after: datetime | float | None) -> str:
    return str(max(1, math.ceil(after)) if isinstance(after, int | float) else COME_BACK)


def _error(status: int, words: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"error": words, "hint": HINTS[status]}, status, dict(headers or {}))
