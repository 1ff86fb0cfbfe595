"""Lengths by version: each document is held to those of its own."""

from pathlib import Path

import pytest

from hub.guides import difference, reader, writer
from hub.guides.checks import OURS, weighed
from hub.guides.library import Library
from hub.guides.mistakes import GuideError
from hub.guides.notation import Guide
from hub.model import DOCUMENTS

ROOT = Path(__file__).parents[3]
LIBRARY = Library([ROOT / "mappings"])
ORDER = {
    "number": "PO-1",
    "ordered_on": "2026-03-12",
    "purpose": "original",
    "lines": [{"number": "1", "quantity": "5", "unit": "EA"}],
}


def lengths(guide: Guide, tag: str, number: str) -> set[int]:
    return {
        part.high
        for rule in guide.rules()
        if rule.tag == tag
        for element in rule.elements
        for part in element.each()
        if part.number == number
    }


@pytest.mark.parametrize(
    ("name", "tag", "number", "version", "longest"),
    [
        ("x12/850", "REF", "127", "003060", 30),
        ("x12/850", "REF", "127", "004010VICS", 30),
        ("x12/850", "REF", "127", "005010", 50),
        ("x12/850", "REF", "127", "00501", 50),
        ("x12/850", "REF", "127", "T", 50),  # nobody can place it: the newest
        ("x12/850", "REF", "127", "002003", 30),  # older than any: the oldest
        ("x12/850", "N1", "93", "003060", 35),
        ("x12/850", "N1", "93", "004010", 60),
        ("x12/850", "PO1", "234", "003060", 40),
        ("x12/850", "PO1", "234", "005010UCS", 48),
        ("x12/850", "PO1", "234", "006010", 80),
        ("x12/850", "PO1", "355", "003060", 2),  # the same ever since
        ("edifact/orders", "BGM", "1004", "D96A", 35),
        ("edifact/orders", "BGM", "1004", "D01B", 35),
        ("edifact/orders", "BGM", "1004", "D03A", 70),
        ("edifact/orders", "NAD", "3039", "D96A", 17),
        ("edifact/orders", "NAD", "3039", "D01B", 35),
        ("edifact/orders", "RFF", "1154", "S93A", 35),
        ("edifact/orders", "DTM", "2380", "D96A", 35),
    ],
)
def test_the_length_is_that_of_the_version(name: str, tag: str, number: str, version: str, longest: int) -> None:
    standard, type_ = name.split("/")
    guide = LIBRARY.guide(name, version)
    assert lengths(guide, tag, number) == {longest}
    assert LIBRARY.find(standard, type_.upper() if standard == "edifact" else type_, version) is guide


def test_versions_of_one_age_share_a_guide() -> None:
    assert LIBRARY.guide("x12/850", "004010") is LIBRARY.guide("x12/850", "004010UCS")
    assert LIBRARY.guide("x12/850", "004010") is not LIBRARY.guide("x12/850", "005010")


def test_a_guides_own_length_stands_above_the_versions(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("extends: x12/850\nchange:\n  N1/2: {max: 70}\n")
    guide = Library([tmp_path, ROOT / "mappings"]).guide("own", "003060")
    assert 70 in lengths(guide, "N1", "93")


@pytest.mark.parametrize(("version", "codes"), [("004010", ["AK403:5"]), ("005010", [])])
def test_what_is_too_long_for_the_partners_version_is_found_before_sending(version: str, codes: list[str]) -> None:
    guide = LIBRARY.guide("x12/850", version)
    order = DOCUMENTS["order"].model_validate({**ORDER, "references": {"contract": {"value": "7" * 40}}})
    segments = writer.write(guide, order).segments
    found = [weighed(it, OURS, "x12") for it in reader.read(guide, difference.as_set(guide, segments)).findings]
    assert [finding.code for finding in found if finding.rejects] == codes


def test_a_mistake_in_the_lengths_has_its_place(tmp_path: Path) -> None:
    (tmp_path / "x12").mkdir()
    (tmp_path / "x12" / "lengths.yaml").write_text('"127": {"005010": long}\n')
    with pytest.raises(GuideError, match=r"lengths.yaml:1.*no length of a version"):
        Library([tmp_path, ROOT / "mappings"]).guide("x12/850", "004010")
