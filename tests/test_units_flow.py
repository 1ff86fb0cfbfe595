"""A partner orders cases, the ERP keeps pieces: converted with proof, blocked where it cannot be, echoed as ordered."""

import asyncio
import json
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hub.app import Hub
from hub.cli.release import release
from hub.ledger import lanes
from hub.settings.company import load
from hub.settings.mistakes import SettingsError
from tests.journey import HERE, bring, catch_up, hub_for
from tests.test_further_documents import sent, states

ORDER = json.loads(
    '{"number": "PO-9", "lines": [{"number": "1", "quantity": "2", "unit": "CS", "price": "60.00", "ids": {"buyer_part": "H-77"}}]}'
)
PACKS = "# packs of Quillmoor; 2026-11-22\nitem,unit,contains,of,price\nTB,CS,12,EA,60\n"
ITEMS = "# items as Halden calls them; 2026-11-22\nbuyer_part,vendor_part,upc\nH-77,TB,012345678905\nH-78,TG,012345678912\n"
PLACES = "# stores of Halden; 2026-11-22\nid,ours,city\n0042,C-700042,Springfield\n"

INTERCHANGE = (HERE / "clean_order_to_paid_invoice" / "01_acme_850.edi").read_bytes()


def settle(home: Path, **tables: str) -> Path:
    company = home / "company"
    shutil.copytree(HERE / "company", company)
    (company / "channels" / "shop.yaml").write_text("connector: wire\nformat: canonical\ngives: [order]\n")
    erp = company / "systems" / "erp.yaml"
    erp.write_text(erp.read_text() + "units: EA\n")
    (company / "tables").mkdir()
    for name, text in {"packs": PACKS, "items": ITEMS, "places": PLACES, **tables}.items():
        (company / "tables" / f"{name}.csv").write_text(text)
    return company


async def order(hub: Hub, **changes: Any) -> None:
    line = {**ORDER["lines"][0], **changes}
    await bring(hub, "shop", json.dumps({**ORDER, "lines": [line]}).encode(), "order.json", document="order")


def findings(hub: Hub) -> list[dict[str, Any]]:
    rows: Any = hub.ledger.look(lambda connection: connection.exec_driver_sql("select findings from documents order by id").all())
    return [one for row in rows for one in json.loads(row[0] or "{}").get("findings", ())]


async def test_the_erp_gets_pieces_and_the_partner_hears_of_cases(tmp_path: Path) -> None:
    settle(tmp_path)
    async with hub_for(tmp_path) as hub:
        await order(hub)
        (wanted,) = [json.loads(text)["rows"] for text in sent(hub, "erp")]
        assert [(row["sku"], row["qty"], row["uom"], row["unitPrice"]) for row in wanted] == [("TB", "24", "EA", "5")]
        proof = [one["text"] for one in findings(hub) if one["code"] == "hub:units-converted"]
        assert proof == ["2 CS = 24 EA at 5; 1 CS = 12 EA (packs.csv:3)"]
        rows = [
            {"pos": 10, "customerRow": "1", "confirmed": [{"qty": "12", "how": "accepted"}, {"qty": "12", "how": "backordered"}]}
        ]
        told = {"kind": "confirmation", "data": {"salesOrder": "SO-1", "externalRef": "PO-9", "rows": rows}}
        await bring(hub, "erp", json.dumps(told).encode(), "confirmation.json")
        (answer,) = [json.loads(text)["lines"][0] for text in sent(hub, "shop")]
        assert (answer["quantity"], answer["unit"], answer["ids"]) == ("2", "CS", {"buyer_part": "H-77"})
        assert [(one["status"], one["quantity"], one["unit"]) for one in answer["outcomes"]] == [
            ("accepted", "1", "CS"),
            ("backordered", "1", "CS"),
        ]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"price": "5.00"}, "lines.0.price: 5.00 for one CS is the price of one EA; usual are 60 for a CS"),
        (
            {"unit": "PF", "price": None},
            "lines.0: it is counted in PF, the system keeps EA, and no row of a pack table says how many",
        ),
        (
            {"ids": {"buyer_part": "H-77", "upc": "012345678912"}},
            "lines.0.ids: buyer_part H-77, upc 012345678912: the table of items has several rows for these, with vendor_part TB and TG",
        ),
    ],
)
async def test_a_mistake_is_held(tmp_path: Path, changes: dict[str, Any], why: str) -> None:
    settle(tmp_path)
    async with hub_for(tmp_path) as hub:
        await order(hub, **changes)
        (state,) = states(hub, "order")
        assert state[0] == "held" and state[1] is not None and state[1].startswith(why)
        assert sent(hub, "erp") == []


async def test_an_answer_in_pieces_that_are_no_whole_case_is_held(tmp_path: Path) -> None:
    settle(tmp_path)
    async with hub_for(tmp_path) as hub:
        await order(hub)
        rows = [{"pos": 10, "customerRow": "1", "confirmed": [{"qty": "7", "how": "accepted"}]}]
        told = {"kind": "confirmation", "data": {"salesOrder": "SO-1", "externalRef": "PO-9", "rows": rows}}
        await bring(hub, "erp", json.dumps(told).encode(), "confirmation.json")
        (state,) = states(hub, "order_response")
        assert state[0] == "held" and "7 EA are 7/12 CS: no whole number of them" in str(state[1])


async def test_places_have_our_names_and_partners_never_see_them(tmp_path: Path) -> None:
    settle(tmp_path)
    async with hub_for(tmp_path) as hub:
        value = {**ORDER, "parties": {"ship_to": {"id": "0042"}}}
        await bring(hub, "shop", json.dumps(value).encode(), "order.json", document="order")
        rows: Any = hub.ledger.look(lambda connection: connection.exec_driver_sql("select canonical from documents").all())
        stored = json.loads(rows[0][0])
        assert stored["parties"]["ship_to"] == {
            "id": "0042",
            "city": "Springfield",
            "references": {"our_place": {"value": "C-700042"}},
        }
        assert set(stored["assumed"]) >= {
            "parties.ship_to.city",
            "parties.ship_to.references.our_place",
            "lines.0.ids.vendor_part",
        }
        told = {"kind": "confirmation", "data": {"salesOrder": "SO-1", "externalRef": "PO-9", "rows": []}}
        await bring(hub, "erp", json.dumps(told).encode(), "confirmation.json")
        (answer,) = [json.loads(text) for text in sent(hub, "shop")]
        assert answer["parties"] == {"ship_to": {"id": "0042"}}


async def test_an_interchange_that_lacks_nothing_is_looked_up_too(tmp_path: Path) -> None:
    settle(tmp_path)
    async with hub_for(tmp_path) as hub:
        await bring(hub, "acme", INTERCHANGE, "order.edi")
        rows: Any = hub.ledger.look(lambda connection: connection.exec_driver_sql("select canonical from documents").all())
        stored = json.loads(rows[0][0])
        assert stored["lines"][0]["ids"]["buyer_part"] == "H-77"
        assert stored["parties"]["ship_to"]["references"] == {"our_place": {"value": "C-700042"}}
        (state,) = states(hub, "order")
        assert state[0] == "held" and "lines.1: it is counted in CS, the system keeps EA" in str(state[1])


async def test_what_is_no_number_is_held_and_does_not_stop_the_hub(tmp_path: Path) -> None:
    settle(tmp_path)
    async with hub_for(tmp_path) as hub:
        await order(hub, quantity="two")
        (state,) = states(hub, "order")
        assert state[0] == "held" and "quantity" in str(state[1])


@pytest.mark.parametrize(
    ("tables", "why"),
    [
        ({"items": "buyer_part,sku\n"}, "the first line must say source and date"),
        ({"packs": PACKS + "TB,CS,10,EA,50\n"}, "packs.csv:4: a CS of TB is said twice"),
        ({"places": PLACES.replace("city", "town")}, "a place has no `town`"),
        ({"itmes": ITEMS}, "`itmes.csv` is not read"),
    ],
)
def test_a_table_that_cannot_be_used_is_a_mistake_in_the_settings(tmp_path: Path, tables: dict[str, str], why: str) -> None:
    from hub.registry import connectors

    company = settle(tmp_path, **tables)
    with pytest.raises(SettingsError) as caught:
        load(company, connectors(company), {}, home=tmp_path)
    assert why in str(caught.value)


async def _mended(home: Path, company: Path, mend: dict[str, str]) -> tuple[str, str, str]:
    """An order is decided; the tables are changed before it leaves. What the ERP gets and the shop hears, and what the hub says."""
    async with hub_for(home) as hub:
        await hub.ledger.write(partial(lanes.stop, endpoint="erp", why="it is being moved", now=hub.clock.now()))
        await order(hub)
        assert sent(hub, "erp") == [] and states(hub, "order") == [("accepted", None)]
    for name, text in mend.items():
        (company / name).write_text(text)
    async with hub_for(home) as hub:
        await hub.ledger.write(partial(lanes.stop, endpoint="erp", why=None, now=hub.clock.now()))
        await hub.work()
        got = [json.loads(text)["rows"][0] for text in sent(hub, "erp")]
        if got:
            rows = [{"pos": 10, "customerRow": "1", "confirmed": [{"qty": got[0]["qty"], "how": "accepted"}]}]
            told = {"kind": "confirmation", "data": {"salesOrder": "SO-1", "externalRef": "PO-9", "rows": rows}}
            await bring(hub, "erp", json.dumps(told).encode(), "confirmation.json")
        said: Any = hub.ledger.look(lambda to: to.exec_driver_sql("select text from timeline where what = 'parked'").all())
        heard = [json.loads(text)["lines"][0] for text in sent(hub, "shop")]
        return (
            " ".join(f"{row['qty']} {row['uom']}" for row in got),
            " ".join(f"{line['quantity']} {line['unit']}" for line in heard),
            " ".join(row[0] for row in said),
        )


@pytest.mark.parametrize(
    "packs",
    [PACKS.replace(",12,", ",10,"), PACKS.replace("TB", "TX"), PACKS.replace("60", "720")],
    ids=["other", "gone", "price"],
)
async def test_an_order_is_sent_and_answered_by_the_packs_it_was_decided_by(tmp_path: Path, packs: str) -> None:
    assert await _mended(tmp_path, settle(tmp_path), {"tables/packs.csv": packs}) == ("24 EA", "2 CS", "")


@pytest.mark.parametrize(
    ("packs", "got"),
    [
        (PACKS, ("24 EA", "2 CS", "")),
        (
            PACKS.replace("TB", "TX"),
            (
                "",
                "",
                "order PO-9 cannot be written for erp: lines.0 it is counted in CS, the system keeps EA, and no row of a pack table "
                "says how many; add the item to packs.csv, by any id that the line has; it waits for a person",
            ),
        ),
    ],
)
async def test_a_unit_that_a_system_keeps_since_then_is_counted_by_the_tables_of_now(
    tmp_path: Path, packs: str, got: tuple[str, str, str]
) -> None:
    company = settle(tmp_path, packs=packs)
    erp = (company / "systems" / "erp.yaml").read_text()
    (company / "systems" / "erp.yaml").write_text(erp.replace("units: EA\n", ""))
    assert await _mended(tmp_path, company, {"systems/erp.yaml": erp}) == got


async def test_what_a_person_has_looked_at_is_sent(tmp_path: Path) -> None:
    """A price that looks like that of a piece, and is meant: the case is counted all the same."""
    settle(tmp_path)
    async with hub_for(tmp_path) as hub:
        await order(hub, price="5.00")
        assert states(hub, "order")[0][0] == "held"
        arguments = ["PO-9", "--company", str(tmp_path / "company"), "--home", str(tmp_path)]
        result = await asyncio.to_thread(CliRunner().invoke, release, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        await catch_up(hub)
        await hub.work()
        (row,) = [one for text in sent(hub, "erp") for one in json.loads(text)["rows"]]
        assert (row["qty"], row["uom"]) == ("24", "EA")


RELEASE = {"release": "PR-1", "salesOrder": "SO-1", "externalRef": "PO-9", "customer": "acme", "shipDate": "2026-11-24"}
NO_PACK = "lines.0 it is counted in CS, the system keeps EA, and no row of a pack table says how many"
OTHERS = PACKS.replace("TB", "TX")


@pytest.mark.parametrize(
    ("unit", "kept", "packs", "got"),
    [
        ("CS", "CS", OTHERS, ("2", "CS")),  # the units agree: nobody need know how many there are in a case
        ("CS", "EA", PACKS, ("24", "EA")),
        ("CS", "EA", OTHERS, None),
        (None, "EA", OTHERS, ("2", None)),  # nobody says a unit: nothing to convert
    ],
    ids=["as ordered", "converted", "no row", "no unit"],
)
async def test_a_ship_order_goes_out_as_ordered_or_converted_or_says_why_not(
    tmp_path: Path, unit: str | None, kept: str, packs: str, got: tuple[str, str | None] | None
) -> None:
    """The ERP counts as the partner does, the warehouse by itself; the partner has a table of packs, with or without the item."""
    company = settle(tmp_path, packs="# none; 2026-11-22\nitem,unit,contains,of\n")
    for name, old, new in (
        ("erp", "units: EA\n", ""),
        ("warehouse", "format: canonical\n", f"format: canonical\nunits: {kept}\ntakes: [ship_order]\n"),
    ):
        file = company / "systems" / f"{name}.yaml"
        file.write_text(file.read_text().replace(old, new))
    (company / "channels" / "shop.yaml").write_text("connector: wire\nformat: canonical\ngives: [order]\npartner: acme\n")
    (company / "partners" / "acme" / "tables").mkdir(exist_ok=True)
    (company / "partners" / "acme" / "tables" / "packs.csv").write_text(packs)
    async with hub_for(tmp_path) as hub:
        await order(hub, unit=unit)
        rows = [{"pos": 10, "customerRow": "1", "qty": "2"}]
        await bring(hub, "erp", json.dumps({"kind": "release", "data": {**RELEASE, "rows": rows}}).encode(), "release.json")
        assert (states(hub, "order"), states(hub, "ship_order")) == ([("accepted", None)], [("accepted", None)])
        lines = [json.loads(text)["lines"][0] for text in sent(hub, "warehouse")]
        assert [(line["quantity"], line.get("unit")) for line in lines] == ([got] if got else [])
        said: Any = hub.ledger.look(lambda to: to.exec_driver_sql("select text from timeline where what = 'parked'").all())
        assert [row[0] for row in said] == (
            []
            if got
            else [
                f"ship order PR-1 cannot be written for warehouse: {NO_PACK}; add the item to packs.csv, by any id that the line has; it waits for a person"
            ]
        )
