"""GraphQL over HTTP: what an answer with errors means in the words of the contract."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from hub.clock import Clock
from hub.errors import CrossdockError, Misconfigured, Rejected, Unavailable, Unknown
from hub.sdk.answers import EXCERPT, checked, parsed
from hub.sdk.retrying import reading

if TYPE_CHECKING:
    import httpx  # slow to load, and only named here

FAILED = frozenset({"INTERNAL_SERVER_ERROR", "TIMEOUT"})  # may come after a commit


class GraphQL:
    """Asks one address. `later` and `forbidden` are codes (`extensions.code`) that mean: not now, and not you."""

    def __init__(
        self,
        post: "Callable[[dict[str, Any]], Awaitable[httpx.Response]]",
        clock: Clock,
        *,
        later: Collection[str] = (),
        forbidden: Collection[str] = (),
        after: Callable[[Mapping[str, Any]], float | None] = lambda answer: None,
    ) -> None:
        self._post, self._clock = post, clock  # `post` sends the JSON value and gives the httpx answer
        self._later, self._forbidden, self._after = later, forbidden, after

    async def read(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """The data of a query; asked again within seconds where the far side is unavailable."""

        async def once() -> dict[str, Any]:
            return await self.write(query, **variables)

        return await reading(self._clock, once)

    async def write(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """The data of a mutation, sent once."""
        response: httpx.Response = checked(
            await self._post({"query": query, "variables": variables}), now=self._clock.now(), allow=(400,)
        )
        answer = parsed(response)
        if not isinstance(answer, dict):
            raise Unknown(f"{response.request.url.host} answered something that is not GraphQL")
        wait = self._after(answer)
        if errors := answer.get("errors"):
            raise self._meaning(errors, wait)
        if response.status_code == 400 or not isinstance(answer.get("data"), dict):
            checked(response, now=self._clock.now())
            raise Unknown(f"{response.request.url.host} answered without data")
        found: dict[str, Any] = answer["data"]
        return found

    def _meaning(self, errors: Any, wait: float | None) -> CrossdockError:
        rows = [one if isinstance(one, dict) else {"message": one} for one in (errors if isinstance(errors, list) else [errors])]
        codes = {str((one.get("extensions") or {}).get("code", "")) for one in rows}
        words = "; ".join(str(one.get("message", "")) for one in rows)[:EXCERPT]
        if codes & set(self._later):
            return Unavailable(f"not now: {words}", after=wait)
        if codes & set(self._forbidden):
            return Misconfigured(f"not allowed: {words}")
        return Unknown(f"it failed: {words}") if codes & FAILED else Rejected(words or "refused without words")


def refused(payload: Mapping[str, Any]) -> None:
    """Raise Rejected for what a mutation says in `userErrors`."""
    if wrong := payload.get("userErrors"):
        raise Rejected("; ".join(str(one.get("message")) for one in wrong)[:EXCERPT])
