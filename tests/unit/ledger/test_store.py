"""The writer: grouped commits, each function alone in its savepoint, one hub on one file."""

import asyncio
import threading
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from hub.errors import Misconfigured
from hub.ledger import arrivals, blobs, outbound
from hub.ledger.store import Ledger

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def ledger(database: str):
    ledger = Ledger(database)
    ledger.create()
    yield ledger
    ledger.close()


async def test_one_that_raises_rolls_back_alone(ledger: Ledger) -> None:
    def good(name: str):
        return lambda connection: arrivals.set_cursor(connection, "place", name, "1")

    def bad(connection: Connection) -> None:
        arrivals.set_cursor(connection, "place", "bad", "1")
        raise ValueError("no")

    first, failing, second = ledger.write(good("a")), ledger.write(bad), ledger.write(good("b"))
    await first
    await second
    with pytest.raises(ValueError, match="no"):
        await failing
    found = [await ledger.read(partial(arrivals.cursor_of, endpoint="place", name=name)) for name in ("a", "bad", "b")]
    assert found == ["1", None, "1"]


async def test_sqlite_is_durable_and_tuned(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.db")

    def pragmas(connection: Connection) -> list[object]:
        return [connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous", "foreign_keys")]

    assert await ledger.read(pragmas) == ["wal", 2, 1]  # 2 is FULL
    ledger.close()


async def test_bytes_are_kept_in_chunks_and_once(ledger: Ledger) -> None:
    body = bytes(range(256)) * 4096  # 1 MiB
    name = await ledger.write(lambda connection: blobs.keep(connection, body))
    again = await ledger.write(lambda connection: blobs.keep(connection, body))
    pieces = await ledger.read(lambda connection: list(blobs.pieces(connection, name)))
    assert again == name == blobs.digest(body)
    assert len(pieces) == 4
    assert b"".join(pieces) == body


async def test_no_bytes_are_bytes_too(ledger: Ledger) -> None:
    name = await ledger.write(lambda connection: blobs.keep(connection, b""))
    assert await ledger.read(lambda connection: blobs.body(connection, name)) == b""


def test_two_hubs_on_one_file_are_refused(tmp_path: Path) -> None:
    first, second = (Ledger(f"sqlite:///{tmp_path}/ledger.db") for _ in range(2))
    first.create()
    first.own()
    with pytest.raises(Misconfigured, match="another hub is running"):
        second.own()
    first.close()
    second.own()
    second.close()


async def test_the_writer_outlives_those_who_no_longer_wait(ledger: Ledger) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        begun.set()
        go_on.wait(60)

    waiting = [asyncio.ensure_future(ledger.write(slow))]
    await asyncio.to_thread(begun.wait, 10)
    waiting.append(asyncio.ensure_future(ledger.write(lambda connection: arrivals.set_cursor(connection, "place", "b", "1"))))
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    go_on.set()
    await asyncio.wait_for(ledger.write(lambda connection: arrivals.set_cursor(connection, "place", "c", "1")), 10)
    assert await ledger.read(partial(arrivals.cursor_of, endpoint="place", name="b")) is None


def test_messages_and_numbers_go_on_behind_what_was_used_elsewhere(ledger: Ledger) -> None:
    def leap(connection: Connection) -> tuple[int, int]:
        outbound.leap(connection, 70, "used elsewhere", NOW)
        outbound.void(connection, "series", range(1, 8), "used elsewhere", NOW)
        row = {"key": "k", "target": "t", "name": "", "media_type": "", "kind": "order", "hash": "", "test": False}
        return outbound.add(connection, {**row, "made_at": NOW, "receipt": "none"}), outbound.draw(connection, "series", 99, NOW)

    assert ledger.submit(leap).result() == (71, 8)
