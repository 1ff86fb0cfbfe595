"""X12 as the field sends it: each quirk in a small look-alike."""

import tracemalloc
from collections.abc import Iterator

import pytest

from hub.errors import Unreadable
from hub.formats.envelope import End, Event, Group, Interchange, TransactionSet
from hub.formats.x12.reader import read
from tests.unit.formats.events import codes, findings, interchange, only, rejecting, sets
from tests.unit.formats.events import events as of_reader

ISA = "ISA*00*          *00*          *ZZ*BUYER          *01*SELLER         *260102*0304*U*00401*000000007*0*P*>~"
BODY = "GS*PO*BUYER*SELLER*20260102*0304*3*X*004010~ST*850*0001~BEG*00*SA*PO-1**20260102~PO1*1*2*EA*3>4~SE*4*0001~GE*1*3~"
GOOD = ISA + BODY + "IEA*1*000000007~"


def events(text: str | bytes, size: int = 1 << 16) -> list[Event]:
    return of_reader(read, text, size)


BEG = ["BEG", "00", "SA", "PO-1", "", "20260102"]


def test_a_plain_interchange() -> None:
    found = events(GOOD)
    assert [type(event) for event in found] == [Interchange, Group, TransactionSet, End, End]
    header, group, one = found[0], found[1], only(found)
    assert isinstance(header, Interchange) and isinstance(group, Group)
    assert (header.sender, header.receiver) == (("ZZ", "BUYER"), ("01", "SELLER"))
    assert (header.control_number, header.version, header.test, header.wants_receipt) == ("000000007", "00401", False, False)
    assert (group.code, group.sender, group.receiver, group.control_number) == ("PO", "BUYER", "SELLER", "3")
    assert (group.version, group.claimed, group.count) == ("004010", 1, 1)
    assert (one.type, one.control_number, one.version, one.index) == ("850", "0001", "004010", 0)
    assert [segment[0] for segment in one.segments] == ["ST", "BEG", "PO1", "SE"]
    assert one.segments[1] == BEG
    assert one.components(one.segments[2][4]) == ["3", "4"]
    assert codes(found) == []
    assert isinstance(found[3], End) and found[3].of is group


@pytest.mark.parametrize("size", [1, 7, 64, 1 << 16])
def test_chunks_of_any_size_give_the_same(size: int) -> None:
    assert [one.segments for one in sets(events(GOOD * 3, size))] == [one.segments for one in sets(events(GOOD * 3))]


def test_flags() -> None:
    found = interchange(events(GOOD.replace("*0*P*>", "*1*T*>")))
    assert found.test and found.wants_receipt


def test_offsets_are_bytes_and_point_at_the_tags() -> None:
    text = GOOD.replace("~", "~\r\n  ").replace("PO-1", "P\u00d6-1")
    body = text.encode()
    one = only(events(body))
    assert [body[at : at + 3] for at in one.offsets()] == [b"ST*", b"BEG", b"PO1", b"SE*"]
    assert body[one.offset : one.offset + 3] == b"ST*"
    assert one.segments[1][3] == "P\u00d6-1"


@pytest.mark.parametrize(
    "isa",
    [
        "ISA*00* *00* *ZZ*BUYER *01*SELLER *260102*0304*U*00401*000000007*0*P*>~",
        ISA.replace("BUYER", "BUYER "),
        ISA.replace(" ", "\u00a0"),
        "ISA*00**00**ZZ*BUYER*01*SELLER*260102*0304*U*00401*000000007*0*P*>~",
    ],
    ids=["trimmed", "one too many", "no-break spaces", "no padding at all"],
)
def test_an_isa_of_a_wrong_length_is_read_by_its_separators(isa: str) -> None:
    found = events(isa + BODY + "IEA*1*000000007~")
    assert only(found).segments[1] == BEG
    assert interchange(found).sender.id == "BUYER"
    assert codes(found) == ["hub:isa-length"]
    assert rejecting(found) == []


@pytest.mark.parametrize("after", ["", "\n", "\r\n"])
def test_isa16_missing(after: str) -> None:
    text = (ISA.replace("*>~", "*~") + BODY + "IEA*1*000000007~").replace("~", "~" + after)
    found = events(text)
    assert interchange(found).separators.terminator == "~"
    assert interchange(found).separators.component == ""
    assert only(found).components("3>4") == ["3>4"]
    assert codes(found) == ["TA105:027"]
    assert rejecting(found) == []


def test_a_tilde_may_be_the_component_separator() -> None:
    found = events(GOOD.replace("~", "\n").replace("*>\n", "*~\n").replace("3>4", "3~4"))
    assert interchange(found).separators.component == "~"
    assert only(found).components(only(found).segments[2][4]) == ["3", "4"]
    assert codes(found) == []


def test_a_byte_order_mark_is_noted() -> None:
    found = events(b"\xef\xbb\xbf" + GOOD.encode())
    assert codes(found) == ["hub:bom"]
    assert interchange(found).offset == 3


@pytest.mark.parametrize(
    "terminator", ["~", "\n", "\r\n", "\r", "!", "|", "\\", "$", "}", "^", "#", "`", "\x1c", "\u2026", "\u00d6", "\U0001f680"]
)
def test_terminators(terminator: str) -> None:
    found = events(GOOD.replace("~", terminator))
    assert only(found).segments[1] == BEG
    assert interchange(found).separators.terminator == terminator
    assert rejecting(found) == []


@pytest.mark.parametrize("element", ["|", "^", "\x07", "\x1d", "~", "\u00a6"])
def test_element_separators(element: str) -> None:
    found = events(GOOD.replace("~", "\n").replace("*", element))
    assert only(found).segments[1] == BEG
    assert interchange(found).separators.element == element
    assert rejecting(found) == []


def test_a_component_separator_of_several_bytes() -> None:
    one = only(events(GOOD.replace(">", "\u00a6")))
    assert one.components(one.segments[2][4]) == ["3", "4"]


def test_line_breaks_that_are_no_terminators() -> None:
    wrapped = "\r\n".join(GOOD[at : at + 80] for at in range(0, len(GOOD), 80))
    assert only(events(wrapped)).segments == only(events(GOOD)).segments
    assert interchange(events(wrapped)).control_number == "000000007"


def test_blank_lines_and_indentation_do_not_count() -> None:
    found = events(GOOD.replace("~", "~\n\n\t  ").replace("BEG", "\n\nBEG"))
    assert only(found).segments[1] == BEG
    assert codes(found) == []
    assert codes(events(GOOD.replace("~PO1", "~~~PO1"))) == []


@pytest.mark.parametrize("tail", ["", "\x1a", "\x00\x00", "\r\n \n"])
def test_no_final_terminator_and_tails(tail: str) -> None:
    assert codes(events(GOOD.rstrip("~") + tail)) == []
    assert codes(events(GOOD + tail)) == []


def test_several_interchanges_with_their_own_separators() -> None:
    second = GOOD.replace("000000007", "000000008").replace("*3*X", "*4*X").replace("GE*1*3", "GE*1*4")
    second = second.replace("~", "\n").replace("*", "|").replace(">", ":")
    found = events(GOOD + "\r\n" + second + GOOD.replace("000000007", "000000009").replace("*3~", "*5~").replace("*3*X", "*5*X"))
    assert [one.segments[1] for one in sets(found)] == [BEG] * 3
    assert [one.components(one.segments[2][4]) for one in sets(found)] == [["3", "4"]] * 3
    assert codes(found) == []
    assert [event.index for event in found if isinstance(event, Interchange)] == [0, 1, 2]
    assert [one.index for one in sets(found)] == [0, 1, 2]


def test_an_interchange_that_breaks_off_does_not_swallow_the_next() -> None:
    second = GOOD.replace("000000007", "000000008").replace("~", "!").replace("*", "|")
    found = events(GOOD[:170] + second)
    assert [one.control_number for one in sets(found)] == ["0001", "0001"]
    assert "AK502:2" in rejecting(found) and "TA105:023" in rejecting(found)
    assert sets(found)[1].segments[1] == BEG


def test_bare_group_and_bare_set() -> None:
    group = events(BODY)
    assert only(group).segments[1] == BEG
    assert interchange(group).control_number is None and interchange(group).sender == (None, None)
    assert rejecting(group) == []
    bare = events("ST|850|0001\nBEG|00|SA|PO-1||20260102\nSE|3|0001\n")
    assert only(bare).segments[1] == BEG
    assert only(bare).group.control_number is None
    assert rejecting(bare) == []


def test_binary_segments_are_taken_by_length() -> None:
    data = "12~ST*9\n~*x"
    text = GOOD.replace("PO1*1*2*EA*3>4~SE*4", f"BIN*{len(data)}*{data}~PO1*1~SE*5")
    for body in (text, text.replace("~BEG", "~\nBEG")):
        one = only(events(body))
        assert one.segments[2] == ["BIN", "11", data]
        assert one.segments[3] == ["PO1", "1"]
        assert one.findings == []
        assert [body[at : at + 2] for at in one.offsets()] == ["ST", "BE", "BI", "PO", "SE"]


def test_a_binary_length_that_is_wrong_is_an_ordinary_segment() -> None:
    one = only(events(GOOD.replace("PO1*1*2*EA*3>4~SE*4", "BIN*99*abc~PO1*1~SE*5")))
    assert one.segments[2] == ["BIN", "99", "abc"]


@pytest.mark.parametrize(
    ("version", "mark", "repetition"),
    [("00401", "^", None), ("00401", "U", None), ("00402", "^", "^"), ("00501", "|", "|"), ("00501", "U", None)],
)
def test_isa11_separates_from_00402_on(version: str, mark: str, repetition: str | None) -> None:
    found = events(GOOD.replace("*U*00401*", f"*{mark}*{version}*"))
    assert interchange(found).separators.repetition == repetition


@pytest.mark.parametrize("claimed", ["0", "1"])
def test_an_interchange_of_a_ta1_alone(claimed: str) -> None:
    found = events(ISA + f"TA1*000000001*260102*0304*A*000~IEA*{claimed}*000000007~")
    assert [type(event) for event in found] == [Interchange, End]
    assert interchange(found).acknowledgements == [["TA1", "000000001", "260102", "0304", "A", "000"]]
    assert codes(found) == []


def test_deferred_delivery_segments_are_passed_over() -> None:
    assert codes(events(ISA + "ISB*1~ISE*2~" + BODY + "IEA*1*000000007~")) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("SE*4*", "SE*41*", "AK502:4", "SE01 says 41, the set has 4 segments"),
        ("SE*4*", "SE*X*", "AK502:4", "SE01 says X, the set has 4 segments"),
        ("SE*4*0001", "SE*4*0002", "AK502:3", "SE02 is '0002', ST02 is '0001'"),
        ("SE*4*0001~", "", "AK502:2", "SE is missing"),
        ("GE*1*3~", "GE*2*3~", "AK905:5", "GE01 says 2, the group has 1 transaction sets"),
        ("GE*1*3~", "GE*1*4~", "AK905:4", "GE02 is '4', GS06 is '3'"),
        ("GE*1*3~", "", "AK905:3", "GE is missing"),
        ("IEA*1*000000007", "IEA*1*000000008", "TA105:001", "IEA02 is '000000008', ISA13 is '000000007'"),
        ("IEA*1*", "IEA*2*", "TA105:021", "IEA01 says 2, the interchange has 1 groups"),
        ("IEA*1*000000007~", "", "TA105:023", "IEA is missing"),
        ("GS*PO*BUYER*SELLER*20260102*0304*3*X*004010~", "", "TA105:024", "its GS is missing"),
        ("ST*850*0001~", "", "hub:stray-segment", "BEG stands outside any transaction set"),
        ("*000000007*0*P", "**0*P", "TA105:018", "ISA13"),
        ("*0*P*>~", "*0*P*::~", "TA105:027", "ISA16"),
    ],
)
def test_what_rejects(old: str, new: str, code: str, words: str) -> None:
    found = events(GOOD.replace(old, new))
    (finding,) = [one for one in findings(found) if one.code == code][:1]
    assert finding.rejects
    assert words in finding.text
    assert finding.hint


def test_a_missing_trailer_hangs_on_what_it_concerns() -> None:
    found = events(GOOD[: GOOD.index("~PO1")])
    assert [one.code for one in only(found).findings] == ["AK502:2"]
    assert [one.code for event in found if isinstance(event, Group) for one in event.findings] == ["AK905:3"]
    assert [one.code for one in interchange(found).findings] == ["TA105:023"]
    assert only(found).group.rejected and interchange(found).rejected


def test_a_count_says_where_it_stands() -> None:
    (finding,) = only(events(GOOD.replace("SE*4*", "SE*41*"))).findings
    assert (finding.segment, finding.position, finding.element, finding.value) == ("SE", 4, 1, "41")
    assert (finding.group, finding.offset) == ("3", GOOD.index("SE*4*"))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("SE*4*0001", "SE*4*1", "AK502:3"),
        ("GE*1*3~", "GE*1*0003~", "AK905:4"),
        ("IEA*1*000000007", "IEA*1*7  ", "TA105:001"),
    ],
)
def test_padding_alone_is_a_note(old: str, new: str, code: str) -> None:
    found = events(GOOD.replace(old, new))
    assert codes(found) == [code]
    assert findings(found)[0].severity == "note"


def test_numbers_used_twice_do_not_reject() -> None:
    twice = BODY.replace("GE*1", "ST*850*0001~SE*2*0001~GE*2")
    found = events((ISA + twice + "IEA*1*000000007~") * 2)
    assert codes(found) == ["AK502:23", "TA105:025", "AK905:19", "AK502:23"]
    assert rejecting(found) == []


def test_groups_of_different_sets_in_one_interchange() -> None:
    other = BODY.replace("GS*PO", "GS*IN").replace("850", "810").replace("*3*X*004010", "*4*X*003010").replace("GE*1*3", "GE*1*4")
    found = events(ISA + BODY + other + "IEA*2*000000007~")
    assert [(one.type, one.version, one.group.index) for one in sets(found)] == [("850", "004010", 0), ("810", "003010", 1)]
    assert codes(found) == []


def test_text_around_interchanges_is_junk() -> None:
    found = events("Dear partner, please find below:\r\n\r\n" + GOOD + "-- \nBuyer Inc\n")
    assert codes(found) == ["hub:junk", "hub:junk"]
    assert only(found).segments[1] == BEG


def test_a_header_cut_off_ends_in_a_report() -> None:
    found = events(ISA[:70])
    assert rejecting(found) == ["TA105:023"]
    assert interchange(found).sender.id == "BUYER"


def test_a_header_with_too_few_elements_is_rejected_but_read() -> None:
    found = events(ISA[:80] + "~\n" + BODY + "IEA*1*000000007~")
    assert "TA105:022" in rejecting(found)
    assert only(found).segments[1] == BEG


def test_no_terminator_at_all() -> None:
    found = events(GOOD.replace("~", ""))
    assert rejecting(found) == ["TA105:004"]


def test_text_that_is_neither_ascii_nor_utf8_is_latin1() -> None:
    one = only(events(GOOD.replace("PO-1", "P\u00d6-1").encode("latin-1")))
    assert one.segments[1][3] == "P\u00d6-1"


@pytest.mark.parametrize("body", [b"", b"   \r\n", b"hello", b"VISA, MASTERCARD", b"ISA", b"GSTS", b"\x00" * 4096, b"{}" * 50000])
def test_what_holds_no_x12_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable, match="not a document we know"):
        events(body)


def test_rubbish_does_not_become_a_file_of_findings() -> None:
    found = events(ISA + "X*1~GE*1*1~" * 5000 + "IEA*0*000000007~")
    assert 0 < len(findings(found)) < 50


def test_memory_stays_constant() -> None:
    group = "".join(f"ST*850*{n:09d}~{'PO1*1*2*EA*3.14**VP*ABCDEF~' * 20}SE*22*{n:09d}~" for n in range(100))

    def body() -> Iterator[bytes]:
        yield ISA.encode()
        for n in range(50):
            yield f"GS*PO*BUYER*SELLER*20260102*0304*{n}*X*004010~{group}GE*100*{n}~".encode()
        yield b"IEA*50*000000007~"

    tracemalloc.start()
    count = sum(isinstance(event, TransactionSet) for event in read(body()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 5_000
    assert peak < 6_000_000  # of 3 MB of text; taken apart it is about 40 MB
