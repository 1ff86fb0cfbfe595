"""Every check at every level: what it does to a document, and what the sender is told."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.findings import Finding
from hub.formats import detect
from hub.guides.acknowledge import acknowledgements
from hub.guides.checks import CHECKS, Level
from hub.guides.judge import Policy, judge
from hub.guides.library import Library
from hub.guides.tally import MOST
from hub.guides.verdicts import JudgedDocument, Judgement
from hub.operations.read import product

ROOT = Path(__file__).parent.parent
LIBRARY = Library([product()])
LEVELS: tuple[Level, ...] = ("strict", "tolerate", "repair")
ORDER = (
    "ISA*00*          *00*          *ZZ*BUYER          *ZZ*US             *260312*0915*U*00401*000000007*0*P*>~"
    "GS*PO*BUYER*US*20260312*0915*1*X*004010~ST*850*0001~BEG*00*SA*PO-1**20260312~REF*DP*17~"
    "DTM*002*20260401*0930~N1*ST*Oslo*UL*4012345000030~PO1*1*5*EA*1.50*PE*UP*012345678905~CTT*1~SE*8*0001~GE*1*1~IEA*1*000000007~"
)
NOTICE = (
    "ISA*00*          *00*          *ZZ*SELLER         *ZZ*US             *260312*0915*U*00401*000000007*0*P*>~"
    "GS*SH*SELLER*US*20260312*0915*1*X*004010~ST*856*0001~BSN*00*N-1*20260312*0915*0001~HL*1**S~HL*2*1*O~PRF*PO-1~"
    "HL*3*2*P~MAN*GM*106141411928374657~HL*4*3*I~LIN*1*UP*012345678905~SN1*1*5*EA~CTT*4~SE*12*0001~GE*1*1~IEA*1*000000007~"
)
INVOICE = (
    "ISA*00*          *00*          *ZZ*SELLER         *ZZ*US             *260312*0915*U*00401*000000007*0*P*>~"
    "GS*IN*SELLER*US*20260312*0915*1*X*004010~ST*810*0001~BIG*20260312*I-1**PO-1~IT1*1*2*EA*5.00**UP*012345678905~TDS*1000~"
    "CTT*1~SE*6*0001~GE*1*1~IEA*1*000000007~"
)
MESSAGE = (
    "UNA:+.? 'UNB+UNOA:3+4012345000030:14+4098765000010:14+260312:0915+77'UNH+1+ORDERS:D:96A:UN:EAN008'BGM+220+PO-1+9'"
    "DTM+137:20260312:102'NAD+BY+4012345000030::9'NAD+SU+4098765000010::9'LIN+1++4000862141404:EN'IMD+F++:::TEA'QTY+21:10'"
    "UNS+S'CNT+2:1'UNT+11+1'UNZ+1+77'"
)


class Case(NamedTuple):
    """A fault made in a document, the check that finds it, and what is said at each level: severity and verdict."""

    check: str
    base: str
    before: str
    after: str
    code: str  # when strict
    tolerated: str = "accepted_with_errors"
    repaired: str | None = "accepted"  # None: this fault cannot be mended


CASES = [
    Case("segment_count", ORDER, "SE*8*", "SE*9*", "AK502:4"),
    Case("segment_count", MESSAGE, "UNT+11+", "UNT+12+", "0085:29", "accepted"),
    Case("group_count", ORDER, "GE*1*", "GE*2*", "AK905:5"),
    Case("group_count", ORDER, "IEA*1*", "IEA*2*", "TA105:021"),
    Case("group_count", MESSAGE, "UNZ+1+", "UNZ+3+", "0085:29", "accepted"),
    Case("control_number", ORDER, "SE*8*0001", "SE*8*0002", "AK502:3"),
    Case("control_number", ORDER, "GE*1*1", "GE*1*2", "AK905:4"),
    Case("control_number", ORDER, "IEA*1*000000007", "IEA*1*000000008", "TA105:001"),
    Case("control_number", MESSAGE, "UNT+11+1", "UNT+11+2", "0085:28", "accepted"),
    Case("number_padding", ORDER, "SE*8*0001", "SE*8*1", "AK502:3", "accepted"),
    Case("number_padding", MESSAGE, "UNZ+1+77", "UNZ+1+0077", "0085:28", "accepted"),
    Case("trailer", ORDER, "IEA*1*000000007~", "", "TA105:023", repaired=None),
    Case("trailer", ORDER, "GE*1*1~", "", "AK905:3", repaired=None),
    Case("trailer", ORDER, "SE*8*0001~", "", "AK502:2", repaired=None),
    Case("trailer", MESSAGE, "UNT+11+1'", "", "0085:13", "accepted", None),
    Case("envelope_order", ORDER, "GE*1*1~", "GE*1*1~N1*ST*Oslo~", "TA105:024", repaired=None),
    Case("envelope_order", MESSAGE, "UNZ+", "FTX+AAI'UNZ+", "0085:33", "accepted", None),
    Case("interchange_number", ORDER, "000000007", "00000000A", "TA105:018", repaired=None),
    Case("duplicate_number", ORDER, "GE*1*1~", "ST*850*0001~BEG*00*SA*PO-2**20260312~PO1*1*5*EA~SE*4*0001~GE*2*1~", "AK502:23", repaired=None),
    Case("isa_length", ORDER, "BUYER          *ZZ", "BUYER*ZZ", "TA105:022", "accepted"),
    Case("component_separator", ORDER, "*>~", "*~", "TA105:027"),
    Case("document_group", ORDER, "GS*PO", "GS*IN", "AK502:6"),
    Case("character_set", MESSAGE, "TEA", "T\u00c9", "0085:21", "accepted"),
    Case("segment_required", ORDER, "BEG*00*SA*PO-1**20260312~REF*DP*17", "REF*DP*17~REF*IA*1", "AK304:3", "unread", None),
    Case("segment_required", MESSAGE, "UNS+S'", "FTX+AAI'", "0085:13", "unread", None),
    Case("segment_unknown", ORDER, "REF*DP*17", "QQQ*17", "AK304:1", repaired=None),
    Case("segment_unknown", MESSAGE, "UNS+S", "QQQ+S'UNS+S", "0085:15", "unread", None),
    Case("segment_forbidden", ORDER, "REF*DP*17", "SDQ*EA**01*5", "AK304:2", repaired=None),
    Case("segment_repeat", ORDER, "CTT*1~SE*8", "CTT*1~CTT*1~SE*9", "AK304:4", repaired=None),
    Case("segment_order", ORDER, "REF*DP*17~DTM*002*20260401*0930~N1*ST*Oslo*UL*4012345000030~", "N1*ST*Oslo*UL*4012345000030~DTM*002*20260401*0930~CUR*BY*USD~", "AK304:7"),
    Case("element_required", ORDER, "REF*DP*17", "REF**17", "AK403:1", repaired=None),
    Case("element_excess", ORDER, "CTT*1~", "CTT*1*1*1*LB*1*CF*Text*1~", "AK403:3"),
    Case("element_excess", MESSAGE, "CNT+2:1", "CNT+2:1+9", "0085:16", "accepted"),
    Case("element_length", ORDER, "*EA*", "*EACH*", "AK403:5", repaired=None),
    Case("element_length", ORDER, "*PO-1*", f"*{'P' * 23}*", "AK403:5"),
    Case("element_length", ORDER, "*Oslo*", f"*{'Oslo ' * 13}*", "AK403:5"),
    Case("element_length", MESSAGE, "TEA", "T" * 300, "0085:39", "accepted"),
    Case("version_length", ORDER, "*17~DTM", f"*{'7' * 31}~DTM", "AK403:5", repaired=None),
    Case("version_length", MESSAGE, "TEA", "T" * 36, "0085:39", "accepted", None),
    Case("element_type", ORDER, "*5*EA*1.50", "*5*EA*$1,001.50", "AK403:6"),
    Case("element_type", ORDER, "*5*EA", "*five*EA", "AK403:6", repaired=None),
    Case("element_type", ORDER, "N1*ST*Oslo", "N1*ST*Os\x07lo", "AK403:6"),
    Case("element_type", MESSAGE, "QTY+21:10", "QTY+21:1 000", "0085:37", "accepted"),
    Case("number_style", ORDER, "*5*EA", "*+5*EA", "AK403:6"),
    Case("number_style", INVOICE, "TDS*1000", "TDS*10.00", "AK403:6"),
    Case("unknown_code", ORDER, "*EA*", "*ea*", "AK403:7", "accepted"),
    Case("unknown_code", ORDER, "*EA*", "*QQ*", "AK403:7", "accepted", None),
    Case("unknown_code", MESSAGE, ":EN'", ":en'", "0085:12", "accepted"),
    Case("qualifier", ORDER, "*UP*", "*UPC*", "AK403:7", repaired=None),
    Case("date", ORDER, "**20260312~REF", "**2026-03-12~REF", "AK403:8"),
    Case("date", ORDER, "**20260312~REF", "**20261312~REF", "AK403:8", repaired=None),
    Case("date_layout", MESSAGE, "20260312:102", "20260312:616", "0085:12", "accepted", None),
    Case("time", ORDER, "*0930~", "*09:30~", "AK403:9"),
    Case("time", ORDER, "*0930~", "*2561~", "AK403:9", repaired=None),
    Case("conditional", ORDER, "REF*DP*17", "REF*DP", "AK403:2", repaired=None),
    Case("exclusive", ORDER, "CTT*1~SE*8", "MEA*WT*G*2*LB****03~CTT*1~SE*9", "AK403:10", repaired=None),
    Case("trailing_blank", ORDER, "*PO-1*", "*PO-1 *", "AK403:6", "accepted"),
    Case("tree_order", NOTICE, "HL*4*3*I", "HL*5*3*I", "hub:tree-order", "accepted"),
    Case("tree_parent", NOTICE, "HL*2*1*O", "HL*2*9*O", "hub:tree-parent", "accepted"),
    Case("tree_level", NOTICE, "HL*3*2*P~MAN*GM*106141411928374657~", "HL*3*2*S~TD5**2*UPSN~", "hub:tree-level", "accepted", None),
    Case("line_count", ORDER, "CTT*1", "CTT*2", "hub:line-count", "accepted"),
    Case("totals", INVOICE, "TDS*1000", "TDS*1001", "hub:total", "accepted"),
    Case("totals_missing", ORDER, "CTT*1~SE*8", "SE*7", "hub:no-totals", "accepted", None),
    Case("check_digit", ORDER, "012345678905", "012345678906", "hub:check-digit", "accepted", None),
    Case("check_digit", ORDER, "4012345000030", "4012345000031", "hub:check-digit", "accepted", None),
    Case("check_digit", NOTICE, "106141411928374657", "106141411928374658", "hub:check-digit", "accepted", None),
    Case("check_digit", MESSAGE, "4000862141404", "4000862141405", "hub:check-digit", "accepted", None),
]  # fmt: skip


def read(text: str, **levels: Any) -> Judgement:
    found = judge(
        detect.read([text.encode("latin-1")]), lambda i, g, t: LIBRARY.find(i.standard, t.type, t.version), Policy(levels)
    )
    return next(found)


def damaged(case: Case) -> str:
    assert case.before in case.base, "the fault changes something"
    return case.base.replace(case.before, case.after)


def findings(judgement: Judgement) -> list[Finding]:
    return [*judgement.findings, *(it for document in judgement.documents for it in document.findings)]


def of(judgement: Judgement, check: str) -> list[Finding]:
    return [finding for finding in findings(judgement) if finding.check == check]


def verdict(judgement: Judgement) -> str:
    """The worst that the sender is told."""
    told = acknowledgements(judgement)
    said = {one.verdict for one in told} | {document.verdict for one in told for document in one.documents}
    return next((word for word in ("rejected", "accepted_with_errors") if word in said), "accepted")


def stands(judgement: Judgement) -> list[JudgedDocument]:
    return [document for document in judgement.documents if document.document is not None]


@pytest.mark.parametrize("base", [ORDER, NOTICE, INVOICE, MESSAGE])
def test_in_order_nothing_is_found_at_any_level(base: str) -> None:
    for level in LEVELS:
        levels = {name: level for name in CHECKS if level != "repair" or CHECKS[name].repair}
        assert findings(read(base, **levels)) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.check}-{case.code}-{CASES.index(case)}")
def test_what_each_level_does(case: Case) -> None:
    text = damaged(case)
    strict, tolerant = read(text, **{case.check: "strict"}), read(text, **{case.check: "tolerate"})

    assert {finding.severity for finding in of(strict, case.check)} == {"error"}
    assert case.code in {finding.code for finding in of(strict, case.check)}
    if of(strict, case.check)[0].kind == "application":
        assert verdict(strict) == "accepted", "content never rejects in an acknowledgement"
    else:
        assert verdict(strict) == "rejected"
        assert stands(strict) == [] or case.check == "duplicate_number"

    assert {finding.severity for finding in of(tolerant, case.check)} == {CHECKS[case.check].told}
    if case.tolerated != "unread":
        assert (verdict(tolerant), len(stands(tolerant))) == (case.tolerated, len(tolerant.documents))


@pytest.mark.parametrize(
    "case", [case for case in CASES if CHECKS[case.check].repair], ids=lambda case: f"{case.check}-{CASES.index(case)}"
)
def test_what_is_mended_is_noted_and_what_cannot_be_is_an_error(case: Case) -> None:
    judgement = read(damaged(case), **{case.check: "repair"})
    found = of(judgement, case.check)
    if case.repaired is None:
        assert {finding.severity for finding in found} == {"error"}
        return
    assert {finding.severity for finding in found} == {"note"}
    assert all("; mended: " in finding.text and finding.remedy for finding in found)
    assert (verdict(judgement), len(stands(judgement))) == (case.repaired, len(judgement.documents))


def test_each_check_is_in_the_table() -> None:
    others = {
        "element_forbidden": "no guide of ours forbids an element of an order; see the mutants of partners' guides",
        "element_repeat": "syntax 4 only: test_edifact_reader",
        "code": "below, with a guide that allows some codes only",
    }
    assert {case.check for case in CASES} == set(CHECKS) - set(others)


@pytest.mark.parametrize(
    ("before", "after", "path", "value"),
    [
        ("*5*EA*1.50", "*5*EA*$1,001.50", "lines[0].price", "1001.50"),
        ("**20260312~REF", "**2026/03/12~REF", "ordered_on", "2026-03-12"),
        ("*EA*", "*ea*", "lines[0].unit", "EA"),
        ("*PO-1*", f"*{'P' * 23}*", "number", "P" * 22),
        ("CTT*1~", "CTT*3~", "totals.lines", "1"),
        ("*UP*", "*up*", "lines[0].ids.upc", "012345678905"),
    ],
)
def test_mended_values_take_the_place_of_those_sent(before: str, after: str, path: str, value: str) -> None:
    levels = {name: "repair" for name, check in CHECKS.items() if check.repair}
    [document] = stands(read(ORDER.replace(before, after, 1), **levels))
    found: Any = document.document.model_dump(mode="json") if document.document else None
    for step in path.replace("[", ".").replace("]", "").split("."):
        found = found[int(step)] if step.isdigit() else found[step]
    assert str(found) == value
    assert [finding.severity for finding in document.findings] == ["note"]


@settings(max_examples=150, deadline=None)
@given(
    faults=st.lists(st.sampled_from([case for case in CASES if case.base is ORDER]), min_size=1, max_size=4),
    strict=st.sets(st.sampled_from(sorted(CHECKS)), max_size=8),
    more=st.sets(st.sampled_from(sorted(CHECKS)), max_size=8),
)
def test_strict_never_accepts_more_than_tolerate(faults: list[Case], strict: set[str], more: set[str]) -> None:
    text = ORDER
    for case in faults:
        text = text.replace(case.before, case.after)
    before: dict[str, Level] = {name: "strict" if name in strict else "tolerate" for name in CHECKS}
    stricter: dict[str, Level] = {name: "strict" if name in strict | more else "tolerate" for name in CHECKS}
    lenient, hard = read(text, **before), read(text, **stricter)
    assert {it.index for it in stands(hard)} <= {it.index for it in stands(lenient)}
    assert hard.rejected >= lenient.rejected


# --- files of rubbish ---


def many(body: str, number: int, tail: str = "") -> str:
    text = ORDER.replace("PO1*1*5*EA*1.50*PE*UP*012345678905~CTT*1~", body * number + tail)
    return text.replace("SE*8*", f"SE*{6 + body.count('~') * number + tail.count('~')}*")


def test_findings_of_a_kind_are_counted_beyond_a_number() -> None:
    [document] = read(many("PO1**x*EA~", 150)).documents
    told = [finding for finding in document.findings if finding.code == "AK403:6"]
    [more] = [finding for finding in document.findings if finding.code == "hub:more"]
    assert (len(told), more.severity) == (MOST, "note")
    assert more.text == "50 more findings AK403:6 of the same kind were left out"
    [answer] = acknowledgements(read(many("PO1**x*EA~", 150)))
    assert len(answer.documents[0].segments) == MOST
    assert answer.documents[0].codes == ("5",)


def test_what_rejects_is_never_left_out() -> None:
    text = many("PO1**5*EA*****UP~", 150, "PO1**x*EA~")
    [document] = read(text).documents
    assert document.rejected
    assert [finding.position for finding in document.findings if finding.code == "AK403:6"] == [156]
    [strict] = read(many("PO1**5*ea~", 150), unknown_code="strict").documents
    assert strict.rejected


def test_an_interchange_of_rubbish_tells_less_of_each_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.guides.tally.MOST_TOGETHER", 25)
    one = "ST*850*0001~BEG*00*SA*PO-1**20260312~" + "PO1**x*EA~" * 10 + "SE*13*0001~"
    text = ORDER[: ORDER.index("ST*")] + one * 4 + ORDER[ORDER.index("GE*") :].replace("GE*1*", "GE*4*")
    first, second, third, last = read(text).documents
    assert [len(document.findings) for document in (first, second)] == [10, 11]  # and the number that is used again
    assert {finding.code for finding in third.findings} == {"AK403:6", "AK502:23", "hub:more"}
    assert all(document.rejected for document in (first, second, third, last))
