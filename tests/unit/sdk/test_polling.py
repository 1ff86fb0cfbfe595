"""Incremental reads: nothing is lost, nothing comes twice, whatever the source does while we read."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from hub.sdk.polling import REMEMBERED, Entry, changed, cursor_of, keys, numbered

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def at(seconds):
    return START + timedelta(seconds=seconds)


class Shelf:
    """A source in numbered pages by the second of the last change."""

    def __init__(self, size=3):
        self.size, self.things, self.asked, self.between = size, {}, [], lambda: None

    def put(self, id, seconds, text=""):
        self.things[id] = Entry(at(seconds), id, f"{id} {seconds} {text}".encode())

    async def page(self, since, number):
        self.asked.append((since, number))
        found = sorted((one for one in self.things.values() if one.updated >= since), key=lambda one: (one.updated, one.id))
        given = found[(number - 1) * self.size : number * self.size]
        self.between()
        return given, len(found) > number * self.size

    def pages(self, since):
        return numbered(self.page, since)

    async def read(self, cursor=None, **more):
        more = {"start": START, "overlap": 10 * SECOND, **more}
        return [message async for message in changed(self.pages, cursor, **more)]


async def test_each_version_comes_once_and_in_order():
    shelf = Shelf()
    for number in range(10):
        shelf.put(str(number), number)
    first = await shelf.read()
    assert [message.body.split()[0] for message in first] == [b"%d" % number for number in range(10)]
    assert await shelf.read(first[-1].cursor) == []
    again = await shelf.read(first[4].cursor)
    assert [message.key for message in again] == [message.key for message in first[5:]]
    shelf.put("3", 30)
    (only,) = await shelf.read(first[-1].cursor)
    assert only.body == b"3 30 "


async def test_what_is_changed_while_we_read_makes_no_gap():
    """An order on a page already read moves to the end, and pulls the first of the next page onto it."""
    shelf, dice = Shelf(), Random(4)
    for number in range(40):
        shelf.put(str(number), number // 2)
    moves = iter(range(100, 125))

    def between():
        if moment := next(moves, 0):
            shelf.put(str(dice.randrange(40)), moment)

    shelf.between = between
    read = await shelf.read()
    shelf.between = lambda: None
    read += await shelf.read(read[-1].cursor)
    assert {message.key for message in read} >= {one.key for one in shelf.things.values()}
    assert len({message.key for message in read}) == len(read)


async def test_more_in_one_second_than_a_page_holds():
    shelf = Shelf()
    for number in range(11):
        shelf.put(f"{number:02}", 5)
    read = await shelf.read()
    assert len(read) == 11
    assert [number for _, number in shelf.asked] == [1, 1, 2, 3, 4]


@pytest.mark.parametrize("count", [3, 4, 6])
async def test_a_source_that_repeats_its_last_page_comes_to_an_end(count):
    """It says neither how many pages there are nor that one is behind the last."""
    shelf = Shelf()
    for number in range(count):
        shelf.put(str(number), 5)

    async def page(since, number):
        rows = [one for one in shelf.things.values() if one.updated >= since]
        last = max(1, -(-len(rows) // shelf.size))
        return rows[(min(number, last) - 1) * shelf.size :][: shelf.size], True

    pages = [found async for found in numbered(page, START)]
    assert {entry.id for found in pages for entry in found} == set(shelf.things)


async def test_two_changes_within_one_second_are_two_versions():
    shelf = Shelf()
    shelf.put("1", 5, "pending")
    (first,) = await shelf.read()
    shelf.put("1", 5, "paid")
    (second,) = await shelf.read(first.cursor)
    assert first.key != second.key
    assert await shelf.read(second.cursor) == []


async def test_what_shows_late_is_found_in_the_overlap():
    shelf = Shelf()
    shelf.put("1", 20)
    (first,) = await shelf.read()
    shelf.put("2", 12)  # its transaction took eight seconds
    (late,) = await shelf.read(first.cursor)
    assert late.body == b"2 12 "
    assert cursor_of(late.cursor, START).moment == at(20), "a late one does not take the cursor back"
    assert await shelf.read(late.cursor) == []
    shelf.put("3", 9)
    assert await shelf.read(late.cursor) == [], "later than the overlap is too late"


async def test_a_first_read_begins_at_the_start_and_a_moment_is_a_cursor():
    shelf = Shelf()
    for seconds in (-5, 0, 5):
        shelf.put(str(seconds), seconds)
    assert [message.body for message in await shelf.read()] == [b"0 0 ", b"5 5 "]
    assert [message.body for message in await shelf.read(at(1).isoformat())] == [b"5 5 "]


async def test_a_period_ends_before_its_end_and_its_keys_are_the_same():
    shelf = Shelf()
    for number in range(9):
        shelf.put(str(number), number)
    read = await shelf.read(at(2).isoformat(), until=at(6))
    assert [message.body.split()[0] for message in read] == [b"2", b"3", b"4", b"5"]
    assert [key async for key in keys(shelf.pages, at(2), at(6))] == [message.key for message in read]


async def test_a_cursor_does_not_grow_for_ever():
    shelf = Shelf(500)
    for number in range(REMEMBERED + 300):
        shelf.put(str(number), 1)
    read = await shelf.read()
    assert len(cursor_of(read[-1].cursor, START).seen) == REMEMBERED
    again = await shelf.read(read[-1].cursor)
    assert {message.key for message in again} <= {message.key for message in read}, "the hub knows them by their keys"


@pytest.mark.parametrize("text", ["2026-11-22T12:00:00+00:00", "2026-11-22T12:00:00", "2026-11-22T13:00:00+01:00"])
def test_moments_as_cursors(text):
    assert cursor_of(text, at(99)).moment == START


def test_a_key_is_in_utc():
    one = Entry(datetime.fromisoformat("2026-11-22T13:00:00+01:00"), "7", b"x")
    assert one.key == Entry(START, "7", b"x").key
    assert one.key.startswith("7@2026-11-22T12:00:00Z~")
