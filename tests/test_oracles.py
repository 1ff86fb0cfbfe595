"""Our reading against that of pyx12 and pydifact, file by file; docs/oracles.md says where they are not right, and must be true."""

import inspect
import re
from pathlib import Path

import pytest

from hub.findings import Finding
from hub.formats import second
from hub.formats.edifact import second as edifact_second
from hub.formats.x12 import second as x12_second
from tests.oracles import READABLE, difference, ours, theirs

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
PAGE = (ROOT / "docs" / "oracles.md").read_text()
LISTED = dict(re.findall(r"^\| `((?:x12|edifact)/\S+)` \| (?:pyx12|pydifact) \| (\S.*) \|$", PAGE, re.MULTILINE))
READERS = {"x12": "pyx12", "edifact": "pydifact"}
LARGE = 1_000_000  # bytes; a minute of work for the other program

OF_CORPUS = [path for standard in READERS if CORPUS.exists() for path in sorted((CORPUS / standard).iterdir())]
DAMAGED = ("crashers",)  # the other programs fail on most of them, each in its own way
FIXTURES = [
    path for path in sorted((ROOT / "tests" / "fixtures").rglob("*.edi")) if not set(DAMAGED) & set(path.parts)
]  # fmt: skip


def name(path: Path) -> str:
    return path.relative_to(CORPUS if path.is_relative_to(CORPUS) else ROOT).as_posix()


def files(paths: list[Path]) -> list[object]:
    return [pytest.param(it, id=name(it), marks=[pytest.mark.slow] * (it.stat().st_size > LARGE)) for it in paths]


def agreed(path: Path) -> bool | None:
    """Whether the two see the same; None where we see no document to compare."""
    content = path.read_bytes()
    standard, mine = ours(content)
    if standard is None:
        return None
    found = theirs(standard, content)
    return not isinstance(found, str) and difference(mine, found) is None


@pytest.mark.parametrize("path", files(FIXTURES))
def test_our_fixtures_are_read_alike(path: Path) -> None:
    assert agreed(path) in (True, None)


@pytest.mark.parametrize("path", files(OF_CORPUS))
def test_real_documents_are_read_alike_or_it_is_said_why_not(path: Path) -> None:
    """In both directions: what differs is listed, and what is listed differs."""
    same = agreed(path)
    if name(path) in LISTED:
        assert same is False, "it no longer differs: take it from docs/oracles.md"
    else:
        assert same in (True, None)


@pytest.mark.usefixtures("corpus")
def test_the_list_names_files_that_are_there() -> None:
    assert len(LISTED) == PAGE.count("| pyx12 |") + PAGE.count("| pydifact |") > 20
    assert set(LISTED) <= {name(path) for path in OF_CORPUS}
    assert {name(path) for path in OF_CORPUS if agreed_on_nothing(path)} == NOTHING_TO_READ


# Files without a set or message: interchanges of a TA1 alone, and headers behind which nothing can be read.
NOTHING_TO_READ = {
    "x12/TA1_isa12-00401_oboe_justta1testcase.edi",
    "x12/TA1_isa12-00501_staedi_x12-interchange-ack.edi",
    "x12/noset_isa12-00400_gozer_x12.no.line.break.no.delim.edi",
    "x12/noset_nover_x12-types_neg940-9.edi",
}


def agreed_on_nothing(path: Path) -> bool:
    return path.stat().st_size < LARGE and ours(path.read_bytes())[0] is None


def test_what_the_page_says_of_the_gate_is_true() -> None:
    """Versions and length in the table before sending are those of the code."""
    assert f"an ISA12 of {READABLE[0]} and {READABLE[1]} only" in PAGE
    assert x12_second.READABLE == READABLE
    assert f"more than {x12_second.LONGEST} characters" in PAGE
    notes = set(re.findall(r"`(hub:[\w-]+)`", PAGE))
    source = "".join(inspect.getsource(module) for module in (x12_second, edifact_second))
    assert set(re.findall(r'note\(\s*"(hub:[\w-]+)"', source)) == notes
    assert Finding(second.CODE, "").rejects


def test_a_difference_would_be_seen() -> None:
    """The comparison itself must be able to fail."""
    content = next(path for path in FIXTURES if path.parent.name == "850").read_bytes()
    standard, mine = ours(content)
    assert standard == "x12" and len(mine) > 5
    for change in (content.replace(b"*EA*", b"*CA*", 1), content.replace(b"PO1*", b"PO2*", 1)):
        assert change != content and difference(mine, ours(change)[1]) is not None
        found = theirs("x12", change)
        assert not isinstance(found, str) and difference(mine, found) is not None
