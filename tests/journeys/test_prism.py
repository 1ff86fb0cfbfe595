"""Every call of the Xero connector through Prism with Xero's own specification, and what our stand-in answers to it.

Amazon's are called through it in the journey of a purchase order, test_amazon.py.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.xero.connector import Xero
from hub.sdk import Outgoing
from hub.sdk.testing import Bench, pulled
from tests.connectors.xero import XeroStandIn
from tests.journeys.prism import XERO, Prism, excerpt

pytestmark = pytest.mark.journeys
PATHS = ("/Invoices", "/CreditNotes", "/Contacts", "/Payments")


@pytest.fixture
def prism(prism_program: Path, tmp_path: Path) -> Iterator[Prism]:
    if not XERO.exists():
        pytest.skip("Xero's specification (../shared/specs/xero) is not here")
    there = Prism(prism_program, tmp_path)
    yield there
    there.end()


def invoice(number: str, kind: str, **more: Any) -> Outgoing:
    line = {"Description": "Grüner Tee 茶 🍵", "Quantity": 3, "UnitAmount": 4.2575, "AccountCode": "200"}
    head = {"Type": kind, "InvoiceNumber": number, "Date": "2026-11-22", "CurrencyCode": "EUR", "LineAmountTypes": "Exclusive"}
    body = {**head, "Status": "AUTHORISED", "Contact": {"Name": "Acme", "ContactNumber": "acme"}, "LineItems": [line], **more}
    return Outgoing(f"key {number}", json.dumps(body).encode(), "1.json", "invoice", number)


async def test_xero(prism: Prism, tmp_path: Path) -> None:
    """Few calls: Prism takes seconds for an answer, because Xero's definitions are large."""
    books = XeroStandIn(tmp_path)
    await books.start()
    prism.launch(excerpt(XERO, PATHS, tmp_path / "xero.json"), f"{books.server.url}/api.xro/2.0")
    async with Bench(Xero, books).open({**books.settings(), "url": prism.url, "timeout": 100, "page": 100}) as connector:
        await connector.check()
        for outgoing in (invoice("INV-1", "ACCREC", DueDate="2026-12-22"), invoice("CN-1", "ACCRECCREDIT")):
            await connector.push(outgoing)
        await books.offer(1)
        assert len(await pulled(connector)) == 1
    await books.stop()
    assert prism.violations() == []
    assert prism.requests() >= 11
