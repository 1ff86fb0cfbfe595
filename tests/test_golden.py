"""Golden pairs of X12: bytes and what was judged of them, walked both ways. See tests/fixtures/x12/README.md."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hub.findings import Finding
from hub.formats import detect
from hub.formats.envelope import Address
from hub.formats.x12 import writer as x12
from hub.guides import writer
from hub.guides.acknowledge import acknowledgements
from hub.guides.judge import JudgedDocument, Judgement, judge
from hub.guides.library import Library
from hub.model import DOCUMENTS, Document, plain
from hub.operations.read import product

FIXTURES = Path(__file__).parent / "fixtures" / "x12"
SETS = ("850", "860", "855", "865", "856", "810", "997")
CASES = sorted(path for name in SETS for path in (FIXTURES / name).glob("*.edi"))
LIBRARY = Library([product()])


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def judged(content: bytes) -> list[Judgement]:
    return list(
        judge(detect.read([content]), lambda interchange, _, tset: LIBRARY.find(interchange.standard, tset.type, tset.version))
    )


def documents(content: bytes) -> list[JudgedDocument]:
    return [document for judgement in judged(content) for document in judgement.documents]


def findings(found: list[Any]) -> list[dict[str, Any]]:
    return [{key: value for key, value in finding.as_dict().items() if value is not None} for finding in found]


def told(judgement: Judgement) -> dict[str, Any]:
    return {
        "state": judgement.state,
        "findings": findings(judgement.findings),
        "documents": [
            {
                "type": document.type,
                "number": document.number,
                "state": document.state,
                "findings": findings(document.findings),
                "canonical": plain(document.document) if document.document else None,
            }
            for document in judgement.documents
        ],
        "acknowledgements": [plain(acknowledgement) for acknowledgement in acknowledgements(judgement)],
    }


def warned(found: list[Finding]) -> list[str]:
    return [finding.code for finding in found if finding.severity != "note"]


def written(guide_name: str, version: str, document: Document) -> bytes:
    """The document in an envelope, as a partner would get it."""
    guide = LIBRARY.guide(guide_name)
    writing = writer.write(guide, document)
    assert warned(writing.findings) == [], writing.findings
    envelope = x12.Envelope(
        sender=Address("ZZ", "US"),
        receiver=Address("ZZ", "THEM"),
        group_sender="US",
        group_receiver="THEM",
        made_at=datetime(2026, 3, 12, 9, 15, tzinfo=UTC),
        test=document.test,
    )
    group = x12.OutGroup(guide.group or "", 1, version, [x12.OutSet("0001", writing.segments, guide.set)])
    return x12.write(envelope, 1, [group]).body


def lasting(document: Document) -> dict[str, Any]:
    """Totals are computed anew whenever a document is written; what was assumed once is then stated."""
    return {key: value for key, value in plain(document).items() if key not in ("totals", "assumed")}


def test_each_document_has_two_golden_pairs() -> None:
    assert all(len(list((FIXTURES / name).glob("*.edi"))) >= 2 for name in SETS)


@pytest.mark.parametrize("path", CASES, ids=name)
def test_bytes_give_the_judgement(path: Path, golden: Callable[[Path, str], None]) -> None:
    found = [told(judgement) for judgement in judged(path.read_bytes())]
    golden(path.with_suffix(".json"), json.dumps(found, indent=1, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("path", CASES, ids=name)
def test_documents_written_and_read_again_are_the_same(path: Path) -> None:
    stored = json.loads(path.with_suffix(".json").read_text())
    versions = iter(documents(path.read_bytes()))
    for entry in (entry for judgement in stored for entry in judgement["documents"]):
        version = next(versions).version
        if entry["canonical"] is None:
            continue
        guide = LIBRARY.guide(f"x12/{entry['type']}")
        document = DOCUMENTS[guide.document].model_validate(entry["canonical"])
        if "hub:total" in {finding["code"] for finding in entry["findings"]}:  # what does not tie out must not leave
            assert "hub:total" in warned(writer.write(guide, document).findings)
            continue
        [again] = documents(written(guide.name, version, document))
        assert again.document is not None, again.findings
        assert lasting(again.document) == lasting(document)


def test_a_golden_pair_can_fail() -> None:
    """The walk compares: one changed value is seen."""
    path = FIXTURES / "850" / "retail.edi"
    changed = path.read_bytes().replace(b"*9.25*", b"*9.26*")
    stored = json.loads(path.with_suffix(".json").read_text())
    assert [told(judgement) for judgement in judged(changed)] != stored
