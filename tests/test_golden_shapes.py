"""Golden pairs of mappings: messages and what was read of them; what both reads and writes is walked back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hub.errors import Unreadable
from hub.mapping.mapping import Mapping, Reading, load
from hub.model import DOCUMENTS, plain
from hub.operations.read import product

FIXTURES = Path(__file__).parent / "fixtures"
PRODUCT = Path(product())
OWN = sorted(
    path for folder in ("csv", "xlsx") for path in (FIXTURES / folder).iterdir() if path.suffix not in (".yaml", ".json")
)
MAPPINGS = {
    folder: sorted(file for file in (PRODUCT / folder).glob("*.yaml") if file.stem != "parts") for folder in ("cxml", "ubl")
}  # `parts.yaml` holds what they share
XML = sorted(path for folder in MAPPINGS for path in (FIXTURES / folder).glob("*.xml"))


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def mappings(path: Path) -> list[Mapping]:
    """The mapping beside a message; for XML those of the product, of which one will fit."""
    own = path.with_suffix(".yaml")
    files = [own] if own.exists() else MAPPINGS[path.parent.name]
    return [load(file, f"{file.parent.name}/{file.stem}") for file in files]


def taken(path: Path) -> tuple[Mapping, list[Reading]]:
    for mapping in mappings(path):
        try:
            return mapping, mapping.take(path.read_bytes())
        except Unreadable as error:
            why = error
    raise why


def told(mapping: Mapping, reading: Reading) -> dict[str, Any]:
    findings = [{key: value for key, value in finding.as_dict().items() if value is not None} for finding in reading.findings]
    try:
        canonical = plain(DOCUMENTS[mapping.document].model_validate(reading.value))
    except ValueError:
        canonical = json.loads(json.dumps(reading.value, default=str))
    return {"mapping": mapping.name, "findings": findings, "canonical": canonical}


@pytest.mark.parametrize("path", OWN + XML, ids=name)
def test_messages_give_the_documents(path: Path, golden: Callable[[Path, str], None]) -> None:
    mapping, readings = taken(path)
    found = [told(mapping, reading) for reading in readings]
    golden(path.with_suffix(".json"), json.dumps(found, indent=1, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("path", [path for path in OWN + XML if path.suffix != ".xlsx"], ids=name)
def test_documents_written_and_read_again_are_the_same(path: Path) -> None:
    mapping, readings = taken(path)
    sound = [one for one in readings if not any(finding.severity == "error" for finding in one.findings)]
    for reading in sound:
        document = DOCUMENTS[mapping.document].model_validate(reading.value)
        body, findings = mapping.make(document)
        assert [finding for finding in findings if finding.severity == "error"] == []
        [again] = mapping.take(body)
        assert again.findings == [] or {finding.severity for finding in again.findings} <= {"note", "warning"}
        assert lasting(mapping, again.value) == lasting(mapping, reading.value)
    assert sound


def lasting(mapping: Mapping, value: dict[str, Any]) -> dict[str, Any]:
    """What was assumed is then stated; where a value without a home stood may differ."""
    found = plain(DOCUMENTS[mapping.document].model_validate(value))
    return {key: item for key, item in found.items() if key not in ("assumed", "totals")}
