"""Amazon's Selling Partner API: tokens, limits and answers in the words of the contract."""

from functools import partial
from typing import Any

import httpx

from connectors.amazon_vendor.shapes import Record
from hub.sdk import Context, Grant, Login, Misconfigured, Rejected, Unavailable, Unknown, checked, oauth, reading

LATEST = 60.0  # seconds; a limit of 0.01 a second is not waited for longer


class Api:
    """Calls to one region, for one vendor group."""

    def __init__(self, config: Any, context: Context) -> None:
        self._config, self._context = config, context
        self.client: httpx.AsyncClient = context.http(base_url=config.url, timeout=config.timeout)
        self._login = Login(context, self._log_in, (config.client_id, config.client_secret, config.refresh_token))

    async def read(self, path: str, query: Record) -> Record:
        try:
            return _payload(await reading(self._context.clock, partial(self._called, "GET", path, params=query)))
        except Rejected as refusal:
            raise Misconfigured(str(refusal)) from refusal
        except Unknown as error:
            raise Unavailable(str(error), after=error.after) from error

    async def _called(self, method: str, path: str, **more: Any) -> httpx.Response:
        """A token that has run out is refused with 403, like a role that is missing: it is renewed once, then believed."""

        async def call(token: str) -> httpx.Response:
            return await self.client.request(method, path, headers={"x-amz-access-token": token}, **more)

        response = await self._login.calling(call, refusals=(401, 403))
        if response.status_code == 429 and "retry-after" not in response.headers:
            raise Unavailable(f"{path}: too many calls", after=_pause(response.headers.get("x-amzn-ratelimit-limit", "")))
        return checked(response, now=self._context.clock.now())

    async def _log_in(self, refresh: str | None) -> Grant:
        config = self._config
        form = {"grant_type": "refresh_token", "refresh_token": refresh or config.refresh_token.get_secret_value()}
        form |= {"client_id": config.client_id, "client_secret": config.client_secret.get_secret_value()}
        return await oauth(self._context, self.client, config.token_url, form)

    async def submit(self, path: str, value: Record) -> Record:
        """A POST: Unknown when the answer did not come."""
        return _payload(await self._called("POST", path, json=value))


def _payload(response: httpx.Response) -> Record:
    try:
        return dict(response.json()["payload"])
    except (ValueError, TypeError, KeyError):
        raise Unknown("the answer is not the JSON of Amazon's API; is it something else at that address?") from None


def _pause(limit: str) -> float | None:
    """Seconds until one more call fits: the header says how many fit into a second."""
    try:
        return min(1 / float(limit), LATEST)
    except (ValueError, ZeroDivisionError):
        return None
