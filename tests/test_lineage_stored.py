"""Lineage of what is stored: every value of every document of an order, and every element of every file that went out."""

import asyncio
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hub.cli.lineage import lineage
from hub.formats import detect
from hub.formats.envelope import TransactionSet
from tests.journey import HERE, bring, play
from tests.test_further_documents import sent
from tests.test_mapped_flow import FIXTURES, company

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


# --- tables and XML -----------------------------------------------------------------------------------------------------


async def shop(home: Path, channel: str, file: Path, mapping: str | None = None) -> list[dict[str, Any]]:
    """What is told of the first order in a file of a further channel, and of what the ERP was sent for it."""
    more = {"mappings__mine": mapping} if mapping else {}
    async with company(home, channel, **more) as hub:
        await bring(hub, "shop", file.read_bytes(), file.name)
        number = json.loads(sent(hub, "erp")[0])["externalRef"]
    return everything(home, number)


@pytest.mark.parametrize(
    ("case", "format", "quantity", "number"),
    [
        ("csv/teehaus.csv", "csv", "row 3, column 7 (Menge) of teehaus.csv, as decimal, ", "row 3, column 1 (Bestell-Nr)"),
        (
            "csv/depot.txt",
            "fixed",
            "row 1, characters 31 to 36 (quantity) of depot.txt, as integer, ",
            "row 1, characters 1 to 8 (order)",
        ),
        ("xlsx/workbook.xlsx", "xlsx", "cell E4 (Pieces) of workbook.xlsx, as decimal, ", "cell A4 (Order)"),
    ],
)
async def test_from_a_key_we_sent_to_the_cell_that_came(
    tmp_path: Path, case: str, format: str, quantity: str, number: str
) -> None:
    path = FIXTURES / case
    channel = f"format: {format}\nreads: [{{mapping: mine}}]\n"
    found = await shop(tmp_path, channel, path, path.with_suffix(".yaml").read_text())
    asked = steps(found, "order_", "rows[0].qty")
    assert asked[0].startswith("lines[0].quantity, as decimal, ")
    assert asked[1].startswith(quantity) and "mine.yaml:" in asked[1]
    assert number in " ".join(steps(found, "order ", "number"))


async def test_from_a_key_we_sent_to_the_element_that_came(tmp_path: Path) -> None:
    found = await shop(tmp_path, "format: xml\nreads: [{mapping: ubl/order}]\n", FIXTURES / "ubl" / "order.xml")
    asked = steps(found, "order_", "rows[0].qty")
    assert re.match(r"/Order/cac:OrderLine\[1\]/cac:LineItem/cbc:Quantity, line \d+ of order.xml, as decimal, ", asked[1])
    assert "mappings/ubl/order.yaml:" in asked[1]
