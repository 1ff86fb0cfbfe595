"""HTTP for connectors: one factory for clients, whose failures are the contract's errors.

Never connected: Unavailable. Anything after the first byte has left: Unknown. Complete answers: `hub.sdk.answers`.
"""

import asyncio
import functools
import ssl
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from hub.errors import CrossdockError, Misconfigured, Unavailable, Unknown

TIMEOUT = httpx.Timeout(60.0, connect=10.0, pool=20.0)
WHOLE = 120.0  # seconds for a whole exchange: a far side that sends a byte a minute must not hold a lane
LARGEST = 64 * 1024 * 1024  # bytes of an answer

NEVER_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
NEVER_CONNECTED_HTTPX = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
BAD_ADDRESS = (httpx.InvalidURL, httpx.UnsupportedProtocol, aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError)
BROKEN = (httpx.HTTPError, httpx.StreamError, aiohttp.ClientError, OSError, TimeoutError, EOFError)


class Client(httpx.AsyncClient):
    """An httpx client whose failures are the contract's errors."""

    def __init__(
        self, *, transport: httpx.AsyncBaseTransport, whole: float = WHOLE, largest: int = LARGEST, **settings: Any
    ) -> None:
        super().__init__(transport=_BoundedTransport(transport, largest), **settings)
        self._whole = whole

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send and, unless streaming, read the whole answer within the time allowed."""
        try:
            async with asyncio.timeout(self._whole):
                return await super().send(request, **options)
        except CrossdockError:
            raise
        except Exception as error:
            told = meaning(error, request.url.host)
            if told is None:
                raise
            raise told from error


def client(*, transport: httpx.AsyncBaseTransport | None = None, **settings: Any) -> httpx.AsyncClient:
    """A client with bounded times and no redirects; `transport` is for tests, other arguments as httpx.AsyncClient."""
    settings.setdefault("timeout", TIMEOUT)
    limits = settings.setdefault("limits", httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=5.0))
    settings.setdefault("trust_env", False)
    if transport is None:
        transport = _transport(limits, settings.pop("verify", True))
    return Client(transport=transport, **settings)


def _transport(limits: httpx.Limits, verify: Any) -> AiohttpTransport:
    trust = _ssl(verify)

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            ssl=trust, limit=limits.max_connections or 0, keepalive_timeout=limits.keepalive_expiry or 0
        )
        # cookies are httpx's affair; a second jar underneath would mix up logins
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    return AiohttpTransport(verify=trust, client=session)


@functools.cache
def _ssl(verify: Any) -> ssl.SSLContext:
    """Reading the certificates takes 20 ms and is the same for every client."""
    return httpx.create_ssl_context(verify=verify, trust_env=False)


def meaning(error: BaseException, host: str) -> CrossdockError | None:
    """The contract's error for a failure of the network; None when it is a bug of ours."""
    chain = list(_chain(error))
    what = f"{type(chain[-1]).__name__} ({host})"  # the name only: messages may carry addresses with secrets
    if any(isinstance(link, BAD_ADDRESS) for link in chain):
        return Misconfigured(f"this is not an address that can be called: {what}")
    if _never_connected(chain):
        return Unavailable(f"no connection: {what}")
    if isinstance(error, BROKEN):
        return Unknown(f"the connection broke or fell silent before a whole answer came: {what}")
    return None


def _never_connected(chain: list[BaseException]) -> bool:
    """By the cause: the transport reports refused, closed and reset alike, as ConnectTimeout."""
    beneath = [link for link in chain if isinstance(link, aiohttp.ClientError)]
    if beneath:
        return isinstance(beneath[0], NEVER_CONNECTED)
    return isinstance(chain[0], NEVER_CONNECTED_HTTPX)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__


class _BoundedTransport(httpx.AsyncBaseTransport):
    """A transport whose answers cannot fill the memory."""

    def __init__(self, inner: httpx.AsyncBaseTransport, largest: int) -> None:
        self._inner, self._largest = inner, largest

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Bounded(response.stream, request.url.host, self._largest)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Bounded(httpx.AsyncByteStream):
    """The body of an answer, whose failures are the contract's errors, up to a size."""

    def __init__(self, stream: httpx.AsyncByteStream, host: str, largest: int) -> None:
        self._stream, self._host, self._largest = stream, host, largest

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        try:
            async for chunk in self._stream:
                size += len(chunk)
                if size > self._largest:
                    raise Unknown(f"the answer is larger than {self._largest} bytes ({self._host})")
                yield chunk
        except BROKEN as error:
            raise Unknown(f"the answer broke off: {type(error).__name__} ({self._host})") from error

    async def aclose(self) -> None:
        await self._stream.aclose()
