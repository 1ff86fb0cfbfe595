"""Being posted to: what is genuine is handed over, what is forged is turned away."""

from typing import Any

from hub.errors import Misconfigured
from hub.sdk.connector import Connector, Request
from hub.sdk.testing.bench import Bench
from hub.sdk.testing.question import fails, question


@question("receive")
async def receive_hands_over_what_was_posted(bench: Bench) -> None:
    request, other = bench.counterpart.posted(1), bench.counterpart.posted(2)
    async with bench.open() as connector:
        replies = [connector.receive(one) for one in (request, request, other)]
    assert all(200 <= reply.status < 300 for reply in replies)
    if any(reply.hint for reply in replies):  # the poll brings what it speaks of; the same hint again needs no poll
        assert [(reply.hint, reply.messages) for reply in replies] == [(True, ()), (False, ()), (True, ())]
        return
    assert [reply.messages[0].body for reply in replies] == [bench.counterpart.kept(one) for one in (request, request, other)]
    first, again, second = (reply.messages[0].key for reply in replies)
    assert first == again != second


@question("receive")
async def receive_turns_away_what_is_forged(bench: Bench) -> None:
    forged = bench.counterpart.forged()
    assert len(forged) >= 3
    async with bench.open() as connector:
        for request in forged:
            await fails(_received(connector, request), Misconfigured)


async def _received(connector: Connector, request: Request) -> Any:
    return connector.receive(request)
