"""Leftovers: what a partner sends that no rule uses is noticed once, and told for any file."""

import json
import shutil
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from sqlalchemy import delete, text

from hub.app import Hub
from hub.cli.explain import explain
from hub.cli.leftovers import leftovers
from hub.cli.read import read
from hub.ledger import blobs, lanes, purges, timeline
from hub.ledger.tables import chunks
from hub.operations.plan import replays
from hub.operations.recall import Past
from hub.operations.trace import lives
from tests.journey import HERE, bring, hub_for

ORDER = (HERE / "clean_order_to_paid_invoice" / "01_acme_850.edi").read_bytes()
MAPPING = """document: order
format: json
body:
  po: {is: number, use: must}
  money: {is: currency}
  lines: {each: lines, body: {no: {is: number, use: must}, qty: {is: quantity}}}
"""
PACKED = ORDER.replace(b"PO1*1*24", b"PKG*F*68***PALLETIZE~\nPO1*1*24").replace(b"SE*13*", b"SE*14*")


def again(body: bytes, n: int) -> bytes:
    return body.replace(b"PO-1001", b"PO-100%d" % n).replace(b"000000101", b"00000010%d" % n)


async def swept(hub: Any) -> list[str]:
    await hub.clock.advance(timedelta(minutes=2))
    await hub.work()
    rows = hub.ledger.look(lambda connection: timeline.recent(connection, 200))
    return [row.text for row in reversed(rows) if row.what == "leftover"]


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(leftovers, [*arguments, "--company", str(home / "company"), "--home", str(home)])


async def test_a_new_place_is_noticed_once(tmp_path: Path) -> None:
    async with hub_for(tmp_path) as hub:
        await bring(hub, "acme", ORDER, "1.edi")
        assert await swept(hub) == []
        await bring(hub, "acme", again(PACKED, 2), "2.edi")
        text = "order PO-1002 from acme holds what no rule uses, for the first time: 850 N1/PKG/1, 850 N1/PKG/2, 850 N1/PKG/5; see crossdock leftovers"
        assert await swept(hub) == [text]
        await bring(hub, "acme", again(PACKED, 3), "3.edi")
        await bring(hub, "acme", again(PACKED, 4).replace(b"PKG*F*68***", b"PKG*F*68**X*"), "4.edi")
        other = text.replace("PO-1002", "PO-1004").replace("850 N1/PKG/1, 850 N1/PKG/2, 850 N1/PKG/5", "850 N1/PKG/4")
        assert await swept(hub) == [text, other]
        done = run(tmp_path, "--json")
        found = [json.loads(line) for line in done.output.splitlines()]
        assert [(one["channel"], one["place"], one["document"]) for one in found] == [
            ("acme", "850 N1/PKG/1", "order PO-1002"),
            ("acme", "850 N1/PKG/2", "order PO-1002"),
            ("acme", "850 N1/PKG/4", "order PO-1004"),
            ("acme", "850 N1/PKG/5", "order PO-1002"),
        ]


async def test_bytes_that_are_gone_do_not_stop_the_sweep(tmp_path: Path) -> None:
    async with hub_for(tmp_path) as hub:
        await bring(hub, "acme", ORDER, "1.edi")
        for what, key in (("arrival", 1), ("blob", blobs.digest(ORDER))):
            await hub.ledger.write(partial(purges.mark, what=what, key=key, at=hub.clock.now(), policy="a test"))
        await hub.ledger.write(lambda connection: connection.execute(delete(chunks)).rowcount)
        await bring(hub, "acme", again(PACKED, 2), "2.edi")
        assert len(await swept(hub)) == 1
        assert "sweep:hub" not in hub.ledger.look(lanes.due_ticks)


async def test_it_is_a_finding_of_the_document_and_changes_nothing_else(tmp_path: Path) -> None:
    async with hub_for(tmp_path) as hub:
        await bring(hub, "acme", PACKED, "1.edi")
        before = _documents(hub)
        assert len(await swept(hub)) == 1
        after = _documents(hub)
        assert [{**row, "findings": None} for row in after] == [{**row, "findings": None} for row in before]
        found = json.loads(after[0]["findings"])["findings"]
        assert [(one["code"], one["severity"], one["path"]) for one in found] == [
            ("hub:leftover", "warning", f"850 N1/PKG/{element}") for element in (1, 2, 5)
        ]
        (life,) = hub.ledger.look(lambda connection: lives(connection, "PO-1001"))
        assert [one.what for one in life.entries if "no rule uses" in one.text] == ["leftover"]
        assert [one["code"] for one in life.papers[0].findings] == ["hub:leftover"] * 3
        assert 'crossdock_leftovers_total{endpoint="acme"} 3.0' in (await hub.metrics())[0].decode()
        past = Past(hub.company, hub.ledger, {})
        (again,) = replays(hub.ledger, past, [1], onward=False)
        past.close()
        assert not again.differs, "it was noticed later"


async def test_what_a_mapping_has_no_rule_for_is_noticed_too(tmp_path: Path) -> None:
    shutil.copytree(HERE / "company", tmp_path / "company")
    (tmp_path / "company" / "channels" / "lists.yaml").write_text("connector: wire\nformat: json\nreads: [{mapping: lists}]\n")
    (tmp_path / "company" / "mappings").mkdir(exist_ok=True)
    (tmp_path / "company" / "mappings" / "lists.yaml").write_text(MAPPING)
    lines = [{"no": "1", "qty": "1", "hue": "red"}, {"no": "2", "qty": "1", "hue": "blue"}]
    async with hub_for(tmp_path) as hub:
        for n in (1, 2):
            body = {"po": f"L-{n}", "money": "USD", "lines": lines, **({"rush": "yes"} if n == 2 else {})}
            await bring(hub, "lists", json.dumps(body).encode(), f"{n}.json")
            await swept(hub)
        told = [
            [one["path"] for one in json.loads(row["findings"])["findings"] if one["code"] == "hub:leftover"]
            for row in _documents(hub)
        ]
        assert [one for one in told if one] == [["order lines.hue"], ["order rush"]]


def _documents(hub: Hub) -> list[dict[str, Any]]:
    query = text("select * from documents order by id")
    return [dict(row._mapping) for row in hub.ledger.look(lambda connection: connection.execute(query).all())]


def test_of_a_file(tmp_path: Path) -> None:
    shutil.copytree(HERE / "company", tmp_path / "company")
    file = tmp_path / "order.edi"
    file.write_bytes(PACKED)
    done = run(tmp_path, str(file), "--channel", "acme")
    assert done.exit_code == 0, done.exception
    assert done.output.splitlines()[0] == "850 0001: 93.0% of 43 elements used"
    assert '  PKG05 in segment 9: "PALLETIZE" (N1/PKG/5)' in done.output
    shown = CliRunner().invoke(read, [str(file), "--leftovers"])
    assert "no rule used 7.0% of 43 elements: PKG01, PKG02, PKG05 in segment 9" in shown.output
    explained = CliRunner().invoke(explain, [str(file)])
    assert "no rule used 7.0% of 43 elements: PKG01, PKG02, PKG05 in segment 9" in explained.output
    assert "no rule used 7.0% of 43 elements" in CliRunner().invoke(explain, [str(file), "--html"]).output
    [interchange] = json.loads(CliRunner().invoke(explain, [str(file), "--json"]).output)["interchanges"]
    assert [one["path"] for one in interchange["leftovers"][0]["left"]] == ["N1/PKG/1", "N1/PKG/2", "N1/PKG/5"]
    as_json = json.loads(CliRunner().invoke(read, [str(file), "--leftovers", "--json"]).output)
    assert [one["path"] for one in as_json["leftovers"][0]["left"]] == ["N1/PKG/1", "N1/PKG/2", "N1/PKG/5"]
    assert "does not speak EDI" in str(run(tmp_path, str(file), "--channel", "erp").exception)
    assert "go together" in run(tmp_path, str(file)).output
