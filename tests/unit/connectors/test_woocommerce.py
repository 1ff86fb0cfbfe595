"""WooCommerce: what the recorded shop says is understood, and what our own shop does to us is survived."""

import base64
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest

from connectors.woocommerce.connector import NOT_NEEDED, WooCommerce
from hub.errors import Misconfigured, Rejected, Unavailable, Unknown
from hub.mapping.mapping import load
from hub.sdk import Outgoing, Request, http
from hub.sdk.testing import Bench, HurriedClock, pulled
from tests.conftest import ROOT, SHARED
from tests.test_connectors import COUNTERPARTS

KIND, FAR_SIDE = WooCommerce, COUNTERPARTS["woocommerce"]
RECORDED = SHARED / "specs" / "recorded" / "woocommerce-9.3.3"
MAPPINGS = ROOT / "mappings" / "json" / "woocommerce"
recorded = pytest.mark.skipif(not RECORDED.exists(), reason="the recorded answers are not beside this checkout")


def body_of(name):
    return json.loads((RECORDED / f"{name}.json").read_text())["body"]


def notice(*orders, number="S1", **more):
    sheet = {"number": number, "carrier": "UPS", "orders": [{"id": str(at), "order": str(order)} for at, order in enumerate(orders)],
             "parcels": [{"order": "0", "tracking": "1Z1"}], **more}  # fmt: skip
    return Outgoing(f"k-{number}", json.dumps(sheet).encode(), "n.json", "ship_notice")


def meta(order):
    return {one["key"]: one["value"] for one in order["meta_data"]}


def read(name, value):
    found = load(MAPPINGS / f"{name}.yaml").read(value)
    assert [one for one in found.findings if one.severity == "error"] == []
    return found.value


# What the real shop said


@recorded
def test_recorded_webhooks_pass_byte_for_byte():
    """Of each signed webhook that was recorded: genuine as it is, forged with another byte."""
    names = sorted(RECORDED.glob("webhook_*.json"))
    assert len(names) >= 9
    for name in names:
        told = json.loads(name.read_text())
        clock = HurriedClock(datetime(2026, 11, 22, 11, 30, tzinfo=UTC))
        connector = WooCommerce(settings(webhook_secrets=[told["secret"]]), context(clock))
        headers = {key.lower(): value for key, value in told["headers"].items()}
        reply = connector.receive(Request("POST", "", headers, {}, told["raw_body"].encode()))
        assert reply.hint == headers["x-wc-webhook-topic"].startswith("order."), name
        with pytest.raises(Misconfigured):
            connector.receive(Request("POST", "", headers, {}, told["raw_body"].encode() + b"\n"))


@recorded
def test_a_recorded_order_in_our_words():
    value = read("order", body_of("order_created"))
    assert value["number"] == "14" and value["purpose"] == "replace" and value["currency"] == "USD"
    assert value["references"]["store"] == {"value": "14"}
    (line,) = value["lines"]
    assert (line["number"], line["quantity"], line["price"]) == ("3", Decimal(3), Decimal("4.15"))
    assert line["ids"]["sku"] == "SKU-BLU-1795346868"
    assert value["parties"]["ship_to"] == {
        "name": "Zoë Brönte", "lines": ["1 High St"], "city": "London", "postcode": "N1 9GU", "country": "GB",
    }  # fmt: skip
    assert [(one["kind"], one["amount"], one["text"]) for one in value["adjustments"]] == [
        ("charge", Decimal("5.00"), "Flat"),
        ("charge", Decimal("1.10"), "Gift wrap"),
    ]
    assert line["price"] * line["quantity"] + sum(one["amount"] for one in value["adjustments"]) == Decimal("18.55")
    assert value["notes"] == ["leave at door"]


@recorded
@pytest.mark.parametrize("name", ["order_processing", "order_completed", "order_after_refund"])
def test_our_own_writing_makes_no_revision(name):
    first, later = read("order", body_of("order_created")), read("order", body_of(name))
    assert later == first


@recorded
def test_every_key_of_a_recorded_order_is_known_to_the_mapping():
    for name in ("order_created", "order_completed", "order_after_refund"):
        found = load(MAPPINGS / "order.yaml").read({key: one for key, one in body_of(name).items() if key not in NOT_NEEDED})
        assert [one.path for one in found.findings] == []


@pytest.mark.parametrize("number", [3, 4])
def test_the_orders_of_its_documentation(number):
    path = SHARED / "corpus" / "json" / "woocommerce" / f"wc-v3_woocommerce-rest-api-docs_orders-{number}.json"
    if not path.exists():
        pytest.skip("the corpus is not beside this checkout")
    told = json.loads(path.read_text())
    for order in told if isinstance(told, list) else [told]:
        value = read("order", order)
        goods = sum(line["price"] * line["quantity"] for line in value["lines"])
        assert goods == sum(Decimal(line["subtotal"]) for line in order["line_items"])


# Money


def line(**more):
    return {"id": 1, "name": "茶 🍵", "quantity": 1, "subtotal": "1.00", "total": "1.00", "total_tax": "0.00", "sku": "T", **more}


def test_odd_prices_discounts_bundles_and_gift_cards():
    order = {
        "id": 5, "number": "1005", "status": "processing", "currency": "EUR", "prices_include_tax": True, "total_tax": "1.90",
        "line_items": [
            line(quantity=3, subtotal="10.00", total="9.00", total_tax="1.71"),
            line(id=2, sku="BUNDLE", subtotal="25.00", total="25.00"),
            line(id=3, sku="IN-BUNDLE", quantity=2, subtotal="0.00", total="0.00"),
        ],
        "fee_lines": [{"name": "Gift card", "total": "-20.00"}],
        "shipping_lines": [{"method_title": "DHL", "total": "4.90"}],
        "shipping": {"first_name": "小", "last_name": "林", "address_1": "銀座1", "city": "東京", "postcode": "", "country": "JP"},
    }  # fmt: skip
    value = read("order", order)
    assert [(one["price"], one.get("adjustments")) for one in value["lines"]] == [
        (Decimal("3.333"), [{"kind": "allowance", "amount": Decimal("1.00")}]),
        (Decimal("25.00"), None),
        (Decimal("0.00"), None),
    ]
    assert {(one["text"], one["kind"], one["amount"]) for one in value["adjustments"]} == {
        ("DHL", "charge", Decimal("4.90")),
        ("Gift card", "allowance", Decimal("20.00")),
    }
    assert value["taxes"] == [{"amount": Decimal("1.90")}] and value["lines"][0]["taxes"] == [{"amount": Decimal("1.71")}]
    assert value["parties"]["ship_to"]["name"] == "小 林" and "postcode" not in value["parties"]["ship_to"]


async def test_shipping_that_was_refunded_is_charged_no_more(shop, bench):
    await shop.offer(1)
    shop.orders[1]["total_tax"] = "1.00"
    shop.refund_shipping(1, "3.00", "0.60")
    shop.refund_shipping(1, "2.00", "0.40")
    async with bench.open() as connector:
        (message,) = await pulled(connector)
    value = read("order", json.loads(message.body))
    assert value["adjustments"] == [{"kind": "charge", "text": "Gift wrap", "amount": Decimal("1.10")}]
    assert value["lines"][0]["quantity"] == 3 and value["taxes"] == [{"amount": Decimal("0.00")}]


async def test_what_was_refunded_is_taken_off_the_lines(shop, bench):
    await shop.offer(1)
    async with bench.open() as connector:
        (first,) = await pulled(connector)
        shop.refund(1, 1, "4.15")
        (second,) = await pulled(connector, first.cursor)
        shop.refund(1, 0, "2.00")
        (third,) = await pulled(connector, second.cursor)
        shop.refund(1, 2, "6.30")
        (last,) = await pulled(connector, third.cursor)
    lines = [read("order", json.loads(one.body)).get("lines") for one in (first, second, third, last)]
    assert [[(one["quantity"], one["price"], one.get("adjustments")) for one in found or ()] for found in lines] == [
        [(Decimal(3), Decimal("4.15"), None)],
        [(Decimal(2), Decimal("4.15"), None)],
        [(Decimal(2), Decimal("4.15"), [{"kind": "allowance", "amount": Decimal("2.00")}])],
        [],
    ]


# Reading


async def test_an_order_that_moves_while_pages_are_read_hides_no_other(shop, bench):
    """The trap of numbered pages: the first order changes after the first page, and the third would slip over its edge."""
    for number in range(1, 7):
        await shop.offer(number)
    changes = iter([1, 2, 0, 0])
    shop.during = lambda: (number := next(changes, 0)) and shop.touch(shop.orders[number], 60)
    async with bench.open() as connector:
        messages = await pulled(connector)
    assert {message.key.partition("@")[0] for message in messages} == {"1", "2", "3", "4", "5", "6"}
    assert len({message.key for message in messages}) == len(messages) == 8


async def test_more_orders_in_a_second_than_a_page_holds(shop, bench):
    for number in range(1, 8):
        await shop.offer(number)
    for order in shop.orders.values():
        shop.touch(order, 0)
    async with bench.open() as connector:
        assert len(await pulled(connector)) == 7


async def test_reads_overlap_and_times_are_in_utc(shop, bench):
    await shop.offer(1)
    async with bench.open() as connector:
        (message,) = await pulled(connector)
        assert await pulled(connector, message.cursor) == []
    asked = shop.asked[-1]
    since = datetime.fromisoformat(asked["modified_after"])
    changed = datetime.fromisoformat(shop.orders[1]["date_modified_gmt"])
    assert changed - since == timedelta(seconds=61)
    assert asked["dates_are_gmt"] == "true" and asked["orderby"] == "modified" and asked["order"] == "asc"


async def test_a_period_is_read_and_no_more(shop, bench):
    for number in (1, 2, 3):
        await shop.offer(number)
    moments = [datetime.fromisoformat(shop.orders[number]["date_modified_gmt"]).replace(tzinfo=UTC) for number in (1, 2, 3)]
    async with bench.open() as connector:
        found = [one async for one in connector.pull(moments[1].isoformat(), moments[2])]
    assert [message.key.partition("@")[0] for message in found] == ["2"]


async def test_what_nobody_needs_to_know_is_not_handed_over(shop, bench):
    await shop.offer(1)
    async with bench.open() as connector:
        (message,) = await pulled(connector)
    assert b"203.0.113.7" not in message.body and b"wc_order_" not in message.body
    assert "🎁" in message.body.decode() and "Zoë" in message.body.decode()


def test_the_first_webhook_is_a_form_without_signature():
    connector = WooCommerce(settings(webhook_secrets=["s3"]), context(HurriedClock()))
    headers = {"content-type": "application/x-www-form-urlencoded"}
    reply = connector.receive(Request("POST", "", headers, {}, b"webhook_id=1"))
    assert (reply.status, reply.hint, reply.messages) == (200, False, ())
    with pytest.raises(Misconfigured):
        connector.receive(Request("POST", "", {"x-wc-webhook-topic": "order.updated"}, {}, b"webhook_id=1"))


# Writing


async def test_an_order_is_complete_when_all_that_was_not_refunded_is_shipped(shop, bench):
    await shop.offer(1)
    shop.refund(1, 1, "4.15")
    async with bench.open() as connector:
        await connector.push(notice(1, contents=[{"order": "0", "line": "10", "quantity": "1"}]))
        assert shop.orders[1]["status"] == "processing"
        second = notice(1, number="S2", parcels=[{"tracking": "1Z2"}], contents=[{"line": "10", "quantity": 1}])
        await connector.push(second)
    assert shop.orders[1]["status"] == "completed"
    assert meta(shop.orders[1])["_tracking_number"] == "1Z1, 1Z2"


async def test_one_shipment_of_two_orders(shop, bench):
    await shop.offer(1)
    await shop.offer(2)
    contents = [{"order": "0", "line": "10", "quantity": "3"}, {"order": "1", "line": "20", "quantity": "3"}]
    parcels = [{"order": "0", "tracking": "A"}, {"order": "1", "tracking": "B"}, {"tracking": "C"}]
    async with bench.open() as connector:
        await connector.push(notice(1, 2, contents=contents, parcels=parcels))
    assert [meta(shop.orders[number])["_tracking_number"] for number in (1, 2)] == ["A, C", "B, C"]


async def test_our_number_is_written_even_to_an_order_that_is_over(shop, bench):
    (await shop.offer(1), shop.orders[1].update(status="cancelled"))
    body = json.dumps({"order": "1", "number": "SO-7", "verdict": "accepted"}).encode()
    async with bench.open() as connector:
        await connector.push(Outgoing("k", body, "a.json", "order_response"))
        with pytest.raises(Rejected, match="cancelled in the shop"):
            await connector.push(notice(1, contents=[]))
    assert meta(shop.orders[1]) == {"_crossdock_number": "SO-7", "_crossdock_verdict": "accepted"}


async def test_a_note_is_written_once(shop, bench):
    await shop.offer(1)
    outgoing = notice(1, contents=[{"line": "10", "quantity": "3"}])
    async with bench.open({**shop.settings(), "note": "On its way with {carrier}: {tracking}"}) as connector:
        await connector.push(outgoing)
        await connector.push(outgoing)
    assert shop.notes[1] == [{"note": "On its way with UPS: 1Z1", "customer_note": True}]


async def test_stock_of_products_and_variations(shop, bench):
    rows = [{"sku": "SKU-BLU", "quantity": "42"}, {"sku": "SKU-RED-L", "quantity": "0"}]
    async with bench.open() as connector:
        await connector.push(Outgoing("k", json.dumps({"lines": rows}).encode(), "s.json", "inventory_report"))
        assert (await connector.lookup("stock", ["SKU-BLU", "NONE"]))["SKU-BLU"]["stock_quantity"] == 42
        unknown = json.dumps({"lines": [{"sku": "NONE", "quantity": "1"}]}).encode()
        with pytest.raises(Rejected, match="no product with the SKU NONE"):
            await connector.push(Outgoing("k", unknown, "s.json", "inventory_report"))
    async with bench.open({**shop.settings(), "unknown_stock": "pass"}) as connector:
        both = json.dumps({"lines": [{"sku": "NONE", "quantity": "1"}, {"sku": "SKU-BLU", "quantity": "42"}]}).encode()
        receipt = await connector.push(Outgoing("k", both, "s.json", "inventory_report"))
        assert receipt.reference == "stock of 1: SKU-BLU; not here: NONE"
        with pytest.raises(Rejected, match="no product with the SKU NONE"):
            await connector.push(Outgoing("k", unknown, "s.json", "inventory_report"))
    assert [shop.products[sku]["stock_quantity"] for sku in ("SKU-BLU", "SKU-RED-L")] == [42, 0]


async def test_what_a_shop_does_not_take(bench):
    async with bench.open() as connector:
        with pytest.raises(Misconfigured, match="takes no invoice"):
            await connector.push(Outgoing("k", b"{}", "i.json", "invoice"))


# Connections


def settings(**more):
    given = {"url": "https://shop.example", "key": "ck_1", "secret": "cs_1", "since": "2026-01-01T00:00:00Z", **more}
    return WooCommerce.Config.model_validate(given)


def context(clock, transport=None):
    bench = Bench(WooCommerce, None, clock=clock)
    bench.counterpart = type("Nobody", (), {"home": None})
    found = bench.context()
    object.__setattr__(found, "http", lambda **more: http.client(transport=transport, **more))
    return found


async def test_over_tls_the_key_is_user_and_password():
    seen = []

    def answer(request):
        seen.append(request)
        return httpx.Response(200, json=[])

    connector = WooCommerce(settings(), context(HurriedClock(), httpx.MockTransport(answer)))
    await connector.check()
    assert base64.b64decode(seen[0].headers["authorization"].removeprefix("Basic ")) == b"ck_1:cs_1"
    assert "oauth" not in str(seen[0].url)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(200, text="<html>Briefly unavailable for scheduled maintenance.</html>"), Unknown),
        (httpx.Response(429, headers={"Retry-After": "30"}), Unavailable),
        (httpx.Response(401, json={"code": "woocommerce_rest_cannot_view"}), Misconfigured),
        (httpx.Response(301, headers={"Location": "https://www.shop.example"}), Misconfigured),
    ],
)
async def test_what_is_no_answer(answer, error):
    connector = WooCommerce(settings(), context(HurriedClock(), httpx.MockTransport(lambda request: answer)))
    with pytest.raises(error):
        await connector.check()
