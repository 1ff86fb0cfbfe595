"""What stores share: orders are read by the time they changed, sheets that mappings wrote go back, webhooks are hints."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from hub.errors import Misconfigured, Rejected
from hub.sdk import polling
from hub.sdk.connector import Connector, Message, Outgoing, Receipt
from hub.sdk.settings import Secret, Settings, setting

Sheet = Mapping[str, Any]  # what a mapping wrote for the store


class StoreSettings(Settings):
    """How a store is read, and what of stock it takes."""

    webhook_secrets: tuple[Secret, ...] = setting(
        (), max_length=2, description="Secrets that sign the webhooks; two while one replaces the other."
    )
    since: polling.Start = setting(description="Orders changed before this are never read.", example="2026-11-22T00:00:00Z")
    overlap: int = setting(300, ge=1, le=86400, description="Seconds read again at each poll, for what shows late.")
    unknown_stock: Literal["refuse", "pass"] = setting(
        "refuse",
        description="Stock of products that the shop does not have: refuse the whole report, or pass them over (it needs one it has).",
    )
    timeout: float = setting(30.0, gt=0, le=100, description="Seconds to wait for the next byte of an answer.")


class Writing(Protocol):
    """Writes sheets into the store's own places, each under the key of its delivery."""

    async def answer(self, sheet: Sheet, key: str, /) -> Receipt: ...

    async def shipment(self, sheet: Sheet, key: str, /) -> Receipt: ...

    async def stock(self, sheet: Sheet, key: str, /) -> Receipt: ...


class Store(Connector):
    """A store that tells its orders by the time they changed. A kind of store gives `pages` and a `writer`."""

    by_time = True
    config: StoreSettings
    writer: Writing

    def pages(self, since: datetime) -> AsyncIterator[Sequence[polling.Entry]]:
        """Orders that changed at or after a moment, oldest first."""
        raise NotImplementedError

    def pages_of(self, until: datetime) -> polling.Pages:
        """The same where the end is known: some stores have a cheaper way."""
        return self.pages

    def pull(self, cursor: str | None, until: datetime | None = None) -> AsyncIterator[Message]:
        overlap, pages = timedelta(seconds=self.config.overlap), self.pages if until is None else self.pages_of(until)
        return polling.changed(pages, cursor, start=self.config.since, until=until, overlap=overlap)

    def ids(self, since: datetime, until: datetime) -> AsyncIterator[str]:
        return polling.keys(self.pages_of(until), max(since, self.config.since), until)

    async def push(self, outgoing: Outgoing) -> Receipt:
        writer = self.writer
        kinds = {"order_response": writer.answer, "ship_notice": writer.shipment, "inventory_report": writer.stock}
        write = kinds.get(outgoing.document)
        if write is None:
            raise Misconfigured(f"a shop takes no {outgoing.document.replace('_', ' ')}")
        return await write(sheet(outgoing.body), outgoing.key)


class Looking(Writing, Protocol):
    """Writes, and finds what it wrote."""

    async def find_answer(self, sheet: Sheet) -> Receipt | None: ...

    async def find_shipment(self, sheet: Sheet) -> Receipt | None: ...


class FindingStore(Store):
    """A store in which what was written is found again; stock is set, and setting it again is as good as looking."""

    writer: Looking

    async def find(self, key: str, outgoing: Outgoing) -> Receipt | None:
        look = {"order_response": self.writer.find_answer, "ship_notice": self.writer.find_shipment}.get(outgoing.document)
        return await look(sheet(outgoing.body)) if look else None


def sheet(body: bytes) -> dict[str, Any]:
    """A JSON object. Raises Rejected.

    >>> sheet(b'{"number": "S1"}')
    {'number': 'S1'}
    """
    try:
        value = json.loads(body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Rejected("this is not a JSON object")
    return value


def entry(order: Mapping[str, Any], updated: datetime, number: str) -> polling.Entry:
    """An order as the store has it, as one version of it."""
    body = json.dumps(order, ensure_ascii=False, separators=(",", ":")).encode()
    return polling.Entry(updated, str(order["id"]), body, f"order {number}")


def stocked(wanted: Mapping[str, Any], found: Mapping[str, Any], unknown: str, what: str = "variant") -> Receipt:
    """What to say of stock once it is set. Raises Rejected, before anything is set, where the shop does not have a product.

    >>> stocked({"A": 1, "B": 2}, {"A": {}}, "pass").reference
    'stock of 1: A; not here: B'
    """
    missing = sorted(set(wanted) - set(found))
    if missing and (unknown == "refuse" or not found):
        raise Rejected(f"the shop has no {what} with the SKU {', '.join(missing[:5])}")
    return Receipt(
        f"stock of {len(found)}: {', '.join(found)}"[:200] + (f"; not here: {', '.join(missing)}"[:100] if missing else "")
    )
