"""Failures of the network in the words of the contract, over real sockets, and what complete answers mean."""

import asyncio
import contextlib
import gzip
import logging
from datetime import UTC, datetime, timedelta

import aiohttp
import httpx
import pytest
import respx

from hub.errors import Misconfigured, Rejected, Unavailable, Unknown
from hub.sdk import http
from hub.sdk.answers import LONGEST_WAIT, checked, retry_after

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WHOLE = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"good": true'
TRANSPORTS = {"aiohttp": lambda: None, "httpx": httpx.AsyncHTTPTransport}


@contextlib.asynccontextmanager
async def server(answer, reset=False):
    """Reads one request, writes these bytes, hangs up; `answer` may also be a coroutine function of the writer."""
    hits = []

    async def serve(reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
            hits.append(head + await reader.readexactly(length))
            if callable(answer):
                await answer(writer)
            else:
                writer.write(answer)
                await writer.drain()
        if reset:
            writer.transport.abort()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/orders", hits
    finally:
        listening.close()


async def post(url, transport, **settings):
    async with http.client(transport=TRANSPORTS[transport](), **settings) as client:
        return await client.post(url, content=b"an order", headers={"Authorization": "Bearer s3cret-token"})


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_refused_is_surely_not_sent(transport):
    async with server(b"") as (url, _):
        pass
    with pytest.raises(Unavailable) as caught:
        await post(url, transport)
    assert not isinstance(caught.value, Unknown)
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_failed_tls_handshake_is_surely_not_sent(transport):
    async with server(b"no TLS here") as (url, _):
        with pytest.raises(Unavailable) as caught:
            await post(url.replace("http:", "https:"), transport, timeout=1.0)
    assert not isinstance(caught.value, Unknown)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("sent", range(0, len(WHOLE), 2))
async def test_an_answer_cut_at_any_byte_leaves_it_unknown(transport, reset, sent):
    async with server(WHOLE[:sent], reset) as (url, hits):
        with pytest.raises(Unknown):
            await post(url, transport)
    assert len(hits) == 1, "a push is never repeated below the ledger"


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("answer", [
    b"\x16\x03\x01\x02", b"220 mail.example ESMTP\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 200_000,
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nzzzz",
])  # fmt: skip
async def test_garbage_leaves_it_unknown(transport, answer):
    async with server(answer) as (url, _):
        with pytest.raises(Unknown):
            await post(url, transport)


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_silence_leaves_it_unknown(transport):
    async def silent(writer):
        await asyncio.sleep(0.5)

    async with server(silent) as (url, _):
        with pytest.raises(Unknown):
            await post(url, transport, timeout=httpx.Timeout(10.0, read=0.05))


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_far_side_that_drips_cannot_hold_a_lane(transport):
    async def drip(writer):
        for byte in WHOLE:
            writer.write(bytes([byte]))
            await asyncio.sleep(0.02)

    async with server(drip) as (url, _):
        with pytest.raises(Unknown):
            await post(url, transport, timeout=5.0, whole=0.1)


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_an_endless_answer_cannot_fill_the_memory(transport):
    body = b"x" * 5000
    async with server(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + body) as (url, _):
        assert len((await post(url, transport, largest=5000)).content) == 5000
        with pytest.raises(Unknown, match="larger than 4999"):
            await post(url, transport, largest=4999)


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_good_answers_come_whole(transport):
    packed = gzip.compress(b"good")
    head = b"HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    async with server(head + packed) as (url, hits):
        answer = await post(url, transport)
    assert (answer.status_code, answer.text) == (201, "good")
    assert hits[0].endswith(b"an order")


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/x", "//nowhere", "http://"])
async def test_a_wrong_address_is_the_operators_affair(address):
    with pytest.raises(Misconfigured):
        await post(address, "aiohttp")


CASES = [
    (aiohttp.ServerDisconnectedError(), Unknown), (aiohttp.ClientOSError(104, "reset"), Unknown), (aiohttp.SocketTimeoutError(), Unknown),
    (aiohttp.ConnectionTimeoutError(), Unavailable), (aiohttp.ClientConnectionResetError(), Unknown),
]  # fmt: skip


@pytest.mark.parametrize(("cause", "kind"), CASES, ids=lambda value: getattr(value, "__name__", type(value).__name__))
def test_the_cause_counts_not_what_the_transport_makes_of_it(cause, kind):
    """It calls all of them ConnectTimeout."""
    error = httpx.ConnectTimeout("")
    error.__cause__ = cause
    assert type(http.meaning(error, "erp")) is kind


OTHERS = {httpx.ConnectError: Unavailable, httpx.ConnectTimeout: Unavailable, httpx.PoolTimeout: Unavailable,
          httpx.ReadTimeout: Unknown, httpx.WriteError: Unknown, httpx.RemoteProtocolError: Unknown}  # fmt: skip


@pytest.mark.parametrize("error", OTHERS)
async def test_other_transports_are_understood(error):
    with respx.mock(using="httpx") as routes, pytest.raises(Unavailable) as caught:
        routes.post("http://erp/orders").mock(side_effect=error)
        async with http.client(transport=httpx.AsyncHTTPTransport()) as client:
            await client.post("http://erp/orders")
    assert type(caught.value) is OTHERS[error]


async def test_our_own_mistakes_stay_what_they_are():
    def broken(request):
        raise KeyError("a bug")

    async with http.client(transport=httpx.MockTransport(broken)) as client:
        with pytest.raises(KeyError):
            await client.get("http://erp/")


async def test_cookies_and_proxies_of_the_machine_are_not_used(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    answer = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n"
    async with server(answer) as (url, hits), http.client() as client:
        await client.get(url)
        client.cookies.clear()
        await client.get(url)
    assert [b"cookie" in hit.lower() for hit in hits] == [False, False]


# --- complete answers


def answered(status, body=b"", headers=None, sent=None):
    return httpx.Response(
        status, content=body, headers=headers, request=httpx.Request("POST", "http://erp/orders?key=s3cret", headers=sent)
    )


@pytest.mark.parametrize(("status", "kind"), [
    (301, Misconfigured), (307, Misconfigured), (400, Rejected), (401, Misconfigured), (403, Misconfigured), (404, Rejected), (408, Unavailable),
    (409, Rejected), (413, Rejected), (422, Rejected), (425, Unavailable), (429, Unavailable), (500, Unknown), (502, Unknown), (503, Unavailable),
    (504, Unknown),
])  # fmt: skip
def test_statuses(status, kind):
    with pytest.raises((Unavailable, Rejected, Misconfigured)) as caught:
        checked(answered(status))
    assert type(caught.value) is kind
    assert "s3cret" not in str(caught.value)


def test_good_and_allowed_answers_pass():
    assert [checked(answered(status), allow={404}).status_code for status in (200, 201, 204, 404)] == [200, 201, 204, 404]


@pytest.mark.parametrize(("told", "after"), [
    ("7", 7.0), ("0", 0.0), ("999999999999999999999", LONGEST_WAIT), ("soon", None), ("-3", None), ("1.5", None), ("", None), ("²", None),
    ("Sun, 01 Mar 2026 12:00:30 GMT", NOW + timedelta(seconds=30)), ("Fri, 01 Mar 9999 12:00:30 GMT", LONGEST_WAIT),
    ("Sun, 01 Mar 2026 07:00:30 -0500", NOW + timedelta(seconds=30)),
])  # fmt: skip
def test_when_to_come_back(told, after):
    response = answered(503, headers=[(b"retry-after", told.encode())])
    assert retry_after(response, NOW) == after


def test_a_refusal_quotes_the_far_side_without_our_secrets():
    sent = {"Authorization": "Bearer s3cret-token", "X-Api-Key": "k3y-value", "Idempotency-Key": "delivery-1"}
    body = b"qty must be a number\n\x00 token s3cret-token, key k3y-value, delivery-1 " + b"x" * 5000
    with pytest.raises(Rejected) as caught:
        checked(answered(422, body, sent=sent))
    words = str(caught.value)
    assert "qty must be a number token ***, key ***, delivery-1 xxx" in words
    assert len(words) < 400


def test_nothing_logs_secrets(caplog):
    with caplog.at_level(logging.DEBUG), contextlib.suppress(Rejected):
        checked(answered(400, b"s3cret-token", sent={"Authorization": "Bearer s3cret-token"}))
    assert "s3cret" not in caplog.text
