"""Split by store: one order for each store to our systems, one answer for the purchase order to the partner."""

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from hub.app import Hub
from hub.ledger import documents
from hub.ledger.tables import serials
from tests.journey import HERE, bring, hub_for, wire
from tests.test_replay import as_then, differences

ORDER = (HERE / "clean_order_to_paid_invoice" / "01_acme_850.edi").read_bytes()
STORES = (
    ORDER.replace(b"VN*TEA-GREEN-100~\n", b"VN*TEA-GREEN-100~\n", 1)
    .replace(b"PID*F****Green tea 100 g~\n", b"PID*F****Green tea 100 g~\nSDQ*EA*92*0007*10*0009*14~\n")
    .replace(b"TEA-BLACK-CASE~\n", b"TEA-BLACK-CASE~\nSDQ*CA*92*0009*12~\n")
    .replace(b"SE*13*", b"SE*15*")
)


@asynccontextmanager
async def split(home: Path, company: Path = HERE / "company", **more: str) -> AsyncIterator[Hub]:
    folder = home / "given"
    shutil.copytree(company, folder)
    file = folder / "partners" / "acme" / "partner.yaml"
    file.write_text(
        file.read_text() + "\nsplit: per_destination\n" + "".join(f"{name}: {value}\n" for name, value in more.items())
    )
    async with hub_for(home, folder) as hub:
        await bring(hub, "acme", STORES, "order.edi")
        yield hub


def sent(hub: Hub, target: str, holding: str) -> list[Any]:
    return [one.body for one in wire(hub, target).sent.values() if holding in one.name]


def confirmation(store: str, rows: dict[str, tuple[str, str]]) -> bytes:
    listed = [
        {"pos": int(line) * 10, "customerRow": line, "confirmed": [{"qty": quantity, "how": how, "shipDate": "2026-11-24"}]}
        for line, (quantity, how) in rows.items()
    ]
    data = {"salesOrder": f"SO-{store}", "externalRef": f"PO-1001-{store}", "customer": "acme", "confirmedOn": "2026-11-22"}
    return json.dumps({"seq": int(store), "kind": "confirmation", "at": "x", "data": {**data, "rows": listed}}).encode()


def invoice(store: str, rows: dict[str, tuple[str, str, str]], total: str) -> bytes:
    listed = [
        {"pos": int(line) * 10, "customerRow": line, "qty": quantity, "unitPrice": price, "amount": amount}
        for line, (quantity, price, amount) in rows.items()
    ]
    data = {"invoice": f"RE-{store}", "salesOrder": f"SO-{store}", "externalRef": f"PO-1001-{store}", "customer": "acme"}
    data |= {"invoiceDate": "2026-11-22", "currencyCode": "USD", "total": total, "deliveryNote": f"SHP-{store}"}
    return json.dumps({"seq": int(store), "kind": "invoice", "at": "x", "data": {**data, "rows": listed}}).encode()


def notice(store: str, contents: dict[str, str]) -> bytes:
    packages = [{"id": line, "order": "1"} for line in contents]
    rows = [{"order": "1", "package": line, "line": line, "quantity": quantity} for line, quantity in contents.items()]
    head: dict[str, Any] = {
        "number": f"SHP-{store}",
        "noticed_at": "2026-11-22T18:03:00Z",
        "orders": [{"id": "1", "number": f"PO-1001-{store}"}],
    }
    head |= {"dates": {"shipped": "2026-11-22T18:03:00Z"}, "references": {"bill_of_lading": {"value": f"BOL-{store}"}}}
    head |= {"carriages": [{"scheme": "scac", "carrier": "UPSN"}]}
    return json.dumps({**head, "packages": packages, "contents": rows}).encode()


def state(hub: Hub, number: str) -> str:
    ids = hub.ledger.look(lambda connection: documents.orders_numbered(connection, number))
    (row,) = hub.ledger.look(lambda connection: documents.latest(connection, ids))
    return str(row.state)


def segments(body: bytes, tag: str) -> list[str]:
    return [line.rstrip("~") for line in body.decode().splitlines() if line.startswith(f"{tag}*")]


async def test_each_store_is_an_order_of_its_own(tmp_path: Path) -> None:
    async with split(tmp_path) as hub:
        orders = {one["externalRef"]: one for one in map(json.loads, sent(hub, "erp", "order"))}
        assert set(orders) == {"PO-1001-0007", "PO-1001-0009"}
        assert [(row["customerRow"], row["qty"]) for row in orders["PO-1001-0009"]["rows"]] == [("1", "14"), ("2", "12")]
        assert [(row["customerRow"], row["qty"]) for row in orders["PO-1001-0007"]["rows"]] == [("1", "10")]
        assert len(sent(hub, "acme", "997")) == 1
        assert state(hub, "PO-1001") == "received"
        found = as_then(hub)
        assert differences(found) == []
        assert {one.title.partition("_")[2] for it in found for one in it.files} >= {
            "order_PO-1001-0007.json to erp",
            "order_PO-1001-0009.json to erp",
        }


async def test_one_answer_when_all_parts_are_answered(tmp_path: Path) -> None:
    async with split(tmp_path) as hub:
        await bring(hub, "erp", confirmation("0009", {"1": ("14", "accepted"), "2": ("12", "backordered")}), "1.json")
        assert sent(hub, "acme", "855") == []
        await bring(hub, "erp", confirmation("0007", {"1": ("10", "accepted")}), "2.json")
        (body,) = sent(hub, "acme", "855")
        assert segments(body, "BAK")[0].split("*")[3] == "PO-1001"
        assert [one.split("*")[:4] for one in segments(body, "PO1")] == [["PO1", "1", "24", "EA"], ["PO1", "2", "12", "CA"]]
        assert [one.split("*")[1:4] for one in segments(body, "ACK")] == [["IA", "24", "EA"], ["IB", "12", "CA"]]
        assert state(hub, "PO-1001") == "confirmed"
        await bring(hub, "erp", confirmation("0009", {"1": ("14", "accepted"), "2": ("12", "accepted")}), "3.json")
        assert len(sent(hub, "acme", "855")) == 2  # what comes later goes by itself


async def test_what_is_there_goes_when_the_time_has_passed(tmp_path: Path) -> None:
    async with split(tmp_path, gather="{wait: 2h}") as hub:
        await bring(hub, "erp", confirmation("0007", {"1": ("10", "accepted")}), "1.json")
        await hub.clock.advance(timedelta(hours=1))  # type: ignore[attr-defined]
        await hub.work()
        assert sent(hub, "acme", "855") == []
        await hub.clock.advance(timedelta(hours=1, minutes=2))  # type: ignore[attr-defined]
        await hub.work()
        (body,) = sent(hub, "acme", "855")
        assert [one.split("*")[1:3] for one in segments(body, "ACK")] == [["IA", "10"]]
        assert segments(body, "BAK")[0].split("*")[2] == "AC"  # with changes: not all of it is said
        await bring(hub, "erp", confirmation("0009", {"1": ("14", "accepted"), "2": ("12", "accepted")}), "2.json")
        assert len(sent(hub, "acme", "855")) == 2


@pytest.mark.parametrize("together", [True, False])
async def test_ship_notices_and_invoices(tmp_path: Path, together: bool) -> None:
    kinds = "[order_response, ship_notice, invoice]" if together else "[]"
    async with split(tmp_path, gather=f"{{together: {kinds}}}") as hub:
        await bring(hub, "warehouse", notice("0007", {"1": "10"}), "n1.json", document="ship_notice")
        await bring(hub, "warehouse", notice("0009", {"1": "14", "2": "12"}), "n2.json", document="ship_notice")
        await bring(hub, "erp", invoice("0007", {"1": ("10", "4.25", "42.50")}, "42.50"), "i1.json")
        await bring(
            hub, "erp", invoice("0009", {"1": ("14", "4.25", "59.50"), "2": ("12", "60.00", "720.00")}, "779.50"), "i2.json"
        )
        notices, invoices = sent(hub, "acme", "856"), sent(hub, "acme", "810")
        assert len(notices) == len(invoices) == (1 if together else 2)
        assert {one.split("*")[1] for body in notices for one in segments(body, "PRF")} == {"PO-1001"}
        quantities = [one.split("*")[2] for body in notices for one in segments(body, "SN1")]
        assert sorted(quantities) == ["10", "12", "14"]
        totals = [one.split("*")[1] for body in invoices for one in segments(body, "TDS")]
        assert totals == (["82200"] if together else ["4250", "77950"])
        cartons = [one.split("*")[2] for body in notices for one in segments(body, "MAN")]
        given = hub.ledger.look(lambda connection: connection.execute(select(serials.c.number)).all())
        assert sorted(cartons) == sorted(number for (number,) in given)  # the ERP and the partner hear the same numbers
        assert {one.split("*")[4] for body in invoices for one in segments(body, "BIG")} == {"PO-1001"}
        assert len(sent(hub, "accounting", "invoice")) == 2  # our systems hear of the parts
        assert state(hub, "PO-1001") == "invoiced"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"0009*14", b"0009*13", "line 1 says 24, its stores' quantities add up to 23"),
        (b"SDQ*CA*92*0009*12~\n", b"SCH*1*EA***002*20261201~\n", "line 2 names no stores, other lines do"),
        (b"SDQ*CA", b"SDQ*EA", "line 2 counts its stores' quantities in another unit than CS"),
    ],
)
async def test_what_cannot_be_divided_is_held(tmp_path: Path, old: bytes, new: bytes, why: str) -> None:
    async with split(tmp_path) as hub:
        body = STORES.replace(b"PO-1001", b"PO-2002").replace(old, new)
        await bring(hub, "acme", body, "other.edi")
        (held,) = hub.ledger.look(documents.held)
        assert why in held.why
        assert len(sent(hub, "erp", "order")) == 2


async def test_a_replacement_of_a_split_order_is_for_a_person(tmp_path: Path) -> None:
    async with split(tmp_path) as hub:
        await bring(hub, "acme", STORES.replace(b"BEG*00", b"BEG*05").replace(b"20261201", b"20261202"), "other.edi")
        (held,) = hub.ledger.look(documents.held)
        assert "went to our systems as one order for each store" in held.why


# --- changes ------------------------------------------------------------------------------------------------------------


def change(*lines: str, purpose: str = "04", number: int = 1) -> bytes:
    """A change of the order: segments of its lines."""
    body = [f"BCH*{purpose}*SA*PO-1001**{number}*20261122*****20261122", *lines, *([f"CTT*{len(lines)}"] if lines else [])]
    head = ORDER.decode().splitlines()[:2]
    text = "\n".join(
        [*head, "ST*860*0001~", *(f"{one}~" for one in body), f"SE*{len(body) + 2}*0001~", "GE*1*101~", "IEA*1*000000101~"]
    )
    count = str(200 + number)
    return (
        text.replace("GS*PO*", "GS*PC*")
        .replace("*101*X", f"*{count}*X")
        .replace("GE*1*101", f"GE*1*{count}")
        .replace("000000101", f"000000{count}")
        .encode()
    )


TELLING = HERE / "changed_until_it_was_too_late" / "company"  # changes go to the ERP
GREEN = "POC*1*{}*{}**EA*4.25*PE*UP*012345678905"


def told(hub: Hub) -> dict[str, Any]:
    """What the ERP was told of changes, by order."""
    return {one["number"]: one for one in map(json.loads, sent(hub, "erp", "change"))}


async def test_a_change_that_divides_its_quantity_is_told_to_the_stores_it_concerns(tmp_path: Path) -> None:
    async with split(tmp_path, TELLING) as hub:
        body = change(f"{GREEN.format('QD', 20)}~\nSDQ*EA*92*0007*6*0009*14")
        await bring(hub, "acme", body.replace(b"SE*5*", b"SE*6*"), "change.edi")
        assert hub.ledger.look(documents.held) == []
        assert list(told(hub)) == ["PO-1001-0007"]
        (line,) = told(hub)["PO-1001-0007"]["lines"]
        assert (line["number"], line["quantity"], line["change"]) == ("1", "6", "quantity_down")
        life = hub.ledger.look(lambda connection: documents.latest(connection, documents.orders_numbered(connection, "PO-1001")))
        line = json.loads(life[0].canonical)["lines"][0]
        assert (life[0].revision, line["quantity"], [one["quantity"] for one in line["destinations"]]) == (2, "20", ["6", "14"])


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([GREEN.format("QD", 20)], "line 1 is divided among destinations, and the change does not divide its new quantity"),
        (
            [f"{GREEN.format('QI', 30)}~\nSDQ*EA*92*0007*10*0009*14*0011*6"],
            "it brings in a store that the order did not have (PO-1001-0011)",
        ),
        ([f"{GREEN.format('QD', 20)}~\nSDQ*EA*92*0007*6*0009*13"], "line 1 says 20, its stores' quantities add up to 19"),
    ],
)
async def test_a_change_that_does_not_say_which_stores_is_for_a_person(tmp_path: Path, lines: list[str], why: str) -> None:
    async with split(tmp_path, TELLING) as hub:
        body = change(*lines)
        await bring(hub, "acme", body.replace(b"SE*5*", b"SE*6*") if b"SDQ" in body else body, "change.edi")
        (held,) = hub.ledger.look(documents.held)
        assert why in held.why
        assert told(hub) == {}


async def test_a_line_that_goes_away_goes_away_in_each_store_and_one_without_lines_is_cancelled(tmp_path: Path) -> None:
    async with split(tmp_path, TELLING) as hub:
        await bring(hub, "acme", change("POC*1*DI*24**EA*4.25*PE*UP*012345678905"), "change.edi")
        assert hub.ledger.look(documents.held) == []
        assert (state(hub, "PO-1001-0007"), state(hub, "PO-1001-0009")) == ("cancelled", "received")
        said = told(hub)
        assert (said["PO-1001-0007"]["purpose"], [one["change"] for one in said["PO-1001-0009"]["lines"]]) == (
            "cancel",
            ["no_change", "delete"],
        )


async def test_a_cancellation_cancels_every_store(tmp_path: Path) -> None:
    async with split(tmp_path, TELLING) as hub:
        await bring(hub, "acme", change(purpose="01"), "cancel.edi")
        assert hub.ledger.look(documents.held) == []
        assert {state(hub, number) for number in ("PO-1001", "PO-1001-0007", "PO-1001-0009")} == {"cancelled"}
