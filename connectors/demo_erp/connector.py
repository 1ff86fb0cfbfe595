"""The ERP of the demo: a REST system with its own JSON, its own references and a feed of what happened."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime
from typing import Any

import httpx

from hub.sdk import Connector, Context, Message, Misconfigured, Outgoing, Receipt, Unavailable, Unknown, reading
from hub.sdk.answers import checked, keyed, parsed
from hub.sdk.settings import Address, Secret, Settings, setting

RESOURCES = {"order": "sales-orders", "ship_notice": "goods-issues"}
REFERENCES = ("salesOrder", "goodsIssue")  # what it calls the things it has made


class DemoErp(Connector):
    """Posts what the mapping wrote, byte for byte; reads the feed by its sequence number."""

    title = "Demo ERP"
    docs_url = "hub/demo/README.md"
    repeat = "native"
    met = "the ERP of the demo, a process of our own; it is no product"

    class Config(Settings):
        """Where it is and what is posted where."""

        url: Address = setting(description="Address of the ERP.", example="http://127.0.0.1:8081")
        api_key: Secret = setting(description="Sent as `X-Api-Key`.")
        resources: dict[str, str] = setting(
            RESOURCES, description="Kind of document to the resource it is posted to.", example={"order": "sales-orders"}
        )
        page: int = setting(100, ge=1, le=1000, description="Entries of the feed asked for at a time.")
        timeout: float = setting(30.0, gt=0, le=100, description="Seconds to wait for the next byte of an answer.")

    def __init__(self, config: "DemoErp.Config", context: Context) -> None:
        super().__init__(config, context)
        self._client: httpx.AsyncClient = context.http(
            base_url=config.url, headers={"X-Api-Key": config.api_key.get_secret_value()}, timeout=config.timeout
        )

    async def check(self) -> None:
        await self._get("/api/ping", {})

    async def pull(self, cursor: str | None, until: datetime | None = None) -> AsyncIterator[Message]:
        after = int(cursor or 0)
        while entries := await self._entries(after):
            for entry in entries:
                after = entry["seq"]
                yield _message(entry)
            if len(entries) < self.config.page:
                return

    async def ids(self, since: datetime, until: datetime) -> AsyncIterator[str]:
        after = 0
        while entries := await self._entries(after):
            for entry in entries:
                after = entry["seq"]
                if since <= datetime.fromisoformat(entry["at"]) < until:
                    yield str(after)
            if len(entries) < self.config.page:
                return

    async def _entries(self, after: int) -> list[dict[str, Any]]:
        answer = await self._get("/api/feed", {"after": after, "limit": self.config.page})
        entries: list[dict[str, Any]] = answer.get("entries", [])
        numbers = [entry.get("seq", 0) for entry in entries]
        if numbers != sorted({number for number in numbers if number > after}):
            raise Unavailable(f"the feed after {after} is out of order: {numbers[:5]}")
        return entries

    async def push(self, outgoing: Outgoing) -> Receipt:
        resource = self.config.resources.get(outgoing.document)
        if resource is None:
            raise Misconfigured(f"resources: no resource is named for `{outgoing.document}`")
        response = await self._client.post(
            f"/api/{resource}", content=outgoing.body, headers={"Content-Type": "application/json"}
        )
        answer = _object(checked(response, now=self.context.clock.now()))
        return Receipt(reference=next((answer[name] for name in REFERENCES if name in answer), None), detail=answer)

    async def lookup(self, table: str, keys: Iterable[str]) -> Mapping[str, Any]:
        if table != "items":
            raise Misconfigured(f"there is no table `{table}`; there is `items`")
        wanted = list(keys)
        return keyed((await self._get("/api/items", {"sku": wanted})).get("items"), "sku", wanted)

    async def _get(self, path: str, query: dict[str, Any]) -> dict[str, Any]:
        async def once() -> dict[str, Any]:
            return _object(checked(await self._client.get(path, params=query), now=self.context.clock.now()))

        return await reading(self.context.clock, once)

    async def close(self) -> None:
        await self._client.aclose()


def _message(entry: dict[str, Any]) -> Message:
    seq = str(entry["seq"])
    body = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()
    return Message(key=seq, body=body, name=f"{entry.get('kind')}-{seq}", media_type="application/json", cursor=seq)


def _object(response: httpx.Response) -> dict[str, Any]:
    answer = parsed(response)
    if not isinstance(answer, dict):
        raise Unknown("the answer is not the JSON this system speaks; is it something else at that address?")
    return answer
