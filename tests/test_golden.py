"""Golden pairs: bytes and what was judged of them, walked both ways. See README.md in tests/fixtures/x12 and edifact."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hub.findings import Finding
from hub.formats import detect
from hub.formats.edifact import writer as edifact
from hub.formats.envelope import Address
from hub.formats.x12 import writer as x12
from hub.guides import writer
from hub.guides.acknowledge import acknowledgements
from hub.guides.answers import START
from hub.guides.judge import judge
from hub.guides.library import Library
from hub.guides.notation import Guide
from hub.guides.verdicts import JudgedDocument, Judgement
from hub.model import DOCUMENTS, Document, plain
from hub.operations.read import product

FIXTURES = Path(__file__).parent / "fixtures" / "x12"
SETS = (
    *("850", "860", "855", "865", "856", "810", "997", "824", "TA1"),
    *("940", "945", "846", "820", "999", "943", "944", "947"),
    *("875", "880", "852", "180", "753", "754", "857"),
)
MESSAGES = (
    *("orders", "ordchg", "ordrsp", "desadv", "invoic", "contrl", "aperak"),
    *("recadv", "remadv", "invrpt", "slsrpt"),
)
EDIFACT = Path(__file__).parent / "fixtures" / "edifact"
FOLDERS = [FIXTURES / name for name in SETS] + [EDIFACT / name for name in MESSAGES]
CASES = sorted(path for folder in FOLDERS for path in folder.glob("*.edi"))
LIBRARY = Library([product()])


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def judged(content: bytes) -> list[Judgement]:
    return list(
        judge(detect.read([content]), lambda interchange, _, tset: LIBRARY.find(interchange.standard, tset.type, tset.version))
    )


def documents(content: bytes) -> list[JudgedDocument]:
    return [document for judgement in judged(content) for document in judgement.papers]


def findings(found: Sequence[Any]) -> list[dict[str, Any]]:
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
            for document in judgement.papers
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
    if guide.standard == "edifact":
        return interchange(guide.set, version, writing.segments, document.test)
    envelope = x12.Envelope(
        sender=Address("ZZ", "US"),
        receiver=Address("ZZ", "THEM"),
        group_sender="US",
        group_receiver="THEM",
        made_at=datetime(2026, 3, 12, 9, 15, tzinfo=UTC),
        test=document.test,
    )
    if guide.group is None:
        return x12.write(envelope, 1, [], writing.segments).body
    group = x12.OutGroup(guide.group or "", 1, version, [x12.OutSet("0001", writing.segments, guide.set)])
    return x12.write(envelope, 1, [group]).body


def interchange(kind: str, version: str, segments: list[list[str]], test: bool) -> bytes:
    """One message in its interchange; the second reader would object to nothing here that the first does not."""
    envelope = edifact.Envelope(Address("14", "US"), Address("14", "THEM"), datetime(2026, 3, 12, 9, 15, tzinfo=UTC), test)
    made = f"{version[0]}:{version[1:]}" if version[0].isdigit() else version
    group = edifact.OutGroup(kind, "1", [edifact.OutMessage("1", segments, kind, made)])
    return edifact.write(envelope, "1", [group]).body


def lasting(document: Document, guide: Guide) -> dict[str, Any]:
    """Totals are computed anew whenever a document is written; what was assumed, or must be said, is then stated."""
    values = document.model_dump(exclude_defaults=True)
    for named in guide.finish:
        START.get(named, lambda _: None)(values)
    return {key: value for key, value in values.items() if key not in ("totals", "assumed")}


def test_each_document_has_two_golden_pairs() -> None:
    assert all(len(list(folder.glob("*.edi"))) >= 2 for folder in FOLDERS)


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
        standard = path.parent.parent.name
        guide = LIBRARY.guide(f"{standard}/{entry['type'] if standard == 'x12' else path.parent.name}")
        document = DOCUMENTS[guide.document].model_validate(entry["canonical"])
        if "hub:total" in {finding["code"] for finding in entry["findings"]}:  # what does not tie out must not leave
            assert "hub:total" in warned(writer.write(guide, document).findings)
            continue
        [again] = documents(written(guide.name, version, document))
        assert again.document is not None, again.findings
        assert lasting(again.document, guide) == lasting(document, guide)


WRITTEN = sorted(FIXTURES.glob("*/*.document.json"))  # documents of systems, which hold what no partner is told in so many words


def as_written(path: Path) -> tuple[Guide, dict[str, Any]]:
    return LIBRARY.guide(f"x12/{path.parent.name}"), json.loads(path.read_text())


@pytest.mark.parametrize("path", WRITTEN, ids=name)
def test_a_document_gives_the_segments(path: Path, golden: Callable[[Path, str], None]) -> None:
    guide, values = as_written(path)
    writing = writer.write(guide, DOCUMENTS[guide.document].model_validate(values))
    assert warned(writing.findings) == [], writing.findings
    segments = "".join(f"{'*'.join(segment)}~\n" for segment in writing.segments)
    golden(path.with_name(path.name.replace(".document.json", ".written.txt")), segments)


@pytest.mark.parametrize(("line", "amount"), [(0, "101.00"), (1, "19602.93"), (2, "11.93")])
def test_a_line_amount_that_its_price_does_not_give_is_not_left_out(line: int, amount: str) -> None:
    guide, values = as_written(FIXTURES / "810" / "line_amounts.document.json")
    values["lines"][line]["amount"] = amount
    [finding] = writer.write(guide, DOCUMENTS[guide.document].model_validate(values)).findings
    assert (finding.code, finding.path, finding.value) == ("hub:not-carried", f"lines[{line}].amount", amount)


def test_a_golden_pair_can_fail() -> None:
    """The walk compares: one changed value is seen."""
    path = FIXTURES / "850" / "retail.edi"
    changed = path.read_bytes().replace(b"*9.25*", b"*9.26*")
    stored = json.loads(path.with_suffix(".json").read_text())
    assert [told(judgement) for judgement in judged(changed)] != stored


# --- a partner's guides over those of the product -----------------------------------------------------------------------

NORDKOST = Library([Path(__file__).parents[1] / "config" / "partners" / "nordkost" / "guides", product()])
THEIRS = (
    *("orders/grocer", "ordchg/quantities", "ordrsp/outcomes", "desadv/pallets", "invoic/taxed"),
    *("recadv/shortages", "remadv/deductions", "invrpt/warehouses", "slsrpt/stores"),
)


def by_nordkost(content: bytes) -> list[JudgedDocument]:
    found = judge(detect.read([content]), lambda interchange, _, tset: NORDKOST.find("edifact", tset.type, tset.version))
    return [document for judgement in found for document in judgement.documents]


@pytest.mark.parametrize("case", THEIRS)
def test_a_partner_changes_a_guide_by_address(case: str) -> None:
    content = (EDIFACT / f"{case}.edi").read_bytes()
    [judged_] = by_nordkost(content)
    assert judged_.guide is not None and judged_.guide.title.endswith("Nordkost")
    assert judged_.document is not None, judged_.findings
    assert warned(writer.write(judged_.guide, judged_.document).findings) == []


@pytest.mark.parametrize(
    ("case", "sent", "instead", "code", "segment"),
    [
        ("orders/grocer", b"NAD+DP+", b"NAD+CN+", "0085:13", "NAD"),
        ("orders/grocer", b"CUX+2:EUR:9", b"CUX+2:USD:9", "0085:12", "CUX"),
        ("orders/grocer", b"BGM+220+", b"BGM+226+", "0085:12", "BGM"),
        ("orders/grocer", b"LIN+2++4098765222221:EN", b"LIN+2", "0085:13", "LIN"),
        ("orders/grocer", b"mild Erdbeer:e 500 g", b"mild Erdbeere 500 g", "0085:39", "IMD"),
        ("ordchg/quantities", b"LIN+2+2+", b"LIN+2++", "0085:13", "LIN"),
        ("ordrsp/outcomes", b"LIN+1+3+", b"LIN+1+6+", "0085:12", "LIN"),
        ("desadv/pallets", b"GIN+BJ+34098765000000001", b"GIN+BJ+4098765000000001", "0085:40", "GIN"),
        ("invoic/taxed", b"RFF+DQ:", b"RFF+AAJ:", "0085:13", "RFF"),
        ("recadv/shortages", b"RFF+AAK:", b"RFF+AAJ:", "0085:13", "RFF"),
        ("recadv/shortages", b"QTY+194:60:PCE", b"QTY+61:60:PCE", "0085:13", "QTY"),
        ("recadv/shortages", b"QVR+1.5:12+AC", b"QVR+1.5:12+BP", "0085:12", "QVR"),
        ("remadv/deductions", b"DTM+138:", b"DTM+140:", "0085:13", "DTM"),
        ("remadv/deductions", b"MOA+12:-20.00", b"MOA+9:-20.00", "0085:13", "MOA"),
        ("remadv/deductions", b"DOC+381+", b"DOC+385+", "0085:12", "DOC"),
        ("invrpt/warehouses", b"QTY+21:40:KGM", b"QTY+83:40:KGM", "0085:12", "QTY"),
        ("invrpt/warehouses", b"NAD+GY+", b"NAD+WH+", "0085:13", "NAD"),
        ("slsrpt/stores", b"LOC+162+4012345000047", b"LOC+14+4012345000047", "0085:12", "LOC"),
        ("slsrpt/stores", b"LIN+1++4098765222221:EN", b"LIN+1", "0085:13", "LIN"),
    ],
)
def test_what_a_partner_forbids_is_found(case: str, sent: bytes, instead: bytes, code: str, segment: str) -> None:
    content = (EDIFACT / f"{case}.edi").read_bytes()
    assert sent in content
    found = {(it.code, it.segment) for it in by_nordkost(content.replace(sent, instead))[0].findings if it.severity == "error"}
    assert found == {(code, segment)}
