"""Codes in messages whose meaning a system knows: asked like the tables of items and places, and kept with the document."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hub.app import Hub
from hub.cli.release import release
from hub.errors import Unavailable
from hub.ledger.arrivals import Came
from hub.operations.lineage import Lineage
from hub.operations.orders import waiting
from hub.operations.plan import replays
from hub.operations.recall import Past
from hub.operations.rehearse import rehearse
from hub.rules.asking import Answer
from tests.journey import bring, catch_up, hub_for, wire
from tests.test_asked_tables import HEAD, canonical, mistakes
from tests.test_further_documents import sent, states
from tests.test_units_flow import findings, settle

UNITS = "system: erp, table: units, gives: {word: means}"
ORDERS = """document: order
format: csv
finish: number_lines
layout: {group: Order}
tables: {units: {%s}}
body:
  Order: {is: number, use: must}
  rows: {each: lines, body: {Item: {is: ids.vendor_part}, Qty: {is: quantity}, Unit: {is: unit, codes: units}}}
"""
ANSWERS = """document: order_response
format: csv
tables: {units: {%s}}
body:
  Order: {is: order_number}
  rows: {each: lines, body: {Item: {is: ids.vendor_part}, Unit: {is: unit, codes: units}}}
"""
SHOP = "connector: wire\nformat: csv\ngives: [order]\nreads: [{mapping: halden}]\nwrites: {order_response: halden_answers}\n"
KNOWN = {"units": {"KRT": {"means": "CS"}, "STK": {"means": "EA"}}}


def company(home: Path, table: str = UNITS) -> Path:
    folder = settle(home, packs=f"{HEAD}item,unit,contains,of\nTB,CS,12,EA\n", items=f"{HEAD}buyer_part,vendor_part\n")
    (folder / "mappings").mkdir(exist_ok=True)
    (folder / "mappings" / "halden.yaml").write_text(ORDERS % table)
    (folder / "mappings" / "halden_answers.yaml").write_text(ANSWERS % UNITS)
    (folder / "channels" / "shop.yaml").write_text(SHOP)
    return folder


@asynccontextmanager
async def asking(home: Path, table: str = UNITS) -> AsyncIterator[tuple[Hub, Any]]:
    """A hub, and the ERP that knows the units."""
    company(home, table)
    async with hub_for(home) as hub:
        erp = wire(hub, "erp")
        erp.tables = json.loads(json.dumps(KNOWN))
        yield hub, erp


def listed(number: str, *units: str) -> bytes:
    return "\n".join(["Order;Item;Qty;Unit", *(f"{number};TB;2;{unit}" for unit in units)]).encode()


async def came(hub: Hub, number: str, *units: str) -> None:
    await bring(hub, "shop", listed(number, *units), f"{number}.csv")


def units(hub: Hub) -> list[list[str]]:
    return [[line["unit"] for line in value["lines"]] for value in canonical(hub)]


async def test_what_a_code_means_is_asked_once_and_goes_back_as_it_came(tmp_path: Path) -> None:
    async with asking(tmp_path) as (hub, erp):
        await came(hub, "PO-9", "KRT", "STK", "KRT")
        assert erp.asked == [("units", ["KRT", "STK"])]
        assert (units(hub), states(hub, "order")) == ([["CS", "EA", "CS"]], [("accepted", None)])
        (rows,) = [json.loads(text)["rows"] for text in sent(hub, "erp")]
        assert [(row["qty"], row["uom"]) for row in rows] == [("24", "EA"), ("2", "EA"), ("24", "EA")]
        texts = [one["text"] for one in findings(hub) if one["code"] == "hub:looked-up"]
        assert texts[0] == "code KRT: units of erp, asked on 2026-11-22 18:00 UTC"
        told = [{"pos": n * 10, "customerRow": str(n), "confirmed": [{"qty": "24", "how": "accepted"}]} for n in (1, 3)]
        data = {"salesOrder": "SO-1", "externalRef": "PO-9", "rows": told}
        await bring(hub, "erp", json.dumps({"kind": "confirmation", "data": data}).encode(), "confirmation.json")
        (answer,) = sent(hub, "shop")
        assert answer.splitlines()[1:] == ["PO-9,TB,KRT", "PO-9,TB,KRT"]


@pytest.mark.parametrize("file", [False, True])
async def test_a_code_that_nobody_told_is_not_guessed(tmp_path: Path, file: bool) -> None:
    """The order was read without asking: its answer is written by a row of our own, or stays and says what to do."""
    folder = company(tmp_path, "KRT: CS")
    (folder / "mappings" / "units.csv").write_text(f"{HEAD}theirs,ours\nSTK,EA\n{'KAR,CS' if file else 'PAL,PF'}\n")
    (folder / "mappings" / "halden_answers.yaml").write_text(ANSWERS % f"{UNITS}, file: units.csv, from: theirs, to: ours")
    async with hub_for(tmp_path) as hub:
        erp = wire(hub, "erp")
        erp.tables = json.loads(json.dumps(KNOWN))
        await came(hub, "PO-9", "KRT")
        told = [{"pos": 10, "customerRow": "1", "confirmed": [{"qty": "24", "how": "accepted"}]}]
        data = {"salesOrder": "SO-1", "externalRef": "PO-9", "rows": told}
        await bring(hub, "erp", json.dumps({"kind": "confirmation", "data": data}).encode(), "confirmation.json")
        assert erp.asked == []
        assert [text.splitlines()[1:] for text in sent(hub, "shop")] == ([["PO-9,TB,KAR"]] if file else [])
        said: Any = hub.ledger.look(lambda to: to.exec_driver_sql("select text from timeline where what = 'parked'").all())
        why = (
            "cannot be written for shop: lines.0.unit the table `units` has no code for `CS`: no row of ours has it, and erp was not "
            "asked for one when the order was read; add it to `units.csv`; it waits for a person"
        )
        assert file == (not said) and all(row[0].endswith(why) for row in said)


async def test_rows_of_our_own_come_first(tmp_path: Path) -> None:
    folder = company(tmp_path, f"{UNITS}, file: units.csv, from: theirs, to: ours")
    (folder / "mappings" / "units.csv").write_text(f"{HEAD}theirs,ours\nKRT,PF\n")
    async with hub_for(tmp_path) as hub:
        wire(hub, "erp").tables = KNOWN
        await came(hub, "PO-9", "KRT", "STK")
        assert (wire(hub, "erp").asked, units(hub)) == ([("units", ["STK"])], [["PF", "EA"]])


async def test_while_the_system_is_away_what_needs_it_waits_and_nothing_else(tmp_path: Path) -> None:
    async with asking(tmp_path) as (hub, erp):
        erp.speechless = [Unavailable("it is being mended")]
        await came(hub, "PO-9", "KRT")
        assert states(hub, "order") == []
        (stuck,) = hub.ledger.look(waiting).undecided
        assert stuck.error == "waits for erp, which must be asked first: it is being mended"
        await hub.clock.advance(timedelta(hours=1))  # type: ignore[attr-defined]
        await hub.work()
        assert units(hub) == [["CS"]] and not hub.ledger.look(waiting).undecided


@pytest.mark.parametrize(("more", "severity"), [("", "error"), (", unknown: warn", "warning")])
async def test_an_unknown_code_is_a_finding_with_its_place(tmp_path: Path, more: str, severity: str) -> None:
    async with asking(tmp_path, UNITS + more) as (hub, _):
        await came(hub, "PO-9", "STK", "KST")
        assert states(hub, "order")[0][0] == "held", "no pack is known in such a unit"
        (found,) = [one for one in findings(hub) if one["code"] == "hub:unknown-there"]
        assert found["text"] == "code KST is not known to erp (units), asked on 2026-11-22 18:00 UTC"
        assert (found["path"], found["value"], found["severity"]) == ("row 3: Unit", "KST", severity)
        wanted = "add it there or to a file that the table `units` names, then `crossdock release` asks again"
        assert found["hint"] == wanted
        assert units(hub) == [["EA", "csv:KST"]]


async def test_an_answer_without_the_word_is_a_finding(tmp_path: Path) -> None:
    async with asking(tmp_path) as (hub, erp):
        erp.tables["units"]["KRT"] = {"name": "Karton"}
        await came(hub, "PO-9", "KRT")
        ((state, why),) = states(hub, "order")
        assert state == "held"
        assert why == (
            "row 2: Unit: units of erp, asked on 2026-11-22 18:00 UTC: nothing stands at means for KRT; "
            "see `gives` in a file that the table `units` names"
        )


async def test_a_release_reads_the_message_again_and_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    questions: list[str] = []

    async def asked(company: Any, missing: Any) -> Any:
        questions.extend(one.key for one in missing)
        return {one: Answer(hub.clock.now(), {"means": "CS"}) for one in missing}, None

    monkeypatch.setattr("hub.app.asked", asked)
    async with asking(tmp_path) as (hub, _):
        await came(hub, "PO-9", "KST", "STK")
        assert states(hub, "order")[0][0] == "held"
        arguments = ["PO-9", "--company", str(tmp_path / "company"), "--home", str(tmp_path)]
        result = await asyncio.to_thread(CliRunner().invoke, release, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        assert questions == ["KST"], "what was known is not asked again"
        await catch_up(hub)
        await hub.work()
        assert units(hub) == [["CS", "EA"]]
        (rows,) = [json.loads(text)["rows"] for text in sent(hub, "erp")]
        assert [row["qty"] for row in rows] == ["24", "2"]


async def test_replay_as_then_and_rehearsals_rest_on_stored_answers(tmp_path: Path) -> None:
    async with asking(tmp_path) as (hub, erp):
        await came(hub, "PO-9", "KRT")
        erp.tables["units"]["KRT"] = {"means": "PF"}
        await hub.clock.advance(timedelta(hours=2))  # type: ignore[attr-defined]
        erp.asked.clear()
        past = Past(hub.company, hub.ledger, {})
        try:
            (again,) = replays(hub.ledger, past, [1], onward=False)
        finally:
            past.close()
        assert [one for one in [*again.documents, *again.files] if one.differences] == [] and len(again.files) == 1
        (row,) = rehearse(hub.company, hub.ledger, "shop", Came("try", listed("PO-8", "KRT"), "t.csv"), hub.clock.now()).came
        assert json.loads(row.canonical)["lines"][0]["unit"] == "CS"
        nobody = rehearse(hub.company, None, "shop", Came("try", listed("PO-8", "KRT"), "t.csv"), hub.clock.now()).came[0]
        assert "hub:not-asked" in nobody.findings and erp.asked == []


async def test_lineage_says_who_keeps_the_table(tmp_path: Path) -> None:
    async with asking(tmp_path) as (hub, _):
        await came(hub, "PO-9", "KRT")
        told = {
            one.name: one.steps for one in hub.ledger.look(lambda connection: list(Lineage(hub.site).of_order(connection, 1)))
        }
        place, rule, *_ = told["lines[0].unit"]
        assert "code of the table units, which erp keeps" in place + rule


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (UNITS.replace("erp", "epr"), "halden.yaml:5:26: there is no system `epr` (did you mean `erp`?)"),
        (UNITS.replace("erp", "crm"), "halden.yaml:5:26: `crm` answers no questions: its connector `mute` has no `lookup`"),
        (
            UNITS.replace("word", "wort"),
            "`gives` must say where the word stands in what the system answers: `gives: {word: number}`",
        ),
        (UNITS.replace("table", "tabel"), "there is no word of a table that a system keeps `tabel` (did you mean `table`?)"),
        (f"{UNITS}, unknown: stop", "`unknown` is hold or warn, not `stop`"),
        (f"{UNITS}, fresh_for: soon", "write a duration as a number with s, m, h or d"),
    ],
)
def test_check_says_what_is_wrong_with_a_table_of_codes(tmp_path: Path, table: str, told: str) -> None:
    assert told in mistakes(company(tmp_path, table))
