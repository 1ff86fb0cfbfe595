"""The second reader is a gate: whatever happens to one segment of what we wrote, it says so."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.formats.envelope import COMPONENT, Address, Separators
from hub.formats.x12.second import agree
from hub.formats.x12.writer import Envelope, OutGroup, OutSet, Written, write

ENVELOPE = Envelope(
    Address("ZZ", "SELLER"),
    Address("01", "BUYER"),
    "SELLER",
    "BUYER",
    datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    test=False,
    separators=Separators("*", ">", "~", "^"),
)
ANSWER = [
    ["BAK", "00", "AC", "PO-1", "20260102"],
    ["N1", "ST", "Store 12", "92", "0012"],
    ["PO1", "1", "2", "EA", "9.5", "", "VP", "A-1"],
    ["ACK", "IA", "2", "EA"],
    ["SLN", "1", "", "I", "2", f"EA{COMPONENT}X"],
    ["CTT", "1"],
]
NOTICE = [["BSN", "00", "S1", "20260102", "0304"], ["HL", "1", "", "S"], ["HL", "2", "1", "O"], ["HL", "3", "2", "I"]]


def written(envelope: Envelope = ENVELOPE) -> Written:
    answers = OutGroup("PR", 3, None, [OutSet("0001", ANSWER, "855"), OutSet("0002", ANSWER[:3], "855")])
    return write(envelope, 7, [answers, OutGroup("SH", 4, None, [OutSet("0001", NOTICE, "856")])])


def pieces(of: Written) -> list[bytes]:
    return of.body.split(b"~")[:-1]


def body(segments: list[bytes]) -> bytes:
    return b"".join(segment + b"~" for segment in segments)


def mutants(of: Written) -> Iterator[tuple[str, bytes]]:
    """What can happen to one segment: gone, twice, another value in an element, places changed with its neighbour."""
    whole = pieces(of)
    for at, segment in enumerate(whole):
        tag = segment[:3].decode()
        yield f"{at} {tag} dropped", body(whole[:at] + whole[at + 1 :])
        yield f"{at} {tag} doubled", body([*whole[: at + 1], *whole[at:]])
        yield f"{at} {tag} emptied", body([*whole[:at], b"", *whole[at + 1 :]])
        yield f"{at} {tag} without its terminator", body(whole[: at + 1])[:-1] + body(whole[at + 1 :])
        if at + 1 < len(whole) and whole[at] != whole[at + 1]:
            yield f"{at} {tag} swapped", body([*whole[:at], whole[at + 1], segment, *whole[at + 2 :]])
        elements = segment.split(b"*")
        for number in range(len(elements)):
            changed = [*elements[:number], _other(elements[number]), *elements[number + 1 :]]
            yield f"{at} {tag} element {number} changed", body([*whole[:at], b"*".join(changed), *whole[at + 1 :]])
            longer = [*elements[: number + 1], b"", *elements[number + 1 :]]
            yield f"{at} {tag} element after {number} added", body([*whole[:at], b"*".join(longer), *whole[at + 1 :]])


def _other(element: bytes) -> bytes:
    return element[:-1] + (b"Y" if element[-1:] == b"X" else b"X")


@pytest.mark.parametrize("version", ["00200", "00401", "00402", "00403", "00501", "00602"])
@pytest.mark.parametrize("eol", ["", "\n", "\r\n"])
def test_it_agrees_with_what_we_write(version: str, eol: str) -> None:
    assert agree(written(replace(ENVELOPE, interchange_version=version, eol=eol))) == []


@pytest.mark.parametrize(
    "separators", [Separators("|", ":", "!"), Separators("*", ">", "\n"), Separators("\x1d", "\x1f", "\x1c")]
)
def test_it_agrees_under_other_separators(separators: Separators) -> None:
    assert agree(written(replace(ENVELOPE, separators=separators))) == []


@pytest.mark.parametrize("version", ["00401", "00501", "00403"])
def test_every_mutation_closes_the_gate(version: str) -> None:
    one = written(replace(ENVELOPE, interchange_version=version))
    changed = [(name, mutant) for name, mutant in mutants(one) if mutant != one.body]
    passed = [name for name, mutant in changed if not any(found.rejects for found in agree(replace(one, body=mutant)))]
    assert len(changed) > 200
    assert passed == []


def test_what_follows_the_trailer_closes_the_gate() -> None:
    one = written()
    assert agree(replace(one, body=one.body + b"GARBAGE"))
    assert agree(replace(one, body=one.body + one.body))
    assert agree(replace(one, body=one.body[:-1]))
    assert agree(replace(one, body=b""))


def test_a_fault_in_what_we_meant_closes_it_too() -> None:
    one = written()
    wrong = [list(segment) for segment in one.segments]
    number = next(at for at, segment in enumerate(wrong) if segment[0] == "SE")
    wrong[number][1] = "99"
    lying = replace(one, segments=wrong, body=body(["*".join(segment).encode() for segment in wrong]))
    assert any("SE count" in found.text for found in agree(lying))


def test_a_parent_that_is_not_there_closes_it() -> None:
    orphan = [["BSN", "00"], ["HL", "1", "", "S"], ["HL", "2", "7", "I"]]
    assert agree(write(ENVELOPE, 1, [OutGroup("SH", 1, None, [OutSet("0001", orphan, "856")])]))


def test_a_segment_too_long_for_it_is_recounted_and_noted() -> None:
    long = [*ANSWER, ["MSG", "x" * 9000]]
    one = write(ENVELOPE, 1, [OutGroup("PR", 1, None, [OutSet("0001", long, "855")])])
    assert [found.code for found in agree(one)] == ["hub:second-reader-length"]
    assert not any(found.rejects for found in agree(one))
    assert any(found.rejects for found in agree(replace(one, body=one.body.replace(b"PO-1", b"PO-2"))))


@given(st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=6))
def test_it_agrees_whatever_the_text(values: list[list[str]]) -> None:
    segments = [["REF", *elements, "end"] for elements in values]
    assert agree(write(ENVELOPE, 1, [OutGroup("PR", 1, None, [OutSet("0001", segments, "855")])])) == []
