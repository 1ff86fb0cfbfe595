"""A purchase order of Amazon's becomes a sales order in mock-sap; acknowledgement, shipment and invoice go back.

Amazon is our stand-in, which Amazon's models and sandbox pairs are played against elsewhere; SAP is mock-sap as a process.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.stage import stage
from tests.journeys.test_mock_sap import SECRET, MockSap, generate
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


async def test_amazon_and_sap(sap: MockSap, tmp_path: Path) -> None:
    amazon = Amazon(tmp_path)
    await amazon.start()
    amazon.order()
    secrets = {"AMAZON_SECRET": amazon.secrets[0], "AMAZON_REFRESH": amazon.secrets[1], "SAP_PASSWORD": SECRET}
    env = {"AMAZON_URL": amazon.server.url, "SAP_URL": f"http://127.0.0.1:{sap.port}", "NUMBER": NUMBER, **secrets}
    async with stage(tmp_path, "amazon", env) as play:
        await play.work()  # the order comes, and SAP has it
        await play.work()  # SAP is asked again
        assert play.troubles() == [], play.life(NUMBER)
        (found,) = play.rows("select reference from deliveries where kind = 'order'")
        for idoc in ("DELVRY", "INVOIC"):
            generate(sap, idoc, found[0])
            await play.work()
            assert play.troubles() == [], play.life(NUMBER)
    await amazon.stop()
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
    assert [one["netCost"]["amount"] for one in billed["items"]] == ["11.00", "0.33"]  # as acknowledged
    (order,) = sap.ask(f"{SALES}?$filter=PurchaseOrderByCustomer%20eq%20'{NUMBER}'&$format=json")["d"]["results"]
    assert (order["SalesOrder"], order["SoldToParty"]) == (found[0], "1000001")
