"""The connector and its mappings against the real Tryton: a sale, its shipment, its invoice and its payment."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.tryton.connector import Tryton
from hub.errors import Misconfigured, Rejected
from hub.mapping.mapping import load
from hub.model import DOCUMENTS, Order
from hub.sdk import Outgoing
from hub.sdk.testing import QUESTIONS, Bench, asked, fails, pulled
from hub.sdk.testing.cutting import cut_everywhere
from tests.journeys.install import tryton as installed
from tests.journeys.real_tryton import RealTryton

MAPPINGS = Path(__file__).parents[2] / "mappings" / "json" / "tryton"
QUESTIONED = (
    "check_passes",
    "check_finds_bad_credentials",
    "secrets_are_never_told",
    "push_delivers_the_bytes",
    "push_twice_is_one_document",
    "push_with_bad_credentials_stops_the_endpoint",
    "find_proves_presence_and_absence",
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(installed.ready() is None, reason="Tryton is not installed here: python tests/journeys/install/tryton.py"),
]


@pytest.fixture
def erp(tmp_path):
    there = RealTryton(tmp_path)
    there.launch()
    yield there
    there.end()


def mapping(name):
    return load(MAPPINGS / f"{name}.yaml", f"json/tryton/{name}")


def order(number="4500007", **more):
    line = {"number": "00010", "quantity": "3", "unit": "EA", "price": "11.00", "ids": {"vendor_part": "WIDGET-001"}}
    other = {"number": "00020", "quantity": "1", "unit": "EA", "ids": {"vendor_part": "GADGET-9"}}
    store = {"name": "Café Zoë 渋谷 🍰", "lines": ["7 Side Road", "Rear"], "postcode": "10117", "city": "Berlin", "country": "DE"}
    values = {"number": number, "partner": "acme", "currency": "EUR", "ordered_on": "2026-11-20", "lines": [line, other]}
    return Order.model_validate({**values, "parties": {"ship_to": store}, **more})


def pushed(document, key="delivery-1"):
    writing = mapping("order").write(document)
    assert writing.findings == []
    return Outgoing(key, json.dumps(writing.value).encode(), "1.json", "order", document.number)


def read(message):
    """The canonical document that a message becomes, without what only joining with the order can tell."""
    value = json.loads(message.body)
    reading = mapping(value["event"]).read(value)
    assert [finding for finding in reading.findings if finding.severity == "error"] == []
    assert [finding.text for finding in reading.findings if finding.code == "hub:not-mapped"] == []
    return value["event"], reading.value


async def test_an_order_goes_through_to_its_payment(erp):
    bench = Bench(Tryton, erp)
    async with bench.open() as connector:
        receipt = await connector.push(pushed(order()))
        told = dict([read(message) for message in await pulled(connector)])
        assert list(told) == ["confirmation"]
        erp.ship("4500007", "1Z-999")
        invoice = erp.bill("4500007")
        pay(erp, invoice)
        messages = await pulled(connector)
        told = dict([read(message) for message in messages])
    assert set(told) == {"confirmation", "shipment", "invoice", "payment"}
    lines = receipt.detail["lines"]
    confirmed = told["confirmation"]
    assert (confirmed["order_number"], confirmed["number"], confirmed["partner"]) == ("4500007", receipt.reference, "acme")
    assert [lines[line["system_line"]] for line in confirmed["lines"]] == ["00010", "00020"]
    assert confirmed["verdict"] == "detail" and confirmed["lines"][0]["outcomes"][0]["dates"]["ship_estimated"]
    shipped = told["shipment"]
    assert [one["marks"]["tracking"] for one in shipped["packages"]] == ["1Z-999"]
    assert {lines[one["system_line"]]: str(one["quantity"]) for one in shipped["contents"]} == {"00010": "3.0", "00020": "1.0"}
    assert [one["number"] for one in shipped["orders"]] == ["4500007"]
    billed = told["invoice"]
    assert (billed["order_number"], str(billed["total"])) == ("4500007", "140.00")  # 33.00 + 100.00 and 7 percent of that
    assert {lines[one["system_line"]] for one in billed["lines"]} == {"00010", "00020"}
    assert [str(tax["amount"]) for tax in billed["taxes"]] == ["7.00"]
    (settled,) = told["payment"]["settled"]
    assert (settled["invoice"], str(settled["paid"])) == (billed["number"], "140.00")
    for event, value in told.items():
        kind = DOCUMENTS[mapping(event).document]
        (filled,) = [
            value | {"lines": [{**line, "number": "1"} for line in value.get("lines", ())]} if "lines" in value else value
        ]
        kind.model_validate(filled)


def pay(erp, invoice):
    """Register the payment at the wizard, as the accountant does."""
    (cash,) = erp.search("account.invoice.payment.method", [], "name")
    about = {**erp.context, "active_model": "account.invoice", "active_id": invoice, "active_ids": [invoice]}
    session, *_ = erp.call("wizard.account.invoice.pay.create", about, context=False)
    start = erp.call("wizard.account.invoice.pay.execute", session, {}, "start", about, context=False)
    values = {name: value for name, value in start["view"]["defaults"].items() if not name.endswith(".")}
    values["payment_method"] = cash["id"]
    erp.call("wizard.account.invoice.pay.execute", session, {"start": values}, "choice", about, context=False)


async def test_address_terms_and_taxes_are_what_the_order_and_the_party_say(erp):
    bench = Bench(Tryton, erp)
    async with bench.open() as connector:
        await connector.push(pushed(order()))
        await connector.push(pushed(order("4500008"), "delivery-2"))
    fields = (
        "reference",
        "payment_term.name",
        "shipment_address.full_address",
        "shipment_address.party_name",
        "sale_date",
        "total_amount",
    )
    first, second = erp.search("sale.sale", [], *fields)
    assert first["payment_term."]["name"] and first["total_amount"]["decimal"] == "140.00"
    assert first["shipment_address."]["party_name"] == "Café Zoë 渋谷 🍰"
    assert "7 Side Road\nRear" in first["shipment_address."]["full_address"]
    assert first["shipment_address."]["id"] == second["shipment_address."]["id"]  # made once
    assert first["sale_date"]["day"] == 20


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"partner": "nobody"}, "no party.party with the code nobody"),
        ({"currency": "USD"}, "no currency.currency with the code USD"),
        ({"lines": [{"number": "1", "quantity": "1", "ids": {"vendor_part": "NONE"}}]}, "no product.product with the code NONE"),
        ({"parties": {"ship_to": {"id": "0042"}}}, "the party has no address 0042"),
    ],
)
async def test_what_tryton_does_not_have_is_a_document_for_a_person(erp, change, words):
    async with Bench(Tryton, erp).open() as connector:
        refusal = await fails(connector.push(pushed(order(**change))), Rejected)
    assert words in str(refusal)
    assert erp.holds() == []


TEA_WEEK = {"kind": "allowance", "text": "Tea week", "amount": "1.00"}
SHIPPING = {"kind": "charge", "text": "Express", "amount": "4.90"}
GIFT_CARD = {"kind": "allowance", "text": "Gift card", "amount": "2.70"}


def shopped(**more):
    line = {"number": "1", "quantity": "2", "price": "4.25", "ids": {"sku": "WIDGET-001"}, "adjustments": [TEA_WEEK]}
    return order("#1007", lines=[line], adjustments=[SHIPPING, GIFT_CARD], **more)


async def test_charges_and_allowances_are_lines_and_the_sale_comes_to_what_the_shop_says(erp):
    """2 × 4.25 − 1.00 + 4.90 − 2.70 = 9.70; told back, they are no lines of the order."""
    erp.service("SHIPPING")
    erp.service("DISCOUNT")
    products = {"charge_product": "SHIPPING", "allowance_product": "DISCOUNT"}
    async with Bench(Tryton, erp).open({**erp.settings(), **products}) as connector:
        await connector.push(pushed(shopped()))
        erp.ship("#1007", "1Z-1")
        (bills,) = [sale["invoices"] for sale in erp.search("sale.sale", [], "invoices")]
        erp.insist("model.account.invoice.post", bills)
        messages = [read(message) for message in await pulled(connector)]
    told, billed = dict(messages), [value for event, value in messages if event == "invoice"]
    (sale,) = erp.search("sale.sale", [], "untaxed_amount", "lines.description", "lines.amount")
    assert sale["untaxed_amount"]["decimal"] == "9.70"
    assert [line["description"] for line in sale["lines."]][1:] == ["Tea week (WIDGET-001)", "Express", "Gift card"]
    assert len(told["confirmation"]["lines"]) == len(told["shipment"]["contents"]) == 1
    assert sum(one["total"] for one in billed) == Decimal("9.70"), "services are billed at once, goods when they are shipped"
    assert sum(len(one.get("lines", ())) for one in billed) == 1
    assert [(one["kind"], str(one["amount"])) for bill in billed for one in bill.get("adjustments", ())] == [
        ("allowance", "1.00"), ("charge", "4.90"), ("allowance", "2.70")]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "document", "words"),
    [
        ({}, shopped(), "an allowance (Tea week) of 1.00: name the product that stands for it, `allowance_product`"),
        ({"allowance_product": "WIDGET-001"}, shopped(), "a charge (Express) of 4.90: name the product that stands for it"),
        ({"tie_out": "total"}, order(lines=[{"number": "1", "quantity": "1", "price": "100.00", "ids": {"sku": "GADGET-9"}}]),
         "the sale would come to 107.00 in Tryton, the order to 100.00 (total)"),
    ],
)  # fmt: skip
async def test_an_order_that_would_not_come_to_its_total_is_refused(erp, settings, document, words):
    async with Bench(Tryton, erp).open({**erp.settings(), **settings}) as connector:
        refusal = await fails(connector.push(pushed(document)), Rejected)
    assert words in str(refusal)
    assert erp.search("sale.sale", []) == [], "no draft is left"


async def test_an_order_without_a_currency_has_the_company_s(erp):
    async with Bench(Tryton, erp).open() as connector:
        await connector.push(pushed(order(currency="XXX")))
    (sale,) = erp.search("sale.sale", [], "currency.code")
    assert sale["currency."]["code"] == "EUR"


async def test_a_quotation_that_was_cancelled_is_told(erp):
    """The hub was interrupted before it confirmed, and a person cancelled: Tryton cancels nothing that was confirmed."""
    async with Bench(Tryton, erp).open() as connector:
        given = json.loads(pushed(order()).body)
        sales, party = connector._sales, await connector._sales.party(given)
        (sale,) = erp.call("model.sale.sale.create", [await sales.sale(given, party)])
        erp.call("model.sale.sale.quote", [sale])
        erp.call("model.sale.sale.cancel", [sale])
        events = [read(message) for message in await pulled(connector)]
    assert [(event, value["verdict"]) for event, value in events if event == "cancellation"] == [("cancellation", "rejected")]


async def test_pages_and_changes_meanwhile_lose_nothing(erp):
    """Two sales a page, many with one time of change; each is told once, however it is touched later."""
    bench = Bench(Tryton, erp)
    async with bench.open({**erp.settings(), "page": 2}) as connector:
        for number in range(1, 6):
            await connector.push(erp.outgoing(number))
        ids = [row["id"] for row in erp.search("sale.sale", [])]
        erp.call("model.sale.sale.write", ids, {"comment": "looked at"})
        messages = await pulled(connector)
        assert len({message.key for message in messages}) == len(messages) == 5
        erp.call("model.sale.sale.write", ids[:1], {"comment": "looked at again"})
        assert await pulled(connector, messages[-1].cursor) == []
        assert [key async for key in connector.ids(datetime(2000, 1, 1, tzinfo=UTC), datetime(2000, 1, 2, tzinfo=UTC))] == []


async def test_stock_is_looked_up(erp):
    async with Bench(Tryton, erp).open() as connector:
        found = await connector.lookup("stock", ["WIDGET-001", "NONE"])
        items = await connector.lookup("items", ["GADGET-9"])
        await fails(connector.lookup("weather", ["today"]), Misconfigured)
    assert {code: one["quantity"] for code, one in found.items()} == {"WIDGET-001": 1000.0}
    assert items["GADGET-9"]["default_uom"]["symbol"] == "u"


async def test_stock_is_told_when_it_has_changed(erp):
    bench = Bench(Tryton, erp)
    async with bench.open({**erp.settings(), "stock_every": 15}) as connector:
        (first,) = await pulled(connector)
        assert (await pulled(connector))[0].key == first.key, "until it is stored"
        await connector.ack(first)
        assert await pulled(connector) == []
        bench.clock.advance(15 * 60)
        assert await pulled(connector) == [], "nothing has changed"
        await connector.push(pushed(order()))
        bench.clock.advance(15 * 60)
        second = (await pulled(connector))[-1]
    levels = [{line["ids"]["vendor_part"]: {kind: int(one) for kind, one in line["quantities"].items()} for line in value["lines"]}
              for _, value in map(read, (first, second))]  # fmt: skip
    assert levels[0]["WIDGET-001"] == {"on_hand": 1000, "available": 1000}
    assert levels[1]["WIDGET-001"] == {"on_hand": 1000, "available": 997} and levels[1]["BRKT-050"] == levels[0]["BRKT-050"]


async def test_a_session_that_ended_is_renewed(erp):
    bench = Bench(Tryton, erp)
    async with bench.open() as connector:
        await connector.push(erp.outgoing(1))
        kept = json.loads(bench.state.values["login"])
        bench.state.values["login"] = json.dumps({**kept, "access": "bm9ib2R5OjI6ZGVhZA=="})
    async with bench.open() as connector:
        await connector.push(erp.outgoing(2))
    assert len(erp.holds()) == 2


@pytest.mark.parametrize("question", QUESTIONED)
async def test_the_questions_of_every_connector(erp, question):
    assert question in asked(Tryton, RealTryton)
    await QUESTIONS[question].ask(Bench(Tryton, erp))


@pytest.mark.parametrize("half", range(2))
async def test_cut_at_fifty_places_a_sale_is_one_sale(erp, half):
    said = await cut_everywhere(Bench(Tryton, erp), erp.port, [place / 50 for place in range(half, 50, 2)])
    assert {"unknown", "not taken"} <= said
    assert erp.search("sale.sale", [["state", "in", ["draft", "quotation"]]]) == []
