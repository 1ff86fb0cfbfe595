"""EDIFACT as the field sends it: each quirk in a small look-alike."""

import pytest

from hub.errors import Unreadable
from hub.formats.edifact.charset import CODECS
from hub.formats.edifact.reader import read
from hub.formats.envelope import End, Event, Group, Interchange, TransactionSet
from tests.unit.formats.events import codes, findings, interchange, only, rejecting, sets
from tests.unit.formats.events import events as of_reader

UNB = "UNB+UNOC:3+4012345000009:14+4098765000001:14+260102:0304+77'"
MESSAGE = "UNH+1+ORDERS:D:96A:UN:EAN008'BGM+220+PO-1+9'FTX+AAI+++It?'s 5?+3 ?: what??'UNT+4+1'"
GOOD = UNB + MESSAGE + "UNZ+1+77'"


def events(text: str | bytes, size: int = 1 << 16) -> list[Event]:
    return of_reader(read, text, size)


def spoken(one: TransactionSet) -> list[list[list[str]]]:
    return [[one.components(value) for value in segment] for segment in one.segments]


SPOKEN = [
    [["UNH"], ["1"], ["ORDERS", "D", "96A", "UN", "EAN008"]],
    [["BGM"], ["220"], ["PO-1"], ["9"]],
    [["FTX"], ["AAI"], [""], [""], ["It's 5+3 : what?"]],
    [["UNT"], ["4"], ["1"]],
]


def test_a_plain_interchange() -> None:
    found = events(GOOD)
    assert [type(event) for event in found] == [Interchange, Group, TransactionSet, End, End]
    header, one = interchange(found), only(found)
    assert (header.sender, header.receiver) == (("14", "4012345000009"), ("14", "4098765000001"))
    assert (header.control_number, header.version, header.test, header.wants_receipt) == ("77", "UNOC:3", False, False)
    assert (one.type, one.version, one.implementation, one.control_number) == ("ORDERS", "D96A", "EAN008", "1")
    assert one.group.control_number is None
    assert spoken(one) == SPOKEN
    assert one.text(one.segments[2][4]) == "It's 5+3 : what?"
    assert codes(found) == []


@pytest.mark.parametrize("size", [1, 3, 11, 64])
def test_chunks_of_any_size_give_the_same(size: int) -> None:
    assert [spoken(one) for one in sets(events(GOOD * 3, size))] == [SPOKEN] * 3


def test_flags() -> None:
    found = interchange(events(GOOD.replace("+77'UNH", "+77++ORDERS++1++1'UNH")))
    assert found.test and found.wants_receipt


@pytest.mark.parametrize("blank", ["", "\n", "\r\n"])
@pytest.mark.parametrize("una", [":+.? '", ":+,? '", "=*.? ~", "^<.? >", "!^.\\ ~", "*@.? #", ":+.? \n", ":+.? \r", "|;.$*'"])
def test_una_says_the_separators(una: str, blank: str) -> None:
    component, element, decimal, release, _, terminator = list(una)
    table = str.maketrans({":": component, "+": element, "?": release, "'": terminator})
    text = GOOD.replace("It?'s 5?+3 ?: what??", "PLAIN").translate(table)
    found = events("UNA" + una + blank + text.replace(terminator, terminator + blank))
    marks = interchange(found).separators
    assert (marks.component, marks.element, marks.decimal, marks.release) == (component, element, decimal, release)
    assert marks.terminator.rstrip("\n") in (terminator, "")
    assert spoken(only(found))[1] == SPOKEN[1]
    assert spoken(only(found))[2] == [["FTX"], ["AAI"], [""], [""], ["PLAIN"]]
    assert rejecting(found) == []


def test_a_blank_release_character_is_none() -> None:
    found = events("UNA:+.  '" + GOOD.replace("It?'s 5?+3 ?: what??", "why?"))
    assert interchange(found).separators.release is None
    assert only(found).text(only(found).segments[2][4]) == "why?"


@pytest.mark.parametrize("blank", ["", "\n"])
def test_una_one_character_short(blank: str) -> None:
    found = events("UNA:+.?'" + blank + GOOD.replace("'UN", "'" + blank + "UN"))
    assert spoken(only(found)) == SPOKEN
    assert codes(found) == ["hub:una-short"]


@pytest.mark.parametrize(
    ("head", "repetition"),
    [("", None), ("UNA:+.? '", None), ("UNA:+.?*'", None)],
)
def test_before_syntax_4_nothing_repeats(head: str, repetition: str | None) -> None:
    assert interchange(events(head + GOOD)).separators.repetition is repetition


@pytest.mark.parametrize(("head", "repetition"), [("", "*"), ("UNA:+.? '", "*"), ("UNA:+.?!'", "!"), ("UNA*+.? '", None)])
def test_from_syntax_4_on_there_is_a_repetition_separator(head: str, repetition: str | None) -> None:
    text = GOOD.replace("UNOC:3", "UNOC:4")
    text = text.replace(":", "*").replace("?*", "?*") if head.startswith("UNA*") else text
    assert interchange(events(head + text)).separators.repetition == repetition


def test_bare_messages() -> None:
    found = events(MESSAGE)
    assert spoken(only(found)) == SPOKEN
    assert interchange(found).control_number is None
    assert codes(found) == ["hub:no-interchange"] and rejecting(found) == []


def test_groups_are_counted_in_unz() -> None:
    group = "UNG+ORDERS+US+THEM+260102:0304+5+UN+D:96A'" + MESSAGE + "UNH+2+ORDERS:D:96A:UN'UNT+2+2'UNE+2+5'"
    found = events(UNB + group + "UNZ+1+77'")
    one = next(event for event in found if isinstance(event, Group))
    assert (one.code, one.sender, one.receiver, one.control_number, one.version) == ("ORDERS", "US", "THEM", "5", "D96A")
    assert (one.claimed, one.count) == (2, 2)
    assert codes(found) == []
    assert codes(events(UNB + group + "UNZ+2+77'")) == []  # some count messages all the same
    assert rejecting(events(UNB + group + "UNZ+3+77'")) == ["0085:29"]


def test_several_interchanges_with_their_own_separators() -> None:
    second = "UNA=*.! ~" + GOOD.replace("+77'", "+78'").translate(str.maketrans(":+?'", "=*!~"))
    found = events("UNA:+.? '\n" + GOOD + "\r\n" + second + "\nUNA:+.? '" + GOOD.replace("+77'", "+79'"))
    assert spoken(sets(found)[0]) == spoken(sets(found)[2]) == SPOKEN
    assert sets(found)[1].text(sets(found)[1].segments[2][4]) == "It~s 5*3 = what!"
    assert codes(found) == []


def test_an_interchange_that_breaks_off_does_not_swallow_the_next() -> None:
    found = events(UNB + MESSAGE[:60] + "UNA:+.? '" + GOOD.replace("+77'", "+78'"))
    assert spoken(sets(found)[1]) == SPOKEN
    assert rejecting(found) == ["0085:13", "0085:13"]


def test_an_empty_unb_before_the_true_one() -> None:
    found = events("UNA:+.? '\nUNB+++++4'\n" + GOOD)
    assert [event.control_number for event in found if isinstance(event, Interchange)] == ["4", "77"]
    assert rejecting(found) == ["0085:13"]


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("UNT+4+1", "UNT+8+1", "0085:29", "UNT/1 says 8, the message has 4 segments"),
        ("UNT+4+1", "UNT+4+2", "0085:28", "UNT/2 is '2', UNH/1 is '1'"),
        ("UNT+4+1'", "", "0085:13", "UNT is missing"),
        ("UNZ+1", "UNZ+3", "0085:29", "UNZ/1 says 3, the interchange has 1 messages"),
        ("UNZ+1+77", "UNZ+1+78", "0085:28", "UNZ/2 is '78', UNB/5 is '77'"),
        ("UNZ+1+77'", "", "0085:13", "UNZ is missing"),
        ("UNH+1+ORDERS:D:96A:UN:EAN008'", "", "0085:33", "BGM stands outside any message"),
        ("+77'UNH", "'UNH", "0085:13", "no control reference"),
    ],
)
def test_what_rejects(old: str, new: str, code: str, words: str) -> None:
    (finding,) = [one for one in findings(events(GOOD.replace(old, new))) if one.code == code][:1]
    assert finding.rejects
    assert words in finding.text
    assert finding.hint


@pytest.mark.parametrize(
    ("old", "new"), [("UNT+4+1'", "UNT+000004+1'"), ("UNZ+1+77", "UNZ+1+00077"), ("UNT+4+1'", "UNT+4+0001'")]
)
def test_padding_alone_does_not_reject(old: str, new: str) -> None:
    assert rejecting(events(GOOD.replace(old, new))) == []


def test_numbers_used_twice_do_not_reject() -> None:
    found = events((UNB + MESSAGE * 2 + "UNZ+2+77'") * 2)
    assert codes(found).count("0085:26") == 3
    assert rejecting(found) == []


def test_wrapped_lines_within_tags_and_releases() -> None:
    for width in range(5, 60):
        wrapped = "\r\n".join(GOOD[at : at + width] for at in range(0, len(GOOD), width))
        assert spoken(only(events(wrapped))) == SPOKEN, width


def test_line_ends_instead_of_terminators() -> None:
    text = "UNB+UNOA:1+A+B+260102:0304+77\nUNH+1+ORDERS:D:96A:UN\nBGM+220+PO-1+9\nUNT+3+1\nUNZ+1+77"
    assert only(events(text)).segments[1] == ["BGM", "220", "PO-1", "9"]
    assert rejecting(events(text)) == []


@pytest.mark.parametrize(
    ("label", "body", "text"),
    [
        ("UNOA", "Stra\u00dfe".encode(), "Stra\u00dfe"),
        ("UNOB", "caf\u00e9".encode("latin-1"), "caf\u00e9"),
        ("UNOC", "Stra\u00dfe".encode(), "Stra\u00dfe"),
        ("UNOC", "Stra\u00dfe".encode("latin-1"), "Stra\u00dfe"),
        ("UNOD", "\u0141\u00f3d\u017a".encode("iso8859-2"), "\u0141\u00f3d\u017a"),
        ("UNOE", "\u0422\u0410".encode("iso8859-5"), "\u0422\u0410"),
        ("UNOE", "\u041c\u043e\u0441\u043a\u0432\u0430".encode(), "\u041c\u043e\u0441\u043a\u0432\u0430"),
        ("UNOF", "\u039b\u03ac\u03b4\u03b9".encode("iso8859-7"), "\u039b\u03ac\u03b4\u03b9"),
        ("UNOG", "\u0126al".encode("iso8859-3"), "\u0126al"),
        ("UNOH", "\u0100bols".encode("iso8859-4"), "\u0100bols"),
        ("UNOI", "\u0634\u064a\u062a".encode("iso8859-6"), "\u0634\u064a\u062a"),
        ("UNOJ", "\u05e9\u05de\u05df".encode("iso8859-8"), "\u05e9\u05de\u05df"),
        ("UNOK", "\u0130\u015f".encode("iso8859-9"), "\u0130\u015f"),
        ("UNOL", "9 \u20ac".encode("iso8859-15"), "9 \u20ac"),
        ("UNOX", "\u65e5\u672c".encode("iso2022_jp"), "\u65e5\u672c"),
        ("UNOX", "\u304b\u306a".encode("iso2022_jp"), "\u304b\u306a"),  # the first of the pair holds a plus
        ("UNOX", "Stra\u00dfe".encode(), "Stra\u00dfe"),
        ("UNOY", "\u4f60\u597d".encode(), "\u4f60\u597d"),
        ("UNOF", "\u0480\u0481".encode(), "\u0480\u0481"),  # no Greek has these bytes
        ("UNOW", "\u4f60\u597d".encode(), "\u4f60\u597d"),
        ("UNOW", "caf\u00e9".encode("latin-1"), "caf\u00e9"),
        ("IATB", "\u4f60\u597d".encode(), "\u4f60\u597d"),
    ],
)
def test_characters_by_label_and_otherwise_by_what_they_can_be(label: str, body: bytes, text: str) -> None:
    whole = GOOD.replace("UNOC", label).encode().replace(b"PO-1", body)
    assert only(events(whole)).segments[1][2] == text


def test_each_label_has_a_test() -> None:
    assert {f"UNO{letter}" for letter in "ABCDEFGHIJKLWXY"} == set(CODECS)


def test_both_encodings_in_one_file() -> None:
    whole = GOOD.encode().replace(b"PO-1", "Stra\u00dfe".encode()).replace(b"what", "Europastra\u00dfe".encode("latin-1"))
    one = only(events(whole))
    assert one.text(one.segments[1][2]) == "Stra\u00dfe"
    assert one.text(one.segments[2][4]) == "It's 5+3 : Europastra\u00dfe?"


def test_offsets_are_bytes_and_point_at_the_tags() -> None:
    body = ("\ufeffUNA:+.? '\r\n" + GOOD.replace("'UN", "'\r\n UN").replace("PO-1", "P\u00d6-1")).encode()
    found = events(body)
    assert [body[at : at + 3] for at in only(found).offsets()] == [b"UNH", b"BGM", b"FTX", b"UNT"]
    assert body[interchange(found).offset :].startswith(b"UNB")
    assert codes(found) == ["hub:bom"]


@pytest.mark.parametrize(("old", "version"), [("D: 96A", "D96A"), ("0:96A", "D96A"), ("S:93A", "S93A"), ("D:21B", "D21B")])
def test_versions(old: str, version: str) -> None:
    assert only(events(GOOD.replace("D:96A", old))).version == version


@pytest.mark.parametrize("body", [b"", b"hello", b"UNDER", b"UNA", b"UNA:+.? '", b"UNABLE TO SHIP", b"\x00" * 5000])
def test_what_holds_no_edifact_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable, match="not a document we know"):
        events(body)
