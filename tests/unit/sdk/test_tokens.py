"""Logins that renew themselves: in time, once in the cluster, and with what the far side gave last."""

import asyncio
import json
import logging
import traceback
from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr

from hub.app import DurableState
from hub.errors import Misconfigured, Unavailable, Unknown
from hub.flow.renewal import Renewals
from hub.ledger.store import Ledger
from hub.sdk import Context, Grant, Login, http, oauth
from hub.sdk.testing import HurriedClock, Memory
from hub.sdk.testing.bench import renew as alone

SECRET = SecretStr("client-secret-77")


class TokenServer:
    """An OAuth server that takes every refresh token once."""

    def __init__(self):
        self.given = 0
        self.trouble = None

    def answer(self, request):
        if self.trouble is not None:
            return self.trouble(request)
        form = dict(part.split("=") for part in request.content.decode().split("&"))
        if form["grant_type"] == "refresh_token" and form["refresh_token"] != f"refresh-{self.given}":
            return httpx.Response(400, json={"error": "invalid_grant", "error_description": f"not {form['refresh_token']}"})
        self.given += 1
        body = {"access_token": f"access-{self.given}", "expires_in": 1800, "refresh_token": f"refresh-{self.given}"}
        return httpx.Response(200, json=body)


def lent(server, clock, state, renew=alone):
    transport = httpx.MockTransport(server.answer)
    log = logging.getLogger("connector.test")
    return Context("books", clock, log, lambda **more: http.client(transport=transport, **more), state, renew)


def login(context, first="refresh-0", secret=SECRET):
    client = context.http()

    async def fetch(refresh):
        return await oauth(
            context, client, "https://id.test/token", {"grant_type": "refresh_token", "refresh_token": refresh or first}
        )

    return Login(context, fetch, [secret])


@pytest.fixture
def place():
    return TokenServer(), HurriedClock(), Memory()


async def test_a_token_is_used_until_shortly_before_its_end(place):
    _server, clock, _state = place
    mine = login(lent(*place))
    assert await mine.access() == await mine.access() == "access-1"
    clock.advance(1800 - 61)
    assert await mine.access() == "access-1"
    clock.advance(2)
    assert await mine.access() == "access-2"


async def test_a_refresh_token_that_was_replaced_survives_a_restart(place):
    server, clock, _ = place
    await login(lent(*place)).access()
    clock.advance(3600)
    assert await login(lent(*place)).access() == "access-2"  # the configured one would be refused by now
    assert server.given == 2


async def test_other_credentials_do_not_use_what_was_granted_before(place):
    _server, _, _ = place
    await login(lent(*place)).access()
    assert await login(lent(*place), "refresh-1", SecretStr("another")).access() == "access-2"


async def test_a_refused_token_is_renewed_once_and_the_call_repeated(place):
    seen = []

    async def call(token):
        seen.append(token)
        return httpx.Response(401 if token == "access-1" else 200)

    assert (await login(lent(*place)).calling(call)).status_code == 200
    assert seen == ["access-1", "access-2"]


async def test_a_refused_login_stops_the_endpoint_and_tells_no_secret(place):
    server, _, _ = place
    server.given = 7
    with pytest.raises(Misconfigured, match="invalid_grant") as told:
        await login(lent(*place)).access()
    assert "refresh-0" not in "".join(traceback.format_exception(told.value))
    assert "access" not in repr(Grant("access-1", "refresh-1"))


def cut(request):
    raise httpx.ReadError("cut", request=request)


async def test_an_interrupted_login_is_no_document_of_unknown_fate(place):
    server, _, _ = place
    server.trouble = cut
    with pytest.raises(Unavailable) as told:
        await login(lent(*place)).access()
    assert not isinstance(told.value, Unknown)


@pytest.mark.parametrize("body", ["<html>", "[]", "{}", json.dumps({"access_token": "x", "expires_in": "soon"})])
async def test_what_is_no_token_is_asked_again_later(place, body):
    server, _, _ = place
    server.trouble = lambda _: httpx.Response(200, text=body)
    with pytest.raises(Unavailable):
        await login(lent(*place)).access()


async def test_processes_of_a_cluster_renew_once(database):
    """Each with its own connection and its own memory; the second finds what the first was given."""
    server, clock = TokenServer(), HurriedClock()
    ledgers = [Ledger(database) for _ in range(2)]
    ledgers[0].create()
    try:
        logins = [login(lent(server, clock, DurableState(one, "books"), Renewals(one, clock, "books"))) for one in ledgers]
        tokens = await asyncio.gather(*(one.access() for one in logins * 3))
        assert set(tokens) == {"access-1"} and server.given == 1
        assert set(await asyncio.gather(*(one.access(refused="access-1") for one in logins))) == {"access-2"}
        assert server.given == 2
    finally:
        for one in ledgers:
            one.close()


async def test_who_waits_for_a_process_that_died_goes_on_when_its_lease_is_over(database):
    clock, ledger = HurriedClock(), Ledger(database)
    ledger.create()
    try:
        await Renewals(ledger, clock, "books")._taken("renew:books:login")
        begun = clock.now()
        assert await Renewals(ledger, clock, "books")("login", lambda: asyncio.sleep(0, "fine")) == "fine"
        assert timedelta(seconds=29) < clock.now() - begun < timedelta(seconds=32)
    finally:
        ledger.close()
