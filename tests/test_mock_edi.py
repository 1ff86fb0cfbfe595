"""Journeys against mock-edi, a trading partner that nobody here wrote, as the buyer over folders."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from mockedi.db import BEHAVIOUR_ROLES

from hub.ledger import outbound
from tests.mock_edi.behaviours import AS_BUYER, SELLER, TOO_LATE_AS_BUYER
from tests.mock_edi.buyer import BRACKETS, US, WIDGETS, Buyer, buyer
from tests.mock_edi.counterparts import COMPANY, Stage, stage

NUMBER = "PO-7001"
ALL_FOUR = ["997", "855", "856", "810"]


@pytest.fixture
def buyco(tmp_path: Path) -> Iterator[Buyer]:
    with buyer(tmp_path / "buyer") as one:
        yield one


def receipts(play: Stage) -> dict[str, str]:
    """What we have sent and is not acknowledged as accepted, by set."""
    rows = play.hub.ledger.look(outbound.open_receipts)
    return {row.name.split("_")[1]: row.receipt for row in rows}


def count(play: Stage, words: str) -> int:
    """How often the order's timeline says something."""
    return sum(words in text for text in play.life(NUMBER))


async def pass_time(play: Stage, buyco: Buyer, step: timedelta) -> None:
    """Later, for both: the hub works at the new time, the buyer sends what has become due."""
    await play.hub.clock.advance(step)  # type: ignore[attr-defined]
    buyco.mock.advance(seconds=step.total_seconds())
    await play.work(buyco.look)


async def test_strict(buyco: Buyer, tmp_path: Path) -> None:
    """From its order to our invoice; it would refuse a document for the least thing it finds."""
    buyco.mock.behaviour(US, "strict")
    async with stage(tmp_path, buyco.env) as play:
        buyco.order(NUMBER)
        await play.work(buyco.look)
        assert buyco.got() == [(code, True) for code in ALL_FOUR]
        assert buyco.disagreements() == []
        assert buyco.mock.unacknowledged() == []
        assert receipts(play) == {}
        assert [count(play, f"acknowledged our {code} 0001: accepted") for code in ALL_FOUR[1:]] == [1, 1, 1]
        (order,) = play.them.kept("erp", "order")
        assert [row["issued"] for row in order["rows"]] == ["100", "40"]
        (invoice,) = play.them.kept("accounting", "invoice")
    assert invoice["asked"]["total"] == "1416.00"


async def test_accept(buyco: Buyer, tmp_path: Path) -> None:
    """What it reads in our documents is what it has ordered."""
    async with stage(tmp_path, buyco.env) as play:
        buyco.order(NUMBER)
        await play.work(buyco.look)
    assert (buyco.disagreements(), buyco.mock.unacknowledged()) == ([], [])
    lines = {row["line"]: row for row in buyco.mock.order(NUMBER)["reconciliation"]}
    for line, sku, quantity in (("1", WIDGETS, "100"), ("2", BRACKETS, "40")):
        said = lines[line]
        assert (said["sku"], said["status"]) == (sku, "IA")
        assert [said[what] for what in ("ordered", "confirmed", "shipped", "billed")] == [quantity] * 4
    (response,), (invoice,) = buyco.files("855"), buyco.files("810")
    wanted = [["1", "100", "EA", "12.50"], ["2", "40", "EA", "4.15"]]
    assert [[line.get(n) for n in (1, 2, 3, 4)] for line in response.all("PO1")] == wanted
    assert [[line.get(n) for n in (1, 2, 3, 4)] for line in invoice.all("IT1")] == wanted
    assert {line.get(7) for line in response.all("PO1")} == {WIDGETS, BRACKETS}


@pytest.mark.parametrize("when", ["at once", "after the invoice"])
async def test_duplicate_order(buyco: Buyer, tmp_path: Path, when: str) -> None:
    """Nothing disagrees: the second 850 is the first again, so the answers to the first are the answers to both."""
    buyco.mock.behaviour(US, "duplicate-order")
    async with stage(tmp_path, buyco.env) as play:
        buyco.order(NUMBER)
        if when == "after the invoice":
            await play.work(buyco.look)
        buyco.mock.advance(seconds=1)  # it sends the second a moment later
        await play.work(buyco.look)
        assert [row["ack_status"] for row in buyco.sent("850")] == ["accepted", "accepted"]
        assert sorted(buyco.got()) == sorted([("997", True), *((code, True) for code in ALL_FOUR)])
        assert buyco.disagreements() == []
        assert buyco.mock.unacknowledged() == []
        assert receipts(play) == {}
        assert [len(play.them.kept(*what)) for what in (("erp", "order"), ("erp", "post"), ("warehouse", "order"))] == [1, 1, 1]
        assert len(play.them.kept("accounting", "invoice")) == 1
        assert count(play, "came again with the same content") == 1
        assert count(play, "taken up") == 1


async def test_corrupt(buyco: Buyer, tmp_path: Path) -> None:
    """A wrong SE01 is refused by its code, and once mended the buyer's next order goes through."""
    buyco.mock.behaviour(US, "corrupt")
    async with stage(tmp_path, buyco.env) as play:
        buyco.order(NUMBER)
        await play.work(buyco.look)
        (order,) = buyco.sent("850")
        assert (order["ack_status"], order["ack_code"]) == ("rejected", "R")
        (receipt,) = buyco.files("997")
        assert [receipt.find("AK5").get(n) for n in (1, 2)] == ["R", "4"]
        assert [receipt.find("AK9").get(n) for n in (1, 2, 3, 4)] == ["R", "1", "1", "0"]
        assert play.them.kept("erp", "post") == []
        assert count(play, "SE01 says 18, the set has 17 segments") == 1
        assert count(play, "will be acknowledged to buyco as rejected") == 1
        buyco.mock.behaviour(US, "accept")
        buyco.order("PO-7002")
        await play.work(buyco.look)
        assert [order["asked"]["externalRef"] for order in play.them.kept("erp", "order")] == ["PO-7002"]
    assert buyco.disagreements() == []


async def test_late(buyco: Buyer, tmp_path: Path) -> None:
    """Its receipts come an hour late, we wait for half an hour: overdue, said, and closed when they come after all."""
    buyco.mock.behaviour(US, "late")
    company = impatient(tmp_path / "impatient", "30m")
    async with stage(tmp_path, buyco.env, company) as play:
        buyco.order(NUMBER)
        await pass_time(play, buyco, timedelta(hours=1))  # the order itself is late, too
        assert receipts(play) == dict.fromkeys(ALL_FOUR[1:], "open")
        await pass_time(play, buyco, timedelta(minutes=31))
        assert receipts(play) == dict.fromkeys(ALL_FOUR[1:], "overdue")
        assert count(play, "has not acknowledged") == 3
        await pass_time(play, buyco, timedelta(minutes=31))
        assert receipts(play) == {}
        assert count(play, "0001: accepted") == 3
    assert buyco.disagreements() == []
    assert buyco.mock.unacknowledged() == []


async def test_no_ack(buyco: Buyer, tmp_path: Path) -> None:
    buyco.mock.behaviour(US, "no-ack")
    async with stage(tmp_path, buyco.env) as play:
        buyco.order(NUMBER)
        await play.work(buyco.look)
        await pass_time(play, buyco, timedelta(hours=5))
        assert receipts(play) == {"855": "open", "856": "overdue", "810": "open"}
        await pass_time(play, buyco, timedelta(hours=20))
        assert receipts(play) == dict.fromkeys(ALL_FOUR[1:], "overdue")
        assert count(play, "has not acknowledged") == 3
    assert buyco.got() == [(code, True) for code in ALL_FOUR]


async def test_reject_ack(buyco: Buyer, tmp_path: Path) -> None:
    """What it refuses stays open for a person; the order goes on, since nobody knows what to do about it but people."""
    buyco.mock.behaviour(US, "reject-ack")
    async with stage(tmp_path, buyco.env) as play:
        buyco.order(NUMBER)
        await play.work(buyco.look)
        assert receipts(play) == dict.fromkeys(ALL_FOUR[1:], "rejected")
        assert count(play, "0001: rejected (it names no fault)") == 3
    assert buyco.got() == [("997", True), ("855", False), ("856", False), ("810", False)]
    assert buyco.mock.unacknowledged() == []


@pytest.mark.parametrize("behaviour", TOO_LATE_AS_BUYER)
async def test_changes_come_too_late_here(buyco: Buyer, tmp_path: Path, behaviour: str) -> None:
    """An 860 is acknowledged, then refused: our warehouse ships at once, and the order stays as it was."""
    buyco.mock.behaviour(US, behaviour)
    async with stage(tmp_path, buyco.env) as play:
        buyco.order(NUMBER)
        await play.work(buyco.look)
        (change,) = buyco.sent("860")
        assert (change["ack_status"], change["ack_code"]) == ("accepted", "A")
        assert count(play, "is refused: the goods have left") == 1
        refusals = [file.find("BAK") for file in buyco.files("855")][1:]
        assert [(head.get(1), head.get(2)) for head in refusals] == [("01" if behaviour == "cancel-late" else "04", "RJ")]
        (order,) = play.them.kept("erp", "order")
        assert [row["qty"] for row in order["asked"]["rows"]] == ["100", "40"]
        assert receipts(play) == {}
    assert len(buyco.disagreements()) == 1  # we bill what it believes to have taken away


async def test_an_acceptance_with_errors_is_not_taken_for_a_clean_one(buyco: Buyer, tmp_path: Path) -> None:
    """Its 856 knows no MAN. With the guide that comes with the hub, not the buyer's own, it grumbles, and that can be seen."""
    company = shutil.copytree(COMPANY, tmp_path / "plain")
    shutil.rmtree(company / "partners" / "buyco" / "guides")
    async with stage(tmp_path, buyco.env, company) as play:
        buyco.order(NUMBER)
        await play.work(buyco.look)
        assert receipts(play) == {"856": "accepted_with_errors"}
    assert buyco.disagreements() == []


async def test_what_cannot_be_written_holds_up_what_follows(buyco: Buyer, tmp_path: Path) -> None:
    """A ship notice that fits no guide waits for a person, and the invoice behind it waits, too; the hub comes to rest."""
    company = shutil.copytree(COMPANY, tmp_path / "narrow")
    guide = company / "partners" / "buyco" / "guides" / "x12" / "856.yaml"
    guide.write_text(guide.read_text() + "  HL/I/SN1/1: {use: must}\n")  # nobody gives an assigned number here
    async with stage(tmp_path, buyco.env, company) as play:
        buyco.order(NUMBER)
        await play.work(buyco.look)
        assert count(play, "cannot be written for buyco") == 1
        assert len(play.them.kept("accounting", "invoice")) == 1
    assert buyco.got() == [("997", True), ("855", True)]
    assert buyco.disagreements() == []


async def test_short_of_stock(buyco: Buyer, tmp_path: Path) -> None:
    """Two shipments, two invoices. Its disagreements are its own: it reads but the first ACK of a line, the 60 of 100."""
    stock = tmp_path / "stock.json"
    stock.write_text(json.dumps({WIDGETS: {"onHand": "60", "text": "Widget"}}))
    async with stage(tmp_path, buyco.env, stock=stock) as play:
        buyco.order(NUMBER)
        await play.work(buyco.look)
        assert buyco.got() == [(code, True) for code in [*ALL_FOUR, "856", "810"]]
        assert receipts(play) == {}
        (response,) = buyco.files("855")
        assert [ack.get(1) + ack.get(2) for ack in response.all("ACK")] == ["IA60", "IB40", "IA40"]
    said = {row["line"]: row for row in buyco.mock.order(NUMBER)["reconciliation"]}
    assert [said["1"][what] for what in ("ordered", "shipped", "billed")] == ["100"] * 3
    assert buyco.disagreements() == [
        "line 1: ordered 100, 855 confirms 60 and says IA, accepted as ordered",
        "line 1: confirmed 60, 84 shipped with 856 SHP-500002",  # each pack of its own added to the first shipment
        "line 1: confirmed 60, 76 shipped with 856 SHP-500002",
    ]


def test_every_behaviour_is_accounted_for() -> None:
    table = {*AS_BUYER, *TOO_LATE_AS_BUYER, *SELLER}
    assert len(table) == 16
    assert table == set(BEHAVIOUR_ROLES)
    assert {name for name, roles in BEHAVIOUR_ROLES.items() if "supplier" in roles} == {*AS_BUYER, *TOO_LATE_AS_BUYER}


def impatient(folder: Path, wait: str) -> Path:
    """The company, with a buyer whose receipts are expected sooner."""
    shutil.copytree(COMPANY, folder)
    file = folder / "partners" / "buyco" / "partner.yaml"
    changed, times = re.subn(
        r"expect: \{.*\}", f"expect: {{order_response: {wait}, ship_notice: {wait}, invoice: {wait}}}", file.read_text()
    )
    assert times == 1
    file.write_text(changed)
    return folder
