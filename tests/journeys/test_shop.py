"""A customer buys and pays in the real Vendure; Tryton sells and ships it; the tracking number is seen in the shop."""

from pathlib import Path

import pytest

from connectors.vendure import queries
from tests.journeys.real_tryton import RealTryton
from tests.journeys.stage import stage
from tests.journeys.test_vendure import Shop, shop

__all__ = ["shop"]  # a fixture
pytestmark = [pytest.mark.journeys, pytest.mark.usefixtures("vendure_installed")]


async def test_vendure_and_tryton(shop: Shop, tryton: RealTryton, tryton_env: dict[str, str], tmp_path: Path) -> None:
    tryton.customer("shop", "Customers of the shop")
    tryton.trade_in("USD", "1.10")
    tryton.country("GB")
    tryton.product("SKU-BLU", "4.15")
    tryton.service("SHIPPING")
    code = await shop.buy("SKU-BLU", 3)
    env = {"SHOP_URL": shop.url, "SHOP_PASSWORD": "superadmin", **tryton_env}
    async with stage(tmp_path, "vendure", env, "tryton") as play:
        await play.work()  # the order comes, and the sale is made
        await play.work()  # Tryton is asked again, and the shop gets its number
        assert play.troubles() == [], play.life(code)
        tryton.ship(code, "1Z-999")
        await play.work()
        assert play.troubles() == [], play.life(code)
        (order,) = play.rows("select number from orders")
    fields = ("lines.quantity", "lines.unit_price", "untaxed_amount", "shipment_address.full_address")
    (sale,) = tryton.search("sale.sale", [["reference", "=", code]], *fields)
    assert order == (code,)
    assert next((line["quantity"], line["unit_price"]["decimal"]) for line in sale["lines."]) == (3.0, "4.15")
    assert "1 High St" in sale["shipment_address."]["full_address"]
    there = (await shop.admin("query { orders { items { id code state total } } }"))["orders"]["items"]
    assert float(sale["untaxed_amount"]["decimal"]) * 100 == there[0]["total"], "with its shipping, as the shop has it"
    assert [(one["code"], one["state"]) for one in there] == [(code, "Shipped")]
    fulfilled = (await shop.admin(queries.SHIPPED, id=there[0]["id"]))["order"]["fulfillments"]
    assert [(one["trackingCode"], one["state"]) for one in fulfilled] == [("1Z-999", "Shipped")]
