"""Writing EDIFACT: what stands in the bytes, and that our own reader finds nothing in them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.findings import Finding
from hub.formats.edifact import reader
from hub.formats.edifact.second import agree
from hub.formats.edifact.writer import PLAIN, Envelope, OutGroup, OutMessage, Written, usable, write
from hub.formats.envelope import COMPONENT, Address, End, Separators, TransactionSet

ENVELOPE = Envelope(
    Address("14", "4012345000009"), Address("14", "5412345000013"), datetime(2026, 1, 2, 3, 4, tzinfo=UTC), test=False
)
ORDER = [["BGM", "231", "PO-1", "29"], ["FTX", "AAI", "", "", f"it's 5+3: ok?{COMPONENT}next", ""], ["UNS", "S"]]
MESSAGES = [OutGroup("ORDRSP", "1", [OutMessage("1", ORDER, "ORDRSP", "D96A", association="EAN005")])]


def text(envelope: Envelope, groups: list[OutGroup] = MESSAGES) -> str:
    made = write(envelope, "42", groups)
    return made.body.decode(made.encoding)


def read(made: Written) -> tuple[list[TransactionSet], list[Finding]]:
    events = list(reader.read([made.body]))
    findings = [finding for event in events if not isinstance(event, End) for finding in event.findings]
    return [event for event in events if isinstance(event, TransactionSet)], findings


def test_every_character() -> None:
    assert text(ENVELOPE) == (
        "UNA:+.? 'UNB+UNOC:3+4012345000009:14+5412345000013:14+260102:0304+42'UNH+1+ORDRSP:D:96A:UN:EAN005'BGM+231+PO-1+29'"
        "FTX+AAI+++it?'s 5?+3?: ok??:next'UNS+S'UNT+5+1'UNZ+1+42'"
    )


def test_syntax_4_has_full_years_and_a_repetition_separator() -> None:
    found = text(replace(ENVELOPE, version="UNOY:4", test=True, wants_receipt=True, application="EANCOM"))
    assert found.startswith("UNA:+.?*'UNB+UNOY:4+4012345000009:14+5412345000013:14+20260102:0304+42++EANCOM++1++1'")


def test_una_is_left_out_only_where_the_separators_are_the_usual_ones() -> None:
    assert text(replace(ENVELOPE, advice=False)).startswith("UNB+")
    odd = replace(ENVELOPE, advice=False, separators=Separators("*", "=", "~", None, "!", ","))
    assert text(odd).startswith("UNA=*,! ~UNB*UNOC=3*")
    assert "it's 5+3: ok?=next~" in text(odd)


def test_groups_have_their_own_numbers_and_are_counted() -> None:
    envelope = replace(ENVELOPE, groups=True, group_sender="US", group_receiver="THEM", eol="\n")
    lines = text(envelope, [*MESSAGES, OutGroup("INVOIC", "8", [OutMessage("2", ORDER, "INVOIC", "D96A")])]).splitlines()
    assert lines[2] == "UNG+ORDRSP+US+THEM+260102:0304+1+UN+D:96A:EAN005'"
    assert [line for line in lines if line.startswith(("UNE", "UNZ"))] == ["UNE+1+1'", "UNE+1+8'", "UNZ+2+42'"]


def test_acknowledgements_take_the_version_of_the_syntax_and_ask_for_nothing() -> None:
    report = [OutGroup("CONTRL", "1", [OutMessage("1", [["UCI", "42"]], "CONTRL", "D96A")])]
    third, fourth = (text(replace(ENVELOPE, version=version, wants_receipt=True), report) for version in ("UNOC:3", "UNOC:4"))
    assert "CONTRL:D:3:UN'" in third and "CONTRL:4:1:UN'" in fourth
    assert "+42'UNH" in third and "+42'UNH" in fourth


@pytest.mark.parametrize(
    ("label", "letters"), [("UNOA", "abc"), ("UNOB", "ä"), ("UNOC", "Ł"), ("UNOD", "Ж"), ("UNOC", "a\x00b")], ids=str
)
def test_what_the_label_cannot_carry_is_told_with_its_place(label: str, letters: str) -> None:
    made = write(
        replace(ENVELOPE, version=f"{label}:3"),
        "42",
        [OutGroup("X", "1", [OutMessage("1", [["BGM", "1"], ["FTX", letters]], "X", "D96A")])],
    )
    assert [(it.code, it.segment, it.position, it.element, it.severity) for it in made.findings] == [
        ("0085:21", "FTX", 3, 1, "error")
    ]


@pytest.mark.parametrize(
    ("label", "letters"), [("UNOA", "ABC"), ("UNOC", "äß"), ("UNOD", "Łódź"), ("UNOE", "Ж"), ("UNOY", "漢字 Ж")]
)
def test_what_the_label_carries_comes_back(label: str, letters: str) -> None:
    made = write(
        replace(ENVELOPE, version=f"{label}:4"), "42", [OutGroup("X", "1", [OutMessage("1", [["FTX", letters]], "X", "D96A")])]
    )
    sets, findings = read(made)
    assert not made.findings and not findings and not agree(made)
    assert sets[0].text(sets[0].segments[1][1]) == letters


@pytest.mark.parametrize("version", ["UNOC", "UNOC:9", "ABCD:3", "UNOZ:3"])
def test_a_syntax_nobody_knows_is_told(version: str) -> None:
    assert "0085:2" in {finding.code for finding in write(replace(ENVELOPE, version=version), "42", MESSAGES).findings}


def test_separators_that_cannot_be_told_apart_are_told() -> None:
    made = write(replace(ENVELOPE, separators=Separators("+", "+", "'")), "42", MESSAGES)
    assert [finding.code for finding in made.findings] == ["0085:22"]
    assert usable(Separators("*", "a", "~")) == PLAIN


VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12).map(str.strip)
SEGMENTS = st.lists(st.lists(st.lists(VALUES, min_size=1, max_size=3), min_size=1, max_size=4), min_size=1, max_size=5)
MARKS = st.sampled_from([PLAIN, Separators("*", "=", "~", None, "!", ","), Separators("^", "<", ">", None, "\\", ".")])


@given(SEGMENTS, MARKS, st.sampled_from(["UNOC:3", "UNOY:4"]), st.sampled_from(["", "\n", "\r\n"]), st.booleans())
def test_both_readers_see_what_was_meant(
    segments: list[list[list[str]]], marks: Separators, version: str, eol: str, advice: bool
) -> None:
    meant = [["FTX", "1", *(COMPONENT.join(parts) for parts in segment), "end"] for segment in segments]
    envelope = replace(ENVELOPE, separators=marks, version=version, eol=eol, advice=advice)
    made = write(envelope, "42", [OutGroup("X", "1", [OutMessage("1", meant, "X", "D96A")])])
    assert made.findings == [] and agree(made) == []
    sets, findings = read(made)
    assert findings == []
    seen = [[sets[0].components(element) for element in segment] for segment in sets[0].segments[1:-1]]
    assert seen == [[value.rstrip(COMPONENT).split(COMPONENT) for value in segment] for segment in meant]
