"""Lineage of what is stored: every value of every document of an order, and every element of every file that went out."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hub.cli.lineage import lineage
from hub.formats import detect
from hub.formats.envelope import TransactionSet
from tests.journey import HERE, play

CLEAN, EDIFACT = HERE / "clean_order_to_paid_invoice", HERE / "ordered_and_invoiced_in_edifact"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("lived")
    asyncio.run(_both(home))
    return home


async def _both(home: Path) -> None:
    await play(CLEAN, home / "x12")
    await play(EDIFACT, home / "edifact")


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(lineage, [*arguments, "--company", str(home / "company"), "--home", str(home)])


def everything(home: Path, number: str) -> list[dict[str, Any]]:
    done = run(home, number, "--all", "--json")
    assert done.exit_code == 0, (done.output, done.exception)
    return [json.loads(line) for line in done.output.splitlines()]


def steps(found: list[dict[str, Any]], where: str, name: str) -> list[str]:
    mine = [one for one in found if where in one["in"] and one["name"] == name]
    assert mine, (where, name, sorted({one["in"] for one in found}))
    return list(mine[0]["steps"])


def test_from_an_element_we_sent_to_the_byte_that_came(lived: Path) -> None:
    found = everything(lived / "x12", "PO-1001")
    assert all(one["steps"] and all(one["steps"]) for one in found)
    unit, rule, *_, sent = steps(found, "_855_", "PO103 in segment 8")
    assert unit.startswith("lines[0].unit, by PO1/3 (")
    assert "855.yaml:" in unit
    assert rule == "lines[0].unit of order PO-1001, with which the answer is joined"
    assert sent.startswith('PO103 in segment 9, byte 323 of 01_acme_850.edi: "EA", code of the table units, by PO1/3 (')
    quantity = steps(found, "_855_", "ACK02 in segment 10")
    assert "data.rows[0].confirmed[0].qty of 02_erp_confirmation.json" in quantity[1]
    assert "confirmation.yaml:" in quantity[1]


def test_keys_of_a_message_and_computed_elements(lived: Path) -> None:
    found = everything(lived / "x12", "PO-1001")
    sku = steps(found, "order_PO-1001.json", "rows[0].sku")
    assert sku[0].startswith("lines[0].ids.vendor_item, as it is, ")
    assert sku[1].startswith("PO109 in segment 9")
    total = steps(found, "_810_", "TDS01 in segment 13")
    assert total == ["computed by invoice_total of lines[0].quantity, lines[0].price, lines[1].quantity, lines[1].price"]
    assert steps(found, "_856_", "HL01 in segment 3") == ["written by its rule: it builds the tree"]


@pytest.mark.parametrize("name", ["x12", "edifact"])
def test_every_emitted_element_has_a_lineage(lived: Path, name: str) -> None:
    """Counted against the file itself: each element that holds something is told, once."""
    journey = {"x12": CLEAN, "edifact": EDIFACT}[name]
    number = "PO-1001" if name == "x12" else _number(journey)
    found = everything(lived / name, number)
    for file in sorted(journey.glob("*_to_*.edi")):
        kind = file.stem.rpartition("_")[2]
        told = {one["name"] for one in found if f"_{kind}_" in one["in"].replace("-", "_") or f"_{kind}" in one["in"]}
        for segment, tag, elements in _body(file):
            for element, parts in elements:
                names = {f"{tag}{element:02} in segment {segment}"}
                names |= {f"{tag}{element:02}-{part:02} in segment {segment}" for part in parts}
                assert names & told, (file.name, names)


def _number(journey: Path) -> str:
    text = (journey / "timeline.txt").read_text()
    return text.split(":")[0].removeprefix("Order ")


def _body(file: Path) -> Iterator[tuple[int, str, list[tuple[int, list[int]]]]]:
    """Segments between the document's header and trailer, with what they hold."""
    for event in detect.read([file.read_bytes()]):
        if isinstance(event, TransactionSet):
            for n, (tag, *elements) in enumerate(event.segments[1:-1], 2):
                parts = [[k for k, part in enumerate(event.components(raw), 1) if part] for raw in elements]
                yield n, tag, [(i, held) for i, held in enumerate(parts, 1) if held]


def test_a_field_of_a_file(tmp_path: Path) -> None:
    shutil.copytree(HERE / "company", tmp_path / "company")
    done = run(tmp_path, str(CLEAN / "01_acme_850.edi"), "parties.ship_to.name", "--channel", "acme")
    assert done.exit_code == 0, done.exception
    assert 'N102 in segment 6, byte 248 of 01_acme_850.edi: "Acme Store 42", read as text, by N1/2 (' in done.output
    assert 'because of N101 in segment 6: "ST"' in done.output
    assert "called lines.9" in str(run(tmp_path, str(CLEAN / "01_acme_850.edi"), "lines.9", "--channel", "acme").exception)
