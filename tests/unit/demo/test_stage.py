"""The stage: no folder is removed that a demo did not make, nobody is left running, and the story is told in order."""

import json
import socket
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from hub.cli.demo import demo
from hub.demo import stage
from hub.demo.crew import Crew, Trouble
from hub.demo.diary import Diary
from hub.demo.place import Place, port_of
from hub.demo.story import Story, line, summary, table

FOREVER = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(60)"]
DEAF = [sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); print('here', flush=True); time.sleep(60)"]


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(Trouble, match="not made by a demo"):
        stage.prepare(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_what_an_earlier_demo_left_is_removed(tmp_path):
    stage.prepare(tmp_path / "demo")
    (tmp_path / "demo" / "old.txt").write_text("old")
    stage.prepare(tmp_path / "demo")
    assert not (tmp_path / "demo" / "old.txt").exists()
    assert (tmp_path / "demo" / "erp" / "stock.json").exists()


def test_ports_are_free_and_differ():
    found = stage.ports("a", "b", "c")
    assert len(set(found.values())) == 3
    for port in found.values():
        socket.create_server(("127.0.0.1", port)).close()


def test_everybody_is_told_the_same_place(tmp_path):
    place = Place.on_ports(tmp_path, {"hub": 1, "erp": 2, "warehouse": 3, "accounting": 4})
    assert Place.from_env(place.as_env()) == place
    assert port_of(place.warehouse_url) == 3
    with pytest.raises(SystemExit, match="CROSSDOCK_DEMO_TOKEN"):
        Place.from_env({name: value for name, value in place.as_env().items() if not name.endswith("TOKEN")})


def wait_for(log):
    while not log.exists() or b"here" not in log.read_bytes():
        time.sleep(0.01)


def test_nobody_is_left_running(tmp_path, monkeypatch):
    monkeypatch.setattr("hub.demo.crew.GRACE", 0.2)
    with pytest.raises(RuntimeError), Crew(tmp_path, {}) as crew:
        for name, command in (("polite", FOREVER), ("deaf", DEAF)):
            crew.start(name, command)
            wait_for(crew.log(name))
        members = list(crew.members.values())
        raise RuntimeError("something else went wrong")
    assert [member.poll() for member in members] == [-15, -9]


def test_an_early_end_is_noticed_with_its_last_words(tmp_path):
    with Crew(tmp_path, {}) as crew:
        crew.start("erp", [sys.executable, "-c", "raise SystemExit('no paper')"])
        with pytest.raises(Trouble, match="erp has ended with 1: no paper"):
            crew.wait("never", lambda: False, 20)


def test_what_never_comes_is_not_waited_for(tmp_path):
    with Crew(tmp_path, {}) as crew, pytest.raises(Trouble, match="the hub is ready: not within"):
        crew.wait("the hub is ready", lambda: False, 0)


def test_the_story_is_told_in_order_and_once(tmp_path):
    retailer, erp = Diary(tmp_path, "retailer"), Diary(tmp_path, "erp")
    story = Story(tmp_path)
    retailer.sent("850", "PO-1001", "3 lines", b"ISA", "edi")
    erp.got("sales-order", "PO-1001", "booked", b"{}")
    assert [note["what"] for note in story.fresh()] == ["850", "sales-order"]
    assert story.fresh() == []
    retailer.got("997", "PO-1001", "accepted", b"ISA", "edi")
    retailer.says("payment", "PO-1001", "42 USD transferred")
    assert [note["what"] for note in story.fresh()] == ["997", "payment"]
    assert "retailer → hub" in line(story.notes[0])
    assert story.orders() == ["PO-1001"]


def test_the_summary_keeps_its_contract(tmp_path):
    retailer = Diary(tmp_path, "retailer")
    retailer.sent("850", "PO-1001", "3 lines", b"ISA*in", "edi")
    retailer.got("997", "PO-1001", "accepted", b"ISA*out", "edi")
    retailer.says("payment", "PO-1001", "42 USD transferred")
    story = Story(tmp_path)
    story.fresh()
    told = summary(story.notes, {"PO-1001": "paid"})
    (order,) = told["orders"]
    assert (order["number"], order["state"]) == ("PO-1001", "paid")
    assert [set(document) for document in order["documents"]] == [{"type", "direction", "with", "file", "at"}] * 2
    assert [(document["type"], document["direction"], document["with"]) for document in order["documents"]] == [
        ("850", "in", "retailer"),
        ("997", "out", "retailer"),
    ]
    assert [Path(document["file"]).read_text() for document in order["documents"]] == ["ISA*in", "ISA*out"]
    assert table(told)[1].split() == ["PO-1001", "paid", "1", "1", "0", "0", "0", "0"]


@pytest.mark.parametrize(
    ("invoices", "state"),
    [({}, "open"), ({"RE-1": "paid", "RE-2": "open"}, "invoiced"), ({"RE-1": "paid", "RE-2": "paid"}, "paid")],
)
def test_an_order_is_paid_when_all_its_invoices_are(invoices, state):
    assert stage.state_of(invoices) == state


def test_the_complaint_names_order_and_reason(tmp_path):
    assert stage.complaint(tmp_path) == "it left no report"
    report = {"strays": ["a stray"], "orders": [{"number": "PO-1", "disagreements": ["price"], "open": ["no 855"]}]}
    (tmp_path / "retailer").mkdir()
    (tmp_path / "retailer" / "report.json").write_text(json.dumps(report))
    assert stage.complaint(tmp_path) == "a stray; PO-1: price; PO-1: no 855"


def test_a_failed_demo_ends_with_its_reason(tmp_path):
    (tmp_path / "thesis.txt").touch()
    result = CliRunner().invoke(demo, ["--folder", str(tmp_path), "--quiet"])
    assert result.exit_code == 1
    assert "not made by a demo" in result.output
