"""Real EDIFACT, every file of the corpus: no crash, envelopes judged as the index says, contents without false faults."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from hub.operations.read import Desk

HERE = Path(__file__).resolve().parents[2] / "shared" / "corpus"
DESK = Desk()
OURS = ("ORDERS", "ORDCHG", "ORDRSP", "DESADV", "INVOIC", "CONTRL", "APERAK")

# What the index says of a malformed file -> our finding for it; None where it names no fault of the envelope.
FAULTS = {
    r"UNT count \d+ but \d+ segments": "0085:29",
    r"UNZ count \d+ but \d+ messages": "0085:29",
    r"UNT ref \S+ != UNH ref": "0085:28",
    r"UNZ ref \S+ != UNB ref": "0085:28",
    r"truncated: no UNZ": "0085:13",
    r"UNB without preceding UNZ": "0085:13",
    r"no UNB interchange header": "hub:no-interchange",
    r"unusual tag \w+": None,
    r"content: .*": None,
}
# Where the index is wrong: file -> our codes, and why.
CORRECTIONS = {
    "edifact/nomsg_nover_edi.net_edifact.d01b.ifcsum.newlines.edi": (
        {"0085:29"},
        "UNZ is there, only its terminator is missing; the UNT the index did not see says 787 segments where there are 27.",
    ),
}
UNCOUNTED = {"0085:17", "0085:26"}  # messages we have no guide for, and numbers used twice: the index looks for neither

# Contents of a `valid` envelope that are wrong all the same: message number in the file -> codes of errors, and why.
TRUE_FAULTS = {
    "edifact/orders_d03a_module-ballerina-edi_order-batch.edi": (
        {2: {("0085:13", "BGM")}},
        "the third message has no BGM; upstream sends it to see it refused",
    ),
    "edifact/orders_d97a_edifactconverter_ordernoname.edi": (
        {0: {("0085:39", "NAD"), ("0085:39", "LIN")}},
        "postcode and city stand where the region belongs (9 characters), and the level of a sub-line is `001` (2 digits)",
    ),
}
# Sums that do not tie out, and dates that are none: warnings, the document is taken.
WARNED = {
    "edifact/invoic_d03b_smooks-edi-cartridge_invoic.edi": "the total 362 is not that of the lines; upstream made the amounts up",
    "edifact/invoic_d93a_staedi_invoic-d93a-una.edi": "19999715 is no day of the calendar",
    "edifact/invoic_d97a_pydifact_invoice1.edi": "dates of twelve digits that say they have eight",
    "edifact/invoic_d97a_pydifact_invoice-with-colon-at-end.edi": "the same",
    "edifact/orders_d03a_module-ballerina-edi_order-batch.edi": "CNT counts a line that the third message has not",
    "edifact/orders_d97a_edifactconverter_ordernoname.edi": "a week as the delivery date (layout 616)",
    "edifact/orders_d01b_apibusinesshub-integration-recipes_o2c-01b-5.edi": "GLNs with wrong check digits",
    "edifact/orders_d03b_smooks-edi-cartridge_orders-d.03b-interchange.edi": "the same",
    "edifact/orders_d96a_apibusinesshub-integration-recipes_o2c-96a-7.edi": "the same",
    "edifact/invoic_d96a_mod-data-import_annec-ebsco-access-only.edi": "texts of 39 characters, where D96A has 35",
    "edifact/invoic_d96a_mod-data-import_annec-ebsco-subns.edi": "the same",
    "edifact/orders_d96a_cloud-integration-flow_o2c-96a-10.edi": "the same interchange twice in one file",
}


def index() -> list[tuple[str, str, str]]:
    if not HERE.exists():
        return []
    with (HERE / "INDEX.tsv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(row["path"], row["kind"], row["status"]) for row in rows if row["path"].startswith("edifact/")]


INDEX = index()
FILES = [path for path, _, _ in INDEX]
VALID = [(path, kind) for path, kind, status in INDEX if status == "valid"]
MALFORMED = [(path, status) for path, _, status in INDEX if status != "valid"]


def everything(report: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for interchange in report["interchanges"]:
        found += interchange["findings"]
        for document in interchange["documents"]:
            found += document["findings"]
    return found


def of_the_envelope(found: list[dict[str, Any]]) -> set[str]:
    return {it["code"] for it in found if (it["segment"] or "UN").startswith("UN") and it["segment"] != "UNS"} - {
        "hub:bom",
        "hub:more",
    }


def faults(status: str) -> set[str]:
    """The codes of the faults that the index names; each of its words must be known here."""
    named = []
    for part in status.removeprefix("malformed(").removesuffix(")").split("; "):
        codes = [code for pattern, code in FAULTS.items() if re.match(pattern, part)]
        assert len(codes) == 1, status
        named += codes
    return {code for code in named if code}


@pytest.mark.usefixtures("corpus")
def test_the_corpus_has_edifact() -> None:
    assert len(VALID) >= 20
    assert len(MALFORMED) >= 30
    assert set(CORRECTIONS) | set(TRUE_FAULTS) | set(WARNED) <= {path for path, _, _ in INDEX}


@pytest.mark.parametrize(("path", "kind"), VALID)
def test_valid_envelopes_have_no_error_and_contents_none_of_ours(path: str, kind: str, corpus: Path) -> None:
    values = DESK.read(str(corpus / path)).as_dict()
    known = any(name in kind for name in OURS)
    errors = [it for it in everything(values) if it["severity"] == "error"]
    assert of_the_envelope(errors) == (set() if known else {"0085:17"})
    expected, _ = TRUE_FAULTS.get(path, ({}, ""))
    documents = [document for interchange in values["interchanges"] for document in interchange["documents"]]
    for number, document in enumerate(documents if known else ()):
        found = {(it["code"], it["segment"]) for it in document["findings"] if it["severity"] == "error"}
        assert found == expected.get(number, set())
        assert bool(document["canonical"]) == (number not in expected)
    warned = any(it["severity"] == "warning" for it in everything(values))
    assert warned == (path in WARNED)


@pytest.mark.parametrize(("path", "status"), MALFORMED)
def test_malformed_envelopes_name_the_fault(path: str, status: str, corpus: Path) -> None:
    expected, _ = CORRECTIONS.get(path) or (faults(status), "")
    assert of_the_envelope(everything(DESK.read(str(corpus / path)).as_dict())) - UNCOUNTED == expected


@pytest.mark.parametrize("path", FILES)
def test_no_file_makes_read_stumble(path: str, corpus: Path) -> None:
    report = DESK.read(str(corpus / path))
    assert report.exit_code in (0, 1, 2)
    codes = {it["code"] for it in everything(json.loads(json.dumps(report.as_dict(), ensure_ascii=True)))}
    assert "hub:internal" not in codes
