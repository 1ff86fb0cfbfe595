"""Counterparts end quietly, whoever still talks to them."""

import asyncio
import logging

import pytest

from hub.sdk.testing import StandIn
from hub.sdk.testing.cutting import Line


@pytest.mark.parametrize("through", [False, True])
def test_a_connection_that_is_open_at_the_end_prints_nothing(caplog, through):
    async def left_open():
        far = StandIn(lambda call: (200, {}))
        await far.start()
        async with Line(far.port) as line:
            reader, writer = await asyncio.open_connection("127.0.0.1", line.port if through else far.port)
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            await reader.readuntil(b"{}")  # and both wait for the next question

    with caplog.at_level(logging.DEBUG, "asyncio"):
        asyncio.run(left_open())
    assert [record.message for record in caplog.records if record.levelno > logging.INFO] == []
