"""What the tables promise: arrivals by key, numbers, leases, the order of deliveries."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from hub.errors import Conflict
from hub.ledger import arrivals, deliveries, documents, lanes, outbound
from hub.ledger.arrivals import Came
from hub.ledger.book import Book
from hub.ledger.store import Ledger

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def connection(database: str):
    ledger = Ledger(database)
    ledger.create()
    with ledger._engine.begin() as connection:
        yield connection
    ledger.close()


def test_the_same_key_is_the_same_arrival_and_the_same_bytes_are_not(connection: Connection) -> None:
    def store(*keys: str) -> int:
        return arrivals.store(connection, "acme", [Came(key, b"same") for key in keys], None, NOW)

    assert store("one") == 1
    assert store("one", "two") == 1
    assert [row.key for row in arrivals.waiting(connection, "acme", NOW)] == ["one", "two"]


def test_the_cursor_moves_with_what_was_stored(connection: Connection) -> None:
    arrivals.store(connection, "erp", [Came("7", b"{}")], "7", NOW)
    assert arrivals.cursor_of(connection, "erp") == "7"


def test_numbers_are_unique_increasing_and_wrap(connection: Connection) -> None:
    drawn = [outbound.draw(connection, "pair", 3, NOW) for _ in range(5)]
    assert drawn == [1, 2, 3, 1, 2]
    assert outbound.draw(connection, "other pair", 3, NOW) == 1


def test_a_lease_is_one_process_s_and_fences_off_the_one_before(connection: Connection) -> None:
    hold = timedelta(seconds=30)
    first = lanes.take(connection, "out:erp", "a", NOW, hold)
    assert first is not None
    assert lanes.take(connection, "out:erp", "b", NOW + timedelta(seconds=29), hold) is None
    second = lanes.take(connection, "out:erp", "b", NOW + timedelta(seconds=31), hold)
    assert second is not None
    assert second > first
    with pytest.raises(Conflict):
        lanes.guard(connection, "out:erp", first)
    lanes.guard(connection, "out:erp", second)


def test_a_tick_is_unique_by_schedule_and_planned_time(connection: Connection) -> None:
    assert lanes.tick(connection, "poll:acme", NOW, NOW)
    assert not lanes.tick(connection, "poll:acme", NOW, NOW + timedelta(seconds=1))
    assert lanes.due_ticks(connection) == ["poll:acme"]
    assert lanes.tick_done(connection, "poll:acme", NOW) == 1
    assert lanes.due_ticks(connection) == []


def document(connection: Connection, number: str) -> int:
    row = {
        "position": 0,
        "direction": "in",
        "endpoint": "acme",
        "kind": "order",
        "sender": "s",
        "test": False,
        "number": number,
        "content": number,
        "state": "accepted",
        "canonical": "{}",
        "made_at": NOW,
    }
    book = Book(connection)
    made = documents.add(book, row)
    book.write()
    return made


def order(connection: Connection, number: str) -> int:
    key = {"channel": "acme", "test": False, "number": number, "release": "", "extra": ""}
    book = Book(connection)
    made = documents.open_order(book, key, "acme", NOW)
    book.write()
    return made


def test_a_document_waits_for_open_earlier_ones_of_each_of_its_orders(connection: Connection) -> None:
    one, two, three = (order(connection, number) for number in ("1", "2", "3"))
    papers = [document(connection, str(n)) for n in range(4)]
    plan = [("a", [one]), ("b", [two]), ("c", [one, two]), ("d", [three])]
    ids: dict[str, int] = {
        key: deliveries.add(connection, key, paper, "erp", "order", orders, NOW) or 0
        for (key, orders), paper in zip(plan, papers, strict=True)
    }

    def ready() -> list[str]:
        return [row.key for row in deliveries.ready(connection, "erp", NOW, 10)]

    assert ready() == ["a", "b", "d"]
    deliveries.put(connection, [ids["a"]], "done", None)
    assert ready() == ["b", "d"]
    deliveries.put(connection, [ids["b"]], "parked", "a person must look")
    assert ready() == ["d"]
    deliveries.put(connection, [ids["b"]], "void", None)
    assert ready() == ["c", "d"]


def test_a_delivery_key_counts_once(connection: Connection) -> None:
    paper = document(connection, "1")
    assert deliveries.add(connection, "key", paper, "erp", "order", [], NOW) is not None
    assert deliveries.add(connection, "key", paper, "erp", "order", [], NOW) is None
