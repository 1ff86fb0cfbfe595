"""What EDIFACT adds to guides: dates by layout, periods, texts in pieces, repetitions, decimal commas, trees of packages."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.formats import detect
from hub.guides import difference, writer
from hub.guides.consignment import fold_consignment, unfold_consignment
from hub.guides.judge import judge
from hub.guides.library import Library
from hub.guides.reader import Defaults
from hub.guides.spread import cut, joined
from hub.guides.verdicts import JudgedDocument
from hub.model import Order
from hub.model.order import OrderLine

LIBRARY = Library([Path(__file__).parents[3] / "mappings"])
ORDER = [
    "BGM+220+PO1+9",
    "DTM+137:20260101:102",
    "NAD+BY+4012345000009::9",
    "NAD+SU+5412345000013::9",
    "LIN+1++4000862141404:EN",
    "QTY+21:10:PCE",
    "PRI+AAA:9.50",
    "UNS+S",
    "CNT+2:1",
]


def message(body: Iterable[str], kind: str = "ORDERS:D:96A:UN", una: str = "UNA:+.? '", syntax: str = "UNOC:3") -> bytes:
    lines = list(body)
    whole = [
        f"UNB+{syntax}+4012345000009:14+5412345000013:14+260101:1200+42",
        f"UNH+1+{kind}",
        *lines,
        f"UNT+{len(lines) + 2}+1",
        "UNZ+1+42",
    ]
    return (una + "".join(f"{line}'" for line in whole)).encode()


def read(body: Iterable[str], **how: str) -> JudgedDocument:
    def find(interchange: Any, group: Any, tset: Any) -> Any:
        return LIBRARY.find("edifact", tset.type, tset.version)

    (judgement,) = judge(detect.read([message(body, **how)]), find)
    return judgement.documents[0]


def changed(old: str, new: str, **how: str) -> JudgedDocument:
    assert any(line.startswith(old) for line in ORDER), old
    return read((new if line.startswith(old) else line for line in ORDER), **how)


def told(judged: JudgedDocument) -> list[tuple[str, str | None, int | None, int | None, int | None]]:
    return [(it.code, it.segment, it.position, it.element, it.component) for it in judged.findings if it.severity != "note"]


def order(judged: JudgedDocument) -> Order:
    assert isinstance(judged.document, Order), judged.findings
    return judged.document


def test_an_order_without_a_remark() -> None:
    judged = read(ORDER)
    line = order(judged).lines[0]
    assert (judged.state, judged.findings, judged.number) == ("accepted", [], "PO1")
    assert (line.quantity, line.price, list(line.ids.values())) == (Decimal(10), Decimal("9.50"), ["4000862141404"])


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("QTY", "QTY+21:1X:PCE", ("0085:37", "QTY", 7, 1, 2)),
        ("UNS", "UNS", ("0085:13", "UNS", 9, 1, None)),
        ("QTY", "QTY+21:10:PCE+9", ("0085:16", "QTY", 7, 2, None)),
        ("QTY", "QTY+21:10:PCE:9", ("0085:16", "QTY", 7, 1, None)),
        ("BGM", f"BGM+220+{'9' * 99}+9", ("0085:39", "BGM", 2, 2, 1)),
        ("PRI", "ABC+1", ("0085:15", "ABC", 8, None, None)),
        ("UNS", "CNT+2:1", ("0085:13", "UNS", 9, None, None)),
    ],
)
def test_faults_have_the_code_of_the_standard_and_a_place(old: str, new: str, finding: tuple[Any, ...]) -> None:
    judged = changed(old, new)
    assert finding in told(judged)
    assert judged.state == "rejected"


@pytest.mark.parametrize(
    ("text", "dated"),
    [
        ("137:20260102:102", date(2026, 1, 2)),
        ("137:260102:101", date(2026, 1, 2)),
        ("137:20260102", date(2026, 1, 2)),
        ("137:202601020930:203", "2026-01-02T09:30:00+00:00"),
        ("137:202601020930CET:303", "2026-01-02T09:30:00+01:00"),
    ],
)
def test_dates_by_their_layout(text: str, dated: Any) -> None:
    judged = changed("DTM", f"DTM+{text}")
    found = order(judged).ordered_on
    assert told(judged) == [] and (found == dated or (found and found.isoformat() == dated))


@pytest.mark.parametrize(
    ("zone", "instant"),
    [("CET", "08:30"), ("CES", "07:30"), ("UTC", "09:30"), ("?+01", "08:30"), ("-05", "14:30"), ("?+00", "09:30")],
)
def test_times_with_a_zone_are_the_instant_they_say(zone: str, instant: str) -> None:
    found = order(changed("DTM", f"DTM+137:202607020930{zone}:303"))
    assert isinstance(found.ordered_on, datetime) and f"{found.ordered_on.astimezone(UTC):%H:%M}" == instant
    assert "ordered_on" not in found.assumed


@pytest.mark.parametrize("text", ["2:202124:616", "2:000000:101", "2:20260231:102"])
def test_a_date_that_cannot_be_read_is_left_out_with_a_warning(text: str) -> None:
    judged = read([*ORDER[:2], f"DTM+{text}", *ORDER[2:]])
    assert [code for code, *_ in told(judged)] == ["0085:12"]
    assert judged.state == "accepted_with_findings" and not order(judged).dates


def test_a_text_of_another_layout_is_read_by_its_length() -> None:
    judged = changed("DTM", "DTM+137:199910060000:102")
    assert [it.severity for it in judged.findings] == ["warning"]
    assert str(order(judged).ordered_on).startswith("1999-10-06")


def test_a_period_is_filed_twice_and_written_as_one() -> None:
    judged = read([*ORDER[:2], "DTM+64:2026011220260115:718", *ORDER[2:]])
    ((first, day), (last, end)) = order(judged).dates.items()
    assert (last, day, end) == (f"{first}_until", date(2026, 1, 12), date(2026, 1, 15))
    assert ["DTM", "64\x1f2026011220260115\x1f718"] in writer.write(LIBRARY.guide("edifact/orders"), order(judged)).segments


def test_decimal_commas_are_read_and_written_where_the_partner_wants_them() -> None:
    judged = changed("PRI", "PRI+AAA:9,50", una="UNA:+,? '")
    assert order(judged).lines[0].price == Decimal("9.50") and judged.findings == []
    writing = writer.write(LIBRARY.guide("edifact/orders"), order(judged), Defaults(decimal=","))
    assert ["PRI", "AAA\x1f9,50"] in [segment[:2] for segment in writing.segments] and not writing.findings


def test_repetitions_are_spread_over_their_places_in_syntax_4() -> None:
    pairs = ["PIA+5+A-1:SA*B-2:IN", "PIA+1+C-3:SA"]
    judged = read([*ORDER[:5], *pairs, *ORDER[5:]], syntax="UNOC:4")
    assert set(order(judged).lines[0].ids.values()) == {"4000862141404", "A-1", "B-2", "C-3"} and judged.findings == []
    assert "A-1:SA*B-2" not in str(read([*ORDER[:5], *pairs, *ORDER[5:]]).document or "").replace("'", "")


def test_too_many_repetitions_are_told() -> None:
    judged = changed("BGM", "BGM+220+PO1*PO2+9", syntax="UNOC:4")
    assert [code for code, *_ in told(judged)] == ["0085:35"] and judged.number == "PO1"


def test_a_segment_comes_again_until_all_pairs_are_written() -> None:
    ids = {f"edifact:Z{number:02}": str(number) for number in range(12)}
    document = Order(number="1", lines=(OrderLine(number="1", quantity=Decimal(1), ids=ids),))
    segments = writer.write(LIBRARY.guide("edifact/orders"), document).segments
    assert [len(segment) - 2 for segment in segments if segment[0] == "PIA"] == [5, 5, 2]


@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=126) | st.just(" "), max_size=300).map(
        lambda text: " ".join(text.split())
    )
)
def test_a_text_in_pieces_is_the_same_text(text: str) -> None:
    for high in (35, 70, 256):
        pieces = cut(text, high)
        assert all(len(piece) <= high for piece in pieces)
        assert joined(pieces, high) == text


def test_packages_are_unfolded_and_folded() -> None:
    notice: dict[str, Any] = {
        "orders": [{"id": "O1", "number": "PO1"}, {"id": "O2", "number": "PO2"}],
        "packages": [
            {"id": "P1", "type": "tare", "sscc": "1", "loads": [{"count": 1}]},
            {"id": "P2", "type": "pack", "sscc": "2", "loads": [{"count": 1}], "parent": "P1"},
        ],
        "contents": [{"line": "1", "order": "O1", "package": "P2"}, {"line": "2", "order": "O2"}],
    }
    roots, problems = unfold_consignment(notice)
    again: dict[str, Any] = {"orders": [{"number": "PO1"}, {"number": "PO2"}]}
    fold_consignment(roots, again)
    assert problems == [] and again["packages"] == notice["packages"] and again["orders"] == notice["orders"]
    assert sorted(again["contents"], key=str) == sorted(notice["contents"], key=str)


DEEP = [
    "BGM+351+S1+9",
    "DTM+137:20260101:102",
    *("CPS+1", "PAC+1++201"),
    *("CPS+2+1", "PAC+1++201", "PCI+33E", "GIN+BJ+340987650000000011"),
    *("CPS+3+2", "PAC+2++CT", "PCI+33E", "GIN+BJ+340987650000000028"),
    *("CPS+4+3", "PAC+4++BX", "PCI+33E", "GIN+BJ+340987650000000035", "LIN+1++4098765111112:EN", "QTY+12:8:PCE"),
    *("CPS+5+3", "LIN+2++4098765222221:EN", "QTY+12:2:PCE"),
    *("CPS+6+1", "PCI+33E", "GIN+BJ+340987650000000042", "LIN+3++4098765222221:EN", "QTY+12:1:PCE"),
    "CNT+2:3",
]


def test_packages_stand_in_packages_to_any_depth() -> None:
    judged = read(DEEP, kind="DESADV:D:96A:UN")
    notice: Any = judged.document
    assert told(judged) == []
    found = [(it.id, it.type, it.parent, it.sscc and it.sscc[-3:]) for it in notice.packages]
    assert found == [
        ("P1", "tare", None, "011"),
        ("P2", "tare", "P1", "028"),
        ("P3", "pack", "P2", "035"),
        ("P4", "pack", "P2", None),
        ("P5", "pack", None, "042"),
    ]
    assert [(it.number, it.package) for it in notice.contents] == [("1", "P3"), ("2", "P4"), ("3", "P5")]
    writing = writer.write(LIBRARY.guide("edifact/desadv"), notice)
    assert [segment for segment in writing.segments if segment[0] == "CPS"] == [
        *(["CPS", "1"], ["CPS", "2", "1"], ["CPS", "3", "2"], ["CPS", "4", "3"], ["CPS", "5", "3"], ["CPS", "6", "1"])
    ]
    assert writing.findings == []


def test_a_package_in_one_that_is_not_there_is_told() -> None:
    judged = read([line.replace("CPS+4+3", "CPS+4+9") for line in DEEP], kind="DESADV:D:96A:UN")
    assert [code for code, *_ in told(judged)] == ["hub:tree-parent"]


def test_what_has_no_place_among_the_packages_is_told() -> None:
    circle = [{"id": "A", "parent": "B"}, {"id": "B", "parent": "A"}]
    _, problems = unfold_consignment({"packages": circle, "contents": [{"package": "C"}]})
    assert [problem.path for problem in problems] == ["packages[0]", "packages[1]", "contents[0]"]


def test_nothing_is_lost_on_the_way_back() -> None:
    guide = LIBRARY.guide("edifact/orders")
    judged = read([*ORDER[:2], "FTX+AAI+++one:two", "RFF+CT:C-1", *ORDER[2:]])
    writing = writer.write(guide, order(judged))
    assert writing.findings == []
    assert list(difference.lost(difference.expected(guide, order(judged)), order(judged).model_dump())) == []


FIXTURES = Path(__file__).parents[2] / "fixtures" / "edifact"
FAMILY = ("D:93A", "D:96A", "D:97A", "D:99B", "D:01B", "D:03B", "D:11A", "D:21B")
OF_EACH = sorted(next(iter(sorted(folder.glob("*.edi")))) for folder in FIXTURES.iterdir() if folder.is_dir())
MADE_FOR = re.compile(rb"(UNH\+\d+\+(?!CONTRL)[A-Z]{6}:)[DS]: ?\d\d[AB]")


@pytest.mark.parametrize("path", OF_EACH, ids=lambda path: path.parent.name)
def test_one_guide_reads_the_family_of_its_versions(path: Path) -> None:
    def documents(content: bytes) -> list[Any]:
        found = judge(detect.read([content]), lambda _, __, tset: LIBRARY.find("edifact", tset.type, tset.version))
        return [(one.state, one.document) for judgement in found for one in judgement.documents]

    content = path.read_bytes()
    wanted = documents(content)
    assert {state for state, _ in wanted} <= {"accepted", "accepted_with_findings"} and all(found for _, found in wanted)
    for version in FAMILY:
        assert documents(MADE_FOR.sub(rb"\g<1>" + version.encode(), content)) == wanted, version
