"""Guides that contradict the one they extend are found out; those that only demand more or less are not."""

from pathlib import Path

import pytest

from hub.guides.contradictions import contradictions
from hub.guides.library import Library
from hub.marked import Mark

ROOT = Path(__file__).resolve().parents[1]


def found(tmp_path: Path, base: str, change: str) -> dict[str, Mark]:
    """What contradicts, with its place, in a guide that extends this one of the product."""
    path = tmp_path / "own.yaml"
    path.write_text(f"extends: {base}\nchange:\n  {change}\n")
    library = Library([ROOT / "mappings"], path)
    under = library.extended("own")
    assert under is not None
    return {mistake.text: mistake.mark for mistake in contradictions(under, library.guide("own"), library.own("own"))}


@pytest.mark.parametrize(
    ("base", "change", "words", "column"),
    [
        ("x12/850", "BEG/3: {use: never}", "BEG03 must not be sent", 16),
        ("x12/850", "BEG: null", "BEG is taken away", 3),
        ("x12/850", "PO1: {max: 0}", "PO1 is taken away", 14),
        ("x12/850", "PO1/1: {max: 30}", "no more than 20", 16),
        ("x12/850", "BEG/3: {min: 9, max: 5}", "at least 9 and at most 5", 16),
        ("x12/850", "BEG/3: {min: 50}", "at least 50 and at most 22", 16),
        ("x12/850", "BEG/3: null", "nothing carries `number`", 3),
        ("x12/850", "BEG/3: {is: release}", "nothing carries `number`", 3),
        ("x12/850", 'BEG/1: {only: ["00"], const: "05"}', "BEG01 is always 05, and may only be 00", 32),
        ("x12/850", "N1: {needs: [ship_to, shipto]}", "no code of the table `party_roles` means `shipto`", 25),
        ("x12/856", "BSN/2: {use: never}", "BSN02 must not be sent", 16),
        ("edifact/orders", "BGM/2.1: {max: 99}", "no more than 70", 18),
        ("edifact/orders", "BGM/2.1: null", "nothing carries `number`", 3),
    ],
)
def test_a_contradiction_is_told_at_its_keyword(tmp_path: Path, base: str, change: str, words: str, column: int) -> None:
    ((text, mark),) = found(tmp_path, base, change).items()
    assert words in text and (mark.line, mark.column) == (3, column)


@pytest.mark.parametrize(
    ("base", "change"),
    [
        ("x12/850", 'BEG/1: {only: ["00"]}'),
        ("x12/850", "BEG/3: {max: 10, use: must}"),
        ("x12/850", "BEG/2: {const: SA}"),
        ("x12/850", "CUR: null"),
        ("x12/850", "SAC: {use: never}"),
        ("x12/850", "PO1/SLN: {use: never}"),
        ("x12/850", "N1: {needs: [ship_to]}"),
        ("x12/850", "PO1/+NTE/DTM: {max: 1, at: {2: {is: extras.instruction}}}"),
        ("x12/856", "HL: {levels: {T: null, P: null}}"),
        ("edifact/orders", "NAD: {needs: [buyer, supplier]}"),
    ],
)
def test_a_difference_is_none(tmp_path: Path, base: str, change: str) -> None:
    assert found(tmp_path, base, change) == {}


def test_a_value_may_be_carried_elsewhere(tmp_path: Path) -> None:
    assert found(tmp_path, "x12/855", "BAK/6: {is: order_number, use: must}\n  BAK/3: null") == {}
