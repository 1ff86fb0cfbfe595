"""Real orders, and everything else in the corpus, through `crossdock read`."""

import json
import re
from pathlib import Path

import pytest

from hub.operations.read import Desk
from tests.corpus import everything, index

HERE = Path(__file__).resolve().parents[2] / "shared" / "corpus"
DESK = Desk()

# What the index says of a malformed file -> our finding for it.
FAULTS = {
    r"ISA not 106 bytes": "hub:isa-length",
    r"ISA16 missing": "TA105:027",
    r"SE01=\d+ but \d+ segments": "AK502:4",
    r"GE02 \S+ != GS06": "AK905:4",
    r"IEA02 \S+ != ISA13": "TA105:001",
    r"content: upstream expects parse failure": None,  # no fault is named; upstream stumbles over the header and SE01
}
# Where the index is wrong: file -> what is right, and why.
CORRECTIONS = {
    "x12/850_005010_x12-types_community-3.edi": (
        {"TA105:027", "AK502:4"},
        "ISA16 is missing, so the tilde after ISA15 is the terminator, not the component separator. The index took the line "
        "end for the terminator: its GE02 `2567~` and IEA02 `000002567~` are right without the tilde.",
    ),
}
# Orders of a `valid` envelope whose content is wrong all the same: our findings stay below an error.
VALID_WITH_WARNINGS = {
    "x12/850_004010_module-ballerina-edi_x12-sender.edi": "PO106 holds an item id where a qualifier belongs, and PO107 is missing",
    "x12/850_004010x357_stupidedi_basic-po.edi": "a purchase order in a group SC, which is for price catalogues",
    "x12/850_004010x357_stupidedi_taxexempt-po.edi": "a purchase order in a group SC, which is for price catalogues",
    "x12/850_004010vics_node-x12_850-fat.edi": "the same interchange twice in one file",
    "x12/810-850_004010_staedi_invoice810-po850-dual.edi": "TDS01 of the second invoice is not the sum of its lines",
}


ORDERS = [(row["path"], row["status"]) for row in index() if row["path"].startswith("x12/") and "850" in row["kind"]]
VALID = [path for path, status in ORDERS if status == "valid"]
MALFORMED = [(path, status) for path, status in ORDERS if status != "valid"]
FILES = sorted(str(path.relative_to(HERE)) for path in HERE.rglob("*") if path.is_file()) if HERE.exists() else []


def faults(status: str) -> set[str]:
    """The codes of the faults that the index names; each of its words must be known here."""
    bare = re.sub(r" \((element separators|header) [^)]*\)", "", status.removeprefix("malformed(").removesuffix(")"))
    named = [[code for pattern, code in FAULTS.items() if re.match(pattern, part)] for part in bare.split("; ")]
    assert all(len(codes) == 1 for codes in named), status
    return {codes[0] for codes in named if codes[0]}


@pytest.mark.usefixtures("corpus")
def test_the_corpus_has_orders() -> None:
    assert len(VALID) >= 10
    assert len(MALFORMED) >= 10
    assert set(CORRECTIONS) | set(VALID_WITH_WARNINGS) <= {path for path, _ in ORDERS}


@pytest.mark.parametrize("path", VALID)
def test_valid_orders_have_no_error(path: str, corpus: Path) -> None:
    report = DESK.read(str(corpus / path))
    assert report.exit_code == 0
    values = report.as_dict()
    assert [finding for finding in everything(values) if finding["severity"] == "error"] == []
    assert all(document["canonical"] for interchange in values["interchanges"] for document in interchange["documents"])
    warned = any(finding["severity"] == "warning" for finding in everything(values))
    assert warned == (path in VALID_WITH_WARNINGS)


@pytest.mark.parametrize(("path", "status"), MALFORMED)
def test_malformed_orders_name_the_fault(path: str, status: str, corpus: Path) -> None:
    expected, _ = CORRECTIONS.get(path) or (faults(status), "")
    found = everything(DESK.read(str(corpus / path)).as_dict())
    of_the_envelope = {finding["code"] for finding in found if re.match(r"TA105|AK905|AK502|hub:isa", finding["code"])}
    doubled = {"AK502:23"}  # the index does not look for set numbers used twice
    assert of_the_envelope - doubled == expected


@pytest.mark.parametrize("path", [pytest.param(path, marks=[pytest.mark.slow] if "huge" in path else []) for path in FILES])
def test_no_file_makes_read_stumble(path: str, corpus: Path) -> None:
    report = DESK.read(str(corpus / path))
    assert report.exit_code in (0, 1, 2)
    line = json.dumps(report.as_dict(), ensure_ascii=True)
    assert "\n" not in line
    codes = {finding["code"] for finding in everything(json.loads(line))}
    assert "hub:internal" not in codes
    assert "the hub failed" not in (report.error or "")
