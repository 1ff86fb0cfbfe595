"""CONTRL: what is said of an interchange, written through its guide and read again."""

from pathlib import Path

import pytest

from hub.operations.read import Desk, Report
from tests.unit.guides.test_edifact import ORDER

HEAD = "UNA:+.? '"
UNB = "UNB+UNOC:3+4012345000009:14+5412345000013:14+260101:1200+42"


def messages(*bodies: tuple[str, list[str]]) -> list[str]:
    found: list[str] = []
    for number, (kind, body) in enumerate(bodies, 1):
        found += [f"UNH+{number}+{kind}", *body, f"UNT+{len(body) + 2}+{number}"]
    return found


GOOD = ("ORDERS:D:96A:UN:EAN008", ORDER)
BAD = ("ORDERS:D:96A:UN:EAN008", [*ORDER[:5], "QTY+21:1X:PCE", "ABC+1", *ORDER[6:]])
UNKNOWN = ("PRICAT:D:96A:UN", ["BGM+9+1"])


def report(tmp_path: Path, segments: list[str], unb: str = UNB, unz: str | None = None) -> Report:
    count = sum(segment.startswith("UNH") for segment in segments)
    lines = [unb, *segments, unz or f"UNZ+{count}+42"]
    path = tmp_path / "in.edi"
    path.write_bytes((HEAD + "'\n".join(lines) + "'\n").encode())
    return Desk().read(str(path))


def said(found: Report) -> list[str]:
    """Segments of the CONTRL, its header and trailer left away."""
    (text,) = found.acknowledgements
    lines = [line.rstrip("'") for line in text.splitlines()]
    assert lines[1].startswith("UNB+UNOC:") and "+5412345000013:14+4012345000009:14+" in lines[1]
    return lines[3:-2]


UCI = "UCI+42+4012345000009:14+5412345000013:14"


def test_all_is_well(tmp_path: Path) -> None:
    found = report(tmp_path, messages(GOOD))
    assert said(found) == [f"{UCI}+7", "UCM+1+ORDERS:D:96A:UN:EAN008+7"] and found.exit_code == 0


def test_faults_are_told_by_segment_and_element_and_siblings_are_taken(tmp_path: Path) -> None:
    found = report(tmp_path, messages(GOOD, BAD))
    assert [document.state for document in found.judgements[0].documents] == ["accepted", "rejected"]
    assert said(found) == [
        f"{UCI}+7",
        "UCM+1+ORDERS:D:96A:UN:EAN008+7",
        "UCM+2+ORDERS:D:96A:UN:EAN008+4",
        "UCS+7",
        "UCD+37+1:2",
        "UCS+8+15",
    ]


def test_a_message_that_we_do_not_take_is_refused_and_its_siblings_are_not(tmp_path: Path) -> None:
    other = ("ORDERS:X:96A:UN", ORDER)
    found = report(tmp_path, messages(UNKNOWN, GOOD, other))
    assert [document.state for document in found.judgements[0].documents] == ["unsupported", "accepted", "unsupported"]
    assert said(found) == [
        f"{UCI}+7",
        "UCM+1+PRICAT:D:96A:UN+4+17+UNH+2:1",
        "UCM+2+ORDERS:D:96A:UN:EAN008+7",
        "UCM+3+ORDERS:X:96A:UN+4+14+UNH+2:3",
    ]


@pytest.mark.parametrize(
    ("unz", "told"),
    [("UNZ+2+42", "UCI+4+29+UNZ+1"), ("UNZ+1+43", "UCI+4+28+UNZ+2"), ("", "UCI+4+13+UNZ")],
    ids=["count", "reference", "missing"],
)
def test_faults_of_the_interchange_reject_it(tmp_path: Path, unz: str, told: str) -> None:
    found = (
        report(tmp_path, messages(GOOD), unz=unz or "\n")
        if unz
        else report(tmp_path, messages(GOOD)[:-1], unz=messages(GOOD)[-1])
    )
    assert said(found) == [told.replace("UCI", UCI)]
    assert [document.state for document in found.judgements[0].documents] == ["rejected"]


@pytest.mark.parametrize(("unt", "told"), [("UNT+99+1", "29+UNT+1"), ("UNT+11+9", "28+UNT+2")])
def test_faults_of_a_trailer_are_told_of_the_message(tmp_path: Path, unt: str, told: str) -> None:
    found = report(tmp_path, [*messages(GOOD)[:-1], unt])
    assert said(found) == [f"{UCI}+7", f"UCM+1+ORDERS:D:96A:UN:EAN008+4+{told}"]


def grouped(*groups: tuple[str, list[str]], une: str = "") -> list[str]:
    """Messages in groups, numbered on through the interchange as they are."""
    found: list[str] = []
    for number, (kind, lines) in enumerate(groups, 1):
        count = sum(line.startswith("UNH") for line in lines)
        trailer = une if une and number == 1 else f"UNE+{count}+G{number}"
        found += [f"UNG+{kind}+BUYER:14+SELLER:14+260101:1200+G{number}+UN+D:96A", *lines, trailer]
    return found


def numbered(number: int, body: tuple[str, list[str]]) -> list[str]:
    return [line.replace("UNH+1+", f"UNH+{number}+") if line.startswith("UNH") else f"{line[:-1]}{number}" if line.startswith("UNT") else line
            for line in messages(body)]  # fmt: skip


UCF = "UCF+G{}+BUYER:14+SELLER:14"


def test_each_group_is_answered_with_its_messages_below(tmp_path: Path) -> None:
    found = report(tmp_path, grouped(("ORDERS", messages(GOOD, BAD)), ("PRICAT", numbered(3, UNKNOWN))), unz="UNZ+2+42")
    assert said(found) == [
        f"{UCI}+7",
        f"{UCF.format(1)}+7",
        "UCM+1+ORDERS:D:96A:UN:EAN008+7",
        "UCM+2+ORDERS:D:96A:UN:EAN008+4",
        "UCS+7",
        "UCD+37+1:2",
        "UCS+8+15",
        f"{UCF.format(2)}+7",
        "UCM+3+PRICAT:D:96A:UN+4+17+UNH+2:1",
    ]


@pytest.mark.parametrize(("une", "told"), [("UNE+5+G1", "4+29+UNE+1"), ("UNE+1+G9", "4+28+UNE+2")], ids=["count", "reference"])
def test_a_faulty_group_is_refused_and_its_sibling_is_not(tmp_path: Path, une: str, told: str) -> None:
    lines = grouped(("ORDERS", messages(GOOD)), ("ORDERS", numbered(2, GOOD)), une=une)
    found = report(tmp_path, lines, unz="UNZ+2+42")
    assert [document.state for document in found.judgements[0].documents] == ["rejected", "accepted"]
    assert said(found) == [f"{UCI}+7", f"{UCF.format(1)}+{told}", f"{UCF.format(2)}+7", "UCM+2+ORDERS:D:96A:UN:EAN008+7"]


def test_what_we_say_of_groups_is_read_by_ourselves(tmp_path: Path) -> None:
    lines = grouped(("ORDERS", messages(GOOD, BAD)), ("ORDERS", numbered(3, GOOD)), une="UNE+9+G1")
    (text,) = report(tmp_path, lines, unz="UNZ+2+42").acknowledgements
    path = tmp_path / "contrl.edi"
    path.write_text(text)
    (document,) = Desk().read(str(path)).judgements[0].documents
    value = document.document.model_dump(exclude_defaults=True) if document.document else {}
    assert (document.findings, value["verdict"]) == ([], "partly_accepted")
    assert [(one["control_number"], one["verdict"]) for one in value["groups"]] == [("G1", "rejected"), ("G2", "accepted")]
    assert [(one["group"], one["control_number"], one["verdict"]) for one in value["documents"]] == [
        ("G1", "2", "rejected"),
        ("G2", "3", "accepted"),
    ]


def test_syntax_4_is_answered_in_syntax_4(tmp_path: Path) -> None:
    unb = "UNB+UNOY:4+4012345000009:14+5412345000013:14+20260101:1200+42"
    (text,) = report(tmp_path, messages(GOOD), unb=unb).acknowledgements
    assert "UNB+UNOY:4+5412345000013:14+4012345000009:14+20" in text and "CONTRL:4:1:UN'" in text


@pytest.mark.parametrize("unb", ["UNB+UNOC:3++5412345000013:14+260101:1200+42", "UNB+UNOC:3+4012345000009:14++260101:1200+42"])
def test_nobody_is_answered_who_is_not_named(tmp_path: Path, unb: str) -> None:
    assert report(tmp_path, messages(BAD), unb=unb).acknowledgements == []


def test_a_contrl_is_never_answered_whatever_is_wrong_with_it(tmp_path: Path) -> None:
    for body in ([f"{UCI}+7"], ["ABC+1"]):
        assert report(tmp_path, messages(("CONTRL:D:3:UN", body)), unb=UNB + "++++1").acknowledgements == []


def test_what_we_say_is_read_by_ourselves_without_a_remark(tmp_path: Path) -> None:
    (text,) = report(tmp_path, messages(GOOD, BAD, UNKNOWN)).acknowledgements
    path = tmp_path / "contrl.edi"
    path.write_text(text)
    (document,) = Desk().read(str(path)).judgements[0].documents
    assert (document.state, document.findings) == ("accepted", [])
    value = document.document.model_dump(exclude_defaults=True) if document.document else {}
    assert (value["level"], value["verdict"], value["interchange"]) == ("interchange", "partly_accepted", "42")
    assert [one["verdict"] for one in value["documents"]] == ["accepted", "rejected", "rejected"]
