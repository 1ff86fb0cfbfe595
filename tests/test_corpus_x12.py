"""Real changes, acknowledgements, warehouse, stock and payment documents through `crossdock read`."""

import json
import re
from pathlib import Path

import pytest

from hub.operations.read import Desk
from tests.corpus import everything, index

HERE = Path(__file__).resolve().parents[2] / "shared" / "corpus"
DESK = Desk()
SETS = {"860", "865", "824", "TA1", "940", "945", "846", "820", "999", "943", "944", "947"}
SETS |= {"875", "880", "852", "180", "753", "754", "857"}  # none is in the collection yet; the next one is held to the same

# What the index says of a malformed file -> our finding for it.
FAULTS = {
    r"ISA not 106 bytes": {"hub:isa-length", "TA105:022"},
    r"ISA16 missing": {"TA105:027"},
    r"segment terminator at ISA offset": {"TA105:022", "TA105:027"},
    r"ISA13 not 9 digits": {"TA105:022"},
    r"SE01=\d+ but \d+ segments": {"AK502:4"},
    r"GE02 \S+ != GS06": {"AK905:4"},
    r"IEA02 \S+ != ISA13": {"TA105:001"},
    r"content: 999 element content invalid": {"AK403:3", "AK304:2"},
    r"content: upstream negative test": {"AK304:3"},  # it ends after its head
}
# Where we do not say what the index says: file -> (its words, why).
EXCEPTIONS = {
    "x12/860_003010_stupidedi_1.edi": (
        r"content: upstream expects parse failure",
        "no fault of content is there: upstream stumbles over the header of 86 bytes, which is told",
    ),
    "x12/940_isa12-00401_x12-types_neg940-6.edi": (
        r"ST outside GS|GE without GS|IEA01=1",
        "ISA ends in a line end without ISA16: with ~ as the terminator, as everywhere else, the group is there",
    ),
    "x12/TA1_isa12-00401_oboe_justta1testcase.edi": (r"IEA01=1", "an interchange of a TA1 alone may say 0 or 1"),
    "x12/TA1_isa12-00501_staedi_x12-interchange-ack.edi": (r"IEA01=1", "an interchange of a TA1 alone may say 0 or 1"),
}
# Files of the index's `valid` with warnings of ours, which reject nothing.
WARNED = {
    "x12/944_004010_node-x12-edi_944.edi": "W0706 says LT and W0707, the lot, is empty: the lot stands in W0708",
}


FILES = [(row["path"], row["status"]) for row in index() if row["kind"].removeprefix("x12:") in SETS]
VALID = [path for path, status in FILES if status == "valid"]
MALFORMED = [(path, status) for path, status in FILES if status != "valid"]


def named(status: str) -> list[str]:
    """The faults the index names, one by one."""
    bare = re.sub(r"; header is \d+ bytes", "", status.removeprefix("malformed(").removesuffix(")"))
    return bare.split("; ")


@pytest.mark.usefixtures("corpus")
def test_the_corpus_has_them() -> None:
    assert len(VALID) >= 9
    assert len(MALFORMED) >= 11
    assert set(EXCEPTIONS) <= {path for path, _ in MALFORMED}
    assert set(WARNED) <= set(VALID)


@pytest.mark.parametrize("path", VALID)
def test_valid_ones_have_no_error(path: str, corpus: Path) -> None:
    report = DESK.read(str(corpus / path))
    assert report.exit_code == 0
    values = report.as_dict()
    found = everything(values)
    assert [finding for finding in found if finding["severity"] == "error"] == []
    assert all(document["canonical"] for interchange in values["interchanges"] for document in interchange["documents"])
    assert any(finding["severity"] == "warning" for finding in found) == (path in WARNED)


@pytest.mark.parametrize(("path", "status"), MALFORMED)
def test_malformed_ones_name_the_fault(path: str, status: str, corpus: Path) -> None:
    codes = {finding["code"] for finding in everything(DESK.read(str(corpus / path)).as_dict())}
    excused = EXCEPTIONS.get(path, ("(?!)", ""))[0]
    left = [fault for fault in named(status) if not re.search(excused, fault)]
    unexplained = [fault for fault in left if not any(re.match(words, fault) and codes & of for words, of in FAULTS.items())]
    assert unexplained == [], sorted(codes)
    assert "hub:internal" not in codes


@pytest.mark.usefixtures("corpus")
def test_exceptions_are_still_needed() -> None:
    said = dict(MALFORMED)
    assert [
        path for path, (words, _) in EXCEPTIONS.items() if not any(re.search(words, fault) for fault in named(said[path]))
    ] == []


def test_acknowledgements_are_read_and_never_answered(corpus: Path) -> None:
    for path in (path for path, _ in FILES if path.startswith(("x12/TA1", "x12/999"))):
        values = DESK.read(str(corpus / path)).as_dict()
        assert values["acknowledgements"] == [], path
        [interchange] = values["interchanges"]
        [document] = interchange["documents"] + interchange["notices"]
        assert document["type"] in ("TA1", "999")


def test_a_requested_notice_is_shown(corpus: Path) -> None:
    values = DESK.read(str(corpus / "x12/860_003010_stupidedi_1.edi")).as_dict()
    group, notice = values["acknowledgements"]
    assert "TA1*000000001*970501*1200*A*000!" in notice
    assert "GS*" not in notice
    assert "AK1*PC*1!" in group
    json.dumps(values)
