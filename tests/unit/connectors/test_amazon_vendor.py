"""Amazon's own sandbox pairs as a table, our bodies against Amazon's definitions, and what its API does to a caller."""

import functools
import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from connectors.amazon_vendor.connector import SUBMISSIONS, AmazonVendor
from hub.errors import Misconfigured, Rejected, Unavailable
from hub.mapping.mapping import load
from hub.model import Invoice, Order, OrderResponse, ShipNotice
from hub.registry import mappings_root
from hub.sdk import Context, Outgoing, http
from hub.sdk.testing import HurriedClock, Memory, fails, pulled
from hub.sdk.testing.bench import renew

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
SPECS = Path(__file__).parents[4] / "shared" / "specs" / "amazon"
MODELS = ("vendorOrders", "vendorShipments", "vendorInvoices", "vendorTransactionStatus")
pytestmark = pytest.mark.skipif(not SPECS.is_dir(), reason="Amazon's models (../shared/specs/amazon) are not here")
DOCUMENTS = {path: (kind, name) for kind, (path, name) in SUBMISSIONS.items()}


@functools.cache
def models():
    return {name: json.loads((SPECS / f"{name}.json").read_text()) for name in MODELS} if SPECS.is_dir() else {}


def operations():
    for name, model in models().items():
        for path, verbs in model["paths"].items():
            for verb in ("get", "post"):
                if verb in verbs:
                    yield name, path, verb, verbs[verb]


def pairs():
    for _, path, verb, operation in operations():
        for status, answer in operation["responses"].items():
            for number, pair in enumerate(answer.get("x-amzn-api-sandbox", {}).get("static", ())):
                yield pytest.param(path, verb, int(status), pair, id=f"{operation['operationId']}-{status}-{number}")


class Player:
    """Answers one pair; anything else is empty. Every request must be one that Amazon's model knows."""

    def __init__(self, path="", pair=None, status=200):
        self.path, self.pair, self.status = path, pair, status
        self.calls, self.expired = [], 0

    def answer(self, request):
        if request.url.path == "/auth/o2/token":
            return httpx.Response(200, json={"access_token": f"Atza|{len(self.calls)}", "expires_in": 3600})
        self.calls.append(request)
        if self.expired:
            self.expired -= 1
            return httpx.Response(403, json={"errors": [{"code": "Unauthorized", "message": "The access token has expired."}]})
        path, parameters = known(request)
        assert set(request.url.params) <= parameters, "a parameter that Amazon does not know"
        if path == self.path and "nextToken" not in request.url.params and not request.url.params.get("changedAfter"):
            return httpx.Response(self.status, json=self.pair["response"])
        if "{transactionId}" in path:
            return httpx.Response(200, json={"payload": {"transactionStatus": {"transactionId": "t", "status": "Success"}}})
        return httpx.Response(200, json={"payload": {"orders": []}})


def known(request):
    """The model's path for a request, and the names of its parameters."""
    for _, path, verb, operation in operations():
        fixed = path.partition("{")[0]
        fits = request.url.path == path or ("{" in path and request.url.path.startswith(fixed) and request.url.path != fixed)
        if (
            fits
            and verb.upper() == request.method
            and not (path.endswith("}") and request.url.path.count("/") != path.count("/"))
        ):
            return path, {one["name"] for one in operation["parameters"]}
    raise AssertionError(f"Amazon's models have no {request.method} {request.url.path}")


def connector(player, clock=None, state=None, **more):
    values = {"client_id": "c", "client_secret": "s-1", "refresh_token": "r-1", "since": "2026-11-20T00:00:00Z", "settle": 0}
    config = AmazonVendor.Config.model_validate({**values, **more})
    transport = httpx.MockTransport(player.answer)
    log = logging.getLogger("connector.amazon")
    clock = clock or HurriedClock(datetime(2026, 11, 22, 12, tzinfo=UTC))
    lent = Context("amazon", clock, log, lambda **given: http.client(transport=transport, **given), state or Memory(), renew)
    return AmazonVendor(config, lent)


def mapping(name):
    return load(mappings_root() / "json" / "amazon_vendor" / f"{name}.yaml", f"json/amazon_vendor/{name}")


def fit(model, definition, value):
    """Whether a value is what the model's definition says."""
    schema = {"$ref": f"#/definitions/{definition}", "definitions": models()[model]["definitions"]}
    jsonschema.Draft4Validator(schema).validate(value)


@pytest.mark.parametrize(("path", "verb", "status", "pair"), list(pairs()))
async def test_every_sandbox_pair(path, verb, status, pair):
    player = Player(path, pair, status)
    one = connector(player, HurriedClock(datetime(2019, 1, 3, tzinfo=UTC)), since="2019-01-01T00:00:00Z")
    if verb == "post":
        await submitted(one, path, status, pair)
    elif status != 200:
        await fails(one.check() if "Status" not in path and "{" not in path else asked(one, path, pair), Misconfigured)
    elif path.endswith("/purchaseOrders"):
        await ordered(one, pair["response"]["payload"].get("orders") or [])
    elif path.endswith("Status"):
        await asked(one, path, pair)
    else:
        player.path, player.pair = path.partition("/{")[0], {"response": {"payload": {"orders": [pair["response"]["payload"]]}}}
        await ordered(one, [pair["response"]["payload"]])


async def submitted(one, path, status, pair):
    kind, name = DOCUMENTS[path]
    body = pair["request"]["parameters"]["body"].get("value", {name: [{}]})
    outgoing = Outgoing("k", json.dumps(body[name][0]).encode(), "1.json", kind)
    if status >= 400:
        await fails(one.push(outgoing), Rejected)
    else:
        assert (await one.push(outgoing)).reference == pair["response"]["payload"]["transactionId"]


async def asked(one, path, pair):
    """The state of an acknowledgement or of an order, as `find` asks for it."""
    if "{" in path:  # one order by its number: asked for in no other way than as one of many
        await one._api.read(path.replace("{purchaseOrderNumber}", "null"), {})
        return
    orders = pair["response"].get("payload", {}).get("ordersStatus") or [{"purchaseOrderNumber": "X"}]
    outgoing = Outgoing(
        "k", json.dumps({"purchaseOrderNumber": orders[0]["purchaseOrderNumber"]}).encode(), "1.json", "order_response"
    )
    found = await one.find("k", outgoing)
    states = [
        item.get("acknowledgementStatus", {}).get("confirmationStatus") for row in orders for item in row.get("itemStatus", ())
    ]
    assert (found is not None) == bool(states and "UNCONFIRMED" not in states and None not in states)


async def ordered(one, orders):
    """Each order with its details is a canonical order, to the last item and cent."""
    messages = {message.name: json.loads(message.body) for message in await pulled(one)}
    assert set(messages) == {order["purchaseOrderNumber"] for order in orders}
    for order in orders:
        if not order.get("orderDetails"):
            continue
        reading = mapping("order").read(messages[order["purchaseOrderNumber"]])
        assert [finding.text for finding in reading.findings if finding.severity == "error"] == []
        read = Order.model_validate(reading.value)
        items = order["orderDetails"]["items"]
        costs = [item.get("netCost", {}).get("amount") for item in items]
        assert [line.number for line in read.lines] == [item["itemSequenceNumber"] for item in items]
        assert [None if line.price is None else str(line.price) for line in read.lines] == costs
        assert read.purpose == ("replace" if order["orderDetails"].get("purchaseOrderChangedDate") else "original")


def order():
    ids = {"buyer_part": "B07DFVDRAB", "vendor_part": "8806098286500"}
    line = {"number": "1", "quantity": "10", "unit": "EA", "price": "10.20", "ids": ids}
    parties = {"seller": {"id": "999US"}, "ship_to": {"id": "PHX3"}, "bill_to": {"id": "AMZN"}}
    return {"order_number": "2JK3S9VC", "currency": "USD", "parties": parties}, line


@pytest.mark.parametrize("responded", ["2026-11-22", "2026-11-22T10:00:00-05:00"])
async def test_our_bodies_are_what_the_definitions_say(responded):
    head, line = order()
    outcomes = [
        {"status": "accepted", "quantity": "8"},
        {"status": "backordered", "quantity": "2", "dates": {"ship_estimated": "2026-12-01"}},
    ]
    content = {"line": "1", "quantity": "8", "unit": "EA", "ids": line["ids"], "lot": "L-1", "order": "o"}
    orders = {"orders": [{"id": "o", "number": "2JK3S9VC"}]}
    written = {
        ("acknowledgement", "vendorOrders", "OrderAcknowledgement"): OrderResponse.model_validate(
            {**head, "verdict": "accepted_with_changes", "responded_on": responded, "lines": [{**line, "outcomes": outcomes}]}
        ),
        ("shipment", "vendorShipments", "ShipmentConfirmation"): ShipNotice.model_validate(
            {"number": "S-1", "noticed_at": "2026-11-22T10:00:00Z", "parties": head["parties"], **orders, "contents": [content]}
        ),
        ("invoice", "vendorInvoices", "Invoice"): Invoice.model_validate(
            {**head, "number": "I-1", "invoiced_on": responded, "total": "81.60", "lines": [{**line, "quantity": "8"}]}
        ),
    }
    for (name, model, definition), document in written.items():
        writing = mapping(name).write(document)
        assert writing.findings == []
        player = Player()
        body = json.dumps(writing.value, default=str).encode()
        await fails(connector(player).push(Outgoing("k", body, "1.json", document.kind)), Exception)  # no transaction named
        (sent,) = json.loads(player.calls[0].content)[SUBMISSIONS[document.kind][1]]
        fit(model, definition, sent)
        assert "currencyCode" not in sent and "2JK3S9VC" in json.dumps(sent)
        assert all(len(text) > 10 for key, text in sent.items() if key.lower().endswith("date"))


async def test_a_token_that_ran_out_is_renewed_and_a_role_that_is_missing_is_not_asked_for_again():
    player = Player()
    player.expired = 1
    await connector(player).check()
    player.expired, player.calls = 99, []
    await fails(connector(player).check(), Misconfigured)
    assert len(player.calls) == 2


@pytest.mark.parametrize(("limit", "wait"), [("0.5", 2.0), ("0.0055", 60.0), ("", None), ("0", None), ("many", None)])
async def test_how_long_to_wait_is_read_from_the_answer(limit, wait):
    player = Player()
    player.answer = lambda request, answer=player.answer: (
        answer(request)
        if request.url.path == "/auth/o2/token"
        else httpx.Response(429, headers={"x-amzn-RateLimit-Limit": limit})
    )
    refusal = await fails(connector(player).push(Outgoing("k", b"{}", "1.json", "invoice")), Unavailable)
    assert refusal.after == wait


class Working:
    """Works on a transaction for a while, and ends it in some way."""

    def __init__(self, ends, after):
        self.ends, self.after, self.taken = ends, after, 0

    def answer(self, request):
        if request.url.path == "/auth/o2/token":
            return httpx.Response(200, json={"access_token": "t", "expires_in": 3600})
        if request.method == "POST":
            self.taken += 1
            return httpx.Response(202, json={"payload": {"transactionId": f"tx-{self.taken}"}})
        self.after -= 1
        state = {
            "status": "Processing" if self.after >= 0 else self.ends,
            "transactionId": "tx-1",
            "errors": [{"code": "X", "message": "so"}],
        }
        return httpx.Response(200, json={"payload": {"transactionStatus": state}})


INVOICE = Outgoing("key-1", b'{"id": "I-1"}', "1.json", "invoice")


async def test_a_transaction_that_takes_long_is_asked_about_and_never_submitted_twice():
    amazon, state = Working("Success", 8), Memory()
    clock = HurriedClock(datetime(2026, 11, 22, 12, tzinfo=UTC))
    refusal = await fails(connector(amazon, clock, state).push(INVOICE), Unavailable)
    assert refusal.after == 60.0
    assert (await connector(amazon, clock, state).push(INVOICE)).reference == "tx-1"  # after a restart
    assert (await connector(amazon, clock, state).find("key-1", INVOICE)).reference == "tx-1"
    assert amazon.taken == 1


async def test_a_transaction_that_fails_is_for_a_person_who_may_submit_it_anew():
    amazon, state = Working("Failure", 0), Memory()
    assert "X: so" in str(await fails(connector(amazon, state=state).push(INVOICE), Rejected))
    amazon.ends = "Success"
    assert (await connector(amazon, state=state).push(INVOICE)).reference == "tx-2"


async def test_what_cannot_be_looked_up_is_for_a_person_and_absence_counts_only_after_a_while():
    await fails(connector(Player()).find("key-1", INVOICE), Rejected)
    clock, state = HurriedClock(datetime(2026, 11, 22, 12, tzinfo=UTC)), Memory()
    outgoing = Outgoing("key-2", b'{"purchaseOrderNumber": "X"}', "1.json", "order_response")
    one = connector(Player(), clock, state, settle=900)
    await one._sent.note("key-2", "")
    assert (await fails(one.find("key-2", outgoing), Unavailable)).after == 900
    clock.advance(901)
    assert await one.find("key-2", outgoing) is None


async def test_our_own_answer_does_not_make_an_order_a_changed_one():
    details = {"purchaseOrderDate": "2026-11-21T00:00:00Z", "purchaseOrderStateChangedDate": "2026-11-21T00:00:00Z", "items": []}
    told = []
    for state, at in (("New", "2026-11-21T00:00:00Z"), ("Acknowledged", "2026-11-22T00:00:00Z")):
        value = {
            "purchaseOrderNumber": "A",
            "purchaseOrderState": state,
            "orderDetails": {**details, "purchaseOrderStateChangedDate": at},
        }
        player = Player("/vendor/orders/v1/purchaseOrders", {"response": {"payload": {"orders": [value]}}})
        told += [message.key for message in await pulled(connector(player))]
    assert len(told) == 2 and len(set(told)) == 1
