"""Rehearse: what `crossdock try` tells is what then happens, and telling it changes nothing."""

import asyncio
import hashlib
import json
import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hub.app import Hub
from hub.cli.try_ import try_
from hub.errors import Misconfigured
from hub.ledger import lanes
from hub.ledger.arrivals import Came
from hub.ledger.opening import looked_at
from hub.operations.rehearse import Rehearsal, rehearse
from tests.journey import A_FEW, HERE, bring, hub_for

CLEAN = HERE / "clean_order_to_paid_invoice"
ORDER = (CLEAN / "01_acme_850.edi").read_bytes()


def tried(hub: Hub, endpoint: str, body: bytes, **headers: str) -> Rehearsal:
    ledger = looked_at(hub.ledger.url)
    try:
        return rehearse(hub.company, ledger, endpoint, Came("try", body, "try.edi", headers=headers), hub.clock.now())
    finally:
        ledger.close()


def content(hub: Hub) -> str:
    """Everything the ledger holds, and everything the counterparts have."""
    with sqlite3.connect(hub.ledger.url.removeprefix("sqlite:///")) as database:
        dump = "\n".join(database.iterdump())
    sent = {name: sorted(one.sent) for name, one in hub.site.connectors.items()}  # type: ignore[attr-defined]
    return dump + json.dumps(sent)


def sent(hub: Hub) -> list[tuple[str, bytes]]:
    return [(name, one.body) for name, it in hub.site.connectors.items() for one in it.sent.values()]  # type: ignore[attr-defined]


@pytest.mark.parametrize("journey", A_FEW, ids=lambda path: path.name)
async def test_what_is_told_is_what_happens(journey: Path, tmp_path: Path) -> None:
    own = journey / "company"
    async with hub_for(tmp_path, own if own.is_dir() else HERE / "company") as hub:
        for step in sorted(journey.glob("[0-9][0-9]_*")):
            _, endpoint, what = step.stem.split("_", 2)
            before, had = content(hub), sent(hub)
            found = tried(hub, endpoint, step.read_bytes(), document=what)
            assert content(hub) == before
            await bring(hub, endpoint, step.read_bytes(), step.name, document=what)
            fresh = [one for one in sent(hub) if one not in had]
            assert sorted((one.target, one.body) for one in found.messages) == sorted(fresh), step.name
            await hub.clock.advance(timedelta(minutes=1))  # type: ignore[attr-defined]


async def test_what_is_held_and_what_waits_is_told(tmp_path: Path) -> None:
    async with hub_for(tmp_path) as hub:
        await bring(hub, "acme", ORDER, "first.edi")
        other = tried(hub, "acme", ORDER.replace(b"*24*EA*", b"*25*EA*"))
        assert [row.state for row in other.came] == ["held"]
        assert "came before with other content" in other.came[0].why
        assert [one.target for one in other.messages] == ["acme"]  # the acknowledgement goes all the same
        assert not other.good

        await hub.ledger.write(lambda connection: lanes.stop(connection, "erp", "told to", hub.clock.now()))
        second = ORDER.replace(b"PO-1001", b"PO-1002")
        (order,) = [one for one in tried(hub, "acme", second).messages if one.target == "erp"]
        assert order.waits == "erp is stopped: told to"


async def test_a_batch_says_when(tmp_path: Path) -> None:
    folder = tmp_path / "changed"
    shutil.copytree(HERE / "company", folder)
    file = folder / "channels/acme.yaml"
    file.write_text(file.read_text().replace("partner: acme", 'partner: acme\nbatch: {cron: "0 14 * * *"}'))
    async with hub_for(tmp_path, folder) as hub:
        (answer,) = [one for one in tried(hub, "acme", ORDER).messages if one.target == "acme"]
        assert f"{answer.when:%H:%M}" == "20:00"  # 14:00 in Chicago


async def test_what_is_no_document_is_told(tmp_path: Path) -> None:
    async with hub_for(tmp_path) as hub:
        assert "not" in str(tried(hub, "acme", b"hello").problem)
        assert not tried(hub, "erp", b"[]").good
        with pytest.raises(Misconfigured, match="did you mean `acme`"):
            tried(hub, "acmee", b"")


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".pyc"
    }


def run(home: Path, *arguments: str) -> Result:
    common = ["--company", str(home / "company"), "--home", str(home)]
    return CliRunner().invoke(try_, [*arguments, *common], catch_exceptions=False)


def test_no_byte_changes(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "second.edi"

    async def live() -> None:
        async with hub_for(home) as hub:
            await bring(hub, "acme", ORDER, "first.edi")

    asyncio.run(live())
    file.write_bytes(ORDER.replace(b"PO-1001", b"PO-1002"))
    before = hashes(home)
    done = run(home, str(file), "--channel", "acme", "--out", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    assert hashes(home) == before
    files = {path.parent.name: path for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert set(files) == {"acme", "erp"}
    assert json.loads(files["erp"].read_text())["externalRef"] == "PO-1002"
    assert b"*000000002*" in files["acme"].read_bytes()  # the number that comes next


def test_it_needs_no_ledger(tmp_path: Path) -> None:
    shutil.copytree(HERE / "company", tmp_path / "company")
    file = tmp_path / "order.edi"
    file.write_bytes(ORDER.replace(b"*24*EA*", b"*many*EA*"))
    before = hashes(tmp_path)
    done = run(tmp_path, str(file), "--channel", "acme", "--json")
    found: dict[str, Any] = json.loads(done.output)
    assert (done.exit_code, found["documents"][0]["state"]) == (1, "rejected")
    assert [one["to"] for one in found["sent"]] == ["acme"]
    assert hashes(tmp_path) == before
