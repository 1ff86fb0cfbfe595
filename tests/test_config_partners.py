"""The partners of the example company: each guide of theirs has samples that pass, and a mutant for each rule that fails with its code."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import yaml

from hub.findings import Finding
from hub.formats import detect
from hub.guides import difference, reader, writer
from hub.guides.judge import Policy, judge
from hub.guides.library import Library
from hub.guides.mutants import Mutant, mutants
from hub.guides.notation import Guide
from hub.guides.samples import WHOLE, sample
from hub.guides.verdicts import JudgedDocument
from hub.model import plain
from hub.operations.changes import changes
from hub.operations.guides import desk
from hub.operations.read import product

ROOT = Path(__file__).resolve().parents[1]
COMPANY = ROOT / "config"
FIXTURES = Path(__file__).parent / "fixtures" / "partners"
GUIDES = [
    f"{path.relative_to(COMPANY / 'partners').parts[0]}/{path.relative_to(path.parents[1]).with_suffix('').as_posix()}"
    for path in sorted((COMPANY / "partners").glob("*/guides/*/*.yaml"))
]
GOLDEN = sorted(FIXTURES.rglob("*.edi"))


def partner_of(case: str) -> str:
    return case.split("/")[0]


@cache
def library(partner: str) -> Library:
    return Library([COMPANY / "partners" / partner / "guides", product()])


def guide(case: str) -> Guide:
    return library(partner_of(case)).guide(case.partition("/")[2])


def judged(guide: Guide, content: bytes) -> list[Finding]:
    (judgement,) = judge(detect.read([content]), lambda *_: guide, Policy())
    return [*judgement.findings, *(finding for document in judgement.documents for finding in document.findings)]


def caught(guide: Guide, mutant: Mutant) -> bool:
    return any(mutant.told_by(finding) and finding.severity != "note" for finding in judged(guide, mutant.content))


@cache
def broken(case: str, seed: int = WHOLE) -> dict[str, Mutant]:
    return {mutant.rule: mutant for mutant in mutants(guide(case), sample(guide(case), seed))}


@pytest.mark.parametrize("case", GUIDES)
def test_samples_pass_and_come_back(case: str) -> None:
    for seed in range(3):
        made = sample(guide(case), seed)
        assert judged(made.guide, made.content) == []
        writing = writer.write(made.guide, made.document)
        assert writing.findings == [] and writing.segments == made.body


@pytest.mark.slow  # what a partner's own file demands is looked at below
@pytest.mark.parametrize("case", GUIDES)
def test_every_rule_broken_is_found_with_its_own_code(case: str) -> None:
    assert [rule for rule, mutant in broken(case).items() if not caught(guide(case), mutant)] == []


SEEDS = range(12)
REST = "LIN/IMD/3.5"  # the second piece of a text; samples are shorter
# keyword of a change -> kinds of mutants that break it
KINDS = {
    "only": ("wrong-code",),
    "const": ("wrong-code",),
    "use: must": ("element-missing", "segment-missing"),
    "use: never": ("never",),
    "min": ("too-short",),
    "max": ("too-long", "too-many"),
    "needs": ("segment-missing",),
}


def demands(case: str) -> list[tuple[str, str]]:
    """What the partner's own file demands: address and keyword."""
    partner, _, name = case.partition("/")
    change = yaml.safe_load((COMPANY / "partners" / partner / "guides" / f"{name}.yaml").read_text())["change"]
    found = [(address, word, value) for address, words in change.items() for word, value in (words or {}).items()]
    named = [(address, f"use: {value}" if word == "use" else word) for address, word, value in found]
    return [one for one in named if one[1] in KINDS]


def breaks(mutant: str, address: str, keyword: str) -> bool:
    kind, _, place = mutant.partition(":")
    bare = place.rpartition("[")[0] if keyword == "needs" else place
    return kind in KINDS[keyword] and bare == address.replace("//", "/").replace("[]", "")


@pytest.mark.parametrize("case", GUIDES)
def test_every_change_has_a_mutant_that_is_found_with_its_own_code(case: str) -> None:
    """In one sample or another: not every occurrence has everything."""
    missed = demands(case)
    for seed in SEEDS:
        met = {demand: [one for rule, one in broken(case, seed).items() if breaks(rule, *demand)] for demand in missed}
        assert [one.rule for found in met.values() for one in found if not caught(guide(case), one)] == []
        missed = [demand for demand, found in met.items() if not found]
        if not missed:
            break
    assert [demand for demand in missed if not demand[0].endswith(REST)] == []


@pytest.mark.parametrize("case", GUIDES)
def test_every_change_is_told_in_words(case: str) -> None:
    base = library(partner_of(case)).extended(case.partition("/")[2])
    assert base is not None
    told = changes(base, guide(case))
    assert len(told) > 2 and all(change.text for change in told)


# --- golden pairs: a file as the partner sends it, and what the hub makes of it by the partner's own guides -----------------

# golden file -> what to write otherwise, and the finding that only this partner's guide gives
REFUSED = {
    "acme/stores_850": [("REF*DP*042", "REF*MR*042", "AK304:3"), ("SDQ*EA*92*", "SDQ*EA*9*", "AK403:7"), ("*UP*0123", "*UK*0123", "AK403:7")],
    "brackwell/ship_direct_850": [("REF*CO*", "REF*CR*", "AK304:3"), ("*00991-33881*", "*0991-33881*", "AK403:4"), ("*31.99**SK", "*31.99**UP", "AK403:7"),
                                  ("N3*14 Mill Lane~\n", "N2*14 Mill Lane~\n", "AK304:3")],
    "pantrymere/cases_850": [("*40*CA*", "*40*EA*", "AK403:7"), ("PO4*12*100*GR~\n", "MEA*PD*G*1~\n", "AK304:3"), ("SAC*A*", "SAC*C*", "AK403:7")],
    "vendoria/counted_860": [("*QD*", "*QI*", "AK403:7"), ("*7QK2M9ZD**1*", "*7QK2M9ZD***", "AK403:1")],
    "gantrell/release_850": [("|HP|", "|UM|", "AK403:7"), ("|K-2026-118~", "~", "AK403:1"), ("N9|CT|K-2026-118|Frame contract 2026~\n", "MEA|PD|G|1~\n", "AK304:3")],
}  # fmt: skip


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def papers(content: bytes, partner: str | None) -> list[JudgedDocument]:
    read = desk(COMPANY, partner)
    return [document for judgement in judge(detect.read([content]), read.guide, Policy()) for document in judgement.documents]


@pytest.mark.parametrize("path", GOLDEN, ids=name)
def test_what_a_partner_sends(path: Path, golden: Callable[[Path, str], None]) -> None:
    [document] = papers(path.read_bytes(), path.parent.name)
    assert document.document is not None, document.findings
    told = {"findings": [finding.as_dict() for finding in document.findings], "canonical": plain(document.document)}
    golden(path.with_suffix(".json"), json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    assert document.guide is not None and path.parent.name.capitalize() in document.guide.title
    writing = writer.write(document.guide, document.document)
    assert writing.findings == []
    reading = reader.read(document.guide, difference.as_set(document.guide, writing.segments))
    assert list(difference.lost(difference.expected(document.guide, document.document), reading.value)) == []


def test_every_golden_file_has_something_that_only_its_partner_refuses() -> None:
    assert set(REFUSED) == {name(path) for path in GOLDEN}


@pytest.mark.parametrize(("case", "old", "new", "code"), [(case, *one) for case, listed in REFUSED.items() for one in listed])
def test_what_the_partner_refuses_is_found_and_only_there(case: str, old: str, new: str, code: str) -> None:
    text = (FIXTURES / f"{case}.edi").read_text()
    assert old in text
    content = text.replace(old, new, 1).encode()

    def refused(partner: str | None) -> list[str]:
        return [finding.code for document in papers(content, partner) for finding in document.findings if finding.rejects]

    assert code in refused(partner_of(case))
    assert refused(None) == []


def test_between_them_the_partners_use_every_kind_of_change() -> None:
    texts = [
        (COMPANY / "partners" / case.partition("/")[0] / "guides" / f"{case.partition('/')[2]}.yaml").read_text()
        for case in GUIDES
    ]
    wanted = ("only: ", "use: must", "use: never", "min: ", "max: ", "const: ", "{is: number", "needs: ", "conditions: ", "when: ",
              ": null", "levels: ", "drops: ")  # fmt: skip
    assert [word for word in wanted if not any(word in text for text in texts)] == []
