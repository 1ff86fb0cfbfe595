"""Ship notices in the structure that the partner's guide names: one warehouse's notice, written and read in each of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from hub.findings import Finding
from hub.guides import difference, reader, writer
from hub.guides.library import Library
from hub.guides.notation import Guide
from hub.guides.samples import sample
from hub.model.shipment import Content, Package, ShipNotice, ShippedOrder
from hub.operations.read import product

Make = Callable[[str], Guide]

NOTICE = ShipNotice(  # as a warehouse says it: it knows nothing of the partner's structure
    number="S-1",
    noticed_at=datetime(2026, 3, 20, 18, 31, tzinfo=UTC),
    orders=(ShippedOrder(id="A", number="PO-1"), ShippedOrder(id="B", number="PO-2")),
    packages=(
        Package(id="T1", type="tare", order="A", sscc="106141412345678908"),
        Package(id="P1", parent="T1", order="A", sscc="106141410000000064"),
        Package(id="P2", parent="T1", order="A", sscc="106141410000000071"),
        Package(id="T2", type="tare", order="B", sscc="106141410000000088"),
        Package(id="P3", parent="T2", order="B", sscc="106141410000000095"),
    ),
    contents=(
        Content(order="A", package="P1", line="1", quantity=Decimal(24), unit="EA", ids={"upc": "012345678905"}),
        Content(order="A", package="P2", line="1", quantity=Decimal(12), unit="EA", ids={"upc": "012345678905"}),
        Content(order="B", package="P3", line="7", quantity=Decimal(6), unit="EA", ids={"upc": "036000291452"}),
    ),
)
FLAT = NOTICE.model_copy(
    update={"packages": tuple(it.model_copy(update={"parent": None}) for it in NOTICE.packages if it.type == "pack")}
)
NO_PALLETS = """
drops: [packages.*.parent]
change:
  HL: {levels: {T: null}}
"""
NO_PACKS = """
drops: [packages, contents.*.package]
change:
  HL: {levels: {T: null, P: null}}
"""
# code, what else the guide says, what the warehouse says -> the levels, in order
CASES = {
    "0001 with tare": ("0001", "", NOTICE, "S O T P I P I O T P I"),
    "0001": ("0001", "", FLAT, "S O P I P I O P I"),
    "0001, tare left out": ("0001", NO_PALLETS, NOTICE, "S O P I P I O P I"),
    "0002 with tare": ("0002", "", NOTICE, "S O I T P P O I T P"),
    "0002": ("0002", "", FLAT, "S O I P P O I P"),
    "0003 with tare": ("0003", "", NOTICE, "S T P O I P O I T P O I"),
    "0003": ("0003", "", FLAT, "S P O I P O I P O I"),
    "0004": ("0004", NO_PACKS, NOTICE, "S O I I O I"),
}


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A partner's guide that changes the product's."""

    def written(text: str) -> Guide:
        (tmp_path / "own.yaml").write_text(f"extends: x12/856\n{text}")
        return Library([tmp_path, product()]).guide("own")

    return written


def changed(code: str, more: str) -> str:
    own = f'  BSN/5: {{only: ["{code}"], use: must}}\n'
    return (more if more else "change:\n") + own


def told(notice: ShipNotice) -> set[tuple[str | None, ...]]:
    """What is where: order, packages around it from the inside, line, quantity."""
    orders = {it.id: it.number for it in notice.orders}
    packages = {it.id: it for it in notice.packages}
    found = set()
    for content in notice.contents:
        around, id_ = [], content.package
        while id_ is not None:
            around.append(packages[id_].sscc)
            id_ = packages[id_].parent
        found.add((orders[content.order or ""], *around, content.line, str(content.quantity)))
    return found


def written(guide: Guide, notice: ShipNotice) -> tuple[list[list[str]], list[Finding]]:
    writing = writer.write(guide, notice)
    return writing.segments, writing.findings


@pytest.mark.parametrize("case", CASES)
def test_the_guide_says_which_structure(make: Make, case: str) -> None:
    code, more, notice, levels = CASES[case]
    guide = make(changed(code, more))
    segments, findings = written(guide, notice)
    assert findings == []
    assert [segment[5] for segment in segments if segment[0] == "BSN"] == [code]
    assert " ".join(segment[3] for segment in segments if segment[0] == "HL") == levels
    reading = reader.read(guide, difference.as_set(guide, segments))
    assert [finding for finding in reading.findings if finding.severity == "error"] == []
    again = ShipNotice.model_validate({name: it for name, it in (reading.value or {}).items() if name != "assumed"})
    kept = FLAT if "left out" in case else notice
    if code == "0004":
        kept = notice.model_copy(update={"contents": tuple(it.model_copy(update={"package": None}) for it in notice.contents)})
    assert told(again) == told(kept)


@pytest.mark.parametrize("case", CASES)
def test_samples_are_in_the_structure(make: Make, case: str) -> None:
    code, more, *_ = CASES[case]
    guide = make(changed(code, more))
    for seed in range(3):
        assert [segment[5] for segment in sample(guide, seed).body if segment[0] == "BSN"] == [code]


def test_of_several_structures_the_notice_chooses(make: Make) -> None:
    guide = make('change: {BSN/5: {only: ["0002", "0003"]}}\n')
    own = NOTICE.model_copy(update={"structure": "shipment_pack"})
    assert [written(guide, it)[0][0][5] for it in (own, NOTICE)] == ["0003", "0002"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("change: {HL: {levels: {T: null}}}\n", "has no level T"),
        ('change: {BSN/5: {only: ["0004"]}}\n', "finds no place in the structure"),
    ],
    ids=["pallets", "packs"],
)
def test_what_the_guide_does_not_say_it_drops_is_not_lost_silently(make: Make, text: str, words: str) -> None:
    _, findings = written(make(text), NOTICE)
    assert any(words in finding.text and finding.severity == "error" for finding in findings)
