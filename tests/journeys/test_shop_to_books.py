"""An order of a Shopify shop is sold, shipped and billed in Tryton; tracking and stock reach the shop, the invoice Xero.

Shop and Xero are our stand-ins: the first answers by the official schema, the second is checked against Xero's specification.
"""

from pathlib import Path

import pytest

from tests.journeys.real_tryton import RealTryton
from tests.journeys.stage import stage
from tests.test_connectors import COUNTERPARTS

pytestmark = pytest.mark.journeys


async def test_shopify_tryton_and_xero(tryton: RealTryton, tryton_env: dict[str, str], tmp_path: Path) -> None:
    shop, xero = COUNTERPARTS["shopify"](tmp_path), COUNTERPARTS["xero"](tmp_path)
    await shop.start()
    await xero.start()
    tryton.customer("shop", "Customers of the shop")
    tryton.trade_in("USD", "1.10")
    tryton.country("GB")
    tryton.product("SKU-BLU", "4.15")
    tryton.service("SHIPPING")
    await shop.offer(1)
    env = {"SHOP_URL": shop.server.url, "SHOP_TOKEN": shop.secrets[0], "XERO_URL": xero.server.url}
    env |= {"XERO_SECRET": xero.secrets[0], "XERO_REFRESH": xero.secrets[1], **tryton_env}
    async with stage(tmp_path, "shopify", env) as play:
        await play.work()
        await play.work()
        ((number,),) = play.rows("select number from orders")
        assert play.troubles() == [], play.life(number)
        tryton.ship(number, "1Z-999")
        await play.work()
        tryton.bill(number)
        await play.work()
        assert play.troubles() == [], play.life(number)
    await shop.stop()
    await xero.stop()
    (sale,) = tryton.search("sale.sale", [["reference", "=", number]], "number", "invoices.number")
    assert shop.known_as(1) == sale["number"]
    assert shop.tracking(1) == ["1Z-999"]
    assert shop.levels["SKU-BLU"] in (100, 97), "Tryton's stock, before the sale or after it"
    entered = xero.held["Invoices"]  # Tryton bills services at once, goods when they are shipped
    assert {one["InvoiceNumber"] for one in entered} == {one["number"] for one in sale["invoices."]}
    assert {(one["Reference"], one["CurrencyCode"]) for one in entered} == {(number, "USD")}
    lines = [(float(line["Quantity"]), float(line["UnitAmount"])) for one in entered for line in one["LineItems"]]
    assert sorted(lines) == [(1.0, 4.9), (3.0, 4.15)], "goods and shipping"
