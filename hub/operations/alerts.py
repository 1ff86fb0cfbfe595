"""Alerts: what a person must know, and that a person has seen to it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from hub.ledger import alerts, timeline


def acknowledge(connection: Connection, ids: Iterable[int], who: str, why: str, now: datetime) -> list[str]:
    """Somebody sees to these; they are not told again. Says which. Empty `ids`: all that are open."""
    wanted = set(ids)
    rows = [row for row in alerts.open_ones(connection) if row.acknowledged_at is None and (not wanted or row.id in wanted)]
    alerts.change(connection, [row.id for row in rows], acknowledged_at=now, acknowledged_by=who)
    said = [f"{row.kind}: {row.text}" for row in rows]
    for text in said:
        timeline.say(connection, now, "alert acknowledged", f"{text} ({why})", who=who)
    return said
