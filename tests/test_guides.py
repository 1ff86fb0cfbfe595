"""What holds for every guide there is, whoever adds it."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hub.guides import difference, reader, writer
from hub.guides.library import Library
from hub.guides.notation import KEYWORDS
from hub.model import DOCUMENTS
from tests.strategies import documents

ROOT = Path(__file__).parent.parent
LIBRARY = Library([ROOT / "mappings"])
NOTATION = ROOT / "docs" / "decisions" / "0003-guide-notation.md"
FEW = settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))


def test_there_are_guides() -> None:
    assert {"x12/850", "x12/855", "x12/856", "x12/810", "x12/997"} <= set(LIBRARY.names())
    assert {f"edifact/{name}" for name in ("orders", "ordchg", "ordrsp", "desadv", "invoic", "contrl", "aperak")} <= set(
        LIBRARY.names()
    )


@pytest.mark.parametrize("name", LIBRARY.names())
def test_every_guide_loads_and_is_found_by_what_it_is_for(name: str) -> None:
    guide = LIBRARY.guide(name)
    found = LIBRARY.find(guide.standard, guide.set, guide.versions[0] if guide.versions else "")
    assert guide.document in DOCUMENTS
    assert found is not None and found.set == guide.set


SHADOWED = {"edifact/slsrpt"}


@pytest.mark.parametrize("name", LIBRARY.names())
@FEW
@given(data=st.data())
def test_what_a_guide_carries_comes_back(name: str, data: st.DataObject) -> None:
    guide = LIBRARY.guide(name)
    document = data.draw(documents(guide))
    # The message has the same RFF behind a party and at the head: behind parties it is theirs. Refused before sending, not cut.
    assume(name not in SHADOWED or not (getattr(document, "references", None) and getattr(document, "parties", None)))
    writing = writer.write(guide, document)
    assert [finding for finding in writing.findings if finding.code.startswith("hub:")] == []
    tset = difference.as_set(guide, writing.segments)
    reading, slow = reader.read(guide, tset), reader.read_slowly(guide, tset)
    assert (reading.value, reading.findings) == (slow.value, slow.findings), "the fast and the slow path are one truth"
    assert list(difference.lost(difference.expected(guide, document), reading.value)) == []
    # the second time nothing is left to normalise: read(write(x)) == x
    again = DOCUMENTS[guide.document].model_validate({k: v for k, v in (reading.value or {}).items() if k != "assumed"})
    rewritten = reader.read(guide, difference.as_set(guide, writer.write(guide, again).segments))
    assert DOCUMENTS[guide.document].model_validate({k: v for k, v in (rewritten.value or {}).items() if k != "assumed"}) == again


def test_the_list_of_keywords_is_closed_and_is_the_one_on_the_page() -> None:
    sections = NOTATION.read_text(encoding="utf-8").split("\n### ")
    said = {section.split("\n", 1)[0]: set(re.findall(r"^\| (`.+?) \|", section, re.MULTILINE)) for section in sections}
    words = {title: {word for cell in cells for word in re.findall(r"`(\w+)`", cell)} for title, cells in said.items()}
    assert words["A guide"] == set(KEYWORDS["guide"])
    assert words["A segment, in a `body`"] == set(KEYWORDS["rule"])
    assert words["An element"] == set(KEYWORDS["element"])
