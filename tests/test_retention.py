"""What policy says is purged once an order is over: personal data or bodies go, proof stays, and everybody is told so."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from hub.app import Hub
from hub.cli.main import cli
from hub.errors import Purged
from hub.flow.purge import dry
from hub.ledger import arrivals, lanes, tables
from hub.ledger.arrivals import Came
from hub.ledger.store import Ledger
from hub.model import DOCUMENTS
from hub.operations.purge import purge_now
from hub.operations.trace import Life, lives, raw
from hub.rules.retention import remainder
from tests.journey import HERE, NOON, bring, hub_for
from tests.test_steady import another
from tests.test_walk import ORDER

JOURNEY = HERE / "clean_order_to_paid_invoice"
YEARS = timedelta(days=900)
PEOPLE = ("name", "address", "city", "postcode", "contacts", "notes")


@asynccontextmanager
async def over(home: Path, policy: str = "{after: 30d}", channel: str = "", database: str | None = None) -> AsyncIterator[Hub]:
    """A hub with one order that was paid, and one that only came."""
    shutil.copytree(HERE / "company", home / "company")
    hub_file, channel_file = home / "company" / "hub.yaml", home / "company" / "channels" / "acme.yaml"
    hub_file.write_text(hub_file.read_text() + (f"\nretention: {policy}\n" if policy else ""))
    channel_file.write_text(channel_file.read_text() + channel)
    async with hub_for(home, home / "company", database) as hub:
        for step in sorted(JOURNEY.glob("[0-9][0-9]_*")):
            _, endpoint, what = step.stem.split("_", 2)
            await bring(hub, endpoint, step.read_bytes(), step.name, document=what)
            await hub.clock.advance(timedelta(minutes=1))  # type: ignore[attr-defined]
        await bring(hub, "acme", another(2), "second.edi")
        yield hub


def life(hub: Hub, number: str = "PO-1001") -> Life:
    (found,) = hub.ledger.look(partial(lives, number=number))
    return found


def rows(hub: Hub, table: Any) -> int:
    return hub.ledger.look(lambda connection: connection.scalar(select(func.count()).select_from(table))) or 0


def bodies(hub: Hub, one: Life) -> list[bytes]:
    return [hub.ledger.look(partial(raw, blob=file.blob)) for paper in one.papers for file in paper.files]


def fields(value: Any) -> set[str]:
    """Every field name, at any depth, but those of items."""
    if isinstance(value, dict):
        return set(value) | {name for one in value.values() for name in fields(one)}
    return {name for one in value for name in fields(one)} if isinstance(value, list) else set()


async def later(hub: Hub, days: int) -> None:
    await hub.clock.advance(timedelta(days=days))  # type: ignore[attr-defined]


async def test_personal_data_of_an_order_that_is_over_goes_and_proof_stays(tmp_path: Path, database: str) -> None:
    async with over(tmp_path, database=database) as hub:
        before, counts = life(hub), {name: rows(hub, table) for name, table in tables.metadata.tables.items()}
        assert fields([paper.canonical for paper in before.papers]) & set(PEOPLE)
        await later(hub, 31)
        would = hub.ledger.look(partial(dry, company=hub.company, now=hub.clock.now()))
        gone = await purge_now(hub.company, hub.ledger, hub.clock)
        assert gone == would and gone["messages received"] > 4 and gone["messages sent"] > 4
        after = life(hub)
        for paper, whole in zip(after.papers, before.papers, strict=True):
            assert paper.purged == "purged on 2026-12-23 by policy: personal data after 30d"
            assert (paper.number, paper.state, paper.files) == (whole.number, whole.state, whole.files)
            assert not fields(paper.canonical) & set(PEOPLE)
            assert DOCUMENTS[paper.kind].model_validate(paper.canonical)
        with pytest.raises(Purged, match="purged on 2026-12-23 by policy: personal data after 30d"):
            bodies(hub, after)
        assert after.entries[: len(before.entries)] == before.entries, "the timeline is only added to"
        assert "order PO-1001: purged on 2026-12-23 by policy: personal data after 30d" in [entry.text for entry in after.entries]
        changed = {name for name, table in tables.metadata.tables.items() if rows(hub, table) != counts[name]}
        assert changed <= {"chunks", "purges", "timeline", "ticks"} and "chunks" in changed
        assert bodies(hub, life(hub, "PO-1002")), "this one is not over"
        assert await purge_now(hub.company, hub.ledger, hub.clock) == {}


async def test_bodies_go_where_the_channel_says_so(tmp_path: Path) -> None:
    async with over(tmp_path, policy="", channel="\nretention: {after: 10d, what: bodies}\n") as hub:
        await later(hub, 11)
        await purge_now(hub.company, hub.ledger, hub.clock)
        left = [paper.canonical for paper in life(hub).papers if paper.purged]
        assert left and all("lines" not in one and "parties" not in one for one in left)
        assert {one.get("number") for one in left} >= {"PO-1001"}


@pytest.mark.parametrize(("days", "policy"), [(29, "{after: 30d}"), (3000, ""), (31, "{after: 30d, closed: [cancelled]}")])
async def test_nothing_goes_too_early(days: int, policy: str, tmp_path: Path) -> None:
    async with over(tmp_path, policy) as hub:
        await later(hub, days)
        gone = await purge_now(hub.company, hub.ledger, hub.clock)
        assert "documents" not in gone and bodies(hub, life(hub))


async def test_bytes_that_another_arrival_has_stay_until_it_goes_too(tmp_path: Path) -> None:
    async with over(tmp_path) as hub:
        await later(hub, 20)
        await bring(hub, "acme", ORDER, "the same again.edi", key="again")
        await later(hub, 11)
        await purge_now(hub.company, hub.ledger, hub.clock)
        (order, *_) = [paper for paper in life(hub).papers if paper.kind == "order"]
        assert hub.ledger.look(partial(raw, blob=order.files[0].blob)) == ORDER
        await later(hub, 3000)
        await purge_now(hub.company, hub.ledger, hub.clock)
        with pytest.raises(Purged):
            hub.ledger.look(partial(raw, blob=order.files[0].blob))
        await hub.ledger.write(lambda connection: arrivals.store(connection, "acme", [Came("third", ORDER)], None, NOON))
        assert hub.ledger.look(partial(raw, blob=order.files[0].blob)) == ORDER, "what comes again is kept again"


async def test_the_hub_purges_once_a_day_by_itself(tmp_path: Path) -> None:
    async with over(tmp_path) as hub:
        await later(hub, 40)
        await hub.work()
        assert life(hub).papers[0].purged
        assert hub.ledger.look(lanes.due_ticks) == []


def test_a_person_is_told(tmp_path: Path) -> None:
    async def prepare() -> None:
        async with over(tmp_path):
            pass

    asyncio.run(prepare())
    options = ["--company", str(tmp_path / "company"), "--home", str(tmp_path)]
    run = CliRunner().invoke
    assert run(cli, ["purge", "--dry-run", *options]).output == "nothing is to be purged\n", "it was paid just now"
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.db")
    ledger.submit(lambda connection: connection.execute(tables.orders.update().values(changed_at=NOON - YEARS))).result()
    ledger.submit(lambda connection: connection.execute(tables.arrivals.update().values(received_at=NOON - YEARS))).result()
    ledger.submit(lambda connection: connection.execute(tables.outbound.update().values(made_at=NOON - YEARS))).result()
    ledger.close()
    would, done = run(cli, ["purge", "--dry-run", *options]).output, run(cli, ["purge", *options]).output
    assert "documents would go" in would and would.replace("would go", "purged") == done
    told = run(cli, ["trace", "PO-1001", "--raw", "--canonical", *options]).output
    assert "by policy: personal data after 30d; what is left:)" in told and "sha256" in told


def test_a_document_that_was_never_whole_keeps_its_number_only() -> None:
    assert json.loads(remainder("order", '{"number": "7", "lines": "?", "parties": {"x": {"name": "Ann"}}}', "personal")) == {
        "number": "7"
    }
