"""The corpus of real documents beside the checkout: its index, and all that a report found in one of its files."""

import csv
from typing import Any

from tests.conftest import SHARED

HERE = SHARED / "corpus"


def index() -> list[dict[str, str]]:
    """The rows of its index: `path`, `kind`, `status`, …; none where it is not there."""
    if not HERE.exists():
        return []
    with (HERE / "INDEX.tsv").open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def everything(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Every finding of a report, of envelopes, documents and notices."""
    found: list[dict[str, Any]] = []
    for interchange in report["interchanges"]:
        found += interchange["findings"]
        for document in interchange["documents"] + interchange["notices"]:
            found += document["findings"]
    return found
