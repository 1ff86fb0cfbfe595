"""Which standard it is, and that no bytes whatever do worse than being unreadable."""

from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.errors import Unreadable
from hub.formats.detect import read, sniff
from hub.formats.edifact.reader import read as read_edifact
from hub.formats.envelope import End, Group, Interchange, TransactionSet
from hub.formats.x12.reader import read as read_x12

X12 = (
    b"ISA*00*          *00*          *ZZ*BUYER          *01*SELLER         *260102*0304*U*00401*000000007*0*P*>~\n"
    b"GS*PO*BUYER*SELLER*20260102*0304*3*X*004010~\nST*850*0001~\nBEG*00*SA*PO-1**20260102~\nBIN*3*a~b~\nSE*4*0001~\n"
    b"GE*1*3~\nIEA*1*000000007~\n"
)
EDIFACT = (
    b"UNA:+.? '\r\nUNB+UNOC:3+4012345000009:14+4098765000001:14+260102:0304+77'\r\nUNG+ORDERS+A+B+260102:0304+5+UN+D:96A'"
    b"UNH+1+ORDERS:D:96A:UN:EAN008'BGM+220+PO-1+9'FTX+AAI+++It?'s 5?+3 ?: \xe9??'UNT+4+1'UNE+1+5'UNZ+1+77'"
)


@pytest.mark.parametrize(
    ("head", "standard"),
    [
        (X12, "x12"),
        (b"\xef\xbb\xbf" + X12, "x12"),
        (b"\r\n\r\nGS*PO*A*B*20260102*0304*1*X*004010~", "x12"),
        (EDIFACT, "edifact"),
        (EDIFACT[9:], "edifact"),
        (b"UNH+1+ORDERS:D:96A:UN'", "edifact"),
        (b"hello", None),
        (b"", None),
    ],
)
def test_sniff(head: bytes, standard: str | None) -> None:
    assert sniff(head) == standard


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "it is empty"),
        (b" \r\n", "it is empty"),
        (b"STX=ANA:1+5000000000000:US+5010000000000:THEM+260102:030405+7'MHD=1+ORDHDR:9'", "TRADACOMS"),
        (b"UIB+UNOA:0+1'", "interactive EDIFACT"),
        (b'<?xml version="1.0"?><a>ISA*00*x*</a>', "XML"),
        (b'{"order": "UNB+UNOA:1"}', "JSON"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04....", "ZIP"),
        ("ISA*00*".encode("utf-16"), "UTF-16"),
        (b"Subject: order\r\nFrom: a@example.com\r\n\r\nhello", "mail"),
        (b"hello", "no X12"),
    ],
)
def test_strangers_are_called_by_their_name(body: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=f"not a document we know: .*{words}"):
        list(read([body]))


@pytest.mark.parametrize(("body", "standard"), [(X12, "x12"), (EDIFACT, "edifact")])
def test_read_finds_the_standard(body: bytes, standard: str) -> None:
    first = next(read([body[:40], body[40:]]))
    assert isinstance(first, Interchange) and first.standard == standard


def walk(chunks: Sequence[bytes]) -> None:
    """Read it all, ask for everything, and hold the order of events to what it must be."""
    for reader in (read, read_x12, read_edifact):
        opened: list[Interchange | Group] = []
        try:
            for event in reader(chunks):
                match event:
                    case End():
                        assert opened.pop() is event.of
                    case TransactionSet():
                        assert opened[-1] is event.group
                        assert len(event.offsets()) == len(event.segments)
                        assert event.offsets()[0] == event.offset
                        for segment in event.segments:
                            for value in segment:
                                event.components(value)
                                event.text(value)
                    case _:
                        assert event.separators if isinstance(event, Interchange) else event.interchange is opened[-1]
                        opened.append(event)
            assert opened == []
        except Unreadable:
            assert opened == []


@given(st.binary(max_size=400))
@example(b"ISA*00")
@example(b"UNA:+.? 'UNB")
@example(b"UNA      UNB   ")
@example(b"UNA:+.?")  # read for ever: the header was longer than the text
@example(X12.replace(b"BEG", b"\x00~BEG"))  # a blank segment that was counted but had no place
def test_any_bytes(body: bytes) -> None:
    walk([body])


TOKENS = [
    b"ISA",
    b"GS",
    b"ST",
    b"SE",
    b"GE",
    b"IEA",
    b"TA1",
    b"BIN",
    b"UNA",
    b"UNB",
    b"UNG",
    b"UNH",
    b"UNT",
    b"UNE",
    b"UNZ",
    b"BEG",
]
MARKS = [
    b"*",
    b"~",
    b"+",
    b"'",
    b":",
    b"?",
    b"\n",
    b"\r",
    b" ",
    b">",
    b"1",
    b"0001",
    b"850",
    b"00",
    b"\xc3",
    b"\xe2\x80\xa6",
    b"\x01",
]


@settings(max_examples=150)
@given(st.lists(st.sampled_from([*TOKENS, *MARKS, X12, EDIFACT, X12[:108], EDIFACT[:70]]), max_size=30))
def test_pieces_in_any_order(pieces: list[bytes]) -> None:
    walk(pieces)


@settings(max_examples=200)
@given(st.sampled_from([X12, EDIFACT]), st.integers(0, 400), st.integers(0, 12), st.binary(max_size=6), st.integers(1, 50))
def test_damaged_documents(body: bytes, at: int, gone: int, put: bytes, size: int) -> None:
    damaged = body[:at] + put + body[at + gone :] + body
    walk([damaged[begin : begin + size] for begin in range(0, len(damaged), size)])


@given(st.sampled_from([X12, EDIFACT]), st.integers(20, 400))
def test_cut_off_anywhere(body: bytes, at: int) -> None:
    walk([body[:at]])
