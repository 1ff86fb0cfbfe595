"""Retry: a person asks for another attempt. Kept in the timeline with who and why."""

from datetime import datetime

from sqlalchemy import Connection

from hub.ledger import deliveries, documents, gates, lanes, timeline


def retry(connection: Connection, number: str | None, who: str, why: str, now: datetime) -> list[str]:
    """Make parked deliveries due: those of one number (an order's or a document's), or all. Says what will be tried."""
    rows = deliveries.parked(connection)
    if number is not None:
        mine = set(documents.orders_numbered(connection, number))
        rows = [row for row in rows if row.number == number or mine & set(deliveries.orders_of(connection, [row.id]))]
    said: list[str] = []
    for row in rows:
        deliveries.put(connection, [row.id], "due", None, now)
        text = f"{row.kind.replace('_', ' ')} {row.number or ''} for {row.target} is to be tried again: {why}"
        timeline.say(
            connection, now, "retry", text, deliveries.orders_of(connection, [row.id]), document=row.document_id, who=who
        )
        said.append(text)
    return said + _restart(connection, who, now)


def _restart(connection: Connection, who: str, now: datetime) -> list[str]:
    """Endpoints that were stopped go on, and those that were left in peace are tried at once."""
    gates.open_all(connection)
    said = []
    for row in lanes.stopped(connection):
        if row.who is not None:
            continue  # by a person: `crossdock release`
        lanes.stop(connection, row.name, None, now)
        text = f"{row.name} goes on; it was stopped because {row.stopped}"
        timeline.say(connection, now, "restart", text, who=who)
        said.append(text)
    return said
