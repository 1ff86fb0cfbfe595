"""Taking: every arrival once, in order, whatever happens between the store and the word to the far side."""

from datetime import timedelta

from hub.errors import Misconfigured, Unavailable
from hub.sdk.testing.bench import GONE, Bench
from hub.sdk.testing.question import fails, pulled, question


@question("pull")
async def pull_gives_what_is_there_in_order(bench: Bench) -> None:
    offered = [await bench.counterpart.offer(number) for number in (1, 2, 3)]
    async with bench.open() as connector:
        messages = await pulled(connector)
    assert [message.body for message in messages] == offered
    assert len({message.key for message in messages}) == 3


@question("pull")
async def one_arrival_has_one_key(bench: Bench) -> None:
    """Killed before the cursor was stored: the same comes again, under the same name."""
    await bench.counterpart.offer(1)
    async with bench.open() as connector:
        first = await pulled(connector)
    async with bench.open() as connector:
        assert await pulled(connector) == first


@question("pull")
async def the_same_bytes_sent_again_are_a_second_arrival(bench: Bench) -> None:
    keys: list[str] = []
    cursor: str | None = None
    for _ in range(2):
        await bench.counterpart.offer(1)
        async with bench.open() as connector:
            (message,) = await pulled(connector, cursor)
            await connector.ack(message)
        keys, cursor = [*keys, message.key], message.cursor
    assert keys[0] != keys[1]


@question("pull")
async def what_is_acknowledged_does_not_come_again(bench: Bench) -> None:
    """Acknowledged twice, by an instance that never pulled it, and found in the far side's order."""
    await bench.counterpart.offer(1)
    async with bench.open() as connector:
        (message,) = await pulled(connector)
    async with bench.open() as connector:
        await connector.ack(message)
        await connector.ack(message)
    await bench.counterpart.offer(2)
    async with bench.open() as connector:
        later = await pulled(connector, message.cursor)
    assert [one.key == message.key for one in later] == [False]


@question("pull")
async def killed_between_store_and_acknowledgement_is_one_arrival(bench: Bench) -> None:
    await bench.counterpart.offer(1)
    async with bench.open() as connector:
        (stored,) = await pulled(connector)
    async with bench.open() as connector:
        for message in await pulled(connector, stored.cursor):
            assert message.key == stored.key
            await connector.ack(message)
        assert await pulled(connector, stored.cursor) == []


@question("pull")
async def pull_from_a_far_side_that_is_gone_is_tried_later(bench: Bench) -> None:
    await bench.counterpart.behave(GONE)
    async with bench.open() as connector:
        await fails(pulled(connector), Unavailable)


@question("pull")
async def pull_with_bad_credentials_stops_the_endpoint(bench: Bench) -> None:
    async with bench.open(bench.counterpart.wrong_settings()) as connector:
        await fails(pulled(connector), Misconfigured)


@question("pull", "ids")
async def ids_name_what_pull_gives(bench: Bench) -> None:
    """By the same keys, in the period in which it came to be there, and in no other."""
    for number in (1, 2, 3):
        await bench.counterpart.offer(number)
    now, day = bench.clock.now(), timedelta(days=1)
    async with bench.open() as connector:
        keys = [message.key for message in await pulled(connector)]
        assert sorted([key async for key in connector.ids(now - day, now + day)]) == sorted(keys)
        assert [key async for key in connector.ids(now - 3 * day, now - 2 * day)] == []


@question("pull", "ids")
async def ids_of_a_far_side_that_is_gone_are_asked_later(bench: Bench) -> None:
    await bench.counterpart.behave(GONE)
    now = bench.clock.now()
    async with bench.open() as connector:
        await fails(anext(connector.ids(now - timedelta(days=1), now)), Unavailable)
