"""Vendure's admin API: logged in, and logged in anew when the session has ended."""

from collections.abc import Mapping
from typing import Any

import httpx

from connectors.vendure.queries import LOGIN
from hub.sdk import Context, Grant, Login, Misconfigured, Unavailable, checked, parsed
from hub.sdk.graphql import GraphQL

ENDED = "FORBIDDEN"  # says no session and no right alike


class Api:
    """Calls one shop."""

    def __init__(self, url: str, user: str, password: str, channel: str | None, timeout: float, context: Context) -> None:
        self._url, self._user, self._password, self._context = url, user, password, context
        headers = {"vendure-token": channel} if channel else {}
        self._client: httpx.AsyncClient = context.http(timeout=timeout, headers=headers)
        self._login = Login(context, lambda refresh: self._grant(), (user, password))
        graphql = GraphQL(self._post, context.clock, forbidden=(ENDED,))
        self.read, self.write = graphql.read, graphql.write

    async def _grant(self) -> Grant:
        response = await self._send({"query": LOGIN, "variables": {"user": self._user, "password": self._password}})
        answer = parsed(checked(response, now=self._context.clock.now()))
        told = ((answer.get("data") or {}).get("login") or {}) if isinstance(answer, dict) else {}
        if not isinstance(answer, dict) or not (told or answer.get("errors")):
            raise Unavailable(f"{response.request.url.host} answered something that is no answer to a login")
        token = response.headers.get("vendure-auth-token")
        if told.get("__typename") != "CurrentUser":
            raise Misconfigured(f"the login is refused: {told.get('errorCode', 'no words')}")
        if not token:
            raise Misconfigured("the shop gives no bearer token: `tokenMethod` of its `authOptions` must allow `bearer`")
        return Grant(token)

    async def _post(self, value: Mapping[str, Any]) -> httpx.Response:
        token = await self._login.access()
        response = await self._send(value, token)
        if _ended(response):  # nothing was done; the session may only have been too old
            response = await self._send(value, await self._login.access(refused=token))
        return response

    async def _send(self, value: Mapping[str, Any], token: str | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return await self._client.post(self._url, json=value, headers=headers)

    async def close(self) -> None:
        await self._client.aclose()


def _ended(response: httpx.Response) -> bool:
    if f'"{ENDED}"'.encode() not in response.content:
        return False
    errors = parsed(response).get("errors") or ()
    return any((one.get("extensions") or {}).get("code") == ENDED for one in errors)
