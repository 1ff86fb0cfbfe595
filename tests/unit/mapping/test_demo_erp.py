"""The mappings of the demo's ERP against the messages its README shows, and against whole canonical documents."""

import json
from pathlib import Path
from typing import Any

import pytest

from hub.errors import Unreadable
from hub.mapping.mapping import Mapping, load
from hub.model import Invoice, Order, OrderResponse, ShipNotice, ShipOrder, plain

FOLDER = Path(__file__).parents[3] / "mappings" / "json" / "demo_erp"


def mapping(name: str) -> Mapping:
    return load(FOLDER / f"{name}.yaml", f"json/demo_erp/{name}")


SHIP_TO = {
    "code": "0042",
    "name": "Acme Store 42",
    "street": ["1 Main Street"],
    "town": "Springfield",
    "state": "IL",
    "zip": "62701",
    "countryCode": "US",
}
PARTY = {
    "id": "0042",
    "name": "Acme Store 42",
    "lines": ["1 Main Street"],
    "city": "Springfield",
    "region": "IL",
    "postcode": "62701",
    "country": "US",
}


def entry(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "seq": 7,
        "kind": kind,
        "at": "2026-11-22T12:00:03Z",
        "data": {"salesOrder": "SO-70001", "externalRef": "PO-1001", "customer": "acme", **data},
    }


def read(name: str, value: dict[str, Any]) -> dict[str, Any]:
    reading = mapping(name).read(value)
    assert reading.findings == []
    return reading.value


def test_order():
    line = {
        "number": "1",
        "quantity": "24",
        "unit": "EA",
        "price": "4.25",
        "price_basis": "PE",
        "ids": {"upc": "012345678905", "vendor_item": "TEA-GREEN-100"},
        "descriptions": [{"kind": "F", "text": "Green tea 100 g"}],
    }
    order = Order.model_validate(
        {
            "number": "PO-1001",
            "partner": "acme",
            "ordered_on": "2026-11-22",
            "currency": "USD",
            "dates": {"delivery_requested": "2026-12-01"},
            "parties": {"ship_to": {**PARTY, "scheme": "buyer"}},
            "lines": [line],
        }
    )
    writing = mapping("order").write(order)
    assert writing.findings == []
    assert writing.value == {
        "externalRef": "PO-1001",
        "customer": "acme",
        "orderDate": "2026-11-22",
        "wantedBy": "2026-12-01",
        "currencyCode": "USD",
        "shipTo": SHIP_TO,
        "rows": [
            {
                "customerRow": "1",
                "sku": "TEA-GREEN-100",
                "barcode": "012345678905",
                "text": "Green tea 100 g",
                "qty": "24",
                "uom": "EA",
                "unitPrice": "4.25",
            }
        ],
    }


def test_the_barest_order():
    order = Order.model_validate({"number": "1", "lines": [{"number": "1", "quantity": 1, "ids": {"buyer_part": "B-1"}}]})
    writing = mapping("order").write(order)
    assert writing.findings == []
    assert writing.value["rows"] == [{"customerRow": "1", "sku": "B-1", "qty": "1"}] and "shipTo" not in writing.value


@pytest.mark.parametrize("line", [{"number": "1", "ids": {"sku": "A"}}, {"number": "1", "quantity": 1}])
def test_an_order_the_erp_would_refuse_is_found_before(line):
    findings = mapping("order").write(Order.model_validate({"number": "1", "lines": [line]})).findings
    assert [finding.code for finding in findings] == ["hub:value-missing"]


@pytest.mark.parametrize(
    ("said", "statuses", "verdict"),
    [
        (["accepted"], ["accepted"], "detail"),
        (["refused"], ["rejected"], "rejected_with_detail"),
        (["accepted", "backordered"], ["accepted", "backordered"], "accepted_with_changes"),
    ],
)
def test_confirmation(said, statuses, verdict):
    confirmed = [{"qty": "10", "how": how, "shipDate": "2026-11-24"} for how in said]
    rows = [{"pos": 10, "customerRow": "1", "confirmed": confirmed}]
    value = read("confirmation", entry("confirmation", {"confirmedOn": "2026-11-22", "rows": rows}))
    assert value["partner"] == "acme" and value["verdict"] == verdict
    found = plain(OrderResponse.model_validate(value))
    outcomes = [{"status": status, "quantity": "10", "dates": {"ship_estimated": "2026-11-24"}} for status in statuses]
    assert found["lines"] == [{"number": "1", "system_line": "10", "outcomes": outcomes}]
    assert (found["order_number"], found["number"], found["responded_on"]) == ("PO-1001", "SO-70001", "2026-11-22")


def test_release():
    row = {"pos": 10, "customerRow": "1", "sku": "TEA-GREEN-100", "text": "Green tea 100 g", "qty": "60", "uom": "EA"}
    value = read("release", entry("release", {"release": "PR-80001", "shipTo": SHIP_TO, "shipDate": "2026-11-24", "rows": [row]}))
    found = plain(ShipOrder.model_validate(value))
    assert found["number"] == "PR-80001" and found["parties"]["ship_to"] == PARTY
    assert found["lines"][0]["quantity"] == "60" and found["lines"][0]["system_line"] == "10"


def test_invoice():
    row = {"pos": 10, "customerRow": "1", "qty": "60", "unitPrice": "4.25", "amount": "255.00"}
    data = {"invoice": "RE-90001", "invoiceDate": "2026-11-22", "deliveryNote": "SHP-500001", "currencyCode": "USD"}
    found = plain(Invoice.model_validate(read("invoice", entry("invoice", {**data, "rows": [row], "total": "255.00"}))))
    assert found["total"] == "255.00" and found["shipment_number"] == "SHP-500001" and found["currency"] == "USD"
    assert found["lines"] == [{"number": "1", "system_line": "10", "quantity": "60", "price": "4.25"}]


def test_goods_issue():
    notice = ShipNotice.model_validate(
        {
            "number": "SHP-500001",
            "noticed_at": "2026-11-22T12:00:05Z",
            "orders": [{"id": "1", "number": "PO-1001"}],
            "packages": [{"id": "1", "sscc": "109501101234500015"}],
            "contents": [{"order": "1", "package": "1", "line": "1", "quantity": "24"}],
        }
    )
    writing = mapping("goods_issue").write(notice)
    assert writing.findings == []
    assert writing.value == {
        "deliveryNote": "SHP-500001",
        "issuedAt": "2026-11-22T12:00:05Z",
        "orders": [{"id": "1", "externalRef": "PO-1001"}],
        "items": [{"order": "1", "customerRow": "1", "qty": "24"}],
    }


def test_the_company_tells_the_entries_apart(root):
    from hub.registry import connectors
    from hub.settings.company import load as company

    loaded = company(root / "config", connectors(), {})
    for reads in loaded.systems["erp"].reads:
        kind = reads.mapping.rpartition("/")[2]
        assert loaded.mappings[reads.mapping].take(json.dumps({"kind": kind}).encode(), reads.when)
        with pytest.raises(Unreadable, match="`kind` is `stock`"):
            loaded.mappings[reads.mapping].take(b'{"kind": "stock"}', reads.when)
