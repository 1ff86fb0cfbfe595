"""Vendure: sessions that end, pages that shift, small coins, and fulfillments that were made and not sent on their way."""

import json
from decimal import Decimal

import pytest

from connectors.vendure.connector import Vendure
from hub.errors import Misconfigured, Rejected
from hub.mapping.mapping import load
from hub.sdk import Outgoing
from hub.sdk.testing import pulled
from tests.conftest import ROOT
from tests.test_connectors import COUNTERPARTS

KIND, FAR_SIDE = Vendure, COUNTERPARTS["vendure"]
MAPPINGS = ROOT / "mappings" / "json" / "vendure"


def notice(*orders, number="S1", **more):
    sheet = {"number": number, "orders": [{"id": str(at), "order": order["id"]} for at, order in enumerate(orders)], **more}
    return Outgoing(f"k-{number}", json.dumps(sheet).encode(), "n.json", "ship_notice")


async def test_a_session_is_shared_and_opened_anew_when_it_has_ended(shop, bench):
    for _ in range(2):
        async with bench.open() as connector:
            await connector.check()
    assert shop.logins == 1
    shop.tokens.clear()
    async with bench.open() as connector:
        await connector.check()
    assert shop.logins == 2


async def test_an_order_that_moves_while_pages_are_read_hides_no_other(shop, bench):
    for number in range(1, 7):
        shop.place(number)
    changes = iter([1, 2, 0, 0])
    shop.during = lambda: (number := next(changes, 0)) and shop.touch(shop.orders[number], 60)
    async with bench.open() as connector:
        messages = await pulled(connector)
    assert {message.name for message in messages} == {f"order CODE{number:03}" for number in range(1, 7)}
    assert {one["filter"]["active"]["eq"] for one in shop.asked} == {False}


async def test_small_coins_discounts_and_surcharges(shop, bench):
    order = shop.place(1)
    order["lines"][0]["discounts"] = [{"description": "3 for 2", "amount": -415}, {"description": "SPRING", "amount": -83}]
    order["surcharges"] = [
        {"description": "Gift wrap", "sku": "WRAP", "price": 110},
        {"description": "Gift card", "sku": None, "price": -200},
    ]
    async with bench.open() as connector:
        (message,) = await pulled(connector)
    value = load(MAPPINGS / "order.yaml").read(json.loads(message.body)).value
    (line,) = value["lines"]
    assert line["price"] == Decimal("4.15") and line["taxes"] == [{"percent": Decimal(20), "amount": Decimal("2.49")}]
    assert [(one["kind"], one["amount"]) for one in line["adjustments"]] == [
        ("allowance", Decimal("4.15")),
        ("allowance", Decimal("0.83")),
    ]
    assert [(one["kind"], one["amount"], one["text"]) for one in value["adjustments"]] == [
        ("charge", Decimal("1.10"), "Gift wrap"),
        ("allowance", Decimal("2.00"), "Gift card"),
        ("charge", Decimal("5.00"), "Standard"),
    ]
    assert value["taxes"] == [{"kind": "standard", "percent": Decimal(20), "base": Decimal("17.45"), "amount": Decimal("3.49")}]


async def test_what_was_made_and_not_sent_on_its_way_is_sent_on_its_way(shop, bench):
    order = shop.place(1)
    outgoing = notice(order, contents=[{"line": "10", "quantity": "2"}])
    async with bench.open() as connector:
        await connector.push(outgoing)
        order["fulfillments"][0]["state"] = "Pending"
        assert await connector.find("k", outgoing) is None
        await connector.push(outgoing)
        assert (await connector.find("k", outgoing)).reference == "1"
        with pytest.raises(Rejected, match="already part of a Fulfillment"):
            await connector.push(notice(order, number="S2", contents=[{"line": "10", "quantity": "2"}]))
        shop.cancel(1)
        with pytest.raises(Rejected, match="cancelled in the shop"):
            await connector.push(notice(order, number="S3", contents=[{"line": "10", "quantity": "1"}]))
    assert shop.tracking(1) == ["S1"]


async def test_stock(shop, bench):
    rows = [{"sku": "SKU-BLU", "quantity": "42"}, {"sku": "SKU-RED", "quantity": 0}]
    async with bench.open() as connector:
        await connector.push(Outgoing("k", json.dumps({"lines": rows}).encode(), "s.json", "inventory_report"))
        with pytest.raises(Rejected, match="no variant with the SKU NONE"):
            await connector.push(Outgoing("k", b'{"lines": [{"sku": "NONE", "quantity": "1"}]}', "s.json", "inventory_report"))
        with pytest.raises(Misconfigured, match="takes no invoice"):
            await connector.push(Outgoing("k", b"{}", "i.json", "invoice"))
    assert shop.levels == {"SKU-BLU": 42, "SKU-RED": 0}


@pytest.mark.parametrize(("currency", "price"), [("USD", "4.15"), ("JPY", "415"), ("KWD", "0.415")])
def test_the_smallest_coin_is_the_currency_s(shop, currency, price):
    order = {**shop.told(shop.place(1)), "currencyCode": currency}
    (line,) = load(MAPPINGS / "order.yaml").read(order).value["lines"]
    assert line["price"] == Decimal(price)
