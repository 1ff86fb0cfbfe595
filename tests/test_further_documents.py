"""Documents that no order waits for, through the whole hub: acknowledged, routed like any other, or held and never lost."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from hub.app import Hub
from tests.journey import HERE, bring, hub_for, wire

FIXTURES = Path(__file__).parent / "fixtures" / "x12"
JOURNEY = HERE / "clean_order_to_paid_invoice"
# a golden document -> the canonical document it becomes
KINDS = {
    "852/sales": "activity_report",
    "180/authorised": "return_request",
    "753/two_stops": "routing_request",
    "754/routed": "routing_instruction",
    "857/packs": "billed_shipment",
}
GROCERY = """ISA*00*          *00*          *ZZ*ACMERETAIL     *ZZ*CROSSDOCKCO    *261122*1155*U*00401*000000101*0*P*>~
GS*OG*ACMERETAIL*CROSSDOCKCO*20261122*1155*101*X*004010UCS~
ST*875*0001~
G50*N*20261122*PO-1001****SA~
N9*DP*042~
G62*02*20261201~
N1*ST*Acme Store 42*92*0042~
N3*1 Main Street~
N4*Springfield*IL*62701*US~
G68*24*EA*4.25**UP*012345678905*VN*TEA-GREEN-100~
N9*LI*1~
G68*12*CA*60**UP*012345678912*VN*TEA-BLACK-CASE~
N9*LI*2~
G76*36*EA~
SE*13*0001~
GE*1*101~
IEA*1*000000101~
"""


def from_acme(text: str) -> bytes:
    """A golden file as this partner would send it."""
    head, _, rest = text.partition("~")
    isa = head.split("*")
    isa[6], isa[8] = f"{'ACMERETAIL':<15}", f"{'CROSSDOCKCO':<15}"
    return ("*".join(isa) + "~" + re.sub(r"(GS\*\w\w)\*\w+\*\w+", r"\1*ACMERETAIL*CROSSDOCKCO", rest)).encode()


@asynccontextmanager
async def company(home: Path, routes: str = "", invoice: str = "x12/810", version: str = "004010") -> AsyncIterator[Hub]:
    """The hub of the journeys, with these routes besides, its invoices by this guide (others may follow) in this version."""
    copytree(HERE / "company", home / "company")
    with (home / "company" / "routes.yaml").open("a") as file:
        file.write(routes)
    partner = home / "company" / "partners" / "acme" / "partner.yaml"
    partner.write_text(partner.read_text().replace("invoice: x12/810", f"invoice: {invoice}").replace('"004010"', f'"{version}"'))
    async with hub_for(home) as hub:
        yield hub


def sent(hub: Hub, endpoint: str) -> list[str]:
    return [outgoing.body.decode() for outgoing in wire(hub, endpoint).sent.values()]


def states(hub: Hub, kind: str) -> list[tuple[str, str | None]]:
    """What the ledger says of the documents of this kind."""
    query = "select state, why from documents where kind = :kind and direction = 'in' order by id"
    rows: Any = hub.ledger.look(lambda connection: connection.exec_driver_sql(query, {"kind": kind}).all())
    return [(row[0], row[1]) for row in rows]


@pytest.mark.parametrize("case", KINDS)
async def test_a_system_that_is_routed_to_gets_the_document(tmp_path: Path, case: str) -> None:
    kind = KINDS[case]
    async with company(tmp_path, f"\n- document: {kind}\n  from: acme\n  to: accounting\n") as hub:
        await bring(hub, "acme", from_acme((FIXTURES / f"{case}.edi").read_text()), "in.edi")
        (acknowledgement,) = sent(hub, "acme")
        assert "AK5*A~" in acknowledgement
        golden = json.loads((FIXTURES / f"{case}.json").read_text())[0]["documents"]
        got = [json.loads(text) for text in sent(hub, "accounting")]
        assert len(got) == len(golden)
        assert sorted(it.get("number") or "" for it in got) == sorted(it["canonical"].get("number") or "" for it in golden)
        assert [state for state, _ in states(hub, kind)] == ["accepted"] * len(golden)


async def test_without_a_route_it_is_held_and_not_lost(tmp_path: Path) -> None:
    case = "180/authorised"
    async with company(tmp_path) as hub:
        await bring(hub, "acme", from_acme((FIXTURES / f"{case}.edi").read_text()), "in.edi")
        (acknowledgement,) = sent(hub, "acme")
        assert "AK5*A~" in acknowledgement
        assert set(states(hub, KINDS[case])) == {("held", "no route takes it")}


@pytest.mark.parametrize("case", KINDS)
async def test_what_a_system_gives_goes_out_as_the_set_it_is(tmp_path: Path, case: str) -> None:
    kind, set_ = KINDS[case], case.partition("/")[0]
    value = json.loads((FIXTURES / f"{case}.json").read_text())[0]["documents"][0]["canonical"]
    value = {name: item for name, item in value.items() if name != "assumed"}
    async with company(
        tmp_path, f"\n- document: {kind}\n  from: warehouse\n  to: acme\n", f"x12/810\n  {kind}: x12/{set_}"
    ) as hub:
        await bring(hub, "warehouse", json.dumps(value).encode(), "out.json", document=kind)
        (out,) = sent(hub, "acme")
        assert f"ST*{set_}*" in out
        assert states(hub, kind) == [("accepted", None)]


async def test_a_grocer_orders_and_is_billed_in_the_sets_of_grocers(tmp_path: Path) -> None:
    """An 875 goes through like an 850; the partner file says that its invoices are 880s."""
    async with company(tmp_path, invoice="x12/880", version="004010UCS") as hub:
        await bring(hub, "acme", GROCERY.encode(), "in.edi")
        (order,) = sent(hub, "erp")
        wanted = json.loads((JOURNEY / "01.2_to_erp_order.json").read_text())["rows"]
        fields = ("customerRow", "sku", "barcode", "qty", "uom")
        assert [[row[it] for it in fields] for row in json.loads(order)["rows"]] == [[row[it] for it in fields] for row in wanted]
        for step in ("02_erp_confirmation", "05_erp_invoice"):
            await bring(hub, "erp", (JOURNEY / f"{step}.json").read_bytes(), f"{step}.json", document=step[3:])
        billed = next(text for text in sent(hub, "acme") if "ST*880*" in text)
        assert re.search(r"GS\*GP\*CROSSDOCKCO\*ACMERETAIL\*.*\*X\*004010UCS~", billed)
        body = [segment.strip() for segment in billed.split("~")]
        assert [it for it in body if it.startswith(("G01", "G17", "N9*LI", "G31", "G33"))] == [
            "G01*20261122*RE-90001*20261122*PO-1001",
            "G17*24*EA*4.25**UP*012345678905*VN*TEA-GREEN-100",
            "N9*LI*1",
            "G17*12*CA*60.00**UP*012345678912*VN*TEA-BLACK-CASE",
            "N9*LI*2",
            "G31*36*EA",
            "G33*82200",
        ]
