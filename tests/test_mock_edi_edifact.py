"""The same buyer in EDIFACT: from its ORDERS to our INVOIC through the whole hub, whatever way it behaves."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from hub.ledger import outbound
from tests.mock_edi.behaviours import TOO_LATE_AS_BUYER
from tests.mock_edi.buyer import BRACKETS, US, WIDGETS, Buyer, buyer
from tests.mock_edi.counterparts import COMPANY, Stage, stage

NUMBER = "PO-7001"
EDIFACT = COMPANY.parent / "edifact"  # what differs from the company that speaks X12
PAPERS = ["ORDRSP", "DESADV", "INVOIC"]
ALL_FOUR = ["CONTRL", *PAPERS]
REFUSED = "rejected"  # its CONTRL takes the interchange (UCI 7) and refuses the one message in it (UCM 4)
# Its DESADV knows no MEA, where the directory has the weight of a package; taken with a grumble, and refused by `strict`.
GRUMBLES = {"DESADV": "MEA is not a segment this transaction set defines"}


@dataclass
class Trade:
    """The buyer, and the hub among its counterparts."""

    buyco: Buyer
    play: Stage

    async def order(self) -> None:
        self.buyco.order(NUMBER)
        await self.play.work(self.buyco.look)

    async def later(self, step: timedelta) -> None:
        """For both: the hub works at the new time, the buyer sends what has become due."""
        await self.play.hub.clock.advance(step)  # type: ignore[attr-defined]
        self.buyco.mock.advance(seconds=step.total_seconds())
        await self.play.work(self.buyco.look)

    def receipts(self) -> dict[str, str]:
        """What we have sent and is not acknowledged as accepted."""
        return {row.name.split("_")[1]: row.receipt for row in self.play.hub.ledger.look(outbound.open_receipts)}

    def count(self, words: str) -> int:
        return sum(words in text for text in self.play.life(NUMBER))

    def verdicts(self, code: str) -> list[tuple[str, str]]:
        return [(row["ack_status"], row["ack_code"]) for row in self.buyco.sent(code)]


@asynccontextmanager
async def trade(home: Path, behaviour: str, expect: str = "") -> AsyncIterator[Trade]:
    """Our buyer behaves so; receipts are expected as soon as `expect` says."""
    company = shutil.copytree(COMPANY, home / "spoken", ignore=shutil.ignore_patterns("partners"))
    shutil.copytree(EDIFACT, company, dirs_exist_ok=True)
    if expect:
        file = company / "partners" / "buyco" / "partner.yaml"
        file.write_text(file.read_text().replace("24h", expect).replace("4h", expect))
    with buyer(home / "buyer", "edifact") as buyco:
        buyco.mock.behaviour(US, behaviour)
        async with stage(home, buyco.env, company) as play:
            yield Trade(buyco, play)


async def test_accept(tmp_path: Path) -> None:
    """What it reads in our documents is what it has ordered."""
    async with trade(tmp_path, "accept") as one:
        await one.order()
        assert one.buyco.got() == [(code, True) for code in ALL_FOUR]
        assert one.buyco.disagreements() == []
        assert one.buyco.mock.unacknowledged() == []
        assert one.receipts() == {}
        lines = {row["line"]: row for row in one.buyco.mock.order(NUMBER)["reconciliation"]}
        for line, sku, quantity in (("1", WIDGETS, "100"), ("2", BRACKETS, "40")):
            assert lines[line]["sku"] == sku
            assert [lines[line][what] for what in ("ordered", "confirmed", "shipped", "billed")] == [quantity] * 4
        (invoice,) = one.play.them.kept("accounting", "invoice")
    assert invoice["asked"]["total"] == "1416.00"


async def test_strict(tmp_path: Path) -> None:
    """It finds nothing in our CONTRL, ORDRSP and INVOIC, and one thing in the DESADV, which is its own."""
    async with trade(tmp_path, "strict") as one:
        await one.order()
        rows = {row["code"]: row for row in one.buyco.mock.documents() if row["direction"] == "in"}
        found = {code: [it for it in row["findings"] if "@" in it] for code, row in rows.items()}
        assert {code: [it.partition(": ")[2] for it in its] for code, its in found.items() if its} == {
            code: [words] for code, words in GRUMBLES.items()
        }
        assert one.receipts() == {"DESADV": REFUSED}
        assert one.count("acknowledged our DESADV 0001: rejected (segment at ") == 1


@pytest.mark.slow
async def test_duplicate_order(tmp_path: Path) -> None:
    async with trade(tmp_path, "duplicate-order") as one:
        await one.order()
        await one.later(timedelta(seconds=1))  # it sends the second a moment later
        assert one.verdicts("ORDERS") == [("accepted", "7")] * 2
        assert sorted(code for code, _ in one.buyco.got()) == sorted(["CONTRL", *ALL_FOUR])
        assert [len(one.play.them.kept(*what)) for what in (("erp", "order"), ("accounting", "invoice"))] == [1, 1]
        assert one.count("came again with the same content") == 1
        assert one.buyco.disagreements() == []


async def test_corrupt(tmp_path: Path) -> None:
    """A wrong UNT count is refused by its code."""
    async with trade(tmp_path, "corrupt") as one:
        await one.order()
        assert one.verdicts("ORDERS") == [("rejected", "4")]
        (contrl,) = one.buyco.files("CONTRL")
        assert [contrl.find("UCM").get(n) for n in (3, 4, 5)] == ["4", "29", "UNT"]
        assert one.play.them.kept("erp", "post") == []


@pytest.mark.slow
async def test_late(tmp_path: Path) -> None:
    """Overdue after half an hour, said, and closed when the receipts come after all."""
    async with trade(tmp_path, "late", expect="30m") as one:
        one.buyco.order(NUMBER)
        await one.later(timedelta(hours=1))  # the order itself is late, too
        assert one.receipts() == dict.fromkeys(PAPERS, "open")
        await one.later(timedelta(minutes=31))
        assert one.receipts() == dict.fromkeys(PAPERS, "overdue")
        assert one.count("has not acknowledged") == 3
        await one.later(timedelta(minutes=31))
        assert one.receipts() == {}
        assert one.count("0001: accepted") == 3


@pytest.mark.slow
async def test_no_ack(tmp_path: Path) -> None:
    async with trade(tmp_path, "no-ack") as one:
        await one.order()
        await one.later(timedelta(hours=5))
        assert one.receipts() == {"ORDRSP": "open", "DESADV": "overdue", "INVOIC": "open"}
        await one.later(timedelta(hours=20))
        assert one.receipts() == dict.fromkeys(PAPERS, "overdue")
        assert one.count("has not acknowledged") == 3


@pytest.mark.slow
async def test_reject_ack(tmp_path: Path) -> None:
    async with trade(tmp_path, "reject-ack") as one:
        await one.order()
        assert one.receipts() == dict.fromkeys(PAPERS, REFUSED)
        assert one.buyco.got() == [("CONTRL", True), *((code, False) for code in PAPERS)]
        assert one.count("0001: rejected (it names no fault)") == 2  # in the DESADV it names the MEA


@pytest.mark.slow
@pytest.mark.parametrize("behaviour", TOO_LATE_AS_BUYER)
async def test_changes_come_too_late_here(tmp_path: Path, behaviour: str) -> None:
    """An ORDCHG is acknowledged, then refused: our warehouse ships at once, and the order stays as it was."""
    async with trade(tmp_path, behaviour) as one:
        await one.order()
        assert one.verdicts("ORDCHG") == [("accepted", "7")]
        assert one.count("is refused: the goods have left") == 1
        assert len(one.buyco.files("ORDRSP")) == 2  # the order's, and the refusal; this buyer's knows one code (9) for both
        (order,) = one.play.them.kept("erp", "order")
        assert [row["qty"] for row in order["asked"]["rows"]] == ["100", "40"]
        assert one.receipts() == {}
        assert len(one.buyco.disagreements()) == 1  # we bill what it believes to have taken away
