"""Every cXML and UBL file of the corpus is read, held or refused, each as the table says; what is read can be written again."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.errors import Unreadable
from hub.mapping.mapping import Mapping, load
from hub.model import DOCUMENTS, plain
from tests.test_golden_shapes import MAPPINGS

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
FILES = sorted(path for folder in ("cxml", "ubl") for path in (CORPUS / folder).glob("*.xml"))
TABLE = Path(__file__).parent / "fixtures" / "corpus" / "xml.tsv"
COMPUTED = ("totals", "assumed", "total")  # what is computed when it is written, whatever was stated
TAXED = [f"adjustments.{at}.cbc:ID" for at in range(9)]  # of several tax categories nobody says which one a charge has
pytestmark = pytest.mark.skipif(not FILES, reason="the corpus is not beside the checkout")


@pytest.fixture(scope="module")
def mappings() -> dict[str, list[Mapping]]:
    return {folder: [load(file, f"{folder}/{file.stem}") for file in files] for folder, files in MAPPINGS.items()}


def verdict(path: Path, mappings: dict[str, list[Mapping]]) -> tuple[str, str, str]:
    """The mapping that reads it, what becomes of it, and why."""
    reasons: list[str] = []
    for mapping in mappings[path.parent.name]:
        try:
            [reading] = mapping.take(path.read_bytes())
        except Unreadable as error:
            reasons.append(str(error))
            continue
        wrong = [finding.text for finding in reading.findings if finding.severity == "error"]
        odd = sum(finding.severity == "warning" for finding in reading.findings)
        return mapping.name, "held" if wrong else "read", "; ".join(wrong) or (f"{odd} totals differ" if odd else "")
    return "-", "refused", " / ".join(sorted(set(reasons), key=reasons.index))


def test_every_file_has_its_place_in_the_table(mappings: Any, golden: Callable[[Path, str], None]) -> None:
    rows = [[f"{path.parent.name}/{path.name}", *verdict(path, mappings)] for path in FILES]
    head = "# what becomes of each file; read by a person 2026-11-22\nfile\tmapping\tstate\twhy\n"
    golden(TABLE, head + "".join("\t".join(row) + "\n" for row in rows))


def read(mappings: dict[str, list[Mapping]]) -> Iterator[tuple[Path, Mapping]]:
    by_name = {mapping.name: mapping for listed in mappings.values() for mapping in listed}
    for line in TABLE.read_text().splitlines()[2:]:
        file, name, state, _ = line.split("\t")
        if state == "read":
            yield CORPUS / file, by_name[name]


def test_what_was_read_can_be_written_and_says_the_same(mappings: Any) -> None:
    walked = 0
    for path, mapping in read(mappings):
        [reading] = mapping.take(path.read_bytes())
        document = DOCUMENTS[mapping.document].model_validate(reading.value)
        body, findings = mapping.make(document)
        wrong = [finding.text for finding in findings if finding.severity == "error" and finding.path not in TAXED]
        assert wrong == [], path.name
        [again] = mapping.take(body)
        assert said(mapping, again.value) == said(mapping, reading.value), path.name
        walked += 1
    assert walked > 40


def said(mapping: Mapping, value: dict[str, Any]) -> dict[str, Any]:
    found = plain(DOCUMENTS[mapping.document].model_validate(value))
    lines = [{key: item for key, item in line.items() if key != "amount"} for line in found.get("lines", ())]
    return {**{key: item for key, item in found.items() if key not in COMPUTED}, "lines": lines}
