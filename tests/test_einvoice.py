"""Invoices we write, judged by somebody else: the rules of EN 16931 and Peppol as mock-einvoice has them."""

from pathlib import Path

import pytest

from hub.mapping.mapping import load
from hub.model import DOCUMENTS
from tests.test_golden_shapes import FIXTURES, PRODUCT

mockeinvoice = pytest.importorskip("mockeinvoice")


def again(name: str, **changes: object) -> bytes:
    """The golden document, read and written anew with changes."""
    mapping = load(PRODUCT / "ubl" / f"{name}.yaml")
    [reading] = mapping.take((FIXTURES / "ubl" / f"{name}.xml").read_bytes())
    body, findings = mapping.make(DOCUMENTS[mapping.document].model_validate({**reading.value, **changes}))
    assert [finding.text for finding in findings if finding.severity == "error"] == []
    return body


@pytest.mark.parametrize("name", ["invoice", "credit_note"])
def test_what_we_write_is_valid(name: str) -> None:
    _, report = mockeinvoice.validate(again(name))
    assert (report.verdict, [(one.code, one.text) for one in report.failures]) == ("valid", [])


def test_the_judge_would_object() -> None:
    _, report = mockeinvoice.validate(again("invoice", currency="XYZ"))
    assert "BR-CL-04" in {one.code for one in report.failures}


def test_the_judge_reads_our_file_as_we_meant_it() -> None:
    document, _, _ = mockeinvoice.read(Path(FIXTURES / "ubl" / "invoice.xml").read_bytes())
    assert document.text("BT-1") == "RE-90001" and [line.text("BT-126") for line in document.all("BG-25")] == ["1", "2"]
