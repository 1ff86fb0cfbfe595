"""Real responses, ship notices, invoices, changes, acknowledgements, warehouse, stock and payment documents through `crossdock read`."""

import json
import re
from pathlib import Path

import pytest

from hub.operations.read import Desk
from tests.corpus import everything, index

HERE = Path(__file__).resolve().parents[2] / "shared" / "corpus"
DESK = Desk()
SETS = {"810", "855", "856", "997", "860", "865", "824", "TA1", "940", "945", "846", "820", "999", "943", "944", "947"}
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
    r"content: 997 element content invalid": {"AK403:5", "AK905:4"},
    r"content: extra trailing element delimiters": {"AK403:5"},  # repetitions, in elements that take none
    r"content: 999 element content invalid": {"AK403:3", "AK304:2"},
    r"content: upstream negative test": {"AK304:3"},  # it ends after its head
}
# Where we do not say what the index says: file -> (its words, why).
EXCEPTIONS = {
    "x12/855_004010_stupidedi_2.edi": (
        r"ISA13 not|unusual segment tag 5|IEA02|content: upstream expects parse failure",
        "a line break stands within ISA10: joined, ISA13 is 702351422, and IEA02 repeats it; upstream stumbles over it",
    ),
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
    "x12/810_004010_stupidedi_1.edi": "IT103, the unit, is missing beside quantity and price",
    "x12/810_004010_staedi_simple810.edi": "the total of the second invoice is not that of its lines",
    "x12/810_004010_x12_sample.edi": "the totals are not those of the lines",
    "x12/810_004010x348_stupidedi_basic-invoice.edi": "an invoice in a group SC, which is for price catalogues",
    "x12/855_004010x358_stupidedi_basic-po-ack-accepted.edi": "a response in a group SC",
    "x12/855_004010x358_stupidedi_po-ack-minor-changes.edi": "a response in a group SC; ACK03, the unit, is missing",
    "x12/855_004010x358_stupidedi_po-ack-ship-details.edi": "a response in a group SC",
    "x12/810_005010_x12-types_edi2xml-1.edi": "UPCs with wrong check digits",
    "x12/856_004060_node-x12_856.edi": "UPCs with wrong check digits",
    "x12/944_004010_node-x12-edi_944.edi": "W0706 says LT and W0707, the lot, is empty: the lot stands in W0708",
    "x12/820_005010_edi.net_x12.820.issue140.edi": "a GLN with a wrong check digit",
}
# Files of the index's `valid` whose contents are wrong all the same: the codes of our errors, and why.
TRUE_FAULTS = {
    "x12/997_005010_staedi_empty997.edi": ({"AK304:3"}, "nothing stands between ST and SE, where AK1 and AK9 are required"),
}


FILES = [(row["path"], row["status"]) for row in index() if re.sub(r"^x12:|x\d+$", "", row["kind"]) in SETS]
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
    assert set(WARNED) | set(TRUE_FAULTS) <= set(VALID)


@pytest.mark.parametrize("path", VALID)
def test_valid_ones_have_no_error(path: str, corpus: Path) -> None:
    report = DESK.read(str(corpus / path))
    expected, _ = TRUE_FAULTS.get(path, (set(), ""))
    assert report.exit_code == bool(expected)
    values = report.as_dict()
    found = everything(values)
    assert {finding["code"] for finding in found if finding["severity"] == "error"} == expected
    documents = [document for interchange in values["interchanges"] for document in interchange["documents"]]
    assert all(bool(document["canonical"]) != bool(expected) for document in documents)
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
