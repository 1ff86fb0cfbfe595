"""Real EDIFACT, every file of the corpus: no crash, envelopes judged as the index says, contents without false faults."""

import json
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from hub.operations.read import Desk
from tests.corpus import everything, index

HERE = Path(__file__).resolve().parents[2] / "shared" / "corpus"
DESK = Desk()
OURS = ("ORDERS", "ORDCHG", "ORDRSP", "DESADV", "INVOIC", "CONTRL", "APERAK", "RECADV", "REMADV", "INVRPT", "SLSRPT")

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
# What it says of the contents -> our finding, with its segment where that is named.
CONTENTS = {
    r"unusual tag (PRICE)": "0085:15",
    r"content: upstream malformed fixture": "0085:13",
    r"content: upstream bad interchange": "0085:35",
    r"content: mandatory (?:segments|elements) missing": "0085:13",
}
# Where it says something of the contents that we do not say: file -> why.
UNSHARED = {
    "edifact/msg1-msg2_s93a_smooks-edi-cartridge_unedifact-msg-01.edi": "BBBB stands in a message we have no guide for: that is told",
    "edifact/msg1-msg2_s93a_smooks-edi-cartridge_unedifact-msg-02.edi": "the same",
    "edifact/orders_d_oboe_orders-2.edi": "the terminator of UNB stands twice; an empty segment is passed over like a blank line",
}
# Where the index is wrong: file -> our codes, and why.
CORRECTIONS = {
    "edifact/nomsg_nover_edi.net_edifact.d01b.ifcsum.newlines.edi": (
        {"0085:29"},
        "UNZ is there, only its terminator is missing; the UNT the index did not see says 787 segments where there are 27.",
    ),
}
UNCOUNTED = {"0085:17", "0085:26"}  # messages we have no guide for, and numbers used twice: the index looks for neither
TABLE = Path(__file__).parent / "fixtures" / "corpus" / "edifact.tsv"
HUGE = "edifact/orders_d96a_pydifact_huge-file2.edi"  # 60000 findings in one message; tests/test_corpus_850.py reads it too

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


INDEX = [(row["path"], row["kind"], row["status"]) for row in index() if row["path"].startswith("edifact/")]
FILES = [path for path, _, _ in INDEX if path != HUGE]
VALID = [(path, kind) for path, kind, status in INDEX if status == "valid"]
MALFORMED = [(path, status) for path, _, status in INDEX if status != "valid"]


@cache
def reading(path: str) -> dict[str, Any]:
    """What `crossdock read` says of a file, made once."""
    values: dict[str, Any] = DESK.read(str(HERE / path)).as_dict()
    return values


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
    assert set(CORRECTIONS) | set(TRUE_FAULTS) | set(WARNED) | set(UNSHARED) | {HUGE} <= {path for path, _, _ in INDEX}


@pytest.mark.parametrize(("path", "kind"), VALID)
def test_valid_envelopes_have_no_error_and_contents_none_of_ours(path: str, kind: str, corpus: Path) -> None:
    values = reading(path)
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


@pytest.mark.parametrize(
    ("path", "status"), [pytest.param(*one, marks=[pytest.mark.slow] if "huge" in one[0] else []) for one in MALFORMED]
)
def test_malformed_envelopes_name_the_fault(path: str, status: str, corpus: Path) -> None:
    expected, _ = CORRECTIONS.get(path) or (faults(status), "")
    assert of_the_envelope(everything(reading(path))) - UNCOUNTED == expected


@pytest.mark.parametrize(("path", "status"), [it for it in MALFORMED if re.search("content|unusual", it[1])])
def test_malformed_contents_name_the_fault(path: str, status: str, corpus: Path) -> None:
    named = [part for part in re.split(r"; |[()]", status) if re.match("content|unusual", part)]
    found = {(it["code"], it["segment"]) for it in everything(reading(path)) if it["severity"] == "error"}
    for part in named:
        wanted = [(code, match) for pattern, code in CONTENTS.items() if (match := re.match(pattern, part))]
        shared = any(it[0] == code and (not match.groups() or it[1] == match[1]) for code, match in wanted for it in found)
        assert shared == (path not in UNSHARED)


@pytest.mark.parametrize("path", FILES)
def test_no_file_makes_read_stumble(path: str, corpus: Path) -> None:
    codes = {it["code"] for it in everything(json.loads(json.dumps(reading(path), ensure_ascii=True)))}
    assert "hub:internal" not in codes


HEAD = "# What `crossdock read` says of every EDIFACT file of the corpus; written by this test with --update, each change read by a person.\n"


def row(path: str, status: str) -> str:
    """One line of the table of results."""
    values = reading(path)
    states = Counter(f"{it['type'] or '?'} {it['state']}" for one in values["interchanges"] for it in one["documents"])
    found = everything(values)
    codes = {
        severity: Counter(f"{it['code']} {it['segment'] or ''}".strip() for it in found if it["severity"] == severity)
        for severity in ("error", "warning", "note")
    }
    why = (
        CORRECTIONS.get(path, (None, ""))[1] or UNSHARED.get(path) or TRUE_FAULTS.get(path, (None, ""))[1] or WARNED.get(path, "")
    )
    cells = [path.removeprefix("edifact/"), status, *map(counted, (states, *codes.values())), why]
    return "\t".join(cells) + "\n"


def counted(counts: Counter[str]) -> str:
    return ", ".join(name + (f" x{count}" if count > 1 else "") for name, count in sorted(counts.items()))


def test_the_table_of_results_is_what_is_read(corpus: Path, golden: Callable[[Path, str], None]) -> None:
    """All rows of the index but the huge one, which has 60000 findings and is read by tests/test_corpus_850.py."""
    columns = ("file", "index", "documents", "errors", "warnings", "notes", "remark")
    rows = [row(path, status) for path, _, status in sorted(INDEX) if path != HUGE]
    golden(TABLE, HEAD + "\t".join(columns) + "\n" + "".join(rows))
