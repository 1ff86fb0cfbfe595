"""Settle: what became of a push is stored with its reason, and the order's timeline says it."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from hub.errors import Conflict
from hub.flow.intend import Intent
from hub.flow.render import Spoiled
from hub.flow.site import Site
from hub.ledger import deliveries, documents, lanes, timeline
from hub.logs import about
from hub.sdk import Receipt
from hub.settings.endpoint import Endpoint

log = logging.getLogger(__name__)


def title(intent: Intent) -> str:
    kind = intent.outgoing.document.replace("_", " ")
    return f"{kind} {intent.outgoing.number}" if intent.outgoing.number else kind


async def settled(site: Site, endpoint: Endpoint, intent: Intent, receipt: Receipt) -> list[int]:
    """The far side has it. Says which orders that concerns."""
    now = site.now()
    await site.ledger.write_together(_store, Taken(site, endpoint, intent, receipt, now))
    site.probe("settle.stored")
    site.tally.delivered(endpoint.name, intent.since, now)
    with about(endpoint=endpoint.name, outbound=intent.outbound_id, documents=intent.documents, orders=intent.orders):
        log.info("%s", _delivered(endpoint, intent, receipt))
    return list(intent.orders)


class Taken(NamedTuple):
    """A message that the far side has."""

    site: Site
    endpoint: Endpoint
    intent: Intent
    receipt: Receipt
    now: datetime


def _store(connection: Connection, taken: Sequence[Taken]) -> None:
    """Several at once: neighbours that are pushed at the same time come back at the same time."""
    said: timeline.Entries = []
    for one in taken:
        one.site.probe("settle.commit")
        intent = one.intent
        if one.receipt.reference and one.endpoint.role == "system":
            _learn(connection, one.endpoint.name, one.receipt, intent.orders, one.now)
        text = _delivered(one.endpoint, intent, one.receipt)
        said += timeline.entries(one.now, "delivered", text, intent.orders, _document(intent), outbound=intent.outbound_id)
    deliveries.done(connection, {one.intent.outbound_id: (one.receipt.reference, one.now) for one in taken})
    timeline.add(connection, said)


def _delivered(endpoint: Endpoint, intent: Intent, receipt: Receipt) -> str:
    known = receipt.reference and endpoint.role == "system"
    called = f", known there as {receipt.reference}" if known else f" as {intent.outgoing.name}"
    return f"{title(intent)} was delivered to {endpoint.name}{called}"


def _learn(connection: Connection, endpoint: str, receipt: Receipt, orders: Sequence[int], now: datetime) -> None:
    """Remember the system's own names for the order and its lines. It took the document, whatever else it says with that."""
    try:
        lines = dict(receipt.detail.get("lines") or {})
    except (TypeError, ValueError):
        log.error("%s names the lines of %s in a shape nobody knows", endpoint, receipt.reference)
        lines = {}
    for order in orders:
        documents.add_alias(connection, endpoint, str(receipt.reference), order, now=now)
        for theirs, ours in lines.items():
            documents.add_alias(connection, endpoint, str(theirs), order, str(ours), now=now)


def _document(intent: Intent) -> int | None:
    """The document, where the message carries one."""
    return intent.documents[0] if len(intent.documents) == 1 else None


async def failed(site: Site, endpoint: Endpoint, intent: Intent, state: str, why: str, due: datetime | None) -> None:
    """Not this time; or not at all until a person has looked."""
    now = site.now()

    what = "parked" if state == "parked" else "retry"
    wait = "it waits for a person" if state == "parked" else f"next attempt at {due:%H:%M:%S} UTC"
    text = f"{title(intent)} did not reach {endpoint.name}: {why}; {wait}"

    def store(connection: Connection) -> None:
        lanes.guard(connection, f"out:{endpoint.name}", intent.epoch)
        deliveries.put(connection, intent.ids, state, why, due)
        timeline.say(connection, now, what, text, intent.orders, _document(intent), outbound=intent.outbound_id)

    try:
        await site.ledger.write(store, turn=False)
        site.tally.failed(endpoint.name, state)
        with about(endpoint=endpoint.name, outbound=intent.outbound_id, documents=intent.documents, orders=intent.orders):
            log.warning("%s", text)
    except Conflict as conflict:  # whoever has the lane now finds out by itself
        log.warning("%s: %s", f"{title(intent)} for {endpoint.name}", conflict)


async def spoil(site: Site, endpoint: Endpoint, spoiled: Spoiled, epoch: int) -> None:
    """A document that cannot be written for its target stays and says why; no number is drawn for it."""
    now, row = site.now(), spoiled.row

    def store(connection: Connection) -> None:
        lanes.guard(connection, f"out:{endpoint.name}", epoch)
        deliveries.put(connection, [row.id], "parked", spoiled.why, failed=True)
        orders = deliveries.orders_of(connection, [row.id])
        text = f"{row.kind.replace('_', ' ')} {row.number or ''} cannot be written for {endpoint.name}: {spoiled.why}; it waits for a person"
        timeline.say(connection, now, "parked", text, orders, document=row.document_id)

    await site.ledger.write(store)
