"""Answering: what a table of the far side says of keys, and that a question changes nothing there and never ends in a riddle."""

from hub.errors import CrossdockError, Misconfigured, Unavailable
from hub.sdk.testing.bench import BUSY, FAILING, GARBAGE, GONE, HALF, LIMITED, OPEN, OTHER, REFUSING, SILENT, Bench
from hub.sdk.testing.question import fails, question

ODD = ("no-such-key", "", ' a"b\\, c ', "茶 🍵", "'; --")  # keys that nothing goes by


@question("lookup")
async def lookup_tells_what_is_known_and_leaves_out_the_rest(bench: Bench) -> None:
    table, key = bench.counterpart.tells()
    async with bench.open() as connector:
        told = await connector.lookup(table, [*ODD, key])
        assert list(told) == [key] and told[key]
        assert dict(await connector.lookup(table, ODD)) == {}
        assert dict(await connector.lookup(table, [])) == {}


@question("lookup")
async def lookup_asked_again_says_the_same_and_changes_nothing(bench: Bench) -> None:
    """Twice in one question, twice in a row, and after a restart."""
    table, key = bench.counterpart.tells()
    before, told = bench.counterpart.holds(), []
    for _ in range(2):
        async with bench.open() as connector:
            told += [await connector.lookup(table, iter([key, key])), await connector.lookup(table, [key])]
    assert all(one == told[0] for one in told)
    assert bench.counterpart.holds() == before


@question("lookup")
async def lookup_in_a_table_that_there_is_not_is_a_mistake_of_ours(bench: Bench) -> None:
    """And names those that there are."""
    table, key = bench.counterpart.tells()
    async with bench.open() as connector:
        assert table in str(await fails(connector.lookup("no such table", [key]), Misconfigured))


@question("lookup")
async def lookup_at_a_far_side_that_is_away_is_asked_later(bench: Bench) -> None:
    table, key = bench.counterpart.tells()
    async with bench.open() as connector:
        for manner in (GONE, BUSY, LIMITED):
            await bench.counterpart.behave(manner)
            error = await fails(connector.lookup(table, [key]), Unavailable)
            assert manner == GONE or error.after is not None, manner
        await bench.counterpart.behave(OPEN)
        assert list(await connector.lookup(table, [key])) == [key]


@question("lookup")
async def lookup_with_bad_credentials_stops_the_endpoint(bench: Bench) -> None:
    table, key = bench.counterpart.tells()
    async with bench.open(bench.counterpart.wrong_settings()) as connector:
        await fails(connector.lookup(table, [key]), Misconfigured)


@question("lookup")
async def lookup_takes_no_garbage_for_an_answer(bench: Bench) -> None:
    """Above all it does not say that a key is unknown."""
    table, key = bench.counterpart.tells()
    for manner in (GARBAGE, HALF, FAILING, OTHER, SILENT):
        await bench.counterpart.behave(manner)
        async with bench.open() as connector:
            await fails(connector.lookup(table, [key]), Unavailable)
    await bench.counterpart.behave(REFUSING)
    async with bench.open() as connector:
        await fails(connector.lookup(table, [key]), CrossdockError)
