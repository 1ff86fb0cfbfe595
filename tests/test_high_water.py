"""A ledger restored from a backup: numbers are never used twice, and nothing is created twice where one can ask."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from hub.app import Hub
from hub.ledger.highwater import HighWater, beside
from hub.operations.forward import caught_up, forward
from hub.sdk import Receipt
from tests.journey import NOON, bring, hub_for, wire
from tests.test_gate import another
from tests.test_walk import sent, sets


def interchanges(hub: Hub) -> list[int]:
    return [int(body.decode().split("*U*00401*")[1][:9]) for body in sent(hub, "acme")]


@asynccontextmanager
async def restored(home: Path, between: Any) -> AsyncIterator[Hub]:
    """A hub on the ledger as it was before `between` had happened."""
    async with hub_for(home) as hub:
        await bring(hub, "acme", another(2001), "2001.edi")
    shutil.copy(home / "ledger.db", home / "backup.db")
    async with hub_for(home) as hub:
        await between(hub)
    for suffix in ("", "-wal", "-shm"):
        (home / f"ledger.db{suffix}").unlink(missing_ok=True)
    shutil.copy(home / "backup.db", home / "ledger.db")
    async with hub_for(home) as hub:
        yield hub


async def two_more(hub: Hub) -> None:
    await bring(hub, "acme", another(2002), "2002.edi")
    await bring(hub, "acme", another(2003), "2003.edi")
    assert interchanges(hub) == [2, 3]


def marks(hub: Hub) -> HighWater:
    return HighWater(beside(hub.ledger.url, hub.company.home))


async def test_an_older_ledger_sends_nothing_until_it_was_taken_forward(tmp_path: Path) -> None:
    async with restored(tmp_path, two_more) as hub:
        await bring(hub, "acme", another(2004), "2004.edi")
        assert sent(hub, "acme") == [], "it is taken in, but nothing leaves"
        assert sent(hub, "erp") == []
        said = await hub.ledger.write(lambda connection: forward(connection, marks(hub).marks(), "ann", "disk died", NOON))
        assert len(said) == 3  # messages, interchanges, groups
        await hub.work()
        assert interchanges(hub) == [4]
        assert sets(hub) == ["997"]
        assert next(iter(wire(hub, "acme").sent.values())).name > "0000000006"


async def test_every_number_is_accounted_for(tmp_path: Path) -> None:
    async with restored(tmp_path, two_more) as hub:
        await hub.ledger.write(lambda connection: forward(connection, marks(hub).marks(), "ann", "disk died", NOON))
        await bring(hub, "acme", another(2004), "2004.edi")
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        rows = connection.execute(
            "select number, outbound_id is not null, void from drawn where counter like '%interchange:P' order by number"
        )
        reason = "used after the backup that the ledger was restored from: disk died"
        assert list(rows) == [(1, 1, None), (2, 0, reason), (3, 0, reason), (4, 1, None)]


async def test_a_ledger_that_is_not_behind_is_left_as_it_is(tmp_path: Path) -> None:
    async with hub_for(tmp_path) as hub:
        await bring(hub, "acme", another(2001), "2001.edi")
        assert await hub.ledger.write(lambda connection: forward(connection, marks(hub).marks(), "ann", "no reason", NOON)) == []


async def test_what_came_after_the_backup_meets_itself_in_a_system_that_can_be_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with restored(tmp_path, two_more) as hub:
        erp, pushed = wire(hub, "erp"), []

        async def find(key: str, outgoing: Any) -> Receipt | None:
            return Receipt(reference="SO-2") if outgoing.number == "PO-2002" else None

        async def push(outgoing: Any) -> Receipt:
            pushed.append(outgoing.number)
            return Receipt(reference="SO-9")

        monkeypatch.setattr(erp, "repeat", "lookup")
        monkeypatch.setattr(erp, "find", find)
        monkeypatch.setattr(erp, "push", push)
        await hub.ledger.write(lambda connection: forward(connection, marks(hub).marks(), "ann", "disk died", NOON))
        for number in (2002, 2004):
            await bring(hub, "acme", another(number), f"{number}.edi")
        assert pushed == ["PO-2004"]
        await hub.ledger.write(lambda connection: caught_up(connection, "ann", NOON))
        await bring(hub, "acme", another(2005), "2005.edi")
        assert pushed == ["PO-2004", "PO-2005"]


def test_a_last_line_that_was_cut_off_was_never_relied_on(tmp_path: Path) -> None:
    file = tmp_path / "marks"
    HighWater(file).raise_to({"a": 7, "b": 2})
    file.write_bytes(file.read_bytes() + b'{"a": 9')
    assert HighWater(file).marks() == {"a": 7, "b": 2}
    HighWater(file).raise_to({"a": 8, "b": 1})
    assert HighWater(file).marks() == {"a": 8, "b": 2}


def test_the_file_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.ledger.highwater.LONGEST", 200)
    water = HighWater(tmp_path / "marks")
    for n in range(100):
        water.raise_to({"a": n + 1, "b": 5})
    assert (tmp_path / "marks").stat().st_size < 300
    assert HighWater(tmp_path / "marks").marks() == {"a": 100, "b": 5}
