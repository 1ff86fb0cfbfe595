"""SAP Gateway's OData: logins, CSRF tokens with their session, and both dialects of JSON made one."""

import json
import re
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx

from hub.sdk import Context, Grant, Login, Misconfigured, Unavailable, Unknown, checked, oauth, reading

Entity = dict[str, Any]
TICKS = re.compile(r"/Date\((-?\d+)([+-]\d{4})?\)/")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
START = datetime(1970, 1, 1, tzinfo=UTC)
V4 = "/sap/opu/odata4/"


class Gateway:
    """One system, as one user. The CSRF token and the cookies of its session belong together and are renewed together."""

    def __init__(self, config: Any, context: Context) -> None:
        self._config, self._context = config, context
        basic = None if config.token_url else (config.user or "", config.password.get_secret_value() if config.password else "")
        self.client: httpx.AsyncClient = context.http(
            base_url=config.url, timeout=config.timeout, auth=basic, headers={"Accept": "application/json"}
        )
        self._login = Login(context, self._log_in, [config.url, config.client_id, config.client_secret])
        self._token: str | None = None

    async def read(self, path: str, query: dict[str, str]) -> Entity:
        """A GET. Whatever breaks, nothing was taken."""
        try:
            return await reading(self._context.clock, partial(self._got, path, query))
        except Unknown as error:
            raise Unavailable(str(error), after=error.after) from error

    async def write(self, path: str, value: Entity) -> Entity:
        """A POST of an entity."""
        content = json.dumps(wired(value, path)).encode()
        return _object(await self.post(path, content, "application/json", path.rpartition("/")[0] + "/"))

    async def post(self, path: str, content: bytes, media: str, service: str) -> httpx.Response:
        """A POST with the token of our session, fetched at a service; when SAP wants another one (it took nothing), once more."""
        for attempt in (1, 2):
            token = self._token = self._token or await self._csrf(service)
            headers = {"X-CSRF-Token": token, "Content-Type": media, "Accept": media.partition(";")[0]}
            response = await self._sent("POST", path, headers=headers, content=content)
            if response.status_code != 403 or response.headers.get("x-csrf-token", "").lower() != "required" or attempt == 2:
                break
            self._token = None
            self.client.cookies.clear()
        return self._checked(response)

    async def _csrf(self, service: str) -> str:
        try:
            response = self._checked(await self._sent("GET", service, headers={"X-CSRF-Token": "Fetch"}))
        except Unknown as error:
            raise Unavailable(str(error), after=error.after) from error
        token = str(response.headers.get("x-csrf-token", ""))
        if not token:
            raise Misconfigured(f"{service} gives no CSRF token; is it the address of an OData service?")
        return token

    async def _got(self, path: str, query: dict[str, str]) -> Entity:
        return _object(self._checked(await self._sent("GET", path, params=query)))

    def _checked(self, response: httpx.Response) -> httpx.Response:
        return checked(response, now=self._context.clock.now())

    async def _sent(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        known = {"sap-client": self._config.client} if self._config.client else {}
        request = partial(self.client.request, method, path, **more)
        if not self._config.token_url:
            return await request(headers={**(headers or {}), **known})

        async def call(token: str) -> httpx.Response:
            return await request(headers={**(headers or {}), **known, "Authorization": f"Bearer {token}"})

        return await self._login.calling(call)

    async def _log_in(self, _: str | None) -> Grant:
        config = self._config
        if not (config.client_id and config.client_secret):
            raise Misconfigured("client_id, client_secret: both are needed where a token_url is given")
        secret = config.client_secret.get_secret_value()
        form = {"grant_type": "client_credentials", **({"scope": config.scope} if config.scope else {})}
        return await oauth(self._context, self.client, config.token_url, form, (config.client_id, secret))


def _object(response: httpx.Response) -> Entity:
    try:
        answer = json.loads(response.content, parse_float=str)  # amounts stay as they were written
        return dict(answer.get("d", answer))
    except (ValueError, TypeError, AttributeError):
        raise Unknown("the answer is not the JSON of an OData service; is it something else at that address?") from None


def rows(answer: Entity) -> list[Entity]:
    """The entities of an answer in either dialect."""
    found = answer.get("value", answer.get("results")) or []
    return [plain(one) for one in found]


def following(answer: Entity) -> str | None:
    """Where the server goes on, when it gives fewer than were asked for."""
    return answer.get("@odata.nextLink") or answer.get("__next")


def plain(value: Any) -> Any:
    """An entity without its envelope: lists as lists, times in ISO 8601, nothing that is only promised.

    >>> plain({"__metadata": {}, "On": "/Date(1756512000000)/", "to_Item": {"results": [{"Material": "A"}]}, "to_Text": {"__deferred": {}}})
    {'On': '2025-08-30', 'to_Item': [{'Material': 'A'}]}
    """
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        if "results" in value:
            return plain(value["results"])
        inner = {name: one for name, one in value.items() if not (isinstance(one, dict) and "__deferred" in one)}
        return {name: plain(one) for name, one in inner.items() if name != "__metadata" and "@odata" not in name}
    if isinstance(value, str) and (found := TICKS.fullmatch(value)):
        moment = START + timedelta(milliseconds=int(found[1]))
        return moment.isoformat().replace("+00:00", "Z").removesuffix("T00:00:00Z")
    return value


def wired(value: Any, path: str, name: str = "") -> Any:
    """A plain entity as a service takes it: V2 wants a time with every date; one entry of a list may be given as itself."""
    if isinstance(value, dict):
        inner = {key: wired(one, path, key) for key, one in value.items()}
        return [inner] if name.startswith(("to_", "_")) else inner
    if isinstance(value, list):
        return [wired(one, path) for one in value]
    dated = name.endswith("Date") and isinstance(value, str) and DAY.fullmatch(value) and not path.startswith(V4)
    return f"{value}T00:00:00" if dated else value


def literal(field: str, moment: datetime, path: str) -> str:
    """A moment in a `$filter`; a field that holds only days is compared with the day."""
    at = moment.astimezone(UTC)
    if path.startswith(V4):
        return at.strftime("%Y-%m-%dT%H:%M:%SZ")
    if field.endswith("DateTime"):
        return f"datetimeoffset'{at:%Y-%m-%dT%H:%M:%SZ}'"
    return f"datetime'{at:%Y-%m-%dT00:00:00}'"


def quoted(text: str) -> str:
    """A text in a `$filter` or a key.

    >>> quoted("O'Neill")
    "'O''Neill'"
    """
    return "'" + text.replace("'", "''") + "'"
