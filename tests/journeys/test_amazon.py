"""A purchase order of Amazon's becomes a sales order in mock-sap; acknowledgement, shipment and invoice go back.

Amazon is our stand-in; Prism stands in front of it and holds every call and answer against Amazon's models. SAP is mock-sap as a
process, spoken to over OData or by IDocs.
"""

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.sdk import Request
from tests.journeys.prism import AMAZON, Prism, one_of
from tests.journeys.stage import stage
from tests.journeys.test_mock_sap import SECRET, MockSap, generate, priced, work_off
from tests.test_connectors import COUNTERPARTS

pytestmark = pytest.mark.journeys
NUMBER = "4Z32PABC"
SALES = "/sap/opu/odata/sap/API_SALES_ORDER_SRV/A_SalesOrder"
PLACES = {"sellingParty": "ACMEV", "shipToParty": "ABE2", "billToParty": "AMAZON-EU", "buyingParty": "AMAZON-EU"}


STAND_IN: Any = COUNTERPARTS["amazon_vendor"]  # loaded by its path


class Amazon(STAND_IN):  # type: ignore[misc]  # only known when it runs
    """Takes all three kinds of submissions."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.submitted: dict[str, list[Any]] = {}

    def answer(self, call: Any) -> Any:
        if call.method == "POST" and "x-amz-access-token" in call.headers:
            ((kind, documents),) = json.loads(call.body).items()
            self.submitted.setdefault(kind, []).extend(documents)
            return 202, {"payload": {"transactionId": f"tx-{sum(map(len, self.submitted.values()))}"}}
        return super().answer(call)

    def order(self) -> None:
        at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        items = [
            {"itemSequenceNumber": str(n), "amazonProductIdentifier": f"B00{n}", "vendorProductIdentifier": sku,
             "orderedQuantity": {"amount": amount, "unitOfMeasure": "Eaches", "unitSize": 1}, "isBackOrderAllowed": False,
             "netCost": {"amount": cost, "currencyCode": "EUR"}}
            for n, (sku, amount, cost) in enumerate((("TG11", 3, "11.00"), ("TG12", 5, "0.33")), 1)
        ]  # fmt: skip
        parties = {name: {"partyId": code} for name, code in PLACES.items()}
        details = {"purchaseOrderDate": at, "purchaseOrderStateChangedDate": at, "purchaseOrderType": "RegularOrder"}
        window = {"deliveryWindow": "2030-12-01T00:00:00Z--2030-12-08T00:00:00Z"}
        self.orders.append({"purchaseOrderNumber": NUMBER, "purchaseOrderState": "New",
                            "orderDetails": {**details, **window, **parties, "items": items}})  # fmt: skip


@pytest.fixture
def sap(tmp_path: Path) -> Iterator[MockSap]:
    there = MockSap(tmp_path)
    there.launch("--db", str(tmp_path / "sap.db"))
    yield there
    there.end()


@pytest.fixture
async def amazon(tmp_path: Path) -> AsyncIterator[Amazon]:
    there = Amazon(tmp_path)
    await there.start()
    there.order()
    yield there
    await there.stop()


@pytest.fixture
def prism(prism_program: Path, amazon: Amazon, tmp_path: Path) -> Iterator[Prism]:
    """In front of the stand-in."""
    if not AMAZON[0].exists():
        pytest.skip("Amazon's models (../shared/specs/amazon) are not beside the checkout")
    there = Prism(prism_program, tmp_path)
    there.launch(one_of(AMAZON, tmp_path / "amazon.json"), amazon.server.url)
    yield there
    there.end()


def env(amazon: Amazon, sap: MockSap, url: str) -> dict[str, str]:
    secrets = {"AMAZON_SECRET": amazon.secrets[0], "AMAZON_REFRESH": amazon.secrets[1], "SAP_PASSWORD": SECRET}
    addresses = {"AMAZON_URL": url, "AMAZON_TOKENS": amazon.server.url, "SAP_URL": f"http://127.0.0.1:{sap.port}"}
    return {**addresses, "NUMBER": NUMBER, **secrets}


async def test_amazon_and_sap(amazon: Amazon, prism: Prism, sap: MockSap, tmp_path: Path) -> None:
    async with stage(tmp_path, "amazon", env(amazon, sap, prism.url)) as play:
        await play.work()  # the order comes, and SAP has it
        priced(sap)
        await play.work()  # SAP is asked again
        assert play.troubles() == [], play.life(NUMBER)
        (found,) = play.rows("select reference from deliveries where kind = 'order'")
        for idoc in ("DELVRY", "INVOIC"):
            generate(sap, idoc, found[0])
            await play.work()
            assert play.troubles() == [], play.life(NUMBER)
    assert prism.violations() == []
    assert prism.requests() >= 10
    (acknowledged,), (shipped,), (billed,) = (
        amazon.submitted[kind] for kind in ("acknowledgements", "shipmentConfirmations", "invoices")
    )
    wanted = [("1", "TG11", 3), ("2", "TG12", 5)]
    assert acknowledged["purchaseOrderNumber"] == NUMBER
    assert [
        (one["itemSequenceNumber"], one["vendorProductIdentifier"], answer["acknowledgedQuantity"]["amount"])
        for one in acknowledged["items"]
        for answer in one["itemAcknowledgements"]
        if answer["acknowledgementCode"] == "Accepted"
    ] == wanted
    assert [
        (one["itemSequenceNumber"], one["vendorProductIdentifier"], one["shippedQuantity"]["amount"])
        for one in shipped["shippedItems"]
    ] == wanted
    assert {one["itemDetails"]["purchaseOrderNumber"] for one in shipped["shippedItems"]} == {NUMBER}
    assert [
        (str(one["itemSequenceNumber"]), one["vendorProductIdentifier"], one["invoicedQuantity"]["amount"])
        for one in billed["items"]
    ] == wanted
    assert {one["purchaseOrderNumber"] for one in billed["items"]} == {NUMBER}
    assert [float(one["netCost"]["amount"]) for one in billed["items"]] == [11.00, 0.33]  # as acknowledged
    assert float(billed["invoiceTotal"]["amount"]) == 41.23
    (order,) = sap.ask(f"{SALES}?$filter=PurchaseOrderByCustomer%20eq%20'{NUMBER}'&$format=json")["d"]["results"]
    assert (order["SalesOrder"], order["SoldToParty"]) == (found[0], "1000001")


async def test_what_is_not_as_the_models_say_would_be_noticed(amazon: Amazon, prism: Prism) -> None:
    login = {"x-amz-access-token": amazon.secrets[2]}
    async with httpx.AsyncClient(base_url=prism.url, headers=login, timeout=60) as client:
        asked = {"createdAfter": "2026-01-01T00:00:00Z", "limit": "many"}
        assert (await client.get("/vendor/orders/v1/purchaseOrders", params=asked)).status_code == 422  # of ours
        assert len(prism.violations()) == 1
        amazon.orders[0]["purchaseOrderState"] = "Lost"
        asked = {"createdAfter": "2026-01-01T00:00:00Z", "createdBefore": "2126-01-01T00:00:00Z"}
        assert (await client.get("/vendor/orders/v1/purchaseOrders", params=asked)).status_code == 500  # of the answer
        assert len(prism.violations()) == 2


async def test_a_bill_for_nothing_goes_to_nobody(amazon: Amazon, sap: MockSap, tmp_path: Path) -> None:
    async with stage(tmp_path, "amazon", env(amazon, sap, amazon.server.url)) as play:
        await play.work()
        (found,) = play.rows("select reference from deliveries where kind = 'order'")
        generate(sap, "INVOIC", found[0])  # before anybody has priced it
        await play.work()
        ((kind, _, state, why, _),) = play.troubles()
    assert (kind, state) == ("invoice", "held")
    assert "the total is 0" in why and "ordered at a price of 11.00; mend the bill" in why
    assert "invoices" not in amazon.submitted


async def test_orders_deliveries_and_bills_as_idocs(amazon: Amazon, sap: MockSap, tmp_path: Path) -> None:
    async with stage(tmp_path, "amazon", env(amazon, sap, amazon.server.url), "idoc/sap") as play:
        at_work = asyncio.ensure_future(working_off(sap))
        await play.work()
        at_work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await at_work
        assert play.troubles() == [], play.life(NUMBER)
        (found,) = play.rows("select reference from deliveries where kind = 'order'")
        login = {"authorization": f"Basic {base64.b64encode(f'SAP:{SECRET}'.encode()).decode()}"}
        for idoc in ("DELVRY", "INVOIC"):
            await play.posted("sap", Request("POST", "", login, {}, generate(sap, idoc, found[0])))
            assert play.troubles() == [], play.life(NUMBER)
    (came,) = [one for one in sap.ask("/_mock/idocs")["results"] if one["direction"] == "2"]
    assert (came["idoctyp"], came["mestyp"], came["status"]) == ("ORDERS05", "ORDERS", "53")
    (shipped,), (billed,) = (amazon.submitted[kind] for kind in ("shipmentConfirmations", "invoices"))
    wanted = [("1", "TG11", 3), ("2", "TG12", 5)]
    assert [(one["itemSequenceNumber"], one["vendorProductIdentifier"], one["shippedQuantity"]["amount"])
            for one in shipped["shippedItems"]] == wanted  # fmt: skip
    assert {one["itemDetails"]["purchaseOrderNumber"] for one in shipped["shippedItems"]} == {NUMBER}
    assert [float(one["netCost"]["amount"]) for one in billed["items"]] == [11.00, 0.33]
    assert float(billed["invoiceTotal"]["amount"]) == 41.23


async def working_off(sap: MockSap) -> None:
    while True:
        await asyncio.to_thread(work_off, sap)
        await asyncio.sleep(0.1)
