"""The second reader of EDIFACT is a gate: whatever happens to one segment of what we wrote, it says so."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hub.formats.edifact.second import agree
from hub.formats.edifact.writer import Envelope, OutGroup, OutMessage, Written, write
from hub.formats.envelope import COMPONENT, Address

ENVELOPE = Envelope(Address("14", "SELLER"), Address("14", "BUYER"), datetime(2026, 1, 2, 3, 4, tzinfo=UTC), test=False)
BODY = [
    ["BGM", "231", "PO-1", "29"],
    ["DTM", COMPONENT.join(("137", "20260102", "102"))],
    ["FTX", "AAI", "", "", "text with ' and + and : and ?"],
    ["LIN", "1", "5", COMPONENT.join(("4012345000009", "EN"))],
    ["QTY", COMPONENT.join(("21", "2", "PCE"))],
    ["UNS", "S"],
]


def written(envelope: Envelope = ENVELOPE) -> Written:
    answers = OutGroup("ORDRSP", "3", [OutMessage("1", BODY, "ORDRSP", "D96A"), OutMessage("2", BODY[:4], "ORDRSP", "D96A")])
    return write(envelope, "42", [answers, OutGroup("INVOIC", "4", [OutMessage("3", BODY, "INVOIC", "D96A")])])


def segments(of: Written) -> list[bytes]:
    """Segments of the bytes; the released terminator in a text is none."""
    return [piece.replace(b"\x00", b"?'") for piece in of.body.replace(b"?'", b"\x00").split(b"'")[:-1]]


def body(pieces: list[bytes]) -> bytes:
    return b"".join(piece + b"'" for piece in pieces)


def mutants(of: Written) -> Iterator[tuple[str, bytes]]:
    """What can happen to one segment: gone, twice, another value in an element, places changed with its neighbour."""
    whole = segments(of)
    for at, segment in enumerate(whole):
        tag = segment[:3].decode()
        yield f"{at} {tag} dropped", body(whole[:at] + whole[at + 1 :])
        yield f"{at} {tag} doubled", body([*whole[: at + 1], *whole[at:]])
        if at + 1 < len(whole) and whole[at] != whole[at + 1]:
            yield f"{at} {tag} swapped", body([*whole[:at], whole[at + 1], segment, *whole[at + 2 :]])
        for number, element in enumerate(segment.split(b"+")) if b"?" not in segment and tag != "UNA" else ():
            parts = segment.split(b"+")
            for instead in {element + b"X", element[:-1], b"", element + b":X"} - {element}:
                changed = b"+".join([*parts[:number], instead, *parts[number + 1 :]])
                if changed.rstrip(b"+:") != segment:
                    yield f"{at} {tag} {number} {instead!r}", body([*whole[:at], changed, *whole[at + 1 :]])
    yield "cut", of.body[:-3]
    yield "longer", of.body + b"UNB+"


def test_what_was_written_is_what_the_second_reader_sees() -> None:
    for envelope in (
        ENVELOPE,
        replace(ENVELOPE, version="UNOC:4", advice=False, groups=True, group_sender="A", group_receiver="B", eol="\n"),
    ):
        assert agree(written(envelope)) == []


def test_every_mutant_is_seen() -> None:
    good = written()
    found = list(mutants(good))
    assert len(found) > 250
    assert [name for name, changed in found if not agree(replace(good, body=changed))] == []


@pytest.mark.parametrize(("old", "new"), [(b"UNT+8+1", b"UNT+9+1"), (b"UNT+8+1", b"UNT+8+9"), (b"UNZ+3+42", b"UNZ+2+42")])
def test_counts_and_references_are_looked_at_even_where_they_were_meant(old: bytes, new: bytes) -> None:
    good = written()
    meant = [[part.decode() for part in new.split(b"+")] if one == old.decode().split("+") else one for one in good.segments]
    assert old in good.body
    assert [it.code for it in agree(replace(good, body=good.body.replace(old, new), segments=meant))] == ["hub:second-reader"]
