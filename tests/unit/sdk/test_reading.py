"""Reads are repeated a little; what asks for patience is left to the schedule."""

import pytest

from hub.errors import Misconfigured, Rejected, Unavailable, Unknown
from hub.sdk import reading
from hub.sdk.testing import HurriedClock


async def ask(*outcomes, **settings):
    """What comes of a read with these outcomes in turn: its value or error, tries, seconds waited."""
    clock, left = HurriedClock(), list(outcomes)
    begin = clock.now()

    async def read():
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    try:
        result = await reading(clock, read, **settings)
    except Exception as error:
        result = error
    return result, len(outcomes) - len(left), (clock.now() - begin).total_seconds()


async def test_a_short_trouble_passes():
    assert await ask(Unavailable(), Unknown(), "read") == ("read", 3, 0.75)


async def test_a_long_trouble_is_told():
    trouble = [Unavailable(str(number)) for number in range(5)]
    assert await ask(*trouble) == (trouble[2], 3, 0.75)


async def test_a_short_wait_the_far_side_asks_for_is_kept():
    assert await ask(Unavailable(after=4), "read") == ("read", 2, 4.0)


@pytest.mark.parametrize(
    "error", [Unavailable(after=60), Unavailable(after=HurriedClock().now()), Misconfigured(), Rejected(), KeyError()]
)
async def test_the_rest_is_told_at_once(error):
    assert await ask(error, "read") == (error, 1, 0.0)
