"""An acknowledgement names every document of a group, however many they are, in bounded memory."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.formats import lines
from hub.guides import acknowledge, alike, pages, syntax, verdicts
from hub.guides.alike import Gathered, each
from hub.guides.library import Library
from hub.guides.writer import write
from hub.ledger import documents
from hub.model import Acknowledgement
from hub.model.acknowledgement import Judged
from tests import test_edifact_flow
from tests.journey import bring, hub_for, wire
from tests.test_crash import ROOT
from tests.test_large import NUMBERS, judged, several
from tests.test_replay import as_then, differences

LIBRARY = Library((ROOT / "mappings",))
FIXTURES = ROOT / "tests" / "fixtures"
PAPERS = sorted(path for kind in ("x12/997", "x12/999", "edifact/contrl") for path in (FIXTURES / kind).glob("*.json"))
NAMES = st.one_of(
    st.integers(0, 12).map(lambda n: f"{n:04d}"),
    st.integers(95, 105).map(str),
    st.sampled_from(["A", "ME09", "ME10", "A 1", "0"]),
)


def said(one: Judged) -> tuple[str | None, str]:
    return one.control_number, one.verdict


@pytest.mark.parametrize("bad", [(), NUMBERS[1:4], NUMBERS], ids=["none bad", "some bad", "all bad"])
@pytest.mark.parametrize("listed", [1, 4])
def test_every_document_of_very_many_is_named(monkeypatch: pytest.MonkeyPatch, bad: Sequence[str], listed: int) -> None:
    monkeypatch.setattr(acknowledge, "LISTED", listed)
    monkeypatch.setattr(alike, "LISTED", listed)
    monkeypatch.setattr(acknowledge, "DETAILED", 1)
    monkeypatch.setattr(verdicts, "MOST_KEPT", 1)
    (made,) = acknowledge.acknowledgements(judged(several(NUMBERS, bad)))
    expected = [(f"{n:04d}", "rejected" if number in bad else "accepted") for n, number in enumerate(NUMBERS, 1)]
    assert sorted(map(said, each(made.documents))) == expected
    assert (made.received, made.accepted) == (5, 5 - len(bad))
    assert len(made.documents) == {0: 1, 3: 3 if listed == 1 else 4, 5: 2}[len(bad)], "the first bad one tells its segments"
    assert [bool(one.segments) for one in made.documents if one.verdict == "rejected"][:2] == [True, False][: len(bad)]
    assert all("5" in one.codes for one in made.documents if one.verdict == "rejected")


@given(st.lists(st.tuples(NAMES, st.sampled_from(["accepted", "rejected"])), max_size=40), st.integers(1, 40))
def test_gathered_and_told_again(found: list[tuple[str, str]], listed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alike, "LISTED", listed)
        gathered = Gathered(many=True)
        for number, verdict in found:
            gathered.add(number, {"type": "850", "verdict": verdict})
        entries = gathered.entries()
    again = [(one.control_number, one.verdict) for one in each(entries)]
    assert Counter(again) == Counter(found)
    assert len(entries) <= listed + 1
    if len(entries) < listed:
        assert again == found, "in their order as long as there is room"


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: f"{path.parent.name}/{path.stem}")
@pytest.mark.parametrize("page", [1, 2])
def test_pages_bound_are_what_is_written_at_once(path: Path, page: int, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = LIBRARY.guide(f"{path.parent.parent.name}/{path.parent.name}")
    for value in (one["canonical"] for judgement in json.loads(path.read_text()) for one in judgement["documents"]):
        named = [{**one, "control_number": f"{one['control_number']}{n}"} for one in value.get("documents", ()) for n in range(3)]
        document = Acknowledgement.model_validate({**value, "documents": named})
        whole = write(guide, document).segments
        monkeypatch.setattr(pages, "PAGE", page)
        writings = list(pages.written(guide, document))
        assert len(writings) == max(1, ceil(len(named) / page))
        assert [finding for one in writings for finding in one.findings if finding.severity == "error"] == []
        assert list(pages.bound(guide, document, (one.segments for one in writings))) == whole


BAD = "PO-4"
COMPANIES: dict[str, tuple[Callable[[Path], Any], bytes]] = {
    "acme": (hub_for, several(NUMBERS, [BAD])),
    "nordkost": (
        test_edifact_flow.company,
        test_edifact_flow.interchange(
            *(test_edifact_flow.order(one, str(n), "2X" if one == BAD else "24") for n, one in enumerate(NUMBERS, 1))
        ),
    ),
}


@pytest.mark.parametrize("partner", COMPANIES)
async def test_what_is_sent_of_many_is_what_would_be_sent_of_few(
    partner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Byte for byte, gathered and paged or not; and so it is when it is replayed."""
    company, body = COMPANIES[partner]
    found = []
    for few in (True, False):
        if not few:
            for module, name in ((acknowledge, "LISTED"), (syntax, "LISTED"), (pages, "PAGE"), (lines, "BLOCK")):
                monkeypatch.setattr(module, name, 2)
        async with company(tmp_path / str(few)) as hub:
            await bring(hub, partner, body, "many.edi")
            found.append([outgoing.body for outgoing in wire(hub, partner).sent.values()])
            rows = hub.ledger.look(lambda connection: documents.many(connection, range(1, 100)))
            (made,) = [json.loads(row.canonical) for row in rows if row.kind == "acknowledgement"]
            assert len(made["documents"]) == (5 if few else 3)
            assert few or differences(as_then(hub)) == []
    assert found[0] == found[1] and len(found[0]) == 1
