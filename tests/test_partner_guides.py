"""Partners who want it otherwise: guides that extend those of the product, each with a document that only they refuse."""

from functools import cache
from pathlib import Path

import pytest

from hub.formats import detect
from hub.guides import difference, reader, writer
from hub.guides.judge import judge
from hub.guides.library import Library
from hub.guides.verdicts import JudgedDocument
from hub.operations.read import product

FIXTURES = Path(__file__).parent / "fixtures" / "x12"
PARTNERS = FIXTURES / "partners"
PRODUCT = Library([product()])

# partner and set -> a golden document of it, what to write otherwise, and the finding it must give
CASES = {
    "halvorsen/860": ("line_changes", "POC*5*QD", "POC*5*CA", "AK403:7"),
    "halvorsen/865": ("accepted", "ACK*ID~\n", "", "AK304:3"),
    "halvorsen/824": ("invoice_rejected", "TED*007*Charge not agreed*", "TED*007**", "AK403:1"),
    "halvorsen/TA1": ("rejected", "*R*024", "*E*024", "AK403:7"),
    "halvorsen/820": ("plain", "RMR*IV*7321511", "RMR*PO*7321511", "AK403:7"),
    "halvorsen/999": ("accepted", "IK5*A", "IK5*E", "AK403:7"),
    "halvorsen/846": ("changes", "QTY*33*120*EA~\n", "", "AK304:3"),
    "halvorsen/180": ("request", "BGN*13*", "BGN*00*", "AK403:7"),
    "halvorsen/753": ("two_stops", "OID*SO-11*558214**", "OID*SO-11***", "AK403:1"),
    "halvorsen/754": ("routed", "BLR*FXFE*20260317~\n", "", "AK304:3"),
    "halvorsen/857": ("packs", "N9*BM*BOL-40112~\n", "", "AK304:3"),
    "larkfield/875": ("deals", "G68*60*CA*", "G68*60*DZ*", "AK403:7"),
    "larkfield/880": ("deals", "G72*525*02*", "G72*525*06*", "AK403:7"),
    "larkfield/852": ("stock", "*RPT-10*05", "**05", "AK403:1"),
    "northdock/940": ("grocery", "*HV-4471920*", "**", "AK403:1"),
    "northdock/945": ("cartons", "MAN*GM*00000123450000000010", "MAN*GM*000123450000000010", "AK403:4"),
    "northdock/943": ("transfer", "*SHP-55*", "**", "AK403:1"),
    "northdock/944": ("received", "W14*138*140*-2", "W14*138", "AK403:1"),
    "northdock/947": ("counted", "W19*06", "W19*01", "AK403:7"),
}


def judged(library: Library, text: str) -> list[JudgedDocument]:
    events = detect.read([text.encode()])
    found = judge(events, lambda interchange, _, tset: library.find(interchange.standard, tset.type, tset.version))
    return [document for judgement in found for document in judgement.papers]


def read(case: str) -> str:
    name, set_ = CASES[case][0], case.partition("/")[2]
    return (FIXTURES / set_ / f"{name}.edi").read_text()


def without(text: str, old: str, new: str) -> str:
    """The text with one thing written otherwise, its segments counted anew where one is gone."""
    assert old in text
    if new:
        return text.replace(old, new, 1)
    before, _, after = text.partition(old)
    count = after.partition("\nSE*")[2].partition("*")[0]
    return before + after.replace(f"SE*{count}*", f"SE*{int(count) - 1}*", 1)


def library(case: str) -> Library:
    return of_partner(case.partition("/")[0])


@cache
def of_partner(partner: str) -> Library:
    return Library([PARTNERS / partner, product()])


def test_every_partner_guide_has_a_case() -> None:
    assert {f"{path.parent.parent.name}/{path.stem}" for path in PARTNERS.rglob("*.yaml")} == set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_what_a_partner_sends_is_read_by_the_guide_of_the_partner(case: str) -> None:
    for own, base in zip(judged(library(case), read(case)), judged(PRODUCT, read(case)), strict=True):
        assert own.state.startswith("accepted"), own.findings
        assert own.document == base.document
        assert own.guide is not None
        assert base.guide is not None
        assert own.guide.title != base.guide.title


@pytest.mark.parametrize("case", CASES)
def test_what_the_partner_refuses_is_found_and_only_there(case: str) -> None:
    _, old, new, code = CASES[case]
    broken = without(read(case), old, new)
    found = [finding for document in judged(library(case), broken) for finding in document.findings if finding.rejects]
    assert [finding.code for finding in found] == [code]
    assert not any(finding.rejects for document in judged(PRODUCT, broken) for finding in document.findings)


@pytest.mark.parametrize("case", CASES)
def test_what_is_written_for_a_partner_comes_back(case: str) -> None:
    for judged_ in judged(library(case), read(case)):
        assert judged_.guide is not None
        assert judged_.document is not None
        writing = writer.write(judged_.guide, judged_.document)
        assert [finding for finding in writing.findings if finding.severity == "error"] == []
        reading = reader.read(judged_.guide, difference.as_set(judged_.guide, writing.segments))
        assert list(difference.lost(difference.expected(judged_.guide, judged_.document), reading.value)) == []


def test_a_table_of_a_partner_changes_what_a_code_means() -> None:
    text = read("northdock/940").replace("W05*N*", "W05*C*")
    [own] = judged(library("northdock/940"), text)
    [base] = judged(PRODUCT, text)
    assert own.document is not None
    assert base.document is not None
    assert (own.document.model_dump()["purpose"], base.document.model_dump()["purpose"]) == ("replace", "change")
