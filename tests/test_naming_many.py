"""An acknowledgement names every document of a group, however many they are, in bounded memory."""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import Connection, func, select

from hub.app import Hub
from hub.flow import intend
from hub.formats import lines
from hub.guides import acknowledge, alike, pages, syntax, verdicts
from hub.guides.alike import Among, Gathered, each
from hub.guides.library import Library
from hub.guides.writer import write
from hub.ledger import documents, outbound, tables
from hub.ledger.sql import insert_all
from hub.model import Acknowledgement
from hub.model.acknowledgement import Judged
from tests import test_edifact_flow
from tests.journey import HERE, NOON, bring, hub_for, wire
from tests.test_crash import ROOT
from tests.test_large import NUMBERS, WHEN, judged, several
from tests.test_replay import as_then, differences
from tests.test_walk import said

LIBRARY = Library((ROOT / "mappings",))
FIXTURES = ROOT / "tests" / "fixtures"
PAPERS = sorted(path for kind in ("x12/997", "x12/999", "edifact/contrl") for path in (FIXTURES / kind).glob("*.json"))
NAMES = st.one_of(
    st.integers(0, 12).map(lambda n: f"{n:04d}"),
    st.integers(95, 105).map(str),
    st.sampled_from(["A", "ME09", "ME10", "A 1", "0"]),
)


def told(one: Judged) -> tuple[str | None, str]:
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
    assert sorted(map(told, each(made.documents))) == expected
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
    """Byte for byte, gathered and paged or not; and so it is when it is replayed. Each order's life shows it."""
    company, body = COMPANIES[partner]
    found, lives = [], []
    for few in (True, False):
        if not few:
            for module, name in (
                (acknowledge, "LISTED"),
                (syntax, "LISTED"),
                (pages, "PAGE"),
                (lines, "BLOCK"),
                (intend, "MOST_ORDERS"),
            ):
                monkeypatch.setattr(module, name, 2)
        async with company(tmp_path / str(few)) as hub:
            await bring(hub, partner, body, "many.edi")
            found.append([outgoing.body for outgoing in wire(hub, partner).sent.values()])
            lives.append([sorted(WHEN.sub("", said(hub, number)).splitlines()) for number in NUMBERS if number != BAD])
            rows = hub.ledger.look(lambda connection: documents.many(connection, range(1, 100)))
            (made,) = [json.loads(row.canonical) for row in rows if row.kind == "acknowledgement"]
            assert len(made["documents"]) == (5 if few else 3)
            assert few or differences(as_then(hub)) == []
    assert found[0] == found[1] and len(found[0]) == 1
    assert lives[0] == lives[1] and all("was delivered to" in "".join(life) for life in lives[0])


MANY = 20_000


def sent_out(hub: Hub, many: int = MANY) -> None:
    """So many answers of ours stand in one group that went out."""
    rows = range(1, many + 1)
    given = {"direction": "out", "endpoint": "acme", "kind": "order_response", "sender": "hub", "test": False, "content": ""}
    paper = {**given, "state": "accepted", "position": 0, "made_at": NOON}
    message = {
        "id": 1,
        "key": "sent",
        "target": "acme",
        "partner": "acme",
        "name": "sent",
        "media_type": "",
        "kind": "order_response",
    }
    more = {"hash": "", "control_number": "77", "test": False, "made_at": NOON, "sent_at": NOON, "receipt": "open"}
    place = {"outbound_id": 1, "partner": "acme", "group_code": "PR", "group_number": "77", "set_type": "855"}

    def store(connection: Connection) -> None:
        connection.execute(tables.outbound.insert(), {**message, **more})
        insert_all(connection, tables.documents, [{"id": n, **paper} for n in rows])
        insert_all(connection, tables.parcels, [{**place, "document_id": n, "set_number": f"{n:04d}"} for n in rows])

    hub.ledger.submit(store).result()


def verdicts_kept(hub: Hub) -> dict[str, int]:
    verdicts = select(tables.receipts.c.verdict, func.count()).group_by(tables.receipts.c.verdict)
    return dict(map(tuple, hub.ledger.look(lambda connection: connection.execute(verdicts).all())))


@pytest.mark.slow
async def test_a_partner_who_names_very_many_settles_all(tmp_path: Path) -> None:
    segments = [segment for n in range(1, MANY + 1) for segment in (f"AK2*855*{n:04d}", f"AK5*{'R*5' if n == 7 else 'A'}")]
    body = ["ST*997*0001", "AK1*PR*77", *segments, f"AK9*P*{MANY}*{MANY}*{MANY - 1}", f"SE*{len(segments) + 4}*0001"]
    group = ["GS*FA*ACMERETAIL*CROSSDOCKCO*20261122*1200*900*X*004010", *body, "GE*1*900", "IEA*1*000000900~"]
    head = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'ACMERETAIL':15}*ZZ*{'CROSSDOCKCO':15}*261122*1200*U*00401*000000900*0*P*>"
    async with hub_for(tmp_path) as hub:
        sent_out(hub)
        await bring(hub, "acme", "~".join([head, *group]).encode(), "many.edi")
        assert verdicts_kept(hub) == {"accepted": MANY - 1, "rejected": 1}
        (message,) = hub.ledger.look(outbound.open_receipts)
        assert message.receipt == "partly_accepted"


WRONG_ROWS: dict[str, tuple[list[Any], str]] = {
    "counted down": ([["0006", "0002"]], "0.also.0: Value error, `0006` to `0002` is no row of control numbers"),
    "of two kinds": ([["0002", "0002"], ["A1", "B9"]], "0.also.1: Value error, `A1` to `B9` is no row of control numbers"),
    "of two lengths": ([["0008", "012"]], "0.also.0: Value error, `0008` to `012`"),
    "without digits": ([["A", "B"]], "the last must count on from the first"),
    "one end": ([["0002"]], "0.also.0.1: Field required"),
    "no end in sight": ([["1", "9" * 5000]], "0.also.0: Value error"),
    "more than there can be": ([["1", "999999999"]], "0.also: Value error, its rows name more than 10,000,000 documents"),
}


@pytest.mark.parametrize("case", WRONG_ROWS)
def test_rows_that_cannot_be_are_refused_with_their_place(case: str) -> None:
    rows, wrong = WRONG_ROWS[case]
    with pytest.raises(ValidationError) as refused:
        Acknowledgement.model_validate({"documents": [{"control_number": "1", "verdict": "accepted", "also": rows}]})
    (error,) = refused.value.errors()
    assert wrong in f"{'.'.join(str(step) for step in error['loc'][1:])}: {error['msg']}"


def test_rows_are_no_reason_to_count_them_out() -> None:
    among = Among(f"{n:04d}" for n in range(1, 13))
    assert among.row("2", "4") == ["0002", "0003", "0004"] and among.row("0012", "999999999") == ["0012"]
    assert among.row("ME1", "ME9") == [] and among.row("ME", "ME") == ["ME"]


@pytest.mark.parametrize("last", ["12", "1"])
async def test_rows_in_an_acknowledgement_of_canonical_json_are_looked_into(last: str, tmp_path: Path) -> None:
    company = tmp_path / "company"
    shutil.copytree(HERE / "company", company)
    (company / "systems" / "agent.yaml").write_text("connector: wire\nformat: canonical\npartner: acme\n")
    good = {"type": "855", "control_number": "0001", "verdict": "accepted", "also": [["0002", "0006"], ["8", last]]}
    bad = {"type": "855", "control_number": "0007", "verdict": "rejected"}
    said = {"document": "acknowledgement", "group": "PR", "control_number": "77", "verdict": "partly_accepted"}
    async with hub_for(tmp_path) as hub:
        sent_out(hub, 12)
        await bring(hub, "agent", json.dumps({**said, "documents": [good, bad]}).encode(), "said.json")
        held = [row.why for row in hub.ledger.look(lambda connection: documents.many(connection, range(13, 20))) if row.why]
        why = "the acknowledgement is incomplete: documents.0.also.1: value error, `8` to `1` is no row of control numbers"
        assert (verdicts_kept(hub), held == []) == ({"accepted": 11, "rejected": 1} if last == "12" else {}, last == "12")
        assert all(why in one for one in held)
