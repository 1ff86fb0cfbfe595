"""Lanes: one process at a time drains one, under a lease whose epoch fences off a sleeper that wakes too late."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, null, select, union_all, update

from hub.errors import Conflict
from hub.ledger.sql import ignore
from hub.ledger.tables import endpoints, lanes, pauses, ticks

EPOCH = select(lanes.c.epoch).where(lanes.c.name == bindparam("lane"))
STOPPED = union_all(
    select(endpoints.c.name, endpoints.c.stopped, endpoints.c.since, null().label("who")).where(endpoints.c.stopped.isnot(None)),
    select(pauses.c.endpoint, pauses.c.why, pauses.c.since, pauses.c.who),
)
HELD = EPOCH.with_for_update(read=True)  # nobody takes the lane before this transaction has ended; SQLite needs no lock


def take(connection: Connection, name: str, owner: str, now: datetime, hold: timedelta) -> int | None:
    """The lease's epoch, or None while another process holds it. A lease of many holds was made by a clock that ran ahead."""
    ignore(connection, lanes, {"name": name, "owner": None, "epoch": 0, "until": now - hold})
    over = (lanes.c.until <= now) | (lanes.c.until > now + 10 * hold)
    result = connection.execute(
        update(lanes)
        .where(lanes.c.name == name, (lanes.c.owner.is_(None)) | (lanes.c.owner == owner) | over)
        .values(owner=owner, epoch=lanes.c.epoch + 1, until=now + hold)
    )
    if result.rowcount != 1:
        return None
    return connection.scalar(EPOCH, {"lane": name})


def guard(connection: Connection, name: str, epoch: int) -> None:
    """Raise Conflict unless the lease is still ours: nothing of this transaction may count otherwise."""
    if connection.scalar(HELD, {"lane": name}) != epoch:
        raise Conflict(f"the lane {name} was taken over by another process")


def renew(connection: Connection, name: str, epoch: int, until: datetime) -> bool:
    """Keep the lease; False when it is no longer ours."""
    renewed = update(lanes).where(lanes.c.name == name, lanes.c.epoch == epoch).values(until=until)
    return bool(connection.execute(renewed).rowcount == 1)


def leave(connection: Connection, name: str, epoch: int) -> None:
    connection.execute(update(lanes).where(lanes.c.name == name, lanes.c.epoch == epoch).values(owner=None))


def free_all(connection: Connection) -> None:
    """Nobody else can be alive (one process owns the database): every lease is free, every endpoint gets a new chance.

    What a person has stopped stays stopped."""
    connection.execute(update(lanes).values(owner=None))
    connection.execute(update(endpoints).values(stopped=None))


def tick(connection: Connection, schedule: str, planned: datetime, now: datetime) -> bool:
    """Record that this schedule is due for that moment; True for the one who was first."""
    return ignore(connection, ticks, {"schedule": schedule, "planned": planned, "fired_at": now})


def last_tick(connection: Connection, schedule: str) -> datetime | None:
    query = select(ticks.c.planned).where(ticks.c.schedule == schedule).order_by(ticks.c.planned.desc()).limit(1)
    return connection.scalar(query)


def due_ticks(connection: Connection) -> list[str]:
    """Schedules with a tick that nobody has worked off."""
    return list(connection.scalars(select(ticks.c.schedule).where(ticks.c.done_at.is_(None)).distinct()))


def left_over(connection: Connection, before: datetime, now: datetime) -> list[str]:
    """Schedules with a tick from before that nobody has worked off, and whose lane nobody holds."""
    held = exists(select(1).where(lanes.c.name == ticks.c.schedule, lanes.c.owner.isnot(None), lanes.c.until > now))
    query = select(ticks.c.schedule).where(ticks.c.done_at.is_(None), ticks.c.fired_at <= before, ~held).distinct()
    return list(connection.scalars(query))


def tick_done(connection: Connection, schedule: str, now: datetime) -> int:
    """The ticks of this schedule so far are worked off; says how many were open."""
    result = connection.execute(update(ticks).where(ticks.c.schedule == schedule, ticks.c.done_at.is_(None)).values(done_at=now))
    return int(result.rowcount)


def stop(connection: Connection, endpoint: str, why: str | None, now: datetime) -> None:
    """Stop an endpoint with the reason, or (None) let it go on."""
    ignore(connection, endpoints, {"name": endpoint, "stopped": None, "since": now})
    connection.execute(update(endpoints).where(endpoints.c.name == endpoint).values(stopped=why, since=now))


def stopped(connection: Connection) -> Sequence[Row[Any]]:
    """Endpoints that do nothing now: `name`, why (`stopped`), `since`, and `who` where a person said so."""
    return connection.execute(STOPPED).all()
