"""Real orders of nine senders through the running hub to the demo's ERP over HTTP, and back: 997, then 855 in the sender's words."""

import asyncio
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.mock_edi.counterparts import COMPANY, stage

HERE = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "x12"
UNITS = {"CA": "CS", "SF": "FTK"}  # X12's and the canonical model's, where they differ
Segments = list[list[str]]


@dataclass(frozen=True)
class Case:
    """A file, what is odd about it, and what must become of its orders."""

    file: str
    odd: str = ""
    verdicts: Sequence[str] = ("A",)  # AK501 of each set
    back: bool = True  # an 855 comes back
    house: str = "test"  # which hub it goes to: test and production trade with different ERPs


CASES = {
    "sap": Case(
        "850_005010_apibusinesshub-integration-recipes_o2c-005010-5.edi", "005010; ship-to without a name", house="production"
    ),
    "vgi": Case(
        "850_004010_vgi-x12_po-850.edi",
        "group ids that differ from the interchange's; ISA12 00501, GS08 004010",
        house="production",
    ),
    "vics": Case("850_004010vics_node-x12_850-2.edi", "a line feed ends a segment; price basis TE", house="production"),
    "napa": Case("850_005010_x12-types_community-0.edi", "ISA far too short; no prices", house="production"),
    "snacks": Case("850_004010_x12-types_004010-850.edi", "a test; lines without numbers"),
    "x357": Case(
        "850_004010x357_stupidedi_basic-po.edi", "a test; its group is called SC, which no purchase order is; a release", ("E",)
    ),
    "stupidedi": Case("850_004010_stupidedi_1.edi", "a test; ISA one too long; a line without a number"),
    "carpets": Case("850_004010_edi.net_x12.850.issue135.edi", "a test; no ISA16; the first of two orders is broken", ("R", "E")),
    "ballerina": Case(
        "850_004010_module-ballerina-edi_x12-sender.edi",
        "a test; its line names no item",
        ("E",),
        back=False,
        house="another test",
    ),
}


@dataclass(frozen=True)
class Letter:
    """An interchange, taken apart without the hub's help."""

    segments: Segments
    element: str
    component: str
    terminator: str

    @classmethod
    def read(cls, text: str) -> "Letter":
        text = text.removeprefix("\ufeff")
        element = text[3]
        marks = text.split(element)[16]
        bare = text.count(marks[0]) > 5  # ISA16 is missing: what stands there ends segments everywhere else
        component, terminator = (">", marks[0]) if bare else (marks[0], marks[1])
        parts = [part.strip() for part in text.split(terminator)]
        return cls([part.split(element) for part in parts if part], element, component, terminator)

    def all(self, tag: str) -> Segments:
        return [segment for segment in self.segments if segment[0] == tag]

    def get(self, tag: str, n: int) -> str:
        return next((at(segment, n) for segment in self.segments if segment[0] == tag), "")

    def sets(self) -> list["Letter"]:
        """Each transaction set by itself."""
        starts = [n for n, segment in enumerate(self.segments) if segment[0] == "ST"]
        ends = [n for n, segment in enumerate(self.segments) if segment[0] == "SE"]
        return [
            Letter(self.segments[a : b + 1], *(self.element, self.component, self.terminator))
            for a, b in zip(starts, ends, strict=True)
        ]


def at(segment: Sequence[str], n: int) -> str:
    return segment[n].strip() if n < len(segment) else ""


@dataclass
class Outcome:
    """What the hub made of a file."""

    sent: Letter
    back: list[Letter] = field(default_factory=list)  # in the order of their names
    orders: list[dict[str, Any]] = field(default_factory=list)  # as the ERP took them
    said: str = ""

    def answers(self, code: str) -> list[Letter]:
        return [one for letter in self.back for one in letter.sets() if one.get("ST", 1) == code]


def partner(letter: Letter) -> dict[str, Any]:
    """A partner file made from the envelope: its addresses turned round, its separators, its versions."""
    isa, gs = letter.all("ISA")[0], letter.all("GS")[0]
    repetition = at(isa, 11) if at(isa, 12) >= "00402" and at(isa, 11) != "U" else None
    marks = {"element": letter.element, "component": letter.component, "terminator": letter.terminator, "repetition": repetition}
    return {
        "title": f"{at(isa, 6)} of the corpus",
        "state": "test" if at(isa, 15) == "T" else "production",
        "ids": {
            "us": {"qualifier": at(isa, 7), "id": at(isa, 8), "group": at(gs, 3)},
            "them": {"qualifier": at(isa, 5), "id": at(isa, 6), "group": at(gs, 2)},
        },
        "versions": {"group": at(gs, 8), "interchange": at(isa, 12)},
        "separators": {name: mark for name, mark in marks.items() if mark},
        "guides": {"order": "x12/850", "acknowledgement": "x12/997", "order_response": "x12/855"},
    }


def build(folder: Path, letters: dict[str, Letter], test: bool) -> Path:
    """A company that trades with these senders; its ERP is for tests or for production."""
    shutil.copytree(COMPANY / "systems", folder / "systems", ignore=shutil.ignore_patterns("warehouse*", "accounting*"))
    erp = folder / "systems" / "erp.yaml"
    erp.write_text(erp.read_text() + f"test: {json.dumps(test)}\n")
    files: dict[str, Any] = {"hub.yaml": {"name": "Corpus Works", "database": "sqlite:///ledger.db", "listen": None}}
    files["routes.yaml"] = [{"document": "order", "to": "erp"}, {"document": "order_response", "to": "channel"}]
    for name, letter in letters.items():
        places = {"inbox": f"{name}/in", "outbox": f"{name}/out", "settle": 0, "create": True}
        files[f"channels/{name}.yaml"] = {"connector": "folder", "settings": places, "format": "x12", "partner": name}
        files[f"partners/{name}/partner.yaml"] = partner(letter)
    for name, value in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(value))  # JSON is YAML
    return folder


async def trade(home: Path, letters: dict[str, Letter], test: bool) -> dict[str, Outcome]:
    """All files of one side at once; what came back for each."""
    for name in letters:
        (home / name / "in").mkdir(parents=True)
        shutil.copy(HERE / CASES[name].file, home / name / "in" / "order.edi")
    async with stage(home, company=build(home / "made", letters, test)) as play:
        await play.work()
        orders = play.them.kept("erp", "order")
        outcomes = {name: Outcome(letter) for name, letter in letters.items()}
        for name, outcome in outcomes.items():
            files = sorted((home / name / "out").glob("*.edi"))
            outcome.back = [Letter.read(file.read_text()) for file in files]
            outcome.orders = [order["asked"] for order in orders if order["asked"]["customer"] == name]
            numbers = [letter.get("BEG", 3) for letter in outcome.sent.sets()]
            outcome.said = "\n".join(text for number in numbers for text in play.life(number))
    return outcomes


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    if not HERE.exists():
        pytest.skip("the corpus is not beside the checkout")
    letters = {name: Letter.read((HERE / case.file).read_text(encoding="utf-8")) for name, case in CASES.items()}
    found: dict[str, Outcome] = {}
    for house in ("production", "test", "another test"):  # another: SENDER is the name of two senders
        mine = {name: letter for name, letter in letters.items() if CASES[name].house == house}
        found |= asyncio.run(trade(tmp_path_factory.mktemp("corpus"), mine, house != "production"))
    return found


@pytest.fixture
def outcome(outcomes: dict[str, Outcome], request: pytest.FixtureRequest) -> Outcome:
    return outcomes[request.param]


BACK = [name for name, case in CASES.items() if case.back]


def ids(line: Sequence[str]) -> list[tuple[str, str]]:
    """Qualifier and id side by side, from PO106 on."""
    return [(at(line, n), at(line, n + 1)) for n in range(6, len(line), 2) if at(line, n)]


@pytest.mark.parametrize(("outcome", "case"), CASES.items(), ids=CASES, indirect=["outcome"])
def test_every_set_gets_its_verdict(outcome: Outcome, case: Case) -> None:
    sent, (receipt,) = outcome.sent, outcome.answers("997")
    assert receipt.all("AK1") == [["AK1", sent.get("GS", 1), sent.get("GS", 6)]]
    assert [at(one, 2) for one in receipt.all("AK2")] == [at(one, 2) for one in sent.all("ST")]
    assert [at(one, 1) for one in receipt.all("AK5")] == list(case.verdicts)


@pytest.mark.parametrize("outcome", CASES, indirect=True)
def test_answers_go_back_on_the_envelope_they_came_on(outcome: Outcome) -> None:
    came = outcome.sent.all("ISA")[0]
    assert outcome.back
    for letter in outcome.back:
        isa, groups = letter.all("ISA")[0], letter.all("GS")
        assert [at(isa, n) for n in (5, 6, 7, 8, 12, 15)] == [at(came, n) for n in (7, 8, 5, 6, 12, 15)]
        assert len(groups) + len(letter.all("TA1")) == 1  # what is said of the interchange itself travels in no group
        for gs in groups:
            assert [at(gs, n) for n in (2, 3, 8)] == [outcome.sent.get("GS", n) for n in (3, 2, 8)]
        assert (letter.element, letter.terminator) == (outcome.sent.element, outcome.sent.terminator)


@pytest.mark.parametrize("outcome", BACK, indirect=True)
def test_the_erp_got_what_was_ordered(outcome: Outcome) -> None:
    (order,) = outcome.orders
    asked = outcome.sent.sets()[-1]  # where there are two, the first is broken
    assert order["externalRef"] == asked.get("BEG", 3)
    lines = asked.all("PO1")
    got = [(row["qty"], row["uom"], row.get("unitPrice", "")) for row in order["rows"]]
    assert got == [(at(line, 2), UNITS.get(at(line, 3), at(line, 3)), at(line, 4)) for line in lines]
    assert all(row["sku"] in dict(ids(line)).values() for row, line in zip(order["rows"], lines, strict=True))
    assert order.get("shipTo", {}).get("code") == next((at(one, 4) for one in asked.all("N1") if at(one, 1) == "ST"), None)


@pytest.mark.parametrize("outcome", BACK, indirect=True)
def test_the_response_speaks_the_words_of_the_sender(outcome: Outcome) -> None:
    asked, (response,) = outcome.sent.sets()[-1], outcome.answers("855")
    assert [response.get("BAK", n) for n in (1, 3, 4)] == ["00", asked.get("BEG", 3), asked.get("BEG", 5)]
    wanted, said = asked.all("PO1"), response.all("PO1")
    numbers = [at(line, 1) or str(n) for n, line in enumerate(wanted, 1)]  # who gives no number gets the place
    assert [at(line, 1) for line in said] == numbers
    assert [[at(line, n) for n in (2, 3, 4, 5)] for line in said] == [[at(line, n) for n in (2, 3, 4, 5)] for line in wanted]
    assert [ids(line) for line in said] == [ids(line) for line in wanted]
    assert [[at(one, n) for n in (1, 2, 3)] for one in response.all("ACK")] == [
        ["IA", at(line, 2), at(line, 3)] for line in wanted
    ]


@pytest.mark.parametrize("outcome", ["ballerina"], indirect=True)
def test_an_order_the_erp_cannot_be_told_waits_for_a_person(outcome: Outcome) -> None:
    assert not outcome.orders
    assert not outcome.answers("855")
    assert "cannot be written for erp" in outcome.said
    assert "it waits for a person" in outcome.said


def test_at_least_five_senders_went_there_and_back(outcomes: dict[str, Outcome]) -> None:
    senders = {(outcome.sent.get("ISA", 6), outcome.sent.get("GS", 2)) for outcome in outcomes.values() if outcome.answers("855")}
    assert len(senders) == len(BACK) == 8
    assert {at(gs, 8)[:6] for outcome in outcomes.values() for one in outcome.back for gs in one.all("GS")} == {
        "004010",
        "005010",
    }
