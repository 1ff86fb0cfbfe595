"""Logins that renew themselves: OAuth 2 tokens, session cookies, CSRF tokens. One renewal at a time in the cluster.

What was granted is kept in the endpoint's durable state: a refresh token that the far side has replaced must survive
a crash, and the other processes go on with what one of them was given.
"""

import base64
import hashlib
import json
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import SecretStr

from hub.errors import Misconfigured, Rejected, Unavailable, Unknown
from hub.sdk.answers import checked
from hub.sdk.context import Context
from hub.sdk.retrying import reading

if TYPE_CHECKING:
    import httpx  # slow to load, and only named here

EARLY = timedelta(seconds=60)  # a token is renewed so long before its end: clocks differ, calls take time
SHORT = timedelta(seconds=600)  # a lifetime under this is renewed when a tenth of it is left


@dataclass(frozen=True, slots=True)
class Grant:
    """What a far side gave for a login. Never shown: it is a secret as a whole."""

    access: str
    refresh: str | None = None
    until: datetime | None = None  # None: until it is refused

    def __repr__(self) -> str:
        return "Grant(***)"


Fetch = Callable[[str | None], Awaitable[Grant]]  # is given the refresh token that counts now


class Login:
    """One login of an endpoint. `access` is what to show; `refused` is what the far side no longer takes."""

    def __init__(
        self, context: Context, fetch: Fetch, credentials: Iterable[SecretStr | str | None], name: str = "login"
    ) -> None:
        self._context, self._fetch, self._name = context, fetch, name
        self._mark = _mark(credentials)
        self._grant: Grant | None = None

    async def access(self, refused: str | None = None) -> str:
        """A token that still holds for a while. Raises Misconfigured when there is none to be had."""
        if not self._holds(self._grant, refused):
            self._grant = _read(await self._context.renew(self._name, lambda: self._renewed(refused)))
        assert self._grant is not None
        return self._grant.access

    async def calling(
        self, call: "Callable[[str], Awaitable[httpx.Response]]", refusals: Collection[int] = (401,)
    ) -> "httpx.Response":
        """Call with a token; when the far side takes it no longer (nothing was done), once more with a new one."""
        token = await self.access()
        response = await call(token)
        if response.status_code not in refusals:
            return response
        return await call(await self.access(refused=token))

    async def _renewed(self, refused: str | None) -> str:
        """Runs alone in the cluster: another process may have renewed it while we waited."""
        text = await self._context.state.get(self._name)
        kept = _read(text, self._mark) if text else None
        if text and self._holds(kept, refused):
            return text
        grant = await before(self._fetch(kept.refresh if kept else None))
        text = _written(grant, self._mark)
        await self._context.state.set(self._name, text)
        return text

    def _holds(self, grant: Grant | None, refused: str | None) -> bool:
        if grant is None or grant.access == refused:
            return False
        return grant.until is None or self._context.clock.now() < grant.until


async def before(work: Awaitable[Grant]) -> Grant:
    """What happens before a document leaves cannot have delivered it, whatever broke."""
    try:
        return await work
    except Unknown as error:
        raise Unavailable(f"the login was interrupted: {error}", after=error.after) from error


async def oauth(
    context: Context,
    client: "httpx.AsyncClient",
    url: str,
    form: Mapping[str, str],
    basic: tuple[str, str] | None = None,
) -> Grant:
    """Ask a token endpoint (RFC 6749): `form` says the grant; `basic` is who asks, where that goes into a header."""

    headers = {"Authorization": f"Basic {base64.b64encode(':'.join(basic).encode()).decode()}"} if basic else {}

    async def once() -> Grant:
        # a refresh token is used up by the first request that arrives, so this is not repeated blindly
        response = await client.post(url, data=dict(form), headers=headers)
        try:
            grant = _granted(checked(response, now=context.clock.now()), context.clock.now())
        except Rejected as refusal:
            raise Misconfigured(f"the login is refused ({_reason(response)}): authorise it anew") from refusal.__cause__
        return grant if grant.refresh else replace(grant, refresh=form.get("refresh_token"))  # not every one is replaced

    return await (once() if form.get("grant_type") == "refresh_token" else reading(context.clock, once))


def _reason(response: "httpx.Response") -> str:
    """The short code of the refusal; its words may repeat what we sent."""
    try:
        code = response.json().get("error")
    except (ValueError, AttributeError):
        code = None
    return code if isinstance(code, str) and code.replace("_", "").isalnum() and len(code) < 40 else str(response.status_code)


def _granted(response: "httpx.Response", now: datetime) -> Grant:
    try:
        answer = response.json()
        access, life = answer["access_token"], timedelta(seconds=float(answer.get("expires_in", 3600)))
    except (ValueError, TypeError, KeyError, OverflowError):
        raise Unavailable("the answer to the login holds no token; is it something else at that address?") from None
    return Grant(str(access), answer.get("refresh_token"), now + life - (EARLY if life > SHORT else life / 10))


def _mark(credentials: Iterable[SecretStr | str | None]) -> str:
    """Tells one set of credentials from another without telling them: with others, what was granted counts no more."""
    words = [one.get_secret_value() if isinstance(one, SecretStr) else one or "" for one in credentials]
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:16]


def _written(grant: Grant, mark: str) -> str:
    until = grant.until.isoformat() if grant.until else None
    return json.dumps({"access": grant.access, "refresh": grant.refresh, "until": until, "for": mark})


def _read(text: str, mark: str | None = None) -> Grant | None:
    """What was kept, if it was given for these credentials."""
    kept = json.loads(text)
    if mark is not None and kept["for"] != mark:
        return None
    until = datetime.fromisoformat(kept["until"]) if kept["until"] else None
    return Grant(kept["access"], kept["refresh"], until)
