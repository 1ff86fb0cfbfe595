"""Several processes on one PostgreSQL: two ledgers stand for them. Nothing is counted twice, and nobody waits for ever."""

import threading
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from hub.errors import Conflict
from hub.ledger import arrivals, connect, documents, lanes, outbound, tables, timeline
from hub.ledger.book import Book
from hub.ledger.store import Ledger

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOLD = timedelta(seconds=8)
TIMES = 40


def lease(ledger: Ledger) -> int:
    epoch = ledger.submit(lambda connection: lanes.take(connection, "out:erp", "a", NOW, HOLD)).result()
    assert epoch is not None
    return epoch


@pytest.fixture
def pair(postgres_url: str, monkeypatch: pytest.MonkeyPatch):
    """Two that write beside each other; on a busy machine one that waits for the other is not taken for paused."""
    monkeypatch.setattr(connect, "PAUSE", 60_000)
    ledgers = Ledger(postgres_url), Ledger(postgres_url)
    ledgers[0].create()
    yield ledgers
    for ledger in ledgers:
        ledger.close()


def test_numbers_are_drawn_once_by_whomever(pair: tuple[Ledger, Ledger]) -> None:
    drawn = [
        ledger.submit(lambda connection: outbound.draw(connection, "pair", 10**9, NOW), turn=False)
        for _ in range(TIMES)
        for ledger in pair
    ]
    assert sorted(one.result() for one in drawn) == list(range(1, 2 * TIMES + 1))


def test_a_tick_fires_once(pair: tuple[Ledger, Ledger]) -> None:
    fired = [
        ledger.submit(partial(lanes.tick, schedule="poll:acme", planned=NOW + n * HOLD, now=NOW))
        for n in range(TIMES)
        for ledger in pair
    ]
    assert sum(one.result() for one in fired) == TIMES


def test_what_needs_its_turn_sees_all_that_went_before(pair: tuple[Ledger, Ledger]) -> None:
    def add(connection: Connection) -> None:
        known = int(arrivals.cursor_of(connection, "place") or 0)
        arrivals.set_cursor(connection, "place", "pull", str(known + 1))

    for one in [ledger.submit(add) for _ in range(TIMES) for ledger in pair]:
        one.result()
    assert pair[0].look(lambda connection: arrivals.cursor_of(connection, "place")) == str(2 * TIMES)


def waits_for_a_lock(connection: Connection) -> bool:
    return bool(connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar())


def test_a_lane_is_not_taken_while_its_owner_writes(pair: tuple[Ledger, Ledger]) -> None:
    epoch = lease(pair[0])
    guarded, go = threading.Event(), threading.Event()

    def write(connection: Connection) -> None:
        lanes.guard(connection, "out:erp", epoch)
        guarded.set()
        assert go.wait(60)
        timeline.say(connection, NOW, "order", "sent under the lease")

    writing = pair[0].submit(write, turn=False)
    assert guarded.wait(60)
    taking: Future[int | None] = pair[1].submit(
        lambda connection: lanes.take(connection, "out:erp", "b", NOW + 2 * HOLD, HOLD), turn=False
    )
    while not pair[0].look(waits_for_a_lock):
        assert not taking.done()
    go.set()
    writing.result()
    assert taking.result() == epoch + 1
    with pytest.raises(Conflict):
        pair[0].submit(write, turn=False).result()


def test_two_that_stand_in_each_others_way_both_get_through(pair: tuple[Ledger, Ledger]) -> None:
    meet = threading.Barrier(2)
    tries: list[str] = []

    def write(first: str, second: str):
        def run(connection: Connection) -> None:
            tries.append(first)
            arrivals.set_cursor(connection, "place", first, "1")
            if len(tries) <= 2:
                meet.wait(60)
            arrivals.set_cursor(connection, "place", second, "1")

        return run

    one, other = pair[0].submit(write("a", "b"), turn=False), pair[1].submit(write("b", "a"), turn=False)
    one.result(20)
    other.result(20)
    assert len(tries) > 2, "they were never in each other's way"


def test_a_process_that_is_paused_while_it_writes_loses_its_turn(
    pair: tuple[Ledger, Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect, "PAUSE", 300)
    asleep, awake = threading.Event(), threading.Event()

    def sleep(connection: Connection) -> None:
        asleep.set()
        assert awake.wait(60)
        connection.execute(text("SELECT 1"))

    sleeping = pair[0].submit(sleep)
    assert asleep.wait(60)
    pair[1].submit(lambda connection: lanes.tick(connection, "sweep", NOW, NOW)).result(30)  # while the other still sleeps
    assert not sleeping.done()
    awake.set()
    with pytest.raises(Exception, match="the database refuses"):
        sleeping.result()
    pair[0].submit(lambda connection: lanes.tick(connection, "sweep", NOW + HOLD, NOW)).result()


def test_text_that_postgresql_cannot_keep_is_kept_as_far_as_it_goes(pair: tuple[Ledger, Ledger]) -> None:
    pair[0].submit(lambda connection: timeline.say(connection, NOW, "odd", "a\0b\ud800c – d")).result()
    assert pair[0].look(lambda connection: connection.scalar(select(tables.timeline.c.text))) == "a\ufffdb?c – d"


def _opened(connection: Connection, key: dict[str, Any]) -> None:
    book = Book(connection)
    documents.open_order(book, key, None, NOW)
    book.write()


def test_what_is_too_large_for_an_index_concerns_nobody_else(pair: tuple[Ledger, Ledger]) -> None:
    held = threading.Event()
    first = pair[0].submit(lambda connection: held.wait(60))  # the others come into one group
    good = pair[0].submit(lambda connection: lanes.tick(connection, "sweep", NOW, NOW))
    noise = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(6000))
    key = {"channel": "acme", "test": False, "number": noise, "release": "", "extra": ""}
    bad = pair[0].submit(lambda connection: _opened(connection, key))
    held.set()
    assert first.result() and good.result()
    with pytest.raises(Exception, match="index row"):
        bad.result()
