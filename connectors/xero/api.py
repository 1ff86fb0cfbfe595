"""Xero's Accounting API: tokens that are replaced with every renewal, limits and refusals in the words of the contract."""

import json
import re
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx

from hub.sdk import Context, Grant, Login, Misconfigured, Rejected, Unavailable, Unknown, checked, oauth, reading

Record = dict[str, Any]
TICKS = re.compile(r"/Date\((-?\d+)([+-]\d{4})?\)/")
START = datetime(1970, 1, 1, tzinfo=UTC)


class Api:
    """Calls to one organisation."""

    def __init__(self, config: Any, context: Context) -> None:
        self._config, self._context = config, context
        self.client: httpx.AsyncClient = context.http(base_url=config.url, timeout=config.timeout)
        self._login = Login(context, self._log_in, (config.client_id, config.client_secret, config.refresh_token))

    async def read(self, path: str, query: dict[str, str] | None = None, since: datetime | None = None) -> Record:
        """A GET. Whatever breaks, nothing was taken."""
        headers = {"If-Modified-Since": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")} if since else {}
        try:
            return await reading(self._context.clock, partial(self._called, "GET", path, headers, params=query or {}))
        except Rejected as refusal:
            raise Misconfigured(f"{path}: {refusal}") from refusal
        except Unknown as error:
            raise Unavailable(str(error), after=error.after) from error

    async def create(self, path: str, value: Record, key: str) -> Record:
        """A PUT, which creates; a second one under the same key does not."""
        fine = {} if path == "/Contacts" else {"unitdp": "4"}  # decimals of a price
        return await self._called("PUT", path, {"Idempotency-Key": key}, params=fine, json=value)

    async def _called(self, method: str, path: str, headers: dict[str, str], **more: Any) -> Record:
        known = {"Accept": "application/json", **headers}
        if self._config.tenant:
            known["xero-tenant-id"] = self._config.tenant

        async def call(token: str) -> httpx.Response:
            return await self.client.request(method, path, headers={**known, "Authorization": f"Bearer {token}"}, **more)

        response = await self._login.calling(call)
        if response.status_code == 400 and (words := refusals(response)):
            raise Rejected(f"Xero refuses it: {words}")
        if response.status_code == 429:
            limit = response.headers.get("x-rate-limit-problem", "some")
            self._context.log.warning("Xero's %s limit of calls is reached", limit)
        return _object(checked(response, now=self._context.clock.now()))

    async def _log_in(self, refresh: str | None) -> Grant:
        config = self._config
        first = config.refresh_token.get_secret_value() if config.refresh_token else None
        if (token := refresh or first) is not None:
            form = {"grant_type": "refresh_token", "refresh_token": token}
        else:
            form = {"grant_type": "client_credentials", "scope": config.scopes}
        basic = (config.client_id, config.client_secret.get_secret_value())
        return await oauth(self._context, self.client, config.token_url, form, basic)


def refusals(response: httpx.Response) -> str:
    """What is wrong with a document, in Xero's words: they stand behind the whole document sent back."""
    try:
        answer = response.json()
        elements = answer.get("Elements") or ()
        found = [error["Message"] for element in elements for error in element.get("ValidationErrors") or ()]
        return "; ".join(dict.fromkeys(map(str, found)))[:500] or str(answer.get("Message") or "")[:300]
    except (ValueError, TypeError, KeyError, AttributeError):
        return ""


def _object(response: httpx.Response) -> Record:
    try:
        return dict(json.loads(response.content, parse_float=str))  # amounts stay as they were written
    except (ValueError, TypeError):
        raise Unknown("the answer is not the JSON of Xero's API; is it something else at that address?") from None


def moment(text: str) -> datetime:
    """A time as Xero writes it, in either of its ways.

    >>> moment("/Date(1573755038314+0000)/").isoformat()
    '2019-11-14T18:10:38.314000+00:00'
    """
    if found := TICKS.fullmatch(text):
        return START + timedelta(milliseconds=int(found[1]))
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def plain(value: Any) -> Any:
    """A record with its times in ISO 8601; a midnight is a day."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, str) and TICKS.fullmatch(value):
        return moment(value).isoformat().replace("+00:00", "Z").removesuffix("T00:00:00Z")
    return value
