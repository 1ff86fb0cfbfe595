"""Judging and acknowledging: siblings go on, trailers take their documents with them, and what a sender is told."""

import pytest

from hub.findings import Finding
from hub.formats import detect
from hub.formats.envelope import Group, Interchange, TransactionSet
from hub.guides.acknowledge import acknowledgements
from hub.guides.judge import Policy, judge, stream
from hub.guides.library import Library
from hub.guides.notation import Guide
from hub.guides.verdicts import Judgement
from hub.model import Acknowledgement
from hub.operations.read import product

LIBRARY = Library([product()])
ORDER = "BEG*00*SA*{0}**20260312~PO1*1*5*EA*1*PE*VN*AB3543~CTT*1*5~"
BAD = "BEG*00*SA*{0}**20261312~PO1*1*5*EA*1*PE*VN*AB3543~CTT*1*5~"


def find(interchange: Interchange, group: Group, tset: TransactionSet) -> Guide | None:
    return LIBRARY.find(interchange.standard, tset.type, tset.version)


def interchange(*groups: tuple[str, list[str]], version: str = "004010", test: str = "P", set_: str = "850") -> str:
    text = f"ISA*00*          *00*          *ZZ*BUYER          *ZZ*US             *260312*0915*U*00401*000000007*0*{test}*>~"
    for number, (code, bodies) in enumerate(groups, 1):
        text += f"GS*{code}*BUYER*US*20260312*0915*{number}*X*{version}~"
        for at, body in enumerate(bodies, 1):
            body = body.format(f"PO-{number}-{at}")
            text += f"ST*{set_}*{at:04}~{body}SE*{body.count('~') + 2}*{at:04}~"
        text += f"GE*{len(bodies)}*{number}~"
    return f"{text}IEA*{len(groups)}*000000007~"


def judged(text: str, policy: Policy | None = None) -> Judgement:
    [judgement] = judge(detect.read([text.encode()]), find, policy)
    return judgement


def answered(text: str) -> list[Acknowledgement]:
    return acknowledgements(judged(text))


def states(judgement: Judgement) -> list[str]:
    return [document.state for document in judgement.documents]


def test_a_bad_document_does_not_stop_its_siblings() -> None:
    judgement = judged(interchange(("PO", [ORDER, BAD, ORDER])))
    assert states(judgement) == ["accepted", "rejected", "accepted"]
    assert [document.number for document in judgement.documents] == ["PO-1-1", "PO-1-2", "PO-1-3"]
    assert [document.document is None for document in judgement.documents] == [False, True, False]
    assert judgement.state == "accepted_with_findings"


def test_a_mistake_of_ours_stops_one_document_only() -> None:
    def failing(interchange: Interchange, group: Group, tset: TransactionSet) -> Guide | None:
        if tset.control_number == "0001":
            raise RuntimeError("a bug")
        return find(interchange, group, tset)

    [judgement] = judge(detect.read([interchange(("PO", [ORDER, ORDER])).encode()]), failing)
    first, second = judgement.documents
    assert (first.state, second.state) == ("unsupported", "accepted")
    assert [finding.code for finding in first.findings] == ["hub:internal"]
    [acknowledgement] = acknowledgements(judgement)
    assert [document.verdict for document in acknowledgement.documents] == ["rejected", "accepted"]
    assert acknowledgement.documents[0].codes == ()


def test_a_wrong_group_takes_its_documents_and_no_others() -> None:
    judgement = judged(interchange(("PO", [ORDER]), ("PO", [ORDER])).replace("GE*1*2~", "GE*2*2~"))
    assert states(judgement) == ["accepted", "rejected"]
    assert judgement.documents[1].document is None
    first, second = acknowledgements(judgement)
    assert (first.verdict, first.claimed, first.received, first.accepted) == ("accepted", 1, 1, 1)
    assert (second.verdict, second.codes, second.claimed, second.received, second.accepted) == ("rejected", ("5",), 2, 1, 0)


def test_a_wrong_interchange_takes_everything() -> None:
    judgement = judged(interchange(("PO", [ORDER]), ("PO", [ORDER])).replace("IEA*2*", "IEA*3*"))
    assert judgement.state == "rejected"
    assert states(judgement) == ["rejected", "rejected"]
    *groups, told = acknowledgements(judgement)
    assert (told.level, told.verdict, told.codes) == ("interchange", "rejected", ("021",))
    assert [(answer.level, answer.verdict) for answer in groups] == [("group", "rejected")] * 2


def test_a_group_without_its_trailer_counts_what_came() -> None:
    text = interchange(("PO", [ORDER, ORDER])).replace("GE*2*1~", "")
    [answer] = answered(text)
    assert (answer.claimed, answer.received, answer.accepted, answer.codes) == (2, 2, 0, ("3",))


def test_part_is_said_of_groups_and_never_of_documents() -> None:
    [answer] = answered(interchange(("PO", [ORDER, BAD])))
    assert answer.verdict == "partly_accepted"
    assert {document.verdict for document in answer.documents} == {"accepted", "rejected"}
    assert answer.documents[1].codes == ("5",)


def test_what_does_not_reject_is_told_as_an_error_accepted() -> None:
    [answer] = answered(interchange(("PO", [ORDER.replace("PO1*", "REF*DP~PO1*")])))
    assert answer.verdict == answer.documents[0].verdict == "accepted_with_errors"
    [fault] = answer.documents[0].segments
    assert (fault.tag, fault.position, fault.code, fault.elements[0].code) == ("REF", 3, "8", "2")


def test_notes_are_told_to_nobody() -> None:
    [answer] = answered(interchange(("PO", [ORDER.replace("PO1*", "REF*9Q*1~PO1*")])))
    assert (answer.verdict, answer.documents[0].codes, answer.documents[0].segments) == ("accepted", (), ())


def test_a_segment_with_two_faults_is_named_once() -> None:
    body = ORDER.replace("PO1*1*5*EA", "PO1*1*five*EACH")
    [answer] = answered(interchange(("PO", [body])))
    [fault] = answer.documents[0].segments
    assert [(element.position, element.code, element.reference) for element in fault.elements] == [
        (2, "6", "330"),
        (3, "5", "355"),
    ]


@pytest.mark.parametrize("version", ["004010", "004010VICS", "005010", "006010", "003060"])
def test_the_version_follows_the_group(version: str) -> None:
    [answer] = answered(interchange(("PO", [ORDER]), version=version))
    assert answer.version == version


@pytest.mark.parametrize(("set_", "version"), [("837", "004010"), ("850", "009999"), ("850", "ABC")])
def test_no_guide_for_the_set_or_its_version(set_: str, version: str) -> None:
    judgement = judged(interchange(("PO", [ORDER]), set_=set_, version=version))
    assert states(judgement) == ["unsupported"]
    [answer] = acknowledgements(judgement)
    assert (answer.verdict, answer.documents[0].codes) == ("rejected", ("1",))


def test_acknowledgements_are_not_acknowledged() -> None:
    text = interchange(("FA", ["AK1*PR*1~AK9*A*1*1*1~"]), set_="997")
    assert states(judged(text)) == ["accepted"]
    assert answered(text) == []


def test_what_is_said_of_content_is_acknowledged() -> None:
    text = interchange(("AG", ["BGN*11*A-1*20260312~OTI*TA*IV*I-1~"]), set_="824")
    [answer] = answered(text)
    assert (answer.level, answer.group, answer.verdict) == ("group", "AG", "accepted")


WANTED = "*000000007*1*"


def test_an_interchange_is_acknowledged_on_request() -> None:
    text = interchange(("PO", [ORDER, BAD])).replace("*000000007*0*", WANTED)
    group, told = answered(text)
    assert (told.level, told.interchange, told.verdict, told.codes) == ("interchange", "000000007", "accepted", ("000",))
    assert (str(told.sent_on), told.sent_time) == ("2026-03-12", "09:15")
    assert group.verdict == "partly_accepted"


@pytest.mark.parametrize(
    ("right", "wrong", "verdict", "code"),
    [
        ("IEA*1*000000007", "IEA*1*000000008", "rejected", "001"),
        ("IEA*1*", "IEA*2*", "rejected", "021"),
        ("IEA*1*000000007~", "", "rejected", "023"),
        ("*>~GS", "*~GS", "accepted_with_errors", "027"),
    ],
)
def test_faults_of_the_envelope_are_told_unasked(right: str, wrong: str, verdict: str, code: str) -> None:
    text = interchange(("PO", [ORDER]))
    assert right in text
    told = answered(text.replace(right, wrong))[-1]
    assert (told.level, told.interchange, told.verdict, told.codes) == ("interchange", "000000007", verdict, (code,))


def test_the_same_interchange_again_is_told() -> None:
    text = interchange(("PO", [ORDER]))
    first, second = judge(detect.read([(text + text).encode()]), find)
    assert [answer.level for answer in acknowledgements(first)] == ["group"]
    group, told = acknowledgements(second)
    assert (told.level, told.verdict, told.codes) == ("interchange", "accepted_with_errors", ("025",))
    assert (group.level, group.codes) == ("group", ("19",))


@pytest.mark.parametrize(
    ("name", "at"), [("ZZ*BUYER          ", "ZZ*               "), ("ZZ*US             ", "ZZ*               ")]
)
def test_nobody_is_told_who_cannot_be_named(name: str, at: str) -> None:
    text = interchange(("PO", [ORDER])).replace(name, at).replace("IEA*1*", "IEA*2*")
    assert [answer.level for answer in answered(text)] == ["group"]


def test_an_acknowledged_interchange_is_read_and_never_acknowledged_in_turn() -> None:
    head = interchange().replace("*000000007*0*", WANTED).removesuffix("IEA*0*000000007~")
    judgement = judged(f"{head}TA1*000000365*260312*0915*R*024~IEA*0*000000008~")
    [notice] = judgement.notices
    assert (notice.type, notice.state, judgement.documents) == ("TA1", "rejected", [])
    assert judgement.state == "rejected"
    assert acknowledgements(judgement) == []


def test_acknowledgements_alone_ask_for_nothing() -> None:
    text = interchange(("FA", ["AK1*PR*1~AK9*A*1*1*1~"]), set_="997").replace("*000000007*0*", WANTED)
    assert answered(text) == []


def test_an_unknown_set_does_not_stop_its_siblings() -> None:
    text = interchange(("PO", [ORDER, ORDER])).replace("ST*850*0001", "ST*837*0001")
    [answer] = answered(text)
    assert (answer.verdict, answer.received, answer.accepted) == ("partly_accepted", 2, 1)
    assert [(one.verdict, one.codes) for one in answer.documents] == [("rejected", ("1",)), ("accepted", ())]


@pytest.mark.parametrize(
    ("code", "set_", "version", "codes"),
    [
        ("HC", "837", "004010", ("1",)),  # a group we do not take at all
        ("PO", "850", "009999", ("2",)),  # a version of it that we do not take
        ("PO", "850", "ABC", ("2",)),
    ],
)
def test_a_group_we_do_not_take_says_so(code: str, set_: str, version: str, codes: tuple[str, ...]) -> None:
    [answer] = answered(interchange((code, [ORDER]), set_=set_, version=version))
    assert (answer.verdict, answer.codes) == ("rejected", codes)
    assert answer.documents[0].codes == ("1",)


def test_a_document_in_the_wrong_group_is_told() -> None:
    text = interchange(("IN", [ORDER]))
    [answer] = answered(text)
    assert (answer.verdict, answer.documents[0].codes) == ("accepted_with_errors", ("6",))
    assert judged(text, Policy({"document_group": "strict"})).documents[0].state == "rejected"


def test_a_test_stays_a_test() -> None:
    judgement = judged(interchange(("PO", [ORDER]), test="T"))
    assert judgement.documents[0].document is not None
    assert judgement.documents[0].document.test
    assert acknowledgements(judgement)[0].test


def test_a_policy_weighs_findings() -> None:
    text = interchange(("PO", [ORDER])).replace("SE*5*", "SE*6*")
    assert states(judged(text)) == ["rejected"]
    lenient = judged(text, Policy({"segment_count": "tolerate"}))
    assert states(lenient) == ["accepted_with_findings"]
    assert acknowledgements(lenient)[0].documents[0].codes == ("4",)


def test_a_store_without_its_quantity_is_told_with_its_place() -> None:
    body = "BEG*00*SA*{0}**20260312~PO1*1*5*EA~SDQ*EA*92*0001*5*0002~CTT*1~"
    [document] = judged(interchange(("PO", [body]))).documents
    told: list[Finding] = document.findings
    assert document.state == "accepted_with_findings"
    assert [(finding.code, finding.segment, finding.element, finding.kind) for finding in told] == [
        ("AK403:2", "SDQ", 6, "syntax")
    ]


def test_several_interchanges_are_judged_one_by_one() -> None:
    good, bad = interchange(("PO", [ORDER])), interchange(("PO", [BAD])).replace("000000007", "000000008")
    found = list(judge(detect.read([(good + bad).encode()]), find))
    assert [states(judgement) for judgement in found] == [["accepted"], ["rejected"]]


def test_the_guides_of_the_product_are_found() -> None:
    assert {"x12/850", "x12/855", "x12/856", "x12/810", "x12/997"} <= set(LIBRARY.names())


@pytest.mark.parametrize("claimed", [4, 3])
def test_verdicts_that_were_put_away_say_the_same(claimed: int) -> None:
    """Streamed, sound documents take little room; looked at again they are as they were, and fall with their group."""
    text = interchange(("PO", [ORDER, BAD, ORDER, ORDER])).replace("GE*4*", f"GE*{claimed}*")
    *_, judgement = stream(detect.read([text.encode()]), find)
    assert isinstance(judgement, Judgement)
    assert judgement.groups[0].documents.away == 3
    whole = judged(text).documents
    for document in whole:
        document.document = None
    assert list(judgement.groups[0].documents) == whole
    assert judgement.groups[0].documents[1:3] == whole[1:3] and judgement.groups[0].documents[-1] == whole[-1]
    assert states(judgement) == (["accepted", "rejected", "accepted", "accepted"] if claimed == 4 else ["rejected"] * 4)
