"""Shopify: everything we ask is valid by the official schema, and its buckets, pages, files and refusals are survived."""

import json
import logging
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from graphql import parse, validate
from pydantic import ValidationError

from connectors.shopify import queries
from connectors.shopify.connector import Shopify
from hub.errors import Misconfigured, Rejected, Unavailable, Unknown
from hub.mapping.mapping import load
from hub.sdk import Outgoing
from hub.sdk.graphql import GraphQL
from hub.sdk.rates import Bucket
from hub.sdk.testing import Bench, HurriedClock, pulled
from hub.sdk.webhooks import sign
from tests.conftest import ROOT, SHARED
from tests.test_connectors import COUNTERPARTS

KIND, FAR_SIDE = Shopify, COUNTERPARTS["shopify"]
MAPPINGS = ROOT / "mappings" / "json" / "shopify"
CORPUS = SHARED / "corpus" / "json" / "shopify"
HOOKS = SHARED / "specs" / "shopify" / "webhooks"


def read(value):
    found = load(MAPPINGS / "order.yaml").read(value)
    assert [one for one in found.findings if one.severity == "error"] == []
    return found.value


def notice(*orders, number="S1", **more):
    sheet = {"number": number, "orders": [{"id": str(at), "order": order["id"]} for at, order in enumerate(orders)], **more}
    return Outgoing(f"k-{number}", json.dumps(sheet).encode(), "n.json", "ship_notice")


def stock(key="k", **levels):
    rows = [{"sku": sku.replace("_", "-"), "quantity": quantity} for sku, quantity in levels.items()]
    return Outgoing(key, json.dumps({"lines": rows}).encode(), "s.json", "inventory_report")


# What is asked


@pytest.mark.parametrize("name", queries.EVERY)
def test_everything_we_ask_is_valid_by_the_official_schema(name):
    schema = FAR_SIDE.start.__globals__["schema"]()
    assert validate(schema, parse(queries.EVERY[name].replace("%s", "updated_at:>'2026'"))) == []


def test_nothing_we_ask_is_deprecated():
    from graphql.validation import NoDeprecatedCustomRule

    schema = FAR_SIDE.start.__globals__["schema"]()
    wrong = {
        name: [one.message for one in validate(schema, parse(text), [NoDeprecatedCustomRule])]
        for name, text in queries.EVERY.items()
    }
    assert {name: found for name, found in wrong.items() if found} == {}


# Reading


async def test_an_order_with_more_lines_than_a_page(shop, bench):
    shop.place(1, lines=170)
    async with bench.open() as connector:
        (message,) = await pulled(connector)
    lines = json.loads(message.body)["lineItems"]["nodes"]
    assert [line["id"] for line in lines] == [row["id"] for row in shop.orders[1]["lines"]]
    assert message.body == shop.handed(1)


async def test_an_order_that_moves_while_pages_are_read_hides_no_other(shop, bench):
    for number in range(1, 7):
        shop.place(number)
    changes = iter([1, 2, 0])
    shop.during = lambda: (number := next(changes, 0)) and shop.touch(shop.orders[number], 60)
    async with bench.open() as connector:
        messages = await pulled(connector)
    assert {message.name for message in messages} == {f"order #{1000 + number}" for number in range(1, 7)}


async def test_a_bulk_operation_gives_what_a_poll_gives(shop, bench):
    for number in range(1, 6):
        shop.place(number, lines=number)
    since, until = datetime.now(UTC) - timedelta(days=1), shop.now
    async with bench.open() as connector:
        polled = [one.key async for one in connector.pull(since.isoformat(), until)]
    async with bench.open({**shop.settings(), "bulk": True}) as connector:
        bulked = [one.key async for one in connector.pull(since.isoformat(), until)]
        assert [key async for key in connector.ids(since, until)] == bulked
        assert [one async for one in connector.pull(since.isoformat(), since + timedelta(hours=1))] == []
    assert bulked == polled and len(polled) == 4
    assert all("updated_at:<" in words for words, _ in shop.asked[-3:])


async def test_points_are_waited_for(shop, bench):
    """When the bucket is nearly empty the next call waits as long as it takes to fill; a refused one says how long."""
    for number in range(1, 7):
        shop.place(number)
    shop.points.update(currentlyAvailable=65, restoreRate=2)
    started = bench.clock.now()
    async with bench.open() as connector:
        assert len(await pulled(connector)) == 6
        assert bench.clock.now() == started
        shop.points["currentlyAvailable"] = 10
        with pytest.raises(Unavailable) as refused:
            await connector.push(shop.outgoing(1))
        assert refused.value.after == 25
    assert not isinstance(refused.value, Unknown)


async def test_a_bucket():
    clock = HurriedClock()
    bucket, now = Bucket(clock), clock.now()
    assert bucket.told(left=10, refill=50, cost=60) == 1.0
    await bucket.room()
    assert clock.now() - now == timedelta(seconds=1)
    assert bucket.told(left=100, refill=50, cost=60) == 0.0 and bucket.told(left=0, refill=0, cost=60) == 0.0


async def test_another_version_is_told(shop, bench, caplog):
    shop.version = "2027-04"
    with caplog.at_level(logging.WARNING):
        async with bench.open() as connector:
            await connector.check()
    assert "answers as version 2027-04" in caplog.text


async def test_an_app_asks_for_its_own_token_and_for_a_new_one_when_it_is_refused(shop, bench):
    settings = {**shop.settings(), "token": None, "client_id": "id", "client_secret": "cs-1"}
    async with bench.open(settings) as connector:
        await connector.check()
        await connector.check()
        assert len(shop.tokens) == 2
        shop.tokens.clear()
        await connector.check()
    assert "cs-1" not in repr(connector.config)
    with pytest.raises(ValidationError, match="give `token`"):
        Shopify.Config.model_validate({**settings, "client_secret": None})


# What an order means


async def test_edits_discounts_bundles_gift_cards_and_addresses_without_postcode(shop, bench):
    order = shop.place(1, lines=4)
    first, second, third, gone = order["lines"]
    money = lambda amount: {"shopMoney": {"amount": amount}}  # noqa: E731
    first.update(currentQuantity=2, discountAllocations=[{"allocatedAmountSet": money("0.30")}])
    first["taxLines"] = [{"title": "MwSt", "ratePercentage": 19.0, "priceSet": money("1.99")}]
    second.update(lineItemGroup={"id": "gid://shopify/LineItemGroup/1", "title": "Starter set 入門"})
    third.update(name="Gift card", requiresShipping=False, sku=None, variant=None)
    gone.update(currentQuantity=0)
    order.update(taxesIncluded=True, test=True)
    async with bench.open() as connector:
        (message,) = await pulled(connector)
    value = read(json.loads(message.body))
    lines = value["lines"]
    assert [line["quantity"] for line in lines] == [2, 3, 3]
    assert lines[0]["adjustments"] == [{"kind": "allowance", "amount": Decimal("0.17")}]
    assert lines[0]["price"] == Decimal("3.47"), "(2 × 4.15 − 0.20) − 1.33 of tax = 2 × 3.47 − 0.17"
    assert lines[0]["taxes"] == [{"kind": "MwSt", "percent": Decimal("19.0"), "amount": Decimal("1.33")}]
    assert lines[1]["references"]["bundle"] == {"value": "gid://shopify/LineItemGroup/1", "text": "Starter set 入門"}
    assert lines[2]["extras"]["requires_shipping"]["value"] == "false" and "ids" not in lines[2]
    assert value["extras"]["tax_shown"]["value"] == "true" and value["test"] is True
    assert value["parties"]["ship_to"] == {"name": "Zoë Brönte", "lines": ["1 High St"], "city": "London", "country": "GB"}
    assert value["adjustments"] == [{"kind": "charge", "text": "Standard 🚚", "code": "STD", "amount": Decimal("4.90")}]
    assert (value["number"], value["purpose"], value["references"]["store"]["value"]) == ("#1001", "replace", order["id"])


# Writing


async def test_a_part_ships_and_then_the_rest(shop, bench):
    order = shop.place(1, lines=2)
    lines = [row["id"] for row in order["lines"]]
    async with bench.open() as connector:
        await connector.push(notice(order, contents=[{"line": lines[0], "quantity": "2"}]))
        second = notice(order, number="S2", contents=[{"line": lines[0], "quantity": "1"}, {"line": lines[1], "quantity": "3.0"}])
        receipt = await connector.push(second)
        assert await connector.push(second) == receipt
        with pytest.raises(Rejected, match="does not wait for"):
            await connector.push(notice(order, number="S3", contents=[{"line": lines[0], "quantity": "1"}]))
    assert shop.tracking(1) == ["S1", "S2"], "without a number of the carrier's ours is what it is known again by"


async def test_one_shipment_of_two_orders(shop, bench):
    orders = [shop.place(1), shop.place(2)]
    rows = [{"order": str(at), "line": order["lines"][0]["id"], "quantity": 3} for at, order in enumerate(orders)]
    outgoing = notice(*orders, contents=rows, parcels=[{"order": "0", "tracking": "A"}, {"order": "1", "tracking": "B"}])
    async with bench.open() as connector:
        await connector.push(outgoing)
        assert (await connector.find("k", outgoing)).reference == "gid://shopify/Fulfillment/1 gid://shopify/Fulfillment/2"
    assert (shop.tracking(1), shop.tracking(2)) == (["A"], ["B"])


async def test_goods_of_a_cancelled_order_are_a_matter_for_a_person(shop, bench):
    order = shop.place(1)
    shop.cancel(1)
    async with bench.open() as connector:
        with pytest.raises(Rejected, match="cancelled in the shop"):
            await connector.push(notice(order, contents=[{"line": order["lines"][0]["id"], "quantity": 1}]))


async def test_stock_is_compared_when_it_is_set(shop, bench):
    async with bench.open() as connector:
        await connector.push(stock(SKU_BLU="42", SKU_RED=7))
        assert shop.levels == {"SKU-BLU": 42, "SKU-RED": 7} and len(shop.keys) == 1
        await connector.push(stock(SKU_BLU="42", SKU_RED=7))
        assert len(shop.keys) == 1, "nothing is to be set"
        shop.stale = 1
        with pytest.raises(Unavailable, match="changed while it was set"):
            await connector.push(stock(SKU_BLU="1"))
        await connector.push(stock(SKU_BLU="1"))
        shop.levels["SKU-BLU"] = 42
        await connector.push(stock("later", SKU_BLU="1"))
        assert shop.levels["SKU-BLU"] == 1, "the same step again another day is not the same"
        with pytest.raises(Rejected, match="no variant with the SKU NONE"):
            await connector.push(stock(NONE="1"))
        with pytest.raises(Rejected, match="no whole number"):
            await connector.push(stock(SKU_BLU="1.5"))
    assert shop.levels["SKU-BLU"] == 1


async def test_our_number_and_a_tag(shop, bench):
    order = shop.place(1)
    body = json.dumps({"order": order["id"], "number": "SO-1", "verdict": "accepted"}).encode()
    outgoing = Outgoing("k", body, "a.json", "order_response")
    async with bench.open() as connector:
        assert await connector.find("k", outgoing) is None
        assert await connector.push(outgoing) == await connector.push(outgoing) == await connector.find("k", outgoing)
    assert order["metafields"] == {("crossdock", "number"): "SO-1", ("crossdock", "verdict"): "accepted"}
    assert order["tags"] == ["crossdock"]


# Webhooks and answers


@pytest.mark.parametrize("path", sorted(HOOKS.glob("*.json")) or [None], ids=lambda path: path.stem if path else "absent")
def test_webhooks_as_they_are_described(path, bench_of_nobody):
    """Orders are told with the time we look at; what is about orders is a hint, what is not is taken and left alone."""
    if path is None:
        pytest.skip("the descriptions of webhooks are not beside this checkout")
    about = path.stem.partition("_")[0]
    told = json.loads(path.read_text())["properties"]
    assert about != "orders" or "updated_at" in told or path.stem == "orders_edited"
    body = json.dumps(
        {"id": 1, **({"updated_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}-00:00"} if "updated_at" in told else {})}
    ).encode()
    request = FAR_SIDE.posted.__globals__["hook"](body, sign("hook-77aa31c0", body), path.stem.replace("_", "/", 1))
    assert bench_of_nobody.receive(request).hint == (about in ("orders", "refunds", "fulfillments"))


@pytest.mark.parametrize(
    "path", sorted(CORPUS.glob("shopify-rest_*order*.json")) or [None], ids=lambda path: path.stem if path else "absent"
)
def test_real_payloads_are_hints_or_too_old(path, bench_of_nobody):
    if path is None:
        pytest.skip("the corpus is not beside this checkout")
    body = path.read_bytes()
    request = FAR_SIDE.posted.__globals__["hook"](body, sign("hook-1f2e3d4c", body))
    if isinstance(json.loads(body), dict) and "updated_at" in json.loads(body):
        with pytest.raises(Misconfigured, match="too old"):
            bench_of_nobody.receive(request)
    else:
        assert bench_of_nobody.receive(request).hint
    with pytest.raises(Misconfigured, match="missing or wrong"):
        bench_of_nobody.receive(FAR_SIDE.posted.__globals__["hook"](body + b" ", sign("hook-1f2e3d4c", body)))


@pytest.fixture
def bench_of_nobody(tmp_path):
    far = FAR_SIDE(tmp_path)
    bench = Bench(Shopify, far)
    return Shopify(Shopify.Config.model_validate(far.settings() | {"url": "https://acme.myshopify.com"}), bench.context())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (
            {"errors": [{"message": "Access denied for orders field.", "extensions": {"code": "ACCESS_DENIED"}}], "data": None},
            Misconfigured,
        ),
        ({"errors": [{"message": "Field 'x' doesn't exist on type 'Order'"}]}, Rejected),
        ({"errors": [{"message": "Internal error", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}, Unknown),
        ({"errors": "Not Found"}, Rejected),
        ({"data": None}, Unknown),
        ([], Unknown),
    ],
)
async def test_what_answers_mean(answer, error):
    async def post(value):
        return httpx.Response(200, json=answer, request=httpx.Request("POST", "https://acme.myshopify.com"))

    asked = GraphQL(post, HurriedClock(), later=("THROTTLED",), forbidden=("ACCESS_DENIED",))
    with pytest.raises(error):
        await asked.write("{ shop { id } }")
