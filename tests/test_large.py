"""A large interchange is decided in parts: with the same result as whole, whatever kills it on the way, and in little memory."""

import asyncio
import contextlib
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.flow import large
from hub.flow.deliver import deliver
from hub.flow.intake import intake
from hub.flow.probe import silent
from hub.flow.receive import receive
from hub.flow.site import Stopped
from hub.formats import detect
from hub.formats.envelope import TransactionSet
from hub.guides import verdicts
from hub.guides.judge import stream
from hub.guides.library import Library
from hub.guides.verdicts import Judgement
from hub.ledger import arrivals, documents, lanes
from hub.sdk import Message
from tests.journey import A_FEW, bring, hub_for, play, wire
from tests.test_crash import KILLED, ROOT, result, work
from tests.test_journeys import outputs
from tests.test_replay import as_then, differences
from tests.test_walk import ORDER, said, states

NUMBERS = ("PO-1", "PO-2", "PO-3", "PO-4", "PO-5")


def several(numbers: Sequence[str], bad: Sequence[str] = (), control: int = 101) -> bytes:
    """The journey's order under each of these numbers, in one group; those that are `bad` cannot be read."""
    segments = [segment + "~\n" for segment in ORDER.decode().replace("~\n", "~").rstrip("~").split("~")]
    head, body, tail = segments[:2], segments[2:-2], segments[-2:]
    sets = []
    for place, number in enumerate(numbers, start=1):
        one = "".join(body).replace("PO-1001", number).replace("*0001~", f"*{place:04d}~")
        sets.append(one.replace("PO1*1*", "PO1*1*many") if number in bad else one)
    tail[0] = tail[0].replace("GE*1*", f"GE*{len(numbers)}*")
    return "".join([*head, *sets, *tail]).replace("000000101", f"{control:09d}").encode()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is large, and two documents are a part."""
    monkeypatch.setattr(large, "LARGE", 0)
    monkeypatch.setattr(large, "MOST", 2)


@pytest.mark.parametrize("journey", A_FEW, ids=lambda path: path.name)
async def test_a_journey_is_the_same_in_parts(journey: Path, tmp_path: Path, small: None) -> None:
    made = await play(journey, tmp_path)
    assert made == {path.name: path.read_text() for path in outputs(journey)}


WHEN = re.compile(r"\b\d{10}_|(?<=as erp-)\d+")  # places are sent to side by side: who comes first varies
CASES = {
    "sound": several(NUMBERS),
    "a bad one among them": several(NUMBERS, bad=["PO-3"]),
    "nothing but bad ones": several(NUMBERS, bad=NUMBERS),
    "the same twice": several([*NUMBERS, "PO-2"]),
    "cut short": several(NUMBERS)[:-40],
    "without its last trailer": several(NUMBERS).replace(b"IEA", b"IEB"),
    "two interchanges, the first refused": several(NUMBERS[:3]).replace(b"GE*3*", b"GE*9*")
    + several(["PO-7", "PO-8"], control=102),
    "nothing at all": b"ISA*nothing",
}


@pytest.mark.parametrize("body", CASES.values(), ids=CASES.keys())
async def test_what_comes_of_it_is_the_same_as_whole(body: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for size in (10**9, 0):
        monkeypatch.setattr(large, "LARGE", size)
        monkeypatch.setattr(large, "MOST", 2)
        async with hub_for(tmp_path / str(size)) as hub:
            await bring(hub, "acme", body, "many.edi")
            sent = [(name, one.sent) for name, one in sorted(hub.site.connectors.items())]  # type: ignore[attr-defined]
            rows = hub.ledger.look(lambda connection: documents.many(connection, range(1, 100)))
            found.append(
                (
                    [(name, out.name.split("_", 1)[1], out.body) for name, files in sent for out in files.values()],
                    [(row.position, row.kind, row.state, row.why, row.number, row.canonical, row.findings) for row in rows],
                    [sorted(WHEN.sub("", said(hub, number)).splitlines()) for number in NUMBERS],
                )
            )
    assert found[0] == found[1]


async def test_a_change_within_a_large_interchange_finds_its_order(tmp_path: Path, small: None) -> None:
    """Of a later part and of the same: whoever looks sees what was decided before."""
    again = several(["PO-1", "PO-2", "PO-1", "PO-3", "PO-2"]).replace(b"PO1*2*", b"PO1*2*1", 1)
    async with hub_for(tmp_path) as hub:
        await bring(hub, "acme", again, "many.edi")
        assert states(hub) == ["accepted", "accepted", "held", "accepted", "duplicate"]
        assert len(wire(hub, "erp").sent) == 3


async def test_the_service_answers_while_a_large_interchange_is_read(
    tmp_path: Path, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, not timed: were the loop held by the reader or the writer, nothing would be answered before the end."""
    monkeypatch.setattr(large, "SLICE", 512)
    async with (
        hub_for(tmp_path) as hub,
        httpx.AsyncClient(transport=httpx.ASGITransport(hub.web()), base_url="http://hub") as web,
    ):
        await hub.accept("acme", [Message("many", several([f"PO-{n}" for n in range(30)]), "many.edi")])
        working, answered = asyncio.create_task(hub.work()), Counter[str]()
        while hub.ledger.look(lambda connection: arrivals.waiting(connection, "acme", hub.clock.now())):
            for page in ("/healthz", "/readyz", "/metrics"):
                await web.get(page)
                answered[page] += 1
        await working
    assert min(answered.values()) > 10, answered


@pytest.mark.parametrize(("lane", "stage", "point"), [("in:acme", intake, "read"), ("out:acme", deliver, "render")])
async def test_told_to_end_it_ends_between_two_pieces(lane: str, stage: Any, point: str, tmp_path: Path, small: None) -> None:
    """Of what is read, and of what is said of very many; later it is done as if nothing had been."""

    async def drain(lane: str, stage: Any) -> None:
        epoch = await hub.ledger.write(
            partial(lanes.take, name=lane, owner=hub.site.owner, now=hub.clock.now(), hold=timedelta(0))
        )
        await stage(hub.site, "acme", epoch or 0)

    async with hub_for(tmp_path) as hub:
        await hub._remember()
        await receive(hub.site, "acme", [Message("many", several(NUMBERS), "many.edi")])
        if stage is deliver:
            await drain("in:acme", intake)
        hub.site.probe = lambda reached: setattr(hub.site, "stopping", hub.site.stopping or reached == point)
        with contextlib.suppress(Stopped):
            await drain(lane, stage)
        assert hub.site.stopping and len(states(hub)) == (len(NUMBERS) if stage is deliver else 0) and not wire(hub, "acme").sent
        hub.site.probe, hub.site.stopping = silent, False
        await hub.clock.advance(timedelta(minutes=1))  # type: ignore[attr-defined]
        await hub.work()
        assert len(wire(hub, "acme").sent) == 1 and len(wire(hub, "erp").sent) == len(NUMBERS)


async def test_a_configuration_that_changes_between_parts_is_said_and_replayed(tmp_path: Path, small: None) -> None:
    """What was decided stands; the others go by what is set now."""
    body = re.sub(rb"SE\*(\d+)", lambda found: b"SE*%d" % (int(found[1]) - 1), several(NUMBERS).replace(b"CUR*BY*USD~\n", b""))
    async with hub_for(tmp_path) as hub:
        await hub._remember()
        await receive(hub.site, "acme", [Message("many", body, "many.edi")])
        hub.site.probe = lambda point: setattr(hub.site, "stopping", hub.site.stopping or point == "decide.stored")
        epoch = await hub.ledger.write(
            lambda connection: lanes.take(connection, "in:acme", hub.site.owner, hub.clock.now(), timedelta(0)) or 0
        )
        await intake(hub.site, "acme", epoch)
        decided = len(states(hub))
        assert 0 < decided < len(NUMBERS)
    partner = tmp_path / "company" / "partners" / "acme" / "partner.yaml"
    partner.write_text(partner.read_text().replace("currency: USD", "currency: EUR"))
    async with hub_for(tmp_path) as hub:
        await hub.work()
        assert states(hub)[: len(NUMBERS)] == ["accepted"] * len(NUMBERS)
        words = hub.ledger.look(lambda connection: list(connection.exec_driver_sql("select text from timeline")))
        assert [text for (text,) in words if "configuration was changed" in text] == [
            f"the configuration was changed while many.edi was worked off: {decided} documents of it stand as they were "
            "decided before, the others, and what is acknowledged, go by what is set now"
        ]
        orders = hub.ledger.look(lambda connection: documents.many(connection, range(1, len(NUMBERS) + 1)))
        assert ["EUR" in row.canonical for row in orders] == [n >= decided for n in range(len(NUMBERS))]
        assert differences(as_then(hub)) == [], "each as it was decided"


def start(home: Path) -> None:
    inbox = home / "acme" / "to_hub"
    inbox.mkdir(parents=True)
    (inbox / "many.edi").write_bytes(several(NUMBERS))


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, bytes]]:
    home = tmp_path_factory.mktemp("calm")
    start(home)
    assert work(home, small=True) == 0
    return result(home)


def test_a_large_interchange_is_acknowledged_once(calm: list[tuple[str, str, bytes]]) -> None:
    assert [name.split("_")[0] for who, name, _ in calm if who == "acme"] == ["997"]
    assert len([name for who, name, _ in calm if who == "erp"]) == len(NUMBERS)


@pytest.mark.parametrize(
    "point", ["read", "decide.part", "decide.stored", "decide.part:2", "decide.stored:2", "decide.commit", "decide.stored:3"]
)
def test_killed_between_parts(calm: list[tuple[str, str, bytes]], tmp_path: Path, point: str) -> None:
    start(tmp_path)
    assert work(tmp_path, point, small=True) == KILLED, "the point was never reached"
    assert work(tmp_path, small=True) == 0
    assert result(tmp_path) == calm, f"killed at {point}"


def worked(home: Path, *what: str) -> str:
    command = [sys.executable, "-m", "tests.large_worker", str(home), *what]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=600).stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "state"), [("sound", "accepted"), ("short", "accepted"), ("bad", "rejected"), ("cut", "rejected")]
)
def test_memory_does_not_grow_with_the_interchange(tmp_path: Path, kind: str, state: str) -> None:
    """Eight to twenty-five thousand orders, each named in the 997: at most 60 MB above the rest; whole they would take five hundred."""
    worked(tmp_path, "store", "6" if kind == "short" else "10", kind)
    found = json.loads(worked(tmp_path, "take"))
    assert found[f"order {state}"] > 1000
    assert found["acknowledgement accepted"] == (2 if kind == "cut" else 1), "a 997, and a TA1 where the trailer is missing"
    assert found["grown"] < 60
    events = (event for file in (tmp_path / "out").glob("*.edi") for event in detect.read([file.read_bytes()]))
    (said,) = (event for event in events if isinstance(event, TransactionSet) and event.type == "997")
    names = [segment[2] for segment in said.segments if segment[0] == "AK2"]
    orders = sum(count for what, count in found.items() if what.startswith("order "))
    if kind == "bad":  # where good and bad ones take turns, many share an entry and lose their order
        names.sort(key=int)
    assert names == [f"{n:04d}" for n in range(1, orders + 1)]
    told = Counter(segment[1] for segment in said.segments if segment[0] == "AK5")
    assert told == Counter(A=found.get("order accepted", 0), R=found.get("order rejected", 0))


def judged(body: bytes) -> Judgement:
    guides = Library((ROOT / "mappings",))
    found = stream(detect.read([body]), lambda interchange, group, tset: guides.find("x12", tset.type, tset.version))
    return next(one for one in found if isinstance(one, Judgement))


def test_verdicts_on_very_many_bad_documents_take_little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "MOST_KEPT", 1)
    (group,) = judged(several(NUMBERS, NUMBERS[1:])).groups
    assert group.documents.away == 4
    assert [one.state for one in group.documents] == ["accepted", *["rejected"] * 4]
    assert [one.findings[0].position is None for one in group.documents if one.rejected] == [False, True, True, True]
    assert [one.number for one in group.documents] == list(NUMBERS)
