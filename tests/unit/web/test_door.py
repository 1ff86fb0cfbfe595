"""The web door: verify, store, answer."""

import asyncio
import socket

import httpx
import pytest

from hub.errors import Misconfigured, Rejected, Unavailable
from hub.sdk import Connector, Message, Reply
from hub.web.app import Limits, app
from hub.web.server import Server


class Shop(Connector):
    """Takes what carries the right token."""

    def __init__(self):
        self.seen = []

    def receive(self, request):
        self.seen.append(request)
        if request.headers.get("x-token") != "right":
            raise Misconfigured("the token is wrong")
        if request.body == b"crash":
            raise KeyError("a bug")
        if not request.body:
            raise Rejected("there is nothing in it")
        return Reply((Message("1", request.body),), 202, b'{"taken": true}', {"content-type": "application/json"})


class Deaf(Connector):
    """Receives nothing."""

    def __init__(self):
        pass


class Store:
    def __init__(self):
        self.kept, self.trouble, self.full, self.hold = [], None, False, None

    async def __call__(self, endpoint, messages):
        if self.trouble:
            raise self.trouble
        if self.hold:
            await self.hold.wait()
        self.kept.append((endpoint, [m.body for m in messages]))


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def shop():
    return Shop()


@pytest.fixture
async def outside(shop, store):
    async def ready():
        return None if store.trouble is None else "the ledger cannot be reached"

    async def full(name):
        return store.full

    web = app({"shop": shop, "deaf": Deaf()}, store, ready, Limits(1000, 2, full))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(web), base_url="http://hub", headers={"X-Token": "right"}
    ) as client:
        yield client


async def test_what_is_posted_is_stored_then_answered(outside, shop, store):
    answer = await outside.post("/in/shop/orders/7?page=2", content=b"an order")
    assert (answer.status_code, answer.json()) == (202, {"taken": True})
    assert store.kept == [("shop", [b"an order"])]
    (request,) = shop.seen
    assert (request.method, request.path, request.query, request.body) == ("POST", "orders/7", {"page": "2"}, b"an order")
    assert request.headers["x-token"] == "right"


@pytest.mark.parametrize(
    ("path", "body", "token", "status", "words"),
    [
        ("/in/shop", b"an order", "wrong", 401, "the token is wrong"),
        ("/in/shop", b"", "right", 400, "there is nothing in it"),
        ("/in/shop", b"crash", "right", 500, "the hub failed on this request"),
        ("/in/shop", b"x" * 1001, "right", 413, "the body is larger than 1000 bytes"),
        ("/in/nobody", b"an order", "right", 404, "there is no endpoint `nobody` that can be posted to"),
        ("/in/deaf", b"an order", "right", 404, "there is no endpoint `deaf` that can be posted to"),
    ],
)
async def test_refusals_say_why_and_store_nothing(outside, store, path, body, token, status, words):
    answer = await outside.post(path, content=body, headers={"X-Token": token})
    assert (answer.status_code, answer.json()["error"]) == (status, words)
    assert answer.json()["hint"]
    assert store.kept == []


async def test_a_body_of_unknown_length_is_bounded_too(outside, shop, store):
    async def endless():
        for _ in range(20):
            yield b"x" * 100

    assert (await outside.post("/in/shop", content=endless())).status_code == 413
    assert shop.seen == []


@pytest.mark.parametrize(
    ("trouble", "wait"), [(Unavailable("too busy", after=30), "30"), (OSError("disk full"), "5"), (Unavailable(), "5")]
)
async def test_what_is_not_stored_is_not_taken(outside, store, trouble, wait):
    store.trouble = trouble
    answer = await outside.post("/in/shop", content=b"an order")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, wait)
    assert "disk" not in answer.text


async def test_a_backlog_that_is_too_long_is_answered_with_a_time_to_come_back(outside, store, shop):
    store.full = True
    answer = await outside.post("/in/shop", content=b"an order")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "15")
    assert shop.seen == [] and store.kept == []
    store.full = False
    assert (await outside.post("/in/shop", content=b"an order")).status_code == 202


async def test_more_posts_at_once_than_we_take_are_asked_to_come_back(outside, store):
    store.hold = asyncio.Event()
    first = [asyncio.create_task(outside.post("/in/shop", content=b"an order")) for _ in range(2)]
    while sum(task.done() for task in first) == 0:
        await asyncio.sleep(0)
        answer = await outside.post("/in/shop", content=b"one more", headers={"X-Token": "wrong"})
        if answer.status_code == 429:
            break
    assert answer.headers["retry-after"] == "1"
    store.hold.set()
    assert [(await task).status_code for task in first] == [202, 202]
    assert (await outside.post("/in/shop", content=b"an order")).status_code == 202


async def test_health_and_readiness_differ(outside, store):
    assert [(await outside.get(path)).status_code for path in ("/healthz", "/readyz")] == [200, 200]
    store.trouble = Unavailable()
    assert [(await outside.get(path)).status_code for path in ("/healthz", "/readyz")] == [200, 503]


async def test_the_server_listens_on_a_real_socket_and_stops(shop, store):
    server = Server(app({"shop": shop}, store, None, Limits(1000)), port=0)
    await server.start()
    assert server.port > 0
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        assert (await client.get("/healthz")).json() == {"ok": True}
        answer = await client.post("/in/shop", content=b"an order", headers={"X-Token": "right"})
    assert answer.status_code == 202
    await server.stop()
    await server.stop()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", server.port)


async def test_an_address_in_use_is_said_plainly(shop, store):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Misconfigured, match=f"cannot listen on 127.0.0.1:{port}"):
            await Server(app({}, store, None, Limits(1000)), port=port).start()
