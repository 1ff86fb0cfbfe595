"""Packages are numbered once and for good: the same SSCC in the ship notice, for the ERP, on the label, and whenever it is sent again."""

import json
import re
import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, select

from hub.app import Hub
from hub.cli.labels import labels
from hub.errors import Rejected, Unavailable
from hub.ledger import documents, serials
from hub.ledger.book import Book
from hub.ledger.store import Ledger
from hub.ledger.tables import numbers as counters
from hub.operations.retry import retry
from hub.operations.trace import lives
from hub.rules.sscc import Exhausted, Range
from tests.journey import HERE, NOON, bring, hub_for, wire

JOURNEY = HERE / "clean_order_to_paid_invoice"
EUROPE = HERE / "ordered_and_invoiced_in_edifact"
RANGE = Range("9501101")
KEPT = Range("0950110", "1").sscc(123450002)  # the warehouse's own
FIRST, SECOND, THIRD = (RANGE.sscc(serial) for serial in (1, 2, 3))


def notice(journey: Path = JOURNEY, number: str = "SHP-500001", kept: Mapping[str, str] | None = None) -> bytes:
    """The warehouse's notice, its packages without numbers but for those given by package."""
    value = json.loads((journey / "04_warehouse_ship_notice.json").read_text())
    value["number"] = number
    for package in value["packages"]:
        package.pop("sscc", None)
        if kept and package["id"] in kept:
            package["sscc"] = kept[package["id"]]
    return json.dumps(value).encode()


async def released(hub: Hub, journey: Path = JOURNEY) -> None:
    """An order up to its release to the warehouse."""
    for step in sorted(journey.glob("0[123]_*")):
        _, endpoint, what = step.stem.split("_", 2)
        await bring(hub, endpoint, step.read_bytes(), step.name, document=what)


async def shipped(hub: Hub, *bodies: bytes) -> None:
    for number, body in enumerate(bodies):
        await bring(hub, "warehouse", body, f"notice-{number}", document="ship_notice")


def marks(hub: Hub, endpoint: str = "acme") -> list[list[str]]:
    """The SSCCs of each ship notice that went there."""
    found = [outgoing for outgoing in wire(hub, endpoint).sent.values() if outgoing.document == "ship_notice"]
    return [re.findall(r"(?:MAN\*GM\*|GIN\+BJ\+|\"sscc\": ?\")(\d+)", outgoing.body.decode("latin-1")) for outgoing in found]


def told(hub: Hub) -> str:
    (life,) = hub.ledger.look(lambda connection: lives(connection, "PO-1001"))
    return "\n".join(entry.text for entry in life.entries)


def company(home: Path, changes: dict[str, tuple[str, str]], source: Path = HERE / "company") -> Path:
    """A company folder with some things written otherwise."""
    shutil.copytree(source, home / "company")
    for name, (old, new) in changes.items():
        file = home / "company" / name
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))
    return source


async def test_whoever_gets_the_notice_gets_the_same_numbers(tmp_path: Path) -> None:
    """The partner in EDI, and one of our own systems that takes it as it is."""
    changes = {"routes.yaml": ("to: [channel, erp]", "to: [channel, accounting]")}
    async with hub_for(tmp_path, company(tmp_path, changes)) as hub:
        await released(hub)
        await shipped(hub, notice())
        assert marks(hub) == marks(hub, "accounting") == [[FIRST, SECOND]]
        assert f"2 packages of ship notice SHP-500001 numbered: {FIRST} to {SECOND}" in told(hub)


async def test_a_number_of_the_warehouse_stays_and_is_passed_over(tmp_path: Path) -> None:
    async with hub_for(tmp_path) as hub:
        await released(hub)
        await shipped(hub, notice(kept={"1": FIRST}))
        assert marks(hub) == [[FIRST, SECOND]]


async def test_another_notice_gets_other_numbers(tmp_path: Path) -> None:
    async with hub_for(tmp_path) as hub:
        await released(hub)
        await shipped(hub, notice(), notice(number="SHP-500002"))
        assert marks(hub) == [[FIRST, SECOND], [THIRD, RANGE.sscc(4)]]


@pytest.mark.parametrize("trouble", [Unavailable("closed"), Rejected("mailbox is full")], ids=["retried", "by a person"])
async def test_sent_again_it_says_the_same_numbers(tmp_path: Path, trouble: Exception) -> None:
    async with hub_for(tmp_path) as hub:
        await released(hub)
        wire(hub, "acme").trouble = [trouble]
        await shipped(hub, notice(), notice(number="SHP-500002"))
        assert marks(hub) == []
        hub.ledger.submit(lambda connection: retry(connection, None, "ann", "again", NOON)).result()
        await hub.clock.advance(timedelta(minutes=1))  # type: ignore[attr-defined]
        await hub.work()
        assert sorted(marks(hub)[-2:]) == [[FIRST, SECOND], [THIRD, RANGE.sscc(4)]]


async def test_a_spent_range_sends_nothing_and_says_why(tmp_path: Path) -> None:
    company(tmp_path, {"hub.yaml": ('{prefix: "9501101"}', '{prefix: "950110100000", first: 9999}')})
    async with hub_for(tmp_path) as hub:
        await released(hub)
        await shipped(hub, notice())
        assert marks(hub) == []
        assert "no package can be numbered: the prefix 950110100000 with extension 0 has no serial beyond 9999" in told(hub)


@pytest.mark.parametrize(("setting", "given"), [("as_sent", []), ("allocate", [FIRST, SECOND])])
async def test_only_partners_who_ask_for_it(tmp_path: Path, setting: str, given: list[str]) -> None:
    """An EDIFACT partner: with the setting each package has a number, without none is made up."""
    changes = {
        "hub.yaml": ("listen: null", 'listen: null\ngs1: {prefix: "9501101"}'),
        "partners/nordkost/partner.yaml": ("zone:", f"sscc: {setting}\nzone:"),
    }
    async with hub_for(tmp_path, company(tmp_path, changes, EUROPE / "company")) as hub:
        await released(hub, EUROPE)
        await shipped(hub, notice(EUROPE))
        assert marks(hub, "nordkost") == [given]


# --- the table ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def connection(database: str) -> Any:
    ledger = Ledger(database)
    ledger.create()
    with ledger._engine.begin() as connection:
        connection.exec_driver_sql("SELECT 1")
        yield connection
    ledger.close()


def document(connection: Connection, number: str) -> int:
    row = dict.fromkeys(("endpoint", "kind", "sender", "content", "state"), "")
    book = Book(connection)
    made = documents.add(
        book, {**row, "position": 0, "direction": "in", "test": False, "number": number, "made_at": NOON, "arrival_id": None}
    )
    book.write()
    return made


def test_a_document_keeps_its_numbers(connection: Connection) -> None:
    one, two = document(connection, "1"), document(connection, "2")
    first = serials.allocate(connection, RANGE, 1, one, ["A", "B"], (), NOON)
    assert first == {"A": FIRST, "B": SECOND}
    assert serials.allocate(connection, RANGE, 1, two, ["A"], (), NOON) == {"A": THIRD}
    assert serials.allocate(connection, RANGE, 1, one, ["B", "C"], (), NOON) == {**first, "C": RANGE.sscc(4)}
    assert serials.of_document(connection, one) == {**first, "C": RANGE.sscc(4)}


def test_what_was_rolled_back_was_never_given(connection: Connection) -> None:
    """Killed before the commit: nobody has seen the number, and the next document gets it."""
    one = document(connection, "1")
    savepoint = connection.begin_nested()
    serials.allocate(connection, RANGE, 1, one, ["A", "B"], (), NOON)
    savepoint.rollback()
    assert serials.of_document(connection, one) == {}
    assert serials.allocate(connection, RANGE, 1, one, ["A"], (), NOON) == {"A": FIRST}


def test_the_counter_begins_where_another_program_ended_and_never_goes_back(connection: Connection) -> None:
    drawn = [
        serials.allocate(connection, RANGE, first, document(connection, str(n)), ["A"], (), NOON)["A"]
        for n, first in enumerate((500, 1, 700))
    ]
    assert drawn == [RANGE.sscc(serial) for serial in (500, 501, 700)]


def test_a_spent_range_gives_all_or_nothing(connection: Connection) -> None:
    small = Range("950110100000")
    one = document(connection, "1")
    savepoint = connection.begin_nested()
    with pytest.raises(Exhausted):
        serials.allocate(connection, small, small.last, one, ["A", "B"], (), NOON)
    savepoint.rollback()
    assert connection.scalars(select(counters.c.last)).all() == []
    assert serials.allocate(connection, small, small.last, one, ["A"], (), NOON) == {"A": small.sscc(small.last)}


# --- labels -------------------------------------------------------------------------------------------------------------


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(labels, [*arguments, "--company", str(home / "company"), "--home", str(home)])


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    async with hub_for(tmp_path) as hub:
        await released(hub)
        await shipped(hub, notice(kept={"2": KEPT}))
        assert marks(hub) == [[FIRST, KEPT]]
    return tmp_path


@pytest.mark.parametrize("number", ["SHP-500001", "PO-1001", "SO-70001"], ids=["shipment", "order", "name in the ERP"])
def test_labels_say_what_the_notice_said(home: Path, number: str) -> None:
    plain = run(home, number)
    assert plain.exit_code == 0, plain.output
    assert re.findall(r"\(00\) (\d{18})", plain.output) == [FIRST, KEPT]
    printed = run(home, number, "--zpl", "-").output
    assert re.findall(r"\^FD>;>8(\d+)\^FS", printed) == [f"00{FIRST}", f"00{KEPT}"]
    assert run(home, number, "--pdf", str(home / "labels.pdf")).exit_code == 0
    assert (home / "labels.pdf").read_bytes().startswith(b"%PDF-")
    assert FIRST.encode() in (home / "labels.pdf").read_bytes()


def test_no_labels_says_why(home: Path) -> None:
    result = run(home, "PO-7")
    assert result.exit_code != 0
    assert "no order or shipment is known by it" in str(result.exception)
