"""Writing X12: padding, counts, separators, and what does not fit."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.formats.envelope import COMPONENT, Address, End, Separators, TransactionSet
from hub.formats.x12.reader import read
from hub.formats.x12.writer import Envelope, OutGroup, OutSet, Written, write

ENVELOPE = Envelope(
    Address("ZZ", "SELLER"),
    Address("01", "BUYER"),
    "SELLER",
    "BUYER",
    datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    test=True,
    eol="\n",
)


def one_set(*segments: list[str], envelope: Envelope = ENVELOPE) -> Written:
    return write(envelope, 7, [OutGroup("PR", 3, None, [OutSet("0001", list(segments), "855")])])


def test_an_interchange_byte_by_byte() -> None:
    written = one_set(["BAK", "00", "AC", "PO-1", "20260102", "", ""], ["SLN", "1", "", "I", "2", f"EA{COMPONENT}{COMPONENT}X"])
    assert written.body.decode() == (
        "ISA*00*          *00*          *ZZ*SELLER         *01*BUYER          *260102*0304*U*00401*000000007*0*T*>~\n"
        "GS*PR*SELLER*BUYER*20260102*0304*3*X*004010~\n"
        "ST*855*0001~\n"
        "BAK*00*AC*PO-1*20260102~\n"
        "SLN*1**I*2*EA>>X~\n"
        "SE*4*0001~\n"
        "GE*1*3~\n"
        "IEA*1*000000007~\n"
    )
    assert written.findings == []
    assert written.segments[3] == ["BAK", "00", "AC", "PO-1", "20260102"]


def test_isa11_is_a_separator_from_00402_on() -> None:
    body = one_set(["BAK", "a^b"], envelope=replace(ENVELOPE, interchange_version="00501")).body
    assert body[82:89] == b"^*00501"
    assert b"BAK*a b~" in body
    assert b"BAK*a^b~" in one_set(["BAK", "a^b"]).body


def test_early_versions_have_short_dates_and_later_sets_name_their_guide() -> None:
    sets = [OutSet("0001", [], "855", "005010X999")]
    body = write(
        replace(ENVELOPE, group_version="003040"), 1, [OutGroup("PR", 1, None, []), OutGroup("PR", 2, "005010", sets)]
    ).body
    assert b"GS*PR*SELLER*BUYER*260102*0304*1*X*003040~" in body
    assert b"ST*855*0001*005010X999~" in body
    assert body.endswith(b"IEA*2*000000001~\n")


@pytest.mark.parametrize(("rule", "left"), [(" ", "a b c d"), ("-", "a-b-c-d"), ("", "abcd"), ("*", "abcd")])
def test_separators_in_text_are_replaced_by_the_rule_and_noted(rule: str, left: str) -> None:
    written = one_set(["MSG", "a*b~c>d"], envelope=replace(ENVELOPE, replace=rule))
    assert f"MSG*{left}~".encode() in written.body
    (finding,) = written.findings
    assert (finding.code, finding.segment, finding.position, finding.element) == ("hub:replaced", "MSG", 2, 1)
    assert finding.value == "a*b~c>d"
    assert not finding.rejects


def test_line_breaks_and_what_the_encoding_lacks_are_replaced() -> None:
    written = one_set(["MSG", "Zo\u00eb\nsays"], envelope=replace(ENVELOPE, encoding="ascii"))
    assert b"MSG*Zo  says~" in written.body
    assert "MSG*Zo\u00eb says~".encode() in one_set(["MSG", "Zo\u00eb\nsays"]).body


@pytest.mark.parametrize(
    ("changes", "element"),
    [({"sender": Address("ZZ", "X" * 16)}, 6), ({"receiver": Address("ZZZ", "BUYER")}, 7), ({"sender": Address("ZZ", None)}, 6)],
)
def test_what_does_not_fit_into_isa_is_an_error_not_a_cut(changes: dict[str, Address], element: int) -> None:
    (finding,) = one_set(envelope=replace(ENVELOPE, **changes)).findings  # type: ignore[arg-type]
    assert (finding.code, finding.element, finding.rejects) == ("hub:isa-width", element, True)


@pytest.mark.parametrize("separators", [Separators("*", "*", "~"), Separators("*", ">", "A"), Separators("*", ">", " ")])
def test_separators_that_cannot_be_told_apart(separators: Separators) -> None:
    findings = one_set(envelope=replace(ENVELOPE, separators=separators)).findings
    assert "hub:separators" in [finding.code for finding in findings]


@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters=COMPONENT), max_size=8), max_size=5), max_size=5)
)
def test_our_reader_reads_what_was_meant(values: list[list[str]]) -> None:
    written = one_set(*[["REF", *elements, "end"] for elements in values])
    events = list(read([written.body]))
    assert [one for event in events if not isinstance(event, End) for one in event.findings] == []
    (found,) = [event for event in events if isinstance(event, TransactionSet)]
    assert found.segments == written.segments[2:-2]
