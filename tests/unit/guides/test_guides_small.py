"""Small guides of our own: mistakes in them, changes to them, and what reading through them finds."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.guides import difference, moments, reader
from hub.guides.codecs import CODECS, NUMERIC, Misread, Unwritable
from hub.guides.library import Library
from hub.guides.mistakes import GuideError
from hub.guides.notation import Guide

SEGMENTS = """
BEG: {title: head, elements: [353 ID 2/2 must purpose, 324 AN 1/10 must number, 373 DT 6/8 date]}
DTM: {title: date, conditions: [P0203], elements: [374 ID 3/3 must role, 373 DT 6/8 date, 337 TM 4/8 time, 623 ID 2/2 zone]}
REF: {title: reference, elements: [128 ID 2/3 must kind, 127 AN 1/30 number]}
PO1: {title: line, conditions: [P0203], elements: [350 AN 1/6 number, 330 R 1/6 quantity, 355 ID 2/2 unit, 235 ID 2/2 scheme, 234 AN 1/20 id]}
PID: {title: words, elements: [349 ID 1/1 must kind, 352 AN 1/80 words]}
CTT: {title: totals, elements: [354 N0 1/6 must lines]}
"""
GUIDE = """
document: order
standard: x12
set: "850"
finish: [number_lines]
body:
  - BEG: {use: must, at: {1: {is: purpose, codes: purposes}, 2: {is: number}, 3: {is: ordered_on}}}
  - DTM: {each: dates, key: {1: roles}, at: {2: {is: ., as: moment, over: [2, 3, 4]}}}
  - REF: {max: 2, each: references, key: {1: }, at: {2: {is: value}}}
  - PO1:
      use: must
      each: lines
      at: {1: {is: number}, 2: {is: quantity}, 3: {is: unit, only: [EA, CA]}}
      pairs: {from: 4, to: 5, into: ids}
      body:
        - PID: {each: descriptions, at: {1: {is: kind}, 2: {is: text}}}
  - CTT: {at: {1: {is: totals.lines, equals: line_count}}}
"""
TABLE = "# ours; 2026\nx12,edifact,word,title\n"
Make = Callable[..., Library]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def library(guide: str = GUIDE, **nearer: str) -> Library:
        (tmp_path / "base" / "x12").mkdir(parents=True)
        (tmp_path / "base" / "codes").mkdir()
        (tmp_path / "near").mkdir()
        (tmp_path / "base" / "codes" / "purposes.csv").write_text(TABLE + "00,,original,Original\n")
        (tmp_path / "base" / "codes" / "roles.csv").write_text(TABLE + "002,,delivery,Delivery\n010,,ship,Ship\n")
        (tmp_path / "base" / "x12" / "segments.yaml").write_text(SEGMENTS)
        (tmp_path / "base" / "x12" / "850.yaml").write_text(guide)
        for name, text in nearer.items():
            (tmp_path / "near" / f"{name}.yaml").write_text(text)
        return Library([tmp_path / "near", tmp_path / "base"])

    return library


def read(guide: Guide, *segments: str) -> reader.Reading:
    return reader.read(guide, difference.as_set(guide, [segment.split("*") for segment in segments]))


GOOD = ("BEG*00*A1*20261122", "PO1*1*2*EA", "PO1*2*3*CA*VN*X", "CTT*2")


def test_a_clean_document_reads_without_a_finding(make: Make) -> None:
    reading = read(make().guide("x12/850"), *GOOD)
    assert reading.findings == []
    assert reading.value is not None
    assert reading.value["ordered_on"] == date(2026, 11, 22)
    assert reading.value["lines"][1] == {"number": "2", "quantity": Decimal(3), "unit": "CA", "ids": {"VN": "X"}}


@pytest.mark.parametrize(
    ("segments", "code", "segment", "position", "element"),
    [
        (("BEG*00", *GOOD[1:]), "AK403:1", "BEG", 2, 2),
        (("BEG*00*12345678901", *GOOD[1:]), "AK403:5", "BEG", 2, 2),
        (("BEG*00*A1*20261322", *GOOD[1:]), "AK403:8", "BEG", 2, 3),
        (("BEG*0*A1", *GOOD[1:]), "AK403:4", "BEG", 2, 1),
        (("BEG*00*A1**X", *GOOD[1:]), "AK403:3", "BEG", 2, 4),
        (GOOD[1:], "AK304:3", "BEG", 2, None),
        (GOOD[:1], "AK304:3", "PO1", 3, None),
        ((*GOOD, "XYZ*1"), "AK304:1", "XYZ", 6, None),
        ((GOOD[0], "PID*F*words", *GOOD[1:]), "AK304:2", "PID", 3, None),
        ((*GOOD, "REF*DP*1"), "AK304:7", "REF", 6, None),
        ((GOOD[0], "REF*AA*1", "REF*BB*2", "REF*CC*3", *GOOD[1:]), "AK304:5", "REF", 5, None),
        ((GOOD[0], "PO1*1*2*EA", "PO1*2*3"), "AK403:2", "PO1", 4, 3),
        ((GOOD[0], "PO1*1*2*XX", "PO1*2*3*EA"), "AK403:7", "PO1", 3, 3),
        ((GOOD[0], "PO1*1*2,x*EA"), "AK403:6", "PO1", 3, 2),
        ((GOOD[0], "DTM*002*20261122*2561", GOOD[1]), "AK403:9", "DTM", 3, 3),
        ((*GOOD[:3], "CTT*9"), "hub:line-count", "CTT", 5, 1),
    ],
)
def test_each_fault_has_the_code_and_the_place_of_the_standard(
    make: Make, segments: tuple[str, ...], code: str, segment: str, position: int, element: int | None
) -> None:
    found = [it for it in read(make().guide("x12/850"), *segments).findings if it.severity != "note"]
    assert [(it.code, it.segment, it.position, it.element) for it in found] == [(code, segment, position, element)]
    assert all(it.text and it.hint for it in found)


def test_sloppy_values_are_taken_with_a_note(make: Make) -> None:
    reading = read(make().guide("x12/850"), "BEG*00*A1  *261122", "DTM*ZZZ*20261122*0930", "PO1**+2*EA", "PO1*1*.5*EA")
    assert reading.value is not None
    assert [(it.code, it.severity) for it in reading.findings] == [
        ("hub:trimmed", "note"),
        ("hub:unknown-code", "note"),
        ("AK403:6", "warning"),
    ]
    assert reading.value["dates"] == {"x12:ZZZ": datetime(2026, 11, 22, 9, 30, tzinfo=UTC)}
    assert reading.value["assumed"] == ["dates.x12:ZZZ", "lines[0].number"]
    assert [line["number"] for line in reading.value["lines"]] == ["2", "1"]


def test_every_mistake_of_a_guide_is_told_with_its_place(make: Make) -> None:
    wrong = (
        GUIDE.replace("use: must, at", "usse: must, at")
        .replace("codes: purposes", "codes: purpose")
        .replace("is: quantity", "is: quantty")
    )
    with pytest.raises(GuideError) as caught:
        make(wrong.replace("finish: [number_lines]", "finish: [number_line]")).guide("x12/850")
    told = [(mistake.mark.line, mistake.hint) for mistake in caught.value.mistakes]
    assert told == [
        (5, "did you mean `number_lines`?"),
        (7, "did you mean `use`?"),
        (7, "did you mean `purposes`?"),
        (13, "did you mean `quantity`?"),
    ]


def test_libraries_share_what_is_made_of_the_same_files(make: Make) -> None:
    near, base = make(acme="extends: x12/850").roots
    one, other = Library([near, base]), Library([base])
    assert one.guide("x12/850") is other.guide("x12/850") is not one.guide("acme")
    (near / "codes").mkdir()
    (near / "codes" / "purposes.csv").write_text(TABLE + "00,,first,First\n")
    assert Library([base]).guide("x12/850") is other.guide("x12/850")
    own = Library([near, base]).guide("x12/850")
    assert own.body[0].elements[0].table.word("00") == "first"  # type: ignore[union-attr]


def test_a_partner_changes_a_guide_by_address(make: Make) -> None:
    change = 'extends: x12/850\nchange: {BEG/1: {only: ["00"]}, PO1/1: {use: must}, PO1/PID: {max: 1}, +PID/REF: {each: notes, at: {2: {is: .}}}}'
    library = make(acme=change)
    guide = library.guide("acme")
    assert [rule.tag for rule in guide.body] == ["BEG", "DTM", "REF", "PID", "PO1", "CTT"]
    found = read(guide, "BEG*01*A1", "PID*F*words", "PO1**2*EA", "PID*F*a", "PID*F*b").findings
    assert [it.code for it in found if it.severity == "error"] == ["AK403:7", "AK403:1", "AK304:5"]
    assert read(library.guide("x12/850"), *GOOD).findings == []


def test_a_change_at_a_wrong_address_is_told_with_its_place(make: Make) -> None:
    with pytest.raises(GuideError) as caught:
        make(acme="extends: x12/850\nchange:\n  PO1/PIX: {max: 1}\n").guide("acme")
    assert [(it.mark.line, it.mark.column, it.hint) for it in caught.value.mistakes] == [(3, 3, "did you mean `PID`?")]


NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9)


@pytest.mark.parametrize("name", sorted(NUMERIC))
@given(value=NUMBERS)
def test_numbers_come_back(name: str, value: Decimal) -> None:
    places = int(name[1]) if name[0] == "n" else 0 if name == "integer" else 2
    value = value.quantize(Decimal(1).scaleb(-places)) if places < 2 else value
    assert CODECS[name].read(CODECS[name].write(value, 30)) == (value, None)


@pytest.mark.parametrize("name", sorted(NUMERIC))
@pytest.mark.parametrize("huge", ["1E+999999", "1E-999999", "NaN", "-Infinity"])
def test_a_number_that_nobody_can_mean_is_not_written(name: str, huge: str) -> None:
    with pytest.raises(Unwritable, match="is not a number that can be written"):
        CODECS[name].write(Decimal(huge), 30)


@given(value=st.dates(date(1, 1, 1)))
def test_dates_come_back(value: date) -> None:
    assert CODECS["date"].read(CODECS["date"].write(value, 8)) == (value, None)


@given(value=st.datetimes(timezones=st.integers(-12, 12).map(lambda hours: timezone(timedelta(hours=hours)))))
def test_moments_come_back(value: datetime) -> None:
    value = value.replace(microsecond=value.microsecond // 10000 * 10000)
    try:
        value.astimezone(UTC)
    except OverflowError:
        return
    assert moments.read(moments.write(value, 3, UTC), UTC) == moments.Moment(value, False)


@given(text=st.text(max_size=12))
@pytest.mark.parametrize("name", sorted(CODECS))
def test_no_text_makes_a_codec_fail_otherwise(name: str, text: str) -> None:
    with suppress(Misread):
        CODECS[name].read(text)
