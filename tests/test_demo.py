"""The demo as a newcomer runs it: real processes, real files, real HTTP; judged by what it leaves behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pyx12.x12file import X12Reader

ROOT = Path(__file__).resolve().parents[1]
CLEAN = [("850", "in"), ("997", "out"), ("855", "out"), ("856", "out"), ("810", "out")]
ANSWERED = ("855", "856", "810")  # each of them gets a 997

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The demo, once; what it said and where it left everything."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    command = [sys.executable, "-m", "hub.cli", "demo", "--folder", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=170, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{logs(folder)}"
    return done.stdout, folder


def logs(folder):
    return "\n".join(f"--- {log.name}\n{log.read_text()[-3000:]}" for log in sorted((folder / "logs").glob("*.log")))


@pytest.fixture(scope="module")
def orders(played):
    return {order["number"]: order for order in json.loads((played[1] / "summary.json").read_text())["orders"]}


def ways(order):
    return [(document["type"], document["direction"]) for document in order["documents"]]


def test_the_summary_keeps_its_contract(orders):
    assert set(orders) == {"PO-1001", "PO-1002", "PO-1003"}
    for order in orders.values():
        assert set(order) == {"number", "state", "documents"}
        assert order["state"] == "paid"
        for document in order["documents"]:
            assert set(document) == {"type", "direction", "with", "file", "at"}
            assert Path(document["file"]).is_file()
            assert document["with"] == "retailer"


def test_each_order_has_its_papers(orders):
    counts = {number: {way: ways(order).count(way) for way in CLEAN} for number, order in orders.items()}
    once = dict.fromkeys(CLEAN, 1)
    assert counts["PO-1001"] == once
    assert counts["PO-1002"] == {**once, ("856", "out"): 2, ("810", "out"): 2}
    assert counts["PO-1003"] == {**once, ("850", "in"): 2, ("997", "out"): 2}
    for order in orders.values():
        answers = sum(way == "out" and kind in ANSWERED for kind, way in ways(order))
        assert ways(order).count(("997", "in")) == answers


def test_the_mistake_was_refused_at_its_place(orders):
    first = next(document for document in orders["PO-1003"]["documents"] if document["type"] == "997")
    text = Path(first["file"]).read_text()
    assert "AK3*PO1*" in text
    assert "AK4*2*" in text
    assert "AK5*R" in text


def test_every_file_exchanged_can_be_read_by_another(played):
    files = sorted((played[1] / "exchanged").glob("*/*.edi"))
    assert len(files) > 20
    for file in files:
        reader = X12Reader(str(file))
        for _ in reader:
            pass
        reader.cleanup()
        assert reader.pop_errors() == [], file
        reader.close()


def test_it_says_what_happens_and_ends_with_the_life_of_each_order(played, orders):
    said = played[0]
    assert "retailer → hub" in said
    assert "A clean order" in said
    for number in orders:
        assert said.count(f"Order {number}") == 1
        assert any(row.startswith(number) and "paid" in row for row in said.splitlines())
    assert "All three orders are paid" in said


def test_nobody_is_left_running(played):
    """Every process of the demo had its folder in the environment."""
    mark = f"CROSSDOCK_DEMO_FOLDER={played[1].resolve()}".encode()
    if not Path("/proc/self/environ").exists():
        pytest.skip("this system has no /proc to look into")
    left = [process.name for process in Path("/proc").glob("[0-9]*") if owned(process) and mark in environment(process)]
    assert left == []


def owned(process):
    try:
        return process.stat().st_uid == os.getuid()
    except OSError:
        return False


def environment(process):
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""
