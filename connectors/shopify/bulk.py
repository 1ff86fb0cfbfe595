"""Bulk operations: Shopify writes a whole period into a file, which costs no points and needs no pages."""

from collections.abc import AsyncIterator
from typing import Any

from connectors.shopify.api import Api
from connectors.shopify.queries import BULK, BULK_ORDERS, BULK_STATE
from hub.sdk import Rejected, Unavailable
from hub.sdk.graphql import refused

WAIT = 5.0  # seconds between two looks
LOOKS = 720  # an hour of them
TOGETHER = 200  # orders handed on at a time


async def orders(api: Api, words: str) -> AsyncIterator[list[dict[str, Any]]]:
    """Orders that fit the search words, with their lines as a poll gives them, some at a time."""
    url = await _file(api, BULK_ORDERS % words.replace("\\", "\\\\").replace('"', '\\"'))
    if url is None:
        return
    some: list[dict[str, Any]] = []
    async for row in api.rows(url):
        if "__parentId" not in row:
            if len(some) >= TOGETHER:
                yield some
                some = []
            some.append({**row, "shippingLines": {"nodes": []}, "lineItems": {"nodes": []}})
            continue
        row.pop("__parentId")
        name = "lineItems" if row.pop("__typename", None) == "LineItem" else "shippingLines"
        some[-1][name]["nodes"].append(row)
    yield some


async def _file(api: Api, query: str) -> str | None:
    """The address of the file once it is written; None when there is nothing in it."""
    started = (await api.write(BULK, query=query))["bulkOperationRunQuery"]
    refused(started)
    for _ in range(LOOKS):
        now = (await api.read(BULK_STATE, id=started["bulkOperation"]["id"]))["node"]
        if now["status"] == "COMPLETED":
            return str(now["url"]) if now["url"] else None
        if now["status"] not in ("CREATED", "RUNNING"):
            raise Rejected(f"the bulk operation is {now['status']}: {now['errorCode']}")
        await api.sleep(WAIT)
    raise Unavailable("the bulk operation goes on for more than an hour")
