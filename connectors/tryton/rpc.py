"""Tryton's JSON-RPC: sessions that renew themselves, and errors in the words of the contract."""

import base64
from functools import partial
from typing import Any

import httpx

from connectors.tryton.records import Record
from hub.sdk import Context, Grant, Login, Misconfigured, Rejected, Unavailable, Unknown, checked, reading

PASSING = ("ConcurrencyException", "DatabaseOperationalError", "database is locked")  # rolled back; it may go better again


class Rpc:
    """Calls to one database, as one user, in that user's own context (company, language)."""

    def __init__(self, config: Any, context: Context) -> None:
        self._config, self._context = config, context
        self.client: httpx.AsyncClient = context.http(base_url=config.url, timeout=config.timeout)
        self._login = Login(context, self._log_in, [config.url, config.database, config.user, config.password])
        self._preferences: Record | None = None
        self._types: dict[str, Record] = {}

    async def call(self, method: str, *params: Any, more: Record | None = None) -> Any:
        """Something that may change things there: Unknown when the answer did not come."""
        if self._preferences is None:
            self._preferences = await self._reading("model.res.user.get_preferences", True, {})
        return await self._sent(method, *params, {**self._preferences, **(more or {})})

    async def read(self, method: str, *params: Any, more: Record | None = None) -> Any:
        """Something that changes nothing, so that whatever breaks, nothing was taken."""
        if self._preferences is None:
            self._preferences = await self._reading("model.res.user.get_preferences", True, {})
        return await self._reading(method, *params, {**self._preferences, **(more or {})})

    async def search(self, model: str, domain: list[Any], fields: list[str], most: int | None, more: Record | None = None) -> Any:
        """Records that fit, oldest first."""
        return await self.read(f"model.{model}.search_read", domain, 0, most, [["id", "ASC"]], fields, more=more)

    async def fields(self, model: str) -> Record:
        """Names of the fields of a model to what they are; asked once."""
        if model not in self._types:
            self._types[model] = await self.read(f"model.{model}.fields_get", None)
        return self._types[model]

    async def exists(self, model: str, path: str) -> bool:
        """Whether this installation has the field; modules bring them."""
        name, _, rest = path.partition(".")
        kind = (await self.fields(model)).get(name)
        return kind is not None and (not rest or await self.exists(kind["relation"], rest))

    async def _reading(self, method: str, *params: Any) -> Any:
        try:
            return await reading(self._context.clock, partial(self._sent, method, *params))
        except Unknown as error:
            raise Unavailable(str(error), after=error.after) from error

    async def _sent(self, method: str, *params: Any) -> Any:
        response = await self._login.calling(lambda session: self._post(method, params, {"Authorization": f"Session {session}"}))
        return _result(method, checked(response, now=self._context.clock.now()))

    async def _post(self, method: str, params: Any, headers: dict[str, str]) -> httpx.Response:
        question = {"id": 1, "method": method, "params": list(params)}
        return await self.client.post(f"/{self._config.database}/rpc/", json=question, headers=headers)

    async def _log_in(self, _: str | None) -> Grant:
        user = self._config.user
        parameters = {"password": self._config.password.get_secret_value()}
        response = await self._post("common.db.login", [user, parameters, "en"], {})
        try:
            number, token, *_ = _result("login", checked(response, now=self._context.clock.now()))
        except (Rejected, Misconfigured, TypeError, ValueError):  # its words may repeat the password
            told = (
                f"{user} cannot log in to {self._config.database} ({response.status_code}): look at user, password and database"
            )
            raise Misconfigured(told) from None
        return Grant(base64.b64encode(f"{user}:{number}:{token}".encode()).decode())


def _result(method: str, response: httpx.Response) -> Any:
    try:
        answer = response.json()
        error = answer.get("error")
    except (ValueError, AttributeError):
        raise Unknown("the answer is not Tryton's JSON; is it something else at that address?") from None
    if error is None:
        return answer.get("result")
    kind, details = str(error[0]), error[1] if len(error) > 1 else ""
    if any(word in kind for word in PASSING):
        raise Unavailable(f"{method}: {kind}")
    words = " ".join(str(word) for word in details if isinstance(word, str) and word) if isinstance(details, list) else kind
    asks = "Tryton wants a person's word first: " if kind == "UserWarning" else ""
    raise Rejected(f"{method.removeprefix('model.')}: {asks}{words[:300]}")
