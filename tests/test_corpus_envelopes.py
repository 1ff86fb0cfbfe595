"""Envelopes of real documents: what the corpus says of each is what our readers say, or it is written here why not."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from hub.errors import Unreadable
from hub.findings import Finding
from hub.formats import detect
from hub.formats.envelope import End, Interchange, TransactionSet

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"

# What the index says of a damaged file -> the codes of which one must be among our findings.
PHRASES: dict[str, tuple[str, ...]] = {
    r"ISA not 106 bytes": ("hub:isa-length", "TA105:022", "TA105:023", "TA105:027"),
    r"ISA16 missing": ("TA105:027",),
    r"ISA has fewer than 16 elements": ("TA105:022", "TA105:023"),
    r"ISA13 not 9 digits": ("TA105:018", "TA105:022", "TA105:023"),
    r"segment terminator at ISA offset": ("TA105:004", "TA105:022", "TA105:027", "hub:isa-length"),
    r"SE01=": ("AK502:4",),
    r"GE01=": ("AK905:5",),
    r"GE02 ": ("AK905:4",),
    r"IEA01=": ("TA105:021",),
    r"IEA02 ": ("TA105:001",),
    r"ST outside GS": ("TA105:024",),
    r"GE without GS": ("TA105:022", "TA105:024"),
    r"GS outside ISA|no ISA header|IEA without ISA": ("hub:no-interchange",),
    r"truncated: no IEA": ("TA105:023",),
    r"UNT count": ("0085:29",),
    r"UNT ref": ("0085:28",),
    r"UNZ count": ("0085:29",),
    r"UNZ ref": ("0085:28",),
    r"truncated: no UNZ|UNB without preceding UNZ": ("0085:13",),
    r"no UNB interchange header": ("hub:no-interchange",),
}
CONTENT = r"content: |unusual (?:segment )?tag (?:TEST|PRICE|BBBB)"  # what stands inside a set is judged by its guide

# file -> (phrases of the index that our reading does not share, why)
EXCEPTIONS: dict[str, tuple[str, str]] = {
    "x12/850_005010_x12-types_community-3.edi": (
        r"ISA not 106|GE02|IEA02",
        "ISA16 is missing and lines end in ~: with ~ as the terminator the trailers agree, and TA105:027 says what is wrong",
    ),
    "x12/855_004010_stupidedi_2.edi": (
        r"ISA13 not|unusual segment tag 5|IEA02",
        "a line break stands within ISA10: joined, ISA13 is 702351422, and IEA02 repeats it",
    ),
    "x12/940_isa12-00401_x12-types_neg940-6.edi": (
        r"ST outside GS|GE without GS|IEA01",
        "ISA ends in a line end without ISA16: with ~ as the terminator, as in all other segments, the group is there",
    ),
    "x12/TA1_isa12-00401_oboe_justta1testcase.edi": (r"IEA01", "an interchange of a TA1 alone may say 0 or 1"),
    "x12/TA1_isa12-00501_staedi_x12-interchange-ack.edi": (r"IEA01", "an interchange of a TA1 alone may say 0 or 1"),
    "x12/noset_isa12-00400_gozer_x12.base.no.line.breaks.odd.char.edi": (
        r"unusual segment tag|truncated",
        "the terminator is the two bytes of one UTF-8 character: taken as one, the file is whole",
    ),
    "x12/noset_isa12-00400_gozer_x12.no.line.break.no.delim.edi": (
        r"truncated",
        "without a terminator (TA105:004) nothing behind the header can be read, a missing IEA least of all",
    ),
    "x12/noset_isa12-00401_x12-types_neg940-11.edi": (
        r"unusual segment tag|truncated",
        "ISA16 is '::' (TA105:027, rejected): read with ~ as the terminator, the file is whole",
    ),
    "x12/noset_isa12-00401_x12-types_neg940-15.edi": (
        r"unusual segment tag|truncated",
        "ISA16 is one character of four bytes: read with ~ as the terminator, the file is whole",
    ),
    "edifact/nomsg_nover_edi.net_edifact.d01b.ifcsum.newlines.edi": (
        r"truncated",
        "no segment has a terminator, lines end them: read so, UNZ is there, and UNT counts wrong (0085:29)",
    ),
}


def rows() -> Iterator[tuple[str, str]]:
    index = CORPUS / "INDEX.tsv"
    if not index.exists():
        return
    for line in index.read_text(encoding="utf-8").splitlines()[1:]:
        cells = line.split("\t")
        if cells[0].startswith(("x12/", "edifact/")):
            yield cells[0], cells[6]


ROWS = list(rows())
absent = pytest.mark.skipif(not ROWS, reason="the shared corpus is not beside this checkout")


def findings_of(name: str) -> list[Finding]:
    """Every envelope finding, in a file read in small chunks."""
    body = (CORPUS / name).read_bytes()
    chunks = (body[at : at + 1000] for at in range(0, len(body), 1000))
    events = list(detect.read(chunks))  # those of a group and an interchange are complete at their ends only
    return [one for event in events if not isinstance(event, End) for one in event.findings]


def named(status: str) -> list[str]:
    """The faults that the index names, one by one."""
    faults = re.sub(r"^malformed\((.*)\)$", r"\1", status)
    return [] if status == "valid" else re.sub(r"; header is \d+ bytes", "", faults).split("; ")


def unexplained(name: str, faults: Iterable[str], codes: set[str]) -> list[str]:
    """Faults of the index that no finding of ours answers."""
    excused = EXCEPTIONS.get(name, ("(?!)", ""))[0]
    left = [fault for fault in faults if not re.search(CONTENT, fault) and not re.search(excused, fault)]
    return [fault for fault in left if not any(re.search(phrase, fault) and codes & set(of) for phrase, of in PHRASES.items())]


@absent
@pytest.mark.parametrize("name", [name for name, status in ROWS if status == "valid"])
def test_a_valid_envelope_has_no_error(name: str) -> None:
    assert [one for one in findings_of(name) if one.severity == "error"] == []


@absent
@pytest.mark.parametrize(("name", "status"), [row for row in ROWS if row[1] != "valid"])
def test_a_damaged_envelope_gives_the_finding_that_is_named(name: str, status: str) -> None:
    codes = {one.code for one in findings_of(name)}
    assert unexplained(name, named(status), codes) == [], sorted(codes)


@absent
def test_exceptions_are_still_needed() -> None:
    faults = dict(ROWS)
    idle = [name for name, (phrases, _) in EXCEPTIONS.items() if not any(re.search(phrases, one) for one in named(faults[name]))]
    assert idle == []


# --- the table ---

PAGE = Path(__file__).resolve().parents[1] / "docs" / "corpus.md"
HEAD = """# What we make of real envelopes

Every X12 and EDIFACT file of the corpus of real documents, which is not part of the repository: what its index says of the file, and
what our readers find in its envelopes: interchanges, documents, findings by code (errors, and then warnings and notes in brackets).
Faults of contents are judged by guides; the index names them as `content`. Written and checked by `tests/test_corpus_envelopes.py`;
`--update` writes it again.

* A file that is `valid` has no error here: {valid} of {valid}.
* A file that is malformed has a finding for each fault of its envelope that the index names: {malformed} of {malformed}, where
  {excepted} differ from the index for the reason given; there we hold the index for wrong.

| file | the index says | interchanges | documents | found | where the index is wrong |
|---|---|---|---|---|---|
"""


def line(name: str, status: str) -> str:
    """One file in the table."""
    try:
        events = list(detect.read([(CORPUS / name).read_bytes()]))
    except Unreadable as error:
        events, unreadable = [], str(error)
    else:
        unreadable = ""
    counts = Counter(type(event) for event in events)
    found = [one for event in events if not isinstance(event, End) for one in event.findings]
    errors = sorted({one.code for one in found if one.severity == "error"})
    others = sorted({f"({one.code})" for one in found if one.severity != "error"})
    said = re.sub(r"^malformed\((.*)\)$", r"\1", status)
    why = EXCEPTIONS.get(name, ("", ""))[1]
    cells = [
        f"`{name}`",
        said,
        str(counts[Interchange]),
        str(counts[TransactionSet]),
        " ".join([*errors, *others]) or unreadable,
        why,
    ]
    return "| " + " | ".join(re.sub(r"[^ -~]", "?", cell).replace("|", "&#124;").replace("<", "&lt;") for cell in cells) + " |"


@absent
def test_the_table_of_results_is_true(golden: Callable[[Path, str], None]) -> None:
    valid = sum(status == "valid" for _, status in ROWS)
    head = HEAD.format(valid=valid, malformed=len(ROWS) - valid, excepted=len(EXCEPTIONS))
    golden(PAGE, head + "\n".join(line(*row) for row in ROWS) + "\n")


@absent
def test_the_index_names_every_file() -> None:
    there = {f"{folder}/{path.name}" for folder in ("x12", "edifact") for path in (CORPUS / folder).iterdir()}
    assert {name for name, _ in ROWS} == there
