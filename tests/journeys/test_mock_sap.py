"""The connector and its mappings against mock-sap: orders in both dialects, deliveries, bills, CSRF, logins, a cut line."""

import json
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest

from connectors.sap_s4.connector import SapS4
from hub.errors import Misconfigured, Rejected
from hub.mapping.mapping import load
from hub.model import DOCUMENTS, Order
from hub.registry import mappings_root
from hub.sdk import Outgoing
from hub.sdk.testing import QUESTIONS, Bench, Counterpart, asked, fails, pulled
from hub.sdk.testing.cutting import cut_everywhere

pytest.importorskip("mocksap", reason="mock-sap is not installed here: pip install mock-sap")
pytestmark = pytest.mark.slow  # real processes
SECRET = "sap-secret-4471"
DAYS = dict.fromkeys(("order", "delivery", "billing"), "LastChangeDate")  # it keeps no finer time
QUESTIONED = (
    "check_passes",
    "check_finds_bad_credentials",
    "secrets_are_never_told",
    "push_delivers_the_bytes",
    "push_twice_is_one_document",
    "push_with_bad_credentials_stops_the_endpoint",
    "find_proves_presence_and_absence",
)
SETTINGS = {
    "basic": {"user": "CROSSDOCK", "password": SECRET},
    "oauth": {"client_id": "crossdock", "client_secret": SECRET, "token_url": "{url}/sap/bc/sec/oauth2/token"},
}


class MockSap(Counterpart):
    """mock-sap as a process of its own. Only what the hub has made there counts as held."""

    secrets = (SECRET,)

    def launch(self, *options):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "mocksap", "--port", str(self.port), "-q", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.login, self.dialect = "basic" if "--auth" in options else "oauth" if "--oauth" in options else None, "v2"
        for _ in range(100):
            try:
                return self.ask("/_mock/health")
            except OSError:
                time.sleep(0.1)
        raise AssertionError("mock-sap does not answer")

    def end(self):
        self.process.terminate()
        self.process.wait(60)

    def ask(self, path, value=None, method=None):
        body = None if value is None else json.dumps(value).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    def settings(self):
        url = f"http://127.0.0.1:{self.port}"
        login = {name: text.format(url=url) for name, text in SETTINGS.get(self.login, {}).items()}
        return {"url": url, "odata": self.dialect, "changed": DAYS, **login}

    def wrong_settings(self):
        name = "password" if self.login == "basic" else "client_secret"
        return {**self.settings(), name: "wrong-0000"}

    def outgoing(self, number):
        item = {"number": "00010", "Material": "TG11", "RequestedQuantity": str(number)}
        head = {
            "SalesOrderType": "OR",
            "SalesOrganization": "1710",
            "CustomerPurchaseOrderType": "EDI",
            "TransactionCurrency": "EUR",
        }
        body = {**head, "SoldToParty": "1000001", "PurchaseOrderByCustomer": f"PO-{number}", "to_Item": [item]}
        return Outgoing(f"delivery-{number}", json.dumps(body).encode(), f"{number}.json", "order", f"PO-{number}")

    def holds(self):
        query = """select cast(i.RequestedQuantity as real) from A_SalesOrder o join A_SalesOrderItem i using (SalesOrder)
                   where o.CustomerPurchaseOrderType = 'EDI' order by o.SalesOrder"""
        with sqlite3.connect(self.home / "sap.db") as database:
            return [self.outgoing(int(quantity)).body for (quantity,) in database.execute(query)]


@pytest.fixture
def start(tmp_path):
    there = MockSap(tmp_path)

    def launch(*options):
        there.launch("--db", str(tmp_path / "sap.db"), *options)
        return there

    yield launch
    there.end()


def mapping(name):
    return load(mappings_root() / "json" / "sap_s4" / f"{name}.yaml", f"json/sap_s4/{name}")


def order():
    line = {"number": "00010", "quantity": "3", "unit": "EA", "price": "11.00", "ids": {"vendor_part": "TG11"}}
    other = {"number": "00020", "quantity": "5", "unit": "PCE", "price": "0.333", "ids": {"vendor_part": "TG12"}}
    values = {"number": "O'Neill 4711", "partner": "acme", "currency": "EUR", "dates": {"delivery_requested": "2026-12-01"}}
    return Order.model_validate({**values, "lines": [line, other]})


def read(message):
    value = json.loads(message.body)
    names = {"order": "confirmation"}
    reading = mapping(names.get(value["event"], value["event"])).read(value)
    assert [finding for finding in reading.findings if finding.severity == "error"] == []
    return value["event"], reading.value


@pytest.mark.parametrize("dialect", ["v2", "v4"])
async def test_an_order_goes_through_to_its_bill(start, dialect):
    sap = start()
    sap.dialect = dialect
    writing = mapping("order").write(order())
    assert writing.findings == []
    outgoing = Outgoing("delivery-1", json.dumps(writing.value).encode(), "1.json", "order", "4711")
    settings = {**sap.settings(), "ours": "PurchaseOrderByCustomer eq 'O''Neill 4711'"}
    bench = Bench(SapS4, sap)
    async with bench.open(settings) as connector:
        receipt = await connector.push(outgoing)
        again = await connector.find("delivery-1", outgoing)
        assert again == receipt and receipt.detail["lines"] == {"000010": "00010", "000020": "00020"}
        first = await pulled(connector)
        assert [read(message)[0] for message in first] == ["order"]
        for kind in ("DELVRY", "INVOIC"):
            generate(sap, kind, receipt.reference)
        told = dict([read(message) for message in await pulled(connector, first[-1].cursor)])
    assert set(told) == {"delivery", "billing"}
    confirmed = read(first[0])[1]
    assert (confirmed["order_number"], confirmed["partner"], confirmed["verdict"]) == ("O'Neill 4711", "acme", "detail")
    assert str(confirmed["dates"]["delivery_estimated"]) == "2026-12-01"
    assert [(one["line"] if "line" in one else one["system_line"]) for one in told["delivery"]["contents"]] == [
        "000010",
        "000020",
    ]
    assert told["delivery"]["orders"] == [{"id": receipt.reference, "number": "O'Neill 4711"}]
    assert told["billing"]["order_number"] == "O'Neill 4711"
    for event, value in told.items():
        lines = {"lines": [{**line, "number": "1"} for line in value["lines"]]} if "lines" in value else {}
        DOCUMENTS[mapping(event).document].model_validate({**value, **lines})


def generate(sap, kind, number):
    """The IDoc of a new delivery or bill."""
    return written(sap, "/sap/bc/idoc/generate?format=xml", {"mestyp": kind, "SalesOrder": number})


def written(sap, path, value):
    """Somebody in SAP writes something: with a token and its session."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{sap.port}/sap/opu/odata/sap/API_SALES_ORDER_SRV/", headers={"X-CSRF-Token": "Fetch"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        known = {"X-CSRF-Token": answer.headers["x-csrf-token"], "Cookie": answer.headers["set-cookie"].partition(";")[0]}
    headers = {**known, "Content-Type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{sap.port}{path}", json.dumps(value).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()


def priced(sap):
    """SAP's pricing, which mock-sap has not: without it every bill asks for nothing."""
    query = """update A_SalesOrderItem as i set NetAmount = printf('%.3f', RequestedQuantity * (
                 select ConditionRateValue from A_SalesOrderItemPrElement p
                 where p.SalesOrder = i.SalesOrder and p.SalesOrderItem = i.SalesOrderItem limit 1))
               where cast(NetAmount as real) = 0"""
    with sqlite3.connect(sap.home / "sap.db") as database:
        database.execute(query)


def work_off(sap):
    """SAP's application makes sales orders of the IDocs that came, which mock-sap only files."""
    with sqlite3.connect(sap.home / "sap.db") as database:
        came = database.execute("select payload from idoc where direction = '2' and mestyp = 'ORDERS' order by docnum").fetchall()
        known = {row[0] for row in database.execute("select PurchaseOrderByCustomer from A_SalesOrder")}
    for (payload,) in came:
        head = ET.fromstring(payload).find("IDOC")
        number = head.findtext("E1EDK01/BELNR")
        if number not in known:
            sold_to = head.findtext("E1EDKA1[PARVW='AG']/PARTN")
            area = {"SalesOrderType": "OR", "SalesOrganization": head.findtext("E1EDK14[QUALF='008']/ORGID")}
            items = [{"Material": item.findtext("E1EDP19[QUALF='002']/IDTNR"), "RequestedQuantity": item.findtext("MENGE"),
                      "NetAmount": str(Decimal(item.findtext("MENGE")) * Decimal(item.findtext("VPREI")))}
                     for item in head.iterfind("E1EDP01")]  # fmt: skip
            value = {**area, "SoldToParty": sold_to, "PurchaseOrderByCustomer": number, "to_Item": items,
                     "TransactionCurrency": head.findtext("E1EDK01/CURCY")}  # fmt: skip
            written(sap, "/sap/opu/odata/sap/API_SALES_ORDER_SRV/A_SalesOrder", value)


@pytest.mark.parametrize("options", [["--auth", f"CROSSDOCK:{SECRET}"], ["--oauth", f"crossdock:{SECRET}"]])
@pytest.mark.parametrize("question", QUESTIONED)
async def test_the_questions_of_every_connector(start, question, options):
    assert question in asked(SapS4, MockSap)
    await QUESTIONS[question].ask(Bench(SapS4, start(*options)))


async def test_an_oauth_token_that_ran_out_is_renewed(start):
    sap = start("--oauth", f"crossdock:{SECRET}", "--token-ttl", "2")
    bench = Bench(SapS4, sap)
    async with bench.open() as connector:
        await connector.push(sap.outgoing(1))
        bench.clock.advance(3)
        await connector.push(sap.outgoing(2))
    assert len(sap.holds()) == 2


async def test_a_csrf_token_that_ran_out_is_fetched_again(start):
    sap = start()
    async with Bench(SapS4, sap).open() as connector:
        await connector.push(sap.outgoing(1))
        connector._gateway._token = "stale"
        await connector.push(sap.outgoing(2))
    assert sap.holds() == [sap.outgoing(number).body for number in (1, 2)]


async def test_pages_and_smaller_portions_lose_nothing(start):
    """Many documents have the same day: pages are counted within it."""
    sap = start()
    bench = Bench(SapS4, sap)
    async with bench.open({**sap.settings(), "page": 1000}) as connector:
        whole = [message.key for message in await pulled(connector)]
    async with bench.open({**sap.settings(), "page": 3}) as connector:
        paged = await pulled(connector)
        assert sorted(message.key for message in paged) == sorted(whole)
        assert await pulled(connector, paged[-1].cursor) == []
    assert len(whole) > 20


async def test_what_sap_refuses_is_for_a_person(start):
    sap = start()
    async with Bench(SapS4, sap).open() as connector:
        bad = json.dumps({"SoldToParty": "1000001", "PurchaseOrderByCustomer": "X", "Colour": "red", "to_Item": []}).encode()
        assert "Colour" in str(await fails(connector.push(Outgoing("d", bad, "x.json", "order")), Rejected))
        await fails(connector.push(Outgoing("d", b"{}", "x.json", "order")), Rejected)
        await fails(connector.push(Outgoing("d", b"{}", "x.json", "invoice")), Misconfigured)
    async with Bench(SapS4, sap).open({**sap.settings(), "ours": "Colour eq 'red'"}) as connector:
        await fails(pulled(connector), Misconfigured)


@pytest.mark.parametrize("part", range(2))
async def test_cut_at_fifty_places_an_order_is_one_order(start, part):
    sap = start("--auth", f"CROSSDOCK:{SECRET}")
    said = await cut_everywhere(Bench(SapS4, sap), sap.port, [place / 50 for place in range(part, 50, 2)])
    assert {"unknown", "not taken"} <= said
