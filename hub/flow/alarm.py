"""Alarm: what a person must know is seen, told in groups with the command that helps, and closed when it is gone."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from hub.flow.draft import ORDERS
from hub.flow.site import Site
from hub.ledger import alerts, arrivals, deliveries, documents, gates, lanes, outbound, timeline
from hub.rules.calendar import Both
from hub.rules.duration import words
from hub.rules.hours import open_between

log = logging.getLogger(__name__)
BAD = ("overdue", "rejected", "partly_accepted")


class Alert(NamedTuple):
    """Something a person must know. `key` is the same as long as it is the same matter."""

    key: str
    kind: str
    subject: str  # the endpoint, partner or document it is about
    text: str
    help: str  # the command that helps


def seen(connection: Connection, site: Site, now: datetime) -> Iterator[Alert]:
    """All there is to know now."""
    yield from _receipts(connection)
    yield from _dead(connection)
    yield from _held(connection)
    yield from _failed(connection)
    yield from _stopped(connection, now)
    yield from _old(connection, site, now)
    yield from _undecided(connection, site, now)
    yield from _silent(connection, site, now)
    yield from _expiring(connection, site, now)


def _receipts(connection: Connection) -> Iterator[Alert]:
    for row in outbound.open_receipts(connection):
        if row.receipt in BAD:
            what = row.receipt.replace("_", " ")
            yield Alert(f"receipt:{row.id}", "receipt", row.target, f"{row.name} to {row.target} is {what}", "crossdock open")


def _dead(connection: Connection) -> Iterator[Alert]:
    for row in deliveries.parked(connection):
        what = f"{row.kind.replace('_', ' ')} {row.number or ''}".strip()
        text = f"{what} for {row.target} waits for a person: {row.error}"
        yield Alert(
            f"parked:{row.id}:{row.attempts}", "dead letter", row.target, text, f"crossdock retry {row.number or '--all'}"
        )


def _held(connection: Connection) -> Iterator[Alert]:
    for row in documents.held(connection):
        what = f"{row.kind.replace('_', ' ')} {row.number or ''}".strip()
        text = f"{what} from {row.endpoint} is held: {row.why}"
        yield Alert(f"held:{row.id}", "held", row.endpoint, text, f"crossdock release {row.number or ''}".strip())


def _failed(connection: Connection) -> Iterator[Alert]:
    for row in arrivals.failed(connection):
        text = f"message {row.id} ({row.name or row.key}) from {row.endpoint} was not taken: {row.error}"
        yield Alert(f"message:{row.id}:{row.attempts}", "held", row.endpoint, text, f"crossdock release --message {row.id}")


def _stopped(connection: Connection, now: datetime) -> Iterator[Alert]:
    for row in lanes.stopped(connection):
        help = f"crossdock release {row.name}" if row.who else "crossdock retry --all"
        yield Alert(f"stopped:{row.name}", "stopped", row.name, f"{row.name} is stopped: {row.stopped}", help)
    for row in gates.shut(connection, now):
        text = f"{row.endpoint} failed {row.failures} times in a row and is left in peace for a while: {row.why}"
        yield Alert(f"paused:{row.endpoint}", "paused", row.endpoint, text, "crossdock retry --all")


def _old(connection: Connection, site: Site, now: datetime) -> Iterator[Alert]:
    age = site.company.hub.alerts.lane_age
    for row in alerts.oldest_due(connection, now - age):
        endpoint = site.company.endpoints.get(row.target)
        if endpoint is not None and endpoint.batch is None:
            text = f"{row.many} for {row.target} wait longer than {words(age)}, the oldest since {row.since:%Y-%m-%d %H:%M} UTC"
            yield Alert(f"age:{row.target}", "late", row.target, text, "crossdock orders --waiting")


def _undecided(connection: Connection, site: Site, now: datetime) -> Iterator[Alert]:
    """Of each place the oldest that cannot be decided for a while."""
    oldest: dict[str, Any] = {}
    for row in arrivals.postponed(connection):
        if row.received_at < now - site.company.hub.alerts.lane_age:
            oldest.setdefault(row.endpoint, row)
    for name, row in oldest.items():
        text = f"{row.name or row.key} from {name}, of {row.received_at:%Y-%m-%d %H:%M} UTC, is not decided yet: {row.error}"
        yield Alert(f"undecided:{name}", "late", name, text, "crossdock orders --waiting")


def _silent(connection: Connection, site: Site, now: datetime) -> Iterator[Alert]:
    for name, channel in site.company.channels.items():
        if channel.silence is None:
            continue
        last = alerts.last_brought(connection, name, ORDERS[0])
        if last is None:
            continue  # it never brought anything: nothing to be missed
        partner = site.partner(channel.partner)
        own = partner.calendar if partner else None
        hours = Both(channel.silence.hours, own) if own else channel.silence.hours
        waited = open_between(hours, site.zone(partner), last, now)
        if waited > channel.silence.after:
            text = f"{name} has brought no order since {last:%Y-%m-%d %H:%M} UTC, {words(channel.silence.after)} of its hours"
            yield Alert(f"silent:{name}", "silent", name, text, f"crossdock connectors check {name}")


def _expiring(connection: Connection, site: Site, now: datetime) -> Iterator[Alert]:
    for row in arrivals.expiries(connection):
        expires, name = datetime.fromisoformat(row.value), row.name.removeprefix(arrivals.EXPIRES)
        if expires <= now + site.company.hub.alerts.expiry:
            text = f"{name} of {row.endpoint} expires at {expires:%Y-%m-%d %H:%M} UTC"
            yield Alert(f"expires:{row.endpoint}:{name}", "expires", row.endpoint, text, "renew it, then: crossdock check")


def compare(connection: Connection, site: Site, now: datetime) -> None:
    """New matters are opened, those that are gone are closed; both stand in the timeline."""
    present = {alert.key: alert for alert in seen(connection, site, now)}
    known = {row.key: row for row in alerts.open_ones(connection)}
    for alert in present.values():
        if alert.key not in known:
            alerts.add(connection, {**alert._asdict(), "opened_at": now})
            timeline.say(connection, now, "alert", f"{alert.kind}: {alert.text}")
    gone = [row for key, row in known.items() if key not in present]
    alerts.change(connection, [row.id for row in gone], closed_at=now)
    for row in gone:
        timeline.say(connection, now, "alert closed", f"{row.kind}: {row.text}")


async def tell(site: Site) -> None:
    """Tell what is to be told, all at once; what cannot be told now is told later."""
    settings, now = site.company.hub.alerts, site.now()
    if site.notify is None:
        return
    rows = await site.ledger.read(lambda connection: alerts.untold(connection, now - settings.gather, now - settings.again))
    if not rows:
        return
    try:
        await site.notify(*notice(site.company.hub.name, rows))
    except Exception as error:
        log.error("%d alerts could not be told: %s", len(rows), error)
        return
    await site.ledger.write(lambda connection: alerts.change(connection, [row.id for row in rows], told_at=now))


def notice(hub: str, rows: Sequence[Any]) -> tuple[str, str, list[dict[str, str]]]:
    """One notice of many alerts: a line above all, the text by kind with the command that helps, and the same as values."""
    kinds: dict[str, list[Any]] = {}
    for row in rows:
        kinds.setdefault(row.kind, []).append(row)
    title = f"{hub}: " + ", ".join(f"{len(found)} {kind}" for kind, found in kinds.items())
    parts: list[str] = []
    for kind, found in kinds.items():
        parts += [f"{kind} ({len(found)})"]
        for row in found:
            parts += [f"  {row.id}  {row.text}", f"      {row.help}"]
        parts += [""]
    parts += ["Seen to: crossdock alerts acknowledge NUMBER"]
    values = [{"id": str(row.id), "kind": row.kind, "subject": row.subject, "text": row.text, "help": row.help} for row in rows]
    return title, "\n".join(parts), values
