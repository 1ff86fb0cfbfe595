"""The machine's clock was put back: what was planned for times that have become the future is planned anew."""

from datetime import datetime

from sqlalchemy import Connection, delete, update

from hub.ledger.tables import arrivals, deliveries, gates, ticks


def back(connection: Connection, now: datetime) -> int:
    """Everything that waits is due at once, and no schedule counts as run before its time; says how much waited."""
    connection.execute(delete(ticks).where(ticks.c.planned > now))
    connection.execute(update(gates).values(failures=0, until=None, why=None, free_at=None))
    waiting = deliveries.c.state.in_(("due", "unknown"))
    sent = connection.execute(update(deliveries).where(waiting, deliveries.c.due > now).values(due=now))
    came = connection.execute(update(arrivals).where(arrivals.c.state == "received", arrivals.c.due > now).values(due=now))
    return sent.rowcount + came.rowcount
