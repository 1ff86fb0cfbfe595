"""Sending: the bytes arrive once, and every failure says what the hub must do next."""

import asyncio
import contextlib

from hub.errors import CrossdockError, Misconfigured, Rejected, Unavailable, Unknown
from hub.sdk.testing.bench import BUSY, GONE, OPEN, REFUSING, SILENT, Bench
from hub.sdk.testing.question import fails, question

SAFE = ("native", "upsert", "lookup")


@question("push")
async def push_delivers_the_bytes(bench: Bench) -> None:
    first, second = bench.counterpart.outgoing(1), bench.counterpart.outgoing(2)
    async with bench.open() as connector:
        receipts = [await connector.push(first), await connector.push(second)]
    assert bench.counterpart.holds() == [first.body, second.body]
    assert receipts[0].reference and receipts[0].reference != receipts[1].reference


@question("push", repeat=SAFE)
async def push_twice_is_one_document(bench: Bench) -> None:
    outgoing = bench.counterpart.outgoing(1)
    async with bench.open() as connector:
        first = await connector.push(outgoing)
    async with bench.open() as connector:
        assert (await connector.push(outgoing)).reference == first.reference
    assert bench.counterpart.holds() == [outgoing.body]


@question("push", repeat=SAFE)
async def two_pushes_at_the_same_moment_are_one_document(bench: Bench) -> None:
    outgoing = bench.counterpart.outgoing(1)
    async with bench.open() as one, bench.open() as other:
        await asyncio.gather(*(connector.push(outgoing) for connector in (one, other, one)), return_exceptions=True)
        await bench.again(outgoing)
    assert bench.counterpart.holds() == [outgoing.body]


@question("push")
async def push_with_bad_credentials_stops_the_endpoint(bench: Bench) -> None:
    async with bench.open(bench.counterpart.wrong_settings()) as connector:
        await fails(connector.push(bench.counterpart.outgoing(1)), Misconfigured)
    assert bench.counterpart.holds() == []


@question("push")
async def push_to_a_busy_far_side_waits_as_long_as_it_says(bench: Bench) -> None:
    await bench.counterpart.behave(BUSY)
    async with bench.open() as connector:
        error = await fails(connector.push(bench.counterpart.outgoing(1)), Unavailable)
    assert not isinstance(error, Unknown)
    assert error.after is not None


@question("push")
async def push_to_nobody_is_surely_not_sent(bench: Bench) -> None:
    """And goes through as soon as the far side is back."""
    outgoing = bench.counterpart.outgoing(1)
    async with bench.open() as connector:
        await bench.counterpart.behave(GONE)
        error = await fails(connector.push(outgoing), Unavailable)
        assert not isinstance(error, Unknown)
        await bench.counterpart.behave(OPEN)
        await connector.push(outgoing)
    assert bench.counterpart.holds() == [outgoing.body]


@question("push")
async def a_refused_document_goes_to_a_person(bench: Bench) -> None:
    await bench.counterpart.behave(REFUSING)
    async with bench.open() as connector:
        error = await fails(connector.push(bench.counterpart.outgoing(1)), Rejected)
    assert len(str(error)) > 10
    assert bench.counterpart.holds() == []


@question("push", repeat=SAFE)
async def an_interrupted_push_ends_as_one_document(bench: Bench) -> None:
    """At every moment the counterpart knows; then by the declared way of being safe."""
    sent = []
    for number, moment in enumerate(bench.counterpart.moments, start=1):
        outgoing = bench.counterpart.outgoing(number)
        await bench.counterpart.interrupt(bench, outgoing, moment)
        assert await bench.again(outgoing), moment
        sent.append(outgoing.body)
        assert bench.counterpart.holds() == sent, moment


@question("push", repeat=SAFE)
async def a_push_cancelled_by_a_shutdown_ends_as_one_document(bench: Bench) -> None:
    outgoing = bench.counterpart.outgoing(1)
    await bench.counterpart.behave(SILENT)
    async with bench.open() as connector:
        task = asyncio.ensure_future(connector.push(outgoing))
        await asyncio.sleep(0.05)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, CrossdockError):
            await task
    await bench.counterpart.behave(OPEN)
    await bench.again(outgoing)
    assert bench.counterpart.holds() == [outgoing.body]


@question("push", "find", repeat=("lookup",))
async def find_proves_presence_and_absence(bench: Bench) -> None:
    outgoing, never = bench.counterpart.outgoing(1), bench.counterpart.outgoing(2)
    async with bench.open() as connector:
        assert await connector.find(outgoing.key, outgoing) is None
        receipt = await connector.push(outgoing)
        found = await connector.find(outgoing.key, outgoing)
        assert found is not None and found.reference == receipt.reference
        assert await connector.find(never.key, never) is None
    assert bench.counterpart.holds() == [outgoing.body]


@question("push", "find", repeat=("lookup",))
async def find_does_not_guess_when_nobody_answers(bench: Bench) -> None:
    outgoing = bench.counterpart.outgoing(1)
    async with bench.open() as connector:
        await connector.push(outgoing)
        await bench.counterpart.behave(GONE)
        await fails(connector.find(outgoing.key, outgoing), Unavailable)
