"""Tables that a system keeps: asked through its connector, in one batch, kept with what was decided by them."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hub.app import Hub
from hub.cli.release import release
from hub.errors import Misconfigured, Unavailable
from hub.ledger import answers, documents, purges
from hub.ledger.arrivals import Came
from hub.operations.lineage import Lineage
from hub.operations.orders import waiting
from hub.operations.plan import replays
from hub.operations.purge import purge_now
from hub.operations.recall import Past
from hub.operations.rehearse import rehearse
from hub.registry import connectors
from hub.rules.asking import Answer, Question
from hub.sdk import Message
from hub.settings.company import load
from hub.settings.mistakes import SettingsError
from tests.journey import HERE, bring, catch_up, hub_for, wire
from tests.test_further_documents import sent, states
from tests.test_units_flow import ORDER, findings, settle

ROOT = Path(__file__).resolve().parents[1]
EDI = (HERE / "clean_order_to_paid_invoice" / "01_acme_850.edi").read_bytes()
MUTE = """from hub.sdk import Connector, Settings


class Mute(Connector):
    title = "Says nothing"
    docs_url = "none"

    class Config(Settings):
        pass

    async def check(self):
        pass
"""
HEAD = "# none of our own; 2026-11-22\n"
OURS = {
    "packs": f"{HEAD}item,unit,contains,of\n",
    "items": f"{HEAD}buyer_part,vendor_part\n",
    "places": f"{HEAD}id,ours\n",
}
ITEMS = "system: erp\ntable: items\nby: [buyer_part]\ngives: {vendor_part: code, upc: codes.gtin}\n"
PACKS = "system: erp\ntable: packs\nby: [vendor_part]\ngives: {contains: inner}\nalways: {unit: CS, of: EA}\n"
PLACES = "system: erp\ntable: customers\ngives: {ours: no, city: address.city}\n"
KNOWN: dict[str, dict[str, Any]] = {
    "items": {"H-77": {"code": "TB", "codes": {"gtin": "012345678905"}}},
    "packs": {"TB": {"inner": 12}},
    "customers": {"0042": {"no": "C-700042", "address": {"city": "Springfield"}}},
}


def company(home: Path, **asked: str) -> Path:
    """A company whose own tables are empty."""
    folder = settle(home, **OURS)
    for name, text in (asked or {"items": ITEMS, "packs": PACKS, "places": PLACES}).items():
        (folder / "tables" / f"{name}.yaml").write_text(text)
    return folder


@asynccontextmanager
async def asking(home: Path, **asked: str) -> AsyncIterator[tuple[Hub, Any]]:
    """A hub, and the ERP that it asks."""
    company(home, **asked)
    async with hub_for(home) as hub:
        erp = wire(hub, "erp")
        erp.tables = json.loads(json.dumps(KNOWN))
        yield hub, erp


async def order(hub: Hub, number: str = "PO-9", item: str = "H-77", **more: Any) -> None:
    line = {**ORDER["lines"][0], "ids": {"buyer_part": item}}
    value = {**ORDER, "number": number, "lines": [line], "parties": {"ship_to": {"id": "0042"}}, **more}
    await bring(hub, "shop", json.dumps(value).encode(), f"{number}.json", document="order")


def codes(hub: Hub) -> list[str]:
    return [one["code"] for one in findings(hub) if one["code"] != "hub:units-converted"]


def canonical(hub: Hub) -> list[dict[str, Any]]:
    query = "select canonical from documents where kind = 'order' order by id"
    rows: Any = hub.ledger.look(lambda connection: connection.exec_driver_sql(query).all())
    return [json.loads(row[0]) for row in rows]


async def test_what_our_tables_lack_is_asked_once_and_what_follows_from_the_answer_too(tmp_path: Path) -> None:
    async with asking(tmp_path) as (hub, erp):
        await order(hub)
        assert erp.asked == [("customers", ["0042"]), ("items", ["H-77"]), ("packs", ["TB"])]
        assert states(hub, "order") == [("accepted", None)]
        (stored,) = canonical(hub)
        assert stored["lines"][0]["ids"] == {"buyer_part": "H-77", "vendor_part": "TB", "upc": "012345678905"}
        assert stored["parties"]["ship_to"]["references"] == {"our_place": {"value": "C-700042"}}
        (row,) = json.loads(sent(hub, "erp")[0])["rows"]
        assert (row["sku"], row["qty"], row["uom"]) == ("TB", "24", "EA")
        texts = [one["text"] for one in findings(hub)]
        assert "item H-77: items of erp, asked on 2026-11-22 18:00 UTC" in texts
        assert "2 CS = 24 EA at 5; 1 CS = 12 EA (packs of erp, asked on 2026-11-22 18:00 UTC)" in texts


async def test_messages_that_come_together_are_asked_for_together(tmp_path: Path) -> None:
    async with asking(tmp_path, items=ITEMS) as (hub, erp):
        erp.tables["items"]["H-78"] = {"code": "TG"}
        for n, item in enumerate(["H-77", "H-78", "H-77", "X-1"]):
            line = {"number": "1", "quantity": "1", "unit": "EA", "ids": {"buyer_part": item}}
            body = json.dumps({"number": f"PO-{n}", "lines": [line]}).encode()
            wire(hub, "shop").waiting.append(Message(str(n), body, f"{n}.json", headers={"document": "order"}))
        await hub.work()
        assert erp.asked == [("items", ["H-77", "H-78", "X-1"])]
        assert [state for state, _ in states(hub, "order")] == ["accepted"] * 3 + ["held"]


@pytest.mark.parametrize(
    ("minutes", "again"), [(59, []), (61, [("customers", ["0042"]), ("items", ["H-77"]), ("packs", ["TB"])])]
)
async def test_an_answer_counts_for_others_while_it_is_fresh(tmp_path: Path, minutes: int, again: list[Any]) -> None:
    async with asking(tmp_path) as (hub, erp):
        await order(hub)
        erp.asked.clear()
        await hub.clock.advance(timedelta(minutes=minutes))  # type: ignore[attr-defined]
        await order(hub, "PO-10")
        assert erp.asked == again
        assert len(sent(hub, "erp")) == 2


async def test_an_unknown_key_is_a_finding_and_is_asked_again_for_the_next(tmp_path: Path) -> None:
    async with asking(tmp_path, items=ITEMS, packs=PACKS.replace("[vendor_part]", "[buyer_part]")) as (hub, erp):
        await order(hub, item="X-1")
        ((state, why),) = states(hub, "order")
        wanted = "lines.0.ids: item X-1 is not known to erp (items), asked on 2026-11-22 18:00 UTC"
        assert state == "held" and why is not None and why.startswith(wanted)
        (found,) = [one for one in findings(hub) if "(items)" in one["text"]]
        assert (found["code"], found["severity"], found["path"]) == ("hub:unknown-there", "error", "lines.0.ids")
        assert found["hint"] == "add it there or to items.csv, then `crossdock release` asks again"
        erp.tables["items"]["X-1"], erp.tables["packs"]["X-1"] = {"code": "TX"}, {"inner": 12}
        await hub.clock.advance(timedelta(minutes=2))  # type: ignore[attr-defined]
        await order(hub, "PO-10", "X-1")
        assert states(hub, "order")[1] == ("accepted", None)


@pytest.mark.parametrize("trouble", [Unavailable("it is being mended"), Misconfigured("there is no table `items`")])
async def test_while_the_system_is_away_what_needs_it_waits_and_nothing_else(tmp_path: Path, trouble: Exception) -> None:
    async with asking(tmp_path, items=ITEMS) as (hub, erp):
        erp.speechless = [trouble] * 2
        await order(hub, item="H-77", lines=[{**ORDER["lines"][0], "unit": "EA", "price": "5"}])
        await order(hub, "PO-10", lines=[{"number": "1", "quantity": "1", "unit": "EA", "ids": {"vendor_part": "TG"}}])
        assert states(hub, "order") == [("accepted", None)], "the one that needs no answer"
        (stuck,) = hub.ledger.look(waiting).undecided
        assert stuck.name == "PO-9.json" and stuck.error.startswith("waits for erp, which must be asked first: ")
        assert str(trouble) in stuck.error and stuck.due > hub.clock.now()
        await hub.clock.advance(timedelta(days=3))  # type: ignore[attr-defined]
        await hub.work()
        assert len(hub.ledger.look(waiting).undecided) == 1, "however long it takes"
        await hub.clock.advance(timedelta(hours=1))  # type: ignore[attr-defined]
        await hub.work()
        assert len(sent(hub, "erp")) == 2 and not hub.ledger.look(waiting).undecided
        said: Any = hub.ledger.look(
            lambda connection: connection.exec_driver_sql("select text from timeline where what = 'waiting'").all()
        )
        assert len(said) == 1 and said[0][0].startswith("PO-9.json from shop waits for erp, which must be asked first: ")


async def test_replay_as_then_rests_on_the_answers_of_then(tmp_path: Path) -> None:
    async with asking(tmp_path) as (hub, erp):
        await order(hub)
        erp.tables["items"]["H-77"]["code"] = "NEW"
        erp.tables["packs"]["NEW"] = {"inner": 6}
        await hub.clock.advance(timedelta(hours=2))  # type: ignore[attr-defined]
        await order(hub, "PO-10")
        erp.asked.clear()
        past = Past(hub.company, hub.ledger, {})
        try:
            found = list(replays(hub.ledger, past, [1, 2], onward=False))
        finally:
            past.close()
        assert [one for again in found for one in [*again.documents, *again.files] if one.differences] == []
        assert [len(again.files) for again in found] == [1, 1] and erp.asked == []
        assert [one["lines"][0]["ids"]["vendor_part"] for one in canonical(hub)] == ["TB", "NEW"]


async def test_an_answer_is_counted_by_the_packs_of_the_order(tmp_path: Path) -> None:
    async with asking(tmp_path) as (hub, erp):
        await order(hub)
        erp.tables["packs"]["TB"] = {"inner": 6}
        erp.asked.clear()
        await hub.clock.advance(timedelta(hours=2))  # type: ignore[attr-defined]
        rows = [{"pos": 10, "customerRow": "1", "confirmed": [{"qty": "24", "how": "accepted"}]}]
        told = {"kind": "confirmation", "data": {"salesOrder": "SO-1", "externalRef": "PO-9", "rows": rows}}
        await bring(hub, "erp", json.dumps(told).encode(), "confirmation.json")
        (answer,) = [json.loads(text)["lines"][0] for text in sent(hub, "shop")]
        assert (answer["quantity"], answer["unit"], erp.asked) == ("2", "CS", [])


async def test_our_own_rows_come_first(tmp_path: Path) -> None:
    folder = company(tmp_path, items=ITEMS)
    (folder / "tables" / "items.csv").write_text(f"{HEAD}buyer_part,vendor_part\nH-77,OWN\n")
    async with hub_for(tmp_path) as hub:
        await order(hub, lines=[{"number": "1", "quantity": "1", "unit": "EA", "ids": {"buyer_part": "H-77"}}])
        assert wire(hub, "erp").asked == []
        assert canonical(hub)[0]["lines"][0]["ids"]["vendor_part"] == "OWN"


async def test_the_last_answer_is_kept_with_its_time_until_it_is_purged(tmp_path: Path) -> None:
    async with asking(tmp_path) as (hub, _):
        await order(hub)
        one = Question("erp", "items", "H-77")
        look = partial(answers.known, asked=[one, Question("erp", "items", "NONE")])
        found = hub.ledger.look(look)
        assert found[one].value == KNOWN["items"]["H-77"] and found[one].at == hub.clock.now() and len(found) == 1
        await hub.clock.advance(timedelta(days=31))  # type: ignore[attr-defined]
        await purge_now(hub.company, hub.ledger, hub.clock)
        assert hub.ledger.look(look) == {}
        row: Any = hub.ledger.look(lambda connection: documents.get(connection, 1))
        assert [one[2] for one in json.loads(row.heard)] == ["H-77", "0042", "TB"], "what it rests on stays with it"
        await hub.ledger.write(lambda connection: purges.strip(connection, 1, None, None))
        row = hub.ledger.look(lambda connection: documents.get(connection, 1))
        assert row.heard is None


async def test_lineage_says_who_was_asked_and_when(tmp_path: Path) -> None:
    async with asking(tmp_path) as (hub, _):
        await order(hub)
        told = {
            one.name: one.steps for one in hub.ledger.look(lambda connection: list(Lineage(hub.site).of_order(connection, 1)))
        }
        assert told["lines[0].ids.vendor_part"] == ["items of erp says so of H-77, asked on 2026-11-22 18:00 UTC"]
        assert told["parties.ship_to.city"] == ["customers of erp says so of 0042, asked on 2026-11-22 18:00 UTC"]
        assert "places" not in str(told["parties.ship_to.id"])


def worked(home: Path, code: str, size: str, body: bytes = b"", die_at: str = "") -> dict[str, Any] | None:
    """What a hub in its own process has asked and sent; None where it was killed."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.asking_worker", str(home), code, size],
        cwd=ROOT,
        env={**os.environ, "CROSSDOCK_DIE_AT": die_at},
        input=body,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == (-9 if die_at else 0), run.stderr.decode()
    return None if die_at else dict(json.loads(run.stdout))


@pytest.mark.slow
@pytest.mark.parametrize("size", ["whole", "small"])
@pytest.mark.parametrize(("point", "asks", "code"), [("ask.answered", True, "NEW"), ("ask.stored", False, "OLD")])
def test_killed_between_asking_and_deciding(tmp_path: Path, point: str, asks: bool, code: str, size: str) -> None:
    company(tmp_path, items=ITEMS.replace("buyer_part", "upc").replace("vendor_part: code, upc: codes.gtin", "sku: code"))
    body = EDI.replace(b"*VN*TEA-GREEN-100", b"").replace(b"*VN*TEA-BLACK-CASE", b"").replace(b"*CA*", b"*EA*")
    worked(tmp_path, "OLD", size, body, point)
    found = worked(tmp_path, "NEW", size)
    assert found is not None
    assert found["asked"] == ([["items", ["012345678905", "012345678912"]]] if asks else [])
    assert [[row["sku"] for row in one["rows"]] for one in found["sent"]] == [[code, code]]


async def test_a_sound_interchange_is_looked_up_like_any_other(tmp_path: Path) -> None:
    """It takes the fast path, and must not pass the tables by."""
    items = ITEMS.replace("[buyer_part]", "[vendor_item]").replace("vendor_part: code", "sku: code")
    async with asking(tmp_path, items=items) as (hub, erp):
        erp.tables["items"] = {"TEA-GREEN-100": {"code": "OURS"}, "TEA-BLACK-CASE": {"code": "OURS"}}
        await bring(hub, "acme", EDI.replace(b"*CA*60.00", b"*EA*60.00"), "order.edi")
        assert erp.asked == [("items", ["TEA-BLACK-CASE", "TEA-GREEN-100"])]
        assert [line["ids"]["sku"] for line in canonical(hub)[0]["lines"]] == ["OURS", "OURS"]


async def test_a_rehearsal_asks_only_when_told_to(tmp_path: Path) -> None:
    async with asking(tmp_path, items=ITEMS) as (hub, erp):
        line = {"number": "1", "quantity": "1", "unit": "EA", "ids": {"buyer_part": "H-77"}}
        came = Came("try", json.dumps({**ORDER, "lines": [line]}).encode(), "try.json", headers={"document": "order"})

        def tried(**more: Any) -> tuple[list[str], dict[str, str]]:
            (row,) = rehearse(hub.company, hub.ledger, "shop", came, hub.clock.now(), **more).came
            found = [one["code"] for one in json.loads(row.findings)["findings"]]
            return found, json.loads(row.canonical)["lines"][0]["ids"]

        told = {Question("erp", "items", "H-77"): Answer(hub.clock.now(), {"code": "ASKED"})}
        assert tried() == (["hub:not-asked"], {"buyer_part": "H-77"})
        assert tried(ask=lambda missing: told)[1]["vendor_part"] == "ASKED"
        assert tried()[0] == ["hub:not-asked"], "nothing of it was kept"
        await order(hub, lines=[line])
        await hub.clock.advance(timedelta(days=3))  # type: ignore[attr-defined]
        erp.asked.clear()
        assert (tried()[0], tried()[1]["vendor_part"], erp.asked) == (["hub:looked-up"], "TB", [])


async def test_a_release_asks_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    questions: list[Any] = []

    async def asked(company: Any, missing: Any) -> Any:
        questions.extend(missing)
        return {one: Answer(hub.clock.now(), KNOWN[one.table].get(one.key)) for one in missing}, None

    monkeypatch.setattr("hub.app.asked", asked)
    async with asking(tmp_path) as (hub, erp):
        erp.tables["items"], erp.tables["packs"] = {}, {}
        await order(hub)
        assert states(hub, "order")[0][0] == "held"
        arguments = ["PO-9", "--company", str(tmp_path / "company"), "--home", str(tmp_path)]
        result = await asyncio.to_thread(CliRunner().invoke, release, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        assert [one.key for one in questions] == ["H-77", "TB"], "what was known is not asked again"
        await catch_up(hub)
        await hub.work()
        (row,) = json.loads(sent(hub, "erp")[0])["rows"]
        assert (row["sku"], row["qty"], row["uom"]) == ("TB", "24", "EA")


def mistakes(folder: Path) -> str:
    """What `check` says of a company that also has a system which answers no questions."""
    (folder / "systems" / "crm.yaml").write_text("connector: mute\nformat: canonical\n")
    (folder / "connectors" / "mute").mkdir(parents=True)
    (folder / "connectors" / "mute" / "connector.py").write_text(MUTE)
    with pytest.raises(SettingsError) as caught:
        load(folder, {**connectors(folder), **connectors(HERE / "company")}, {}, home=folder.parent)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ITEMS.replace("erp", "epr"), "items.yaml:1:9: there is no system `epr` (did you mean `erp`?)"),
        (
            ITEMS.replace("erp", "crm"),
            "items.yaml:1:9: `crm` answers no questions: its connector `mute` has no `lookup` (those that do: accounting, erp, warehouse)",
        ),
        (
            ITEMS.replace("by: [buyer_part]\n", ""),
            "items.yaml:1:1: nothing says by which id an item is asked for (add `by: [vendor_part]`",
        ),
        (ITEMS.replace("gives", "give"), "items.yaml:4:1: "),
    ],
)
def test_check_says_what_is_wrong_with_a_table(tmp_path: Path, text: str, told: str) -> None:
    assert told in mistakes(company(tmp_path, items=text))


async def test_a_system_that_is_away_and_a_mistake_of_ours_are_counted_apart(tmp_path: Path) -> None:
    """Whatever they say: the retry policy is for the one, a person for the other."""
    async with asking(tmp_path, items=ITEMS) as (hub, erp):
        away, wrong = Unavailable("internal error"), RuntimeError("no")  # met twice: asked for with others, then alone
        erp.speechless = [away, away, wrong, wrong, Unavailable("waits for")]
        told: list[tuple[int, bool]] = []
        await order(hub)
        for _ in range(4):
            (stuck,) = hub.ledger.look(waiting).undecided
            told.append((stuck.attempts, stuck.error.startswith("internal error (RuntimeError: no)")))
            await hub.clock.advance(stuck.due - hub.clock.now() + timedelta(seconds=1))  # type: ignore[attr-defined]
            await hub.work()
        assert told == [(1, False), (2, False), (1, True), (1, False)]
        assert not hub.ledger.look(waiting).undecided and len(sent(hub, "erp")) == 0, "held: nobody knows its packs"
        said: Any = hub.ledger.look(
            lambda to: to.exec_driver_sql("select what from timeline where what in ('waiting', 'error') order by id").all()
        )
        assert [row[0] for row in said] == ["waiting", "error", "waiting"]
