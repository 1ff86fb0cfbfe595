"""Purge: what policy says is taken away once orders are over. Keys, hashes, numbers, totals, receipts and the timeline stay."""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection

from hub.flow.site import Site
from hub.ledger import answers, documents, lanes, purges, timeline
from hub.rules.retention import findings_left, remainder
from hub.settings.company import Company
from hub.settings.retention import Retention

log = logging.getLogger(__name__)
BATCH = 100  # arrivals or messages in one transaction
TICKS = timedelta(days=30)
ANSWERS = timedelta(days=30)  # of systems, for other documents; those that a document rests on stay as long as its body


class Step(NamedTuple):
    """What a batch did, and where the next begins; None when there is no more."""

    done: Counter[str]
    last: int | None


async def purge(site: Site) -> Counter[str]:
    """Everything that is to go now; says how much of what went."""
    total = Counter[str]()
    for work in (_arrivals, _messages):
        after: int | None = 0
        while after is not None and not site.stopping:
            done, after = await site.ledger.write(partial(work, company=site.company, after=after, now=site.now()))
            total += done
    now = site.now()

    def store(connection: Connection) -> None:
        purges.forget_ticks(connection, now - TICKS)
        answers.forget(connection, max(now - ANSWERS, _earliest(site.company, now) or now - ANSWERS))
        lanes.tick_done(connection, "purge:hub", now)

    await site.ledger.write(store)
    if total:
        log.info("purged by policy: %s", ", ".join(f"{count} {what}" for what, count in total.items()))
    return total


def dry(connection: Connection, company: Company, now: datetime) -> Counter[str]:
    """What would go now."""
    total = Counter[str]()
    if (limit := _earliest(company, now)) is None:
        return total
    going: set[int] = set()
    for row in _all(connection, purges.arrivals_before, limit):
        ids = purges.documents_of_arrival(connection, row.id)
        if _policy(connection, company, ids, row.endpoint, row.received_at, now) is not None:
            going |= set(ids)
            total["messages received"] += 1
            total["documents"] += len(ids)
    for row in _all(connection, purges.messages_before, limit):
        left = {one.id for one in purges.whole(connection, purges.documents_of_message(connection, row.id))}
        total["messages sent"] += left <= going
    return +total


def _all(connection: Connection, find: Any, limit: datetime) -> Iterator[Any]:
    after, rows = 0, find(connection, 0, limit, BATCH)
    while rows:
        yield from rows
        after = rows[-1].id
        rows = find(connection, after, limit, BATCH)


def _earliest(company: Company, now: datetime) -> datetime | None:
    """Nothing younger can be concerned by any policy."""
    found = [one.retention for one in company.endpoints.values()] + [company.hub.retention]
    afters = [policy.after for policy in found if policy is not None]
    return now - min(afters) if afters else None


def policy_of(company: Company, endpoint: str) -> Retention | None:
    """The policy for what an endpoint brought."""
    found = company.endpoints.get(endpoint)
    return (found.retention if found else None) or company.hub.retention


def _policy(
    connection: Connection, company: Company, ids: Sequence[int], endpoint: str, came: datetime, now: datetime
) -> Retention | None:
    """The policy by which these documents go now; None while anything of theirs is still going on, or too young."""
    standing = purges.standing(connection, ids)
    if standing.busy:
        return None
    own = policy_of(company, endpoint)
    if not standing.orders:
        return own if own is not None and came <= now - own.after else None
    found = [policy_of(company, order.channel) for order in standing.orders]
    for order, policy in zip(standing.orders, found, strict=True):
        if policy is None or order.state not in policy.closed or order.changed_at > now - policy.after:
            return None
    return max((policy for policy in found if policy is not None), key=lambda policy: policy.what == "bodies")


def _arrivals(connection: Connection, company: Company, after: int, now: datetime) -> Step:
    done, limit = Counter[str](), _earliest(company, now)
    rows = purges.arrivals_before(connection, after, limit, BATCH) if limit is not None else ()
    for row in rows:
        ids = purges.documents_of_arrival(connection, row.id)
        policy = _policy(connection, company, ids, row.endpoint, row.received_at, now)
        if policy is None:
            continue
        _strip(connection, ids, policy, now)
        purges.mark(connection, "arrival", row.id, now, str(policy))
        purges.drop_blob(connection, row.hash, now, str(policy))
        done["messages received"] += 1
        done["documents"] += len(ids)
    return Step(done, rows[-1].id if rows else None)


def _strip(connection: Connection, ids: Sequence[int], policy: Retention, now: datetime) -> None:
    said: timeline.Entries = []
    for row in purges.whole(connection, ids):
        canonical = remainder(row.kind, row.canonical, policy.what) if row.canonical else None
        purges.strip(connection, row.id, canonical, findings_left(row.findings))
        purges.mark(connection, "document", row.id, now, str(policy))
        text = f"{row.kind.replace('_', ' ')} {row.number or ''}".strip() + f": purged on {now:%Y-%m-%d} by policy: {policy}"
        said += timeline.entries(now, "purged", text, documents.orders_of(connection, row.id), row.id, arrival=row.arrival_id)
    timeline.add(connection, said)


def _messages(connection: Connection, company: Company, after: int, now: datetime) -> Step:
    """What we sent goes when every document in it has gone."""
    done, limit = Counter[str](), _earliest(company, now)
    rows = purges.messages_before(connection, after, limit, BATCH) if limit is not None else ()
    for row in rows:
        gone = purges.of(connection, "document", ids := purges.documents_of_message(connection, row.id))
        if ids and len(gone) == len(set(ids)):
            policy = next(iter(gone.values())).policy
            purges.mark(connection, "outbound", row.id, now, policy)
            purges.drop_blob(connection, row.hash, now, policy)
            done["messages sent"] += 1
    return Step(done, rows[-1].id if rows else None)
