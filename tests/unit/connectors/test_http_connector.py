"""Documents over HTTP: who may post, what one arrival is, what is sent along."""

import json
import time
from dataclasses import replace

import pytest
from pydantic import ValidationError

from connectors.http.connector import Http, sign
from hub.errors import Misconfigured, Rejected
from hub.sdk import Outgoing, Request
from hub.sdk.testing import Counterpart, StandIn

OLD, NEW = "old-4e1f", "new-88c0"
BODY = b'{"number": "SHP-1"}'


class Nobody(Counterpart):
    """Settings only."""

    def settings(self):
        return {"accept_tokens": [OLD, NEW], "signing_secrets": [OLD, NEW]}


KIND, FAR_SIDE = Http, Nobody


def post(token=NEW, body=BODY, path="", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request("POST", path, {"authorization": f"Bearer {token}", **named}, {}, body)


def signed(secret, moment=None, key="", kind=""):
    moment = str(int(time.time())) if moment is None else moment
    headers = {
        "x-crossdock-timestamp": moment,
        "x-crossdock-signature": sign(secret, moment, kind, key, BODY),
        "idempotency-key": key,
    }
    return Request("POST", "", headers, {}, BODY)


async def test_two_secrets_are_good_while_one_replaces_the_other(bench):
    async with bench.open() as connector:
        for secret in (OLD, NEW):
            assert connector.receive(post(secret)).status == 202
            assert connector.receive(signed(secret)).status == 202
    async with bench.open({"accept_tokens": [NEW], "signing_secrets": [NEW]}) as connector:
        for request in (post(OLD), signed(OLD)):
            with pytest.raises(Misconfigured):
                connector.receive(request)


@pytest.mark.parametrize(
    ("kind", "path", "headers", "good"),
    [
        ("invoice", "invoice", {}, True),
        ("invoice", "", {"x-crossdock-document": "invoice"}, True),
        ("invoice", "remittance", {}, False),
        ("invoice", "invoice", {"x-crossdock-document": "remittance"}, False),
        ("invoice", "", {}, False),
        ("a\nb", "a\nb", {}, False),  # would move a line from the key to the kind
    ],
)
async def test_the_kind_is_signed_too(bench, kind, path, headers, good):
    request = signed(NEW, kind=kind)
    request = replace(request, path=path, headers={**request.headers, **headers})
    async with bench.open() as connector:
        if good:
            (message,) = connector.receive(request).messages
            assert message.headers == {"document": kind}
        else:
            with pytest.raises(Misconfigured):
                connector.receive(request)


async def test_a_signature_grows_old_on_our_clock(bench):
    request = signed(NEW)
    async with bench.open() as connector:
        bench.clock.advance(290)
        connector.receive(request)
        bench.clock.advance(20)
        with pytest.raises(Misconfigured):
            connector.receive(request)


@pytest.mark.parametrize("moment", ["", "soon", "-5", "9" * 30, "1e9", "٣"])
async def test_a_signed_time_that_is_none_is_refused(bench, moment):
    async with bench.open() as connector:
        with pytest.raises(Misconfigured):
            connector.receive(signed(NEW, moment))


async def test_without_proof_settings_nobody_may_post(bench):
    async with bench.open({"url": "http://127.0.0.1:1/"}) as connector:
        for request in (post(), post(""), signed(""), Request("POST", "", {}, {}, BODY)):
            with pytest.raises(Misconfigured):
                connector.receive(request)


@pytest.mark.parametrize("request_", [post(body=b""), replace(post(), method="GET")])
async def test_what_is_no_document_is_refused(bench, request_):
    async with bench.open() as connector:
        with pytest.raises(Rejected):
            connector.receive(request_)


async def test_what_one_arrival_is(bench):
    requests = [
        post(),
        post(),
        post(body=b"other"),
        post(idempotency_key="1"),
        post(idempotency_key="2"),
        post(idempotency_key="1", body=b"other"),
    ]
    async with bench.open() as connector:
        first, again, *others = [connector.receive(request).messages[0].key for request in requests]
    assert first == again
    assert len({first, *others}) == 5


@pytest.mark.parametrize(("request_", "kind"), [
    (post(path="ship_notice"), "ship_notice"), (post(path="v1/invoice/"), "invoice"), (post(), None),
    (post(path="ship_notice", x_crossdock_document="invoice"), "invoice"),
])  # fmt: skip
async def test_the_kind_is_told_by_header_or_path(bench, request_, kind):
    async with bench.open() as connector:
        assert connector.receive(request_).messages[0].headers.get("document") == kind


async def test_what_is_sent_along(bench):
    calls = []
    server = StandIn(lambda call: (calls.append(call), (201, {"reference": 7}))[1])
    await server.start()
    async with bench.open({"url": server.url + "/orders", "token": NEW}) as connector:
        receipt = await connector.push(Outgoing("key 1\r\nX: y", b"{}", "1.json", "order", "Größe/1", "application/json"))
        await connector.check()  # no health address: nothing to ask
    await server.stop()
    (call,) = calls
    assert (call.method, call.path, call.body, receipt.reference) == ("POST", "/orders", b"{}", "7")
    names = ("authorization", "content-type", "idempotency-key", "x-crossdock-document", "x-crossdock-number")
    told = [call.headers[name] for name in names]
    assert told == [f"Bearer {NEW}", "application/json", "key 1%0D%0AX: y", "order", "Gr%C3%B6%C3%9Fe/1"]


@pytest.mark.parametrize("answer", [{}, [], "text", None])
async def test_an_answer_without_reference_is_good_too(bench, answer):
    server = StandIn(lambda call: (200, answer))
    await server.start()
    async with bench.open({"url": server.url}) as connector:
        assert (await connector.push(Outgoing("1", b"{}", "1.json", "order"))).reference is None
    await server.stop()


async def test_nothing_can_be_sent_where_no_address_is_set(bench):
    async with bench.open() as connector:
        with pytest.raises(Misconfigured, match="url"):
            await connector.push(Outgoing("1", b"{}", "1.json", "order"))


@pytest.mark.parametrize("settings", [{}, {"token": "only"}, {"accept_tokens": ["a", "b", "c"]}, {"accept_tokens": [""]}])
def test_useless_settings_are_refused(settings):
    with pytest.raises(ValidationError):
        Http.Config.model_validate(settings)


async def test_the_answer_names_the_arrival(bench):
    async with bench.open() as connector:
        reply = connector.receive(post(idempotency_key="1"))
    assert json.loads(reply.body) == {"accepted": reply.messages[0].key}
