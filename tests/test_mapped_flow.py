"""Tables and XML through the whole hub: several orders in a file, a bad row, answers in the partner's own format."""

import json
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from hub.app import Hub
from tests.journey import HERE, bring, hub_for, wire
from tests.test_further_documents import sent, states

FIXTURES = Path(__file__).parent / "fixtures"


@asynccontextmanager
async def company(home: Path, channel: str, **files: str) -> AsyncIterator[Hub]:
    """The company of the journeys with one more channel, `shop`; files are further ones by path, `__` for each slash."""
    shutil.copytree(HERE / "company", home / "company")
    (home / "company" / "channels" / "shop.yaml").write_text("connector: wire\n" + channel)
    for name, text in files.items():
        path = home / "company" / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    async with hub_for(home) as hub:
        yield hub


def orders(hub: Hub) -> list[str]:
    return sorted(json.loads(text)["externalRef"] for text in sent(hub, "erp"))


MAPPED = "format: {}\nreads: [{{mapping: mine}}]\n"


@pytest.mark.parametrize(
    ("case", "good", "held"),
    [
        ("csv/teehaus.csv", ["B-501", "B-503"], ["row 7: Menge: `zwölf` is not a number"]),
        ("csv/depot.txt", ["PO000071", "PO000072"], []),
        ("xlsx/workbook.xlsx", ["H-1", "H-3"], ["row 6: Pieces: `two` is not a number"]),
    ],
)
async def test_a_bad_row_holds_its_order_and_no_other(tmp_path: Path, case: str, good: list[str], held: list[str]) -> None:
    path = FIXTURES / case
    format = path.suffix[1:].replace("txt", "fixed")
    async with company(tmp_path, MAPPED.format(format), mappings__mine=path.with_suffix(".yaml").read_text()) as hub:
        await bring(hub, "shop", path.read_bytes(), path.name)
        assert orders(hub) == good
        assert [why for state, why in states(hub, "order") if state == "held"] == held


async def test_a_file_that_is_no_such_table_says_what_it_has_instead(tmp_path: Path) -> None:
    mapping = (FIXTURES / "csv" / "dropship.yaml").read_text()
    async with company(tmp_path, MAPPED.format("csv"), mappings__mine=mapping) as hub:
        await bring(hub, "shop", b"PO no,sku,Quantity\n1,2,3\n", "in.csv")
        query = "select state, error from arrivals"
        rows: Any = hub.ledger.look(lambda connection: connection.exec_driver_sql(query).all())
        assert [tuple(row) for row in rows] == [
            (
                "failed",
                "no row names the columns `PO number` (is it `PO no`?), `qty` (is it `Quantity`?); row 1 has `PO no`, `sku`, `Quantity`",
            )
        ]


LIST = """
document: ship_order
format: csv
layout: {delimiter: ";", decimal: ","}
body:
  Auftrag: {is: number, use: must}
  Bestellung: {is: order_number}
  rows: {each: lines, body: {Artikel: {is: [ids.sku, ids.vendor_part]}, Menge: {is: quantity, use: must}}}
"""


async def test_a_warehouse_gets_its_ship_orders_as_a_table(tmp_path: Path) -> None:
    shutil.copytree(HERE / "company", tmp_path / "company")
    (tmp_path / "company" / "systems" / "warehouse.yaml").write_text(
        "connector: wire\nformat: csv\nwrites: {ship_order: pick_list}\ngives: [ship_notice]\n"
    )
    (tmp_path / "company" / "mappings").mkdir()
    (tmp_path / "company" / "mappings" / "pick_list.yaml").write_text(LIST)
    journey = HERE / "clean_order_to_paid_invoice"
    async with hub_for(tmp_path) as hub:
        for step in sorted(journey.glob("0[1-3]_*")):
            _, endpoint, what = step.stem.split("_", 2)
            await bring(hub, endpoint, step.read_bytes(), step.name, document=what)
        (outgoing,) = wire(hub, "warehouse").sent.values()
        assert outgoing.media_type == "text/csv" and outgoing.name.endswith(".csv")
        assert outgoing.body.decode().splitlines()[0] == "Auftrag;Bestellung;Artikel;Menge"
        assert outgoing.body.decode().splitlines()[1].endswith(";24")


SPEAKS = """format: xml
reads: [{{mapping: {0}/order}}]
writes: {{order_response: {0}/{1}}}
"""
CONFIRMED = {
    "kind": "confirmation",
    "data": {
        "salesOrder": "SO-5001",
        "externalRef": "",
        "confirmedOn": "2026-11-22",
        "rows": [
            {"pos": "10", "customerRow": "1", "confirmed": [{"qty": 24, "how": "accepted", "shipDate": "2026-11-24"}]},
            {"pos": "20", "customerRow": "2", "confirmed": [{"qty": 1, "how": "accepted"}, {"qty": 1, "how": "backordered"}]},
        ],
    },
}


@pytest.mark.parametrize(
    ("family", "answer", "number", "says"),
    [
        ("cxml", "confirmation", "4500009001", ['payloadID="20261122.1@buyer.example"', 'type="backordered"', 'type="detail"']),
        (
            "ubl",
            "order_response",
            "PO-1001",
            ["<cbc:OrderResponseCode>CA<", '<cbc:Quantity unitCode="XCS">1<', "BackorderQuantity"],
        ),
    ],
)
async def test_an_order_in_xml_is_answered_in_xml(tmp_path: Path, family: str, answer: str, number: str, says: list[str]) -> None:
    order = (FIXTURES / family / "order.xml").read_text().replace('deploymentMode="test"', 'deploymentMode="production"')
    async with company(tmp_path, SPEAKS.format(family, answer)) as hub:
        await bring(hub, "shop", order.encode(), "order.xml")
        assert orders(hub) == [number]
        CONFIRMED["data"]["externalRef"] = number  # type: ignore[index]
        await bring(hub, "erp", json.dumps(CONFIRMED).encode(), "confirmation.json")
        (told,) = sent(hub, "shop")
        assert [words for words in says if words not in told] == [], told
        assert wire(hub, "shop").sent.popitem()[1].name.endswith(".xml")


async def test_what_says_it_is_a_test_reaches_no_production_system(tmp_path: Path) -> None:
    async with company(tmp_path, SPEAKS.format("cxml", "confirmation")) as hub:
        await bring(hub, "shop", (FIXTURES / "cxml" / "order.xml").read_bytes(), "order.xml")
        assert orders(hub) == [] and states(hub, "order") == [("accepted", None)]


async def test_a_deletion_cancels_and_an_update_replaces(tmp_path: Path) -> None:
    routes = (HERE / "company" / "routes.yaml").read_text() + "\n- document: order_change\n  to: accounting\n"
    async with company(tmp_path, SPEAKS.format("cxml", "confirmation"), routes=routes) as hub:
        for name in ("order", "order_update", "order_delete"):
            body = (FIXTURES / "cxml" / f"{name}.xml").read_text().replace('deploymentMode="test"', 'deploymentMode="production"')
            await bring(hub, "shop", body.encode(), f"{name}.xml")
        query = "select state, revision from orders"
        rows: Any = hub.ledger.look(lambda connection: connection.exec_driver_sql(query).all())
        assert [tuple(row) for row in rows] == [("cancelled", 3)], states(hub, "order")


MIXED = """format: mixed
partner: {partner}
reads: [{{mapping: depot}}, {{mapping: workbook}}, {{mapping: teehaus}}, {{mapping: ubl/order}}, {{mapping: canonical}}]
writes: {{order_response: letters/order_response}}
"""
BY_MAPPING = {name: f"{folder}/{name}.yaml" for folder, name in (("csv", "depot"), ("csv", "teehaus"), ("xlsx", "workbook"))}
ANY = [  # what came, under which name, and the orders it holds
    ("csv/teehaus.csv", "Bestellung.CSV", ["B-501", "B-503"]),
    ("csv/depot.txt", "orders.txt", ["PO000071", "PO000072"]),
    ("xlsx/workbook.xlsx", "order", ["H-1", "H-3"]),
    ("ubl/order.xml", "order.xml", ["PO-1001"]),
    ("journeys/clean_order_to_paid_invoice/01_acme_850.edi", "order.txt", ["PO-1001"]),
]


@asynccontextmanager
async def mailbox(home: Path, partner: str = "acme") -> AsyncIterator[Hub]:
    files = {f"mappings__{name}": (FIXTURES / path).read_text() for name, path in BY_MAPPING.items()}
    async with company(home, MIXED.format(partner=partner), **files) as hub:
        yield hub


@pytest.mark.parametrize(("case", "name", "good"), ANY)
async def test_a_mailbox_takes_any_format_by_what_comes(tmp_path: Path, case: str, name: str, good: list[str]) -> None:
    async with mailbox(tmp_path) as hub:
        await bring(hub, "shop", (FIXTURES / case).read_bytes(), name)
        assert orders(hub) == good
        assert [outgoing.media_type for outgoing in wire(hub, "shop").sent.values()] == (
            ["application/edi-x12"] if case.endswith(".edi") else []
        ), "an interchange is acknowledged in its own words"


async def test_a_mailbox_answers_with_a_letter_whatever_came(tmp_path: Path) -> None:
    value = {"document": "order", "number": "PO-7", "lines": [{"number": "1", "quantity": "2", "ids": {"sku": "TG-1"}}]}
    async with mailbox(tmp_path) as hub:
        await bring(hub, "shop", json.dumps(value).encode(), "order.json", **{"from": "buyer@acme.example"})
        data: Any = CONFIRMED["data"]
        answer = {**CONFIRMED, "data": {**data, "externalRef": "PO-7", "rows": data["rows"][:1]}}
        await bring(hub, "erp", json.dumps(answer).encode(), "confirmation.json")
        [letter] = wire(hub, "shop").sent.values()
        assert letter.media_type == "message/rfc822" and b"To: buyer@acme.example" in letter.body


async def test_an_interchange_where_no_partner_is_named_is_for_a_person(tmp_path: Path) -> None:
    async with mailbox(tmp_path, "null") as hub:
        await bring(hub, "shop", (FIXTURES / ANY[-1][0]).read_bytes(), "order.edi")
        rows: Any = hub.ledger.look(lambda connection: connection.exec_driver_sql("select error from arrivals").all())
        assert rows[0][0] == "this is x12, and the file of shop names no `partner` whose guides count"


SAP = """connector: wire
format: mixed
writes: {order: json/demo_erp/order, ship_notice: json/demo_erp/goods_issue}
reads: [{mapping: idoc/ordrsp}, {mapping: idoc/delvry07}, {mapping: idoc/invoic02}]
"""


def confirmed(*items: str) -> bytes:
    """A confirmation of the buyer's first order, as SAP sends it; nobody but its documentation has told us."""
    head = '<EDI_DC40 SEGMENT="1"><DOCNUM>{}</DOCNUM><IDOCTYP>ORDERS05</IDOCTYP><MESTYP>ORDRSP</MESTYP></EDI_DC40>'
    order = '<E1EDK01 SEGMENT="1"><CURCY>USD</CURCY><BELNR>0000004711</BELNR></E1EDK01><E1EDK03 SEGMENT="1"><IDDAT>012</IDDAT>'
    order += '<DATUM>20261122</DATUM></E1EDK03><E1EDK02 SEGMENT="1"><QUALF>001</QUALF><BELNR>PO-1001</BELNR></E1EDK02>'
    rows = "".join(f'<E1EDP01 SEGMENT="1">{item}</E1EDP01>' for item in items)
    return f'<ORDERS05><IDOC BEGIN="1">{head}{order}{rows}</IDOC></ORDERS05>'.encode()


def named(line: str) -> str:
    return f'<E1EDP02 SEGMENT="1"><QUALF>001</QUALF><BELNR>PO-1001</BELNR><ZEILE>{line}</ZEILE></E1EDP02>'


def planned(quantity: str, day: str) -> str:
    return f'<E1EDP20 SEGMENT="1"><WMENG>{quantity}</WMENG><EDATU>{day}</EDATU></E1EDP20>'


ITEM = '<E1EDP19 SEGMENT="1"><QUALF>002</QUALF><IDTNR>{}</IDTNR></E1EDP19>'
FIRST = f"<POSEX>000010</POSEX><MENGE>24.000</MENGE>{named('1')}"


@pytest.mark.parametrize(
    ("items", "wanted"),
    [
        (
            (f"{FIRST}{planned('24.000', '20261201')}", f"<POSEX>2</POSEX><MENGE>12.000</MENGE>{named('2')}"),
            [["IA*24.000*EA*017*20261201"], ["IA*12.000*CA"]],
        ),
        (  # by SAP's own number of a line it has told before, or by the item alone
            (
                f"{FIRST}{planned('0.000', '20261124')}{planned('20.000', '20261201')}",
                f"<POSEX>000020</POSEX><MENGE>12.000</MENGE><ABGRU>50</ABGRU>{ITEM.format('TEA-BLACK-CASE')}",
            ),
            [["IA*20.000*EA*017*20261201", "IB*4.000*EA"], ["IR*12.000*CA"]],
        ),
    ],
    ids=["all of it", "less"],
)
async def test_a_confirmation_of_sap_becomes_the_buyers(tmp_path: Path, items: tuple[str, ...], wanted: list[list[str]]) -> None:
    async with company(tmp_path, "format: canonical\ngives: [order]\n", systems__erp=SAP) as hub:
        await bring(hub, "acme", (HERE / "clean_order_to_paid_invoice" / "01_acme_850.edi").read_bytes(), "01.edi")
        await bring(hub, "erp", confirmed(*items), "IDoc 4815")
        assert states(hub, "order_response") == [("accepted", None)]
        answer = sent(hub, "acme")[-1]
        told = [re.findall(r"ACK\*([^~]*)~", line) for line in answer.split("PO1*")[1:]]
        assert told == wanted, answer
        assert "PO1*1*24*EA*" in answer, "as it was ordered"


async def test_a_confirmation_of_a_line_that_was_not_ordered_is_held(tmp_path: Path) -> None:
    async with company(tmp_path, "format: canonical\ngives: [order]\n", systems__erp=SAP) as hub:
        await bring(hub, "acme", (HERE / "clean_order_to_paid_invoice" / "01_acme_850.edi").read_bytes(), "01.edi")
        await bring(hub, "erp", confirmed(f"<POSEX>30</POSEX><MENGE>1</MENGE>{named('3')}"), "IDoc 4816")
        ((state, why),) = states(hub, "order_response")
        assert state == "held" and "the answer speaks of line 3, which the order does not have" in str(why)
