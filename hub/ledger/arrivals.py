"""Arrivals: everything that came, each receipt its own row, even for equal bytes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from hub.ledger import blobs
from hub.ledger.sql import fixed, ignore, upsert
from hub.ledger.tables import arrivals, cursors

STATE = "state:"  # before the name of what a connector keeps
EXPIRES = f"{STATE}expires:"
TOLD = update(arrivals).where(arrivals.c.endpoint == bindparam("at"), arrivals.c.key == bindparam("called")).values(told=True)
OPEN = arrivals.c.state == fixed("received")
FIRST_WAITING = select(func.min(arrivals.c.endpoint)).where(OPEN)
NEXT_WAITING = FIRST_WAITING.where(arrivals.c.endpoint > bindparam("last"))
SETTLED = update(arrivals).where(arrivals.c.id == bindparam("arrival")).values(state=bindparam("reached"), error=bindparam("why"))


@dataclass(frozen=True, slots=True)
class Came:
    """Something that came from an endpoint. `key` names the arrival at its source."""

    key: str
    body: bytes
    name: str | None = None
    media_type: str | None = None
    handle: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def store(connection: Connection, endpoint: str, came: Sequence[Came], cursor: str | None, now: datetime) -> int:
    """Keep what came and how far we have read, together. Says how many are new."""
    new = 0
    for item in came:
        row = {
            "endpoint": endpoint,
            "key": item.key,
            "name": item.name,
            "media_type": item.media_type,
            "headers": json.dumps(dict(item.headers)),
            "handle": item.handle,
            "hash": blobs.keep(connection, item.body),
            "size": len(item.body),
            "state": "received",
            "received_at": now,
            "due": now,
            "told": False,
            "attempts": 0,
        }
        new += ignore(connection, arrivals, row)
    if cursor is not None:
        set_cursor(connection, endpoint, "pull", cursor)
    return new


def cursor_of(connection: Connection, endpoint: str, name: str = "pull") -> str | None:
    """How far this endpoint has been read; or another small value kept for it."""
    return connection.scalar(select(cursors.c.value).where(cursors.c.endpoint == endpoint, cursors.c.name == name))


def set_cursor(connection: Connection, endpoint: str, name: str, value: str) -> None:
    upsert(connection, cursors, ("endpoint", "name"), {"endpoint": endpoint, "name": name, "value": value})


def expiries(connection: Connection) -> Sequence[Row[Any]]:
    """What connectors said of when their certificates and tokens expire: endpoint, name, moment."""
    return connection.execute(select(cursors).where(cursors.c.name.startswith(EXPIRES, autoescape=True))).all()


def told(connection: Connection, endpoint: str, keys: Sequence[str]) -> None:
    """The far side knows that we have these."""
    connection.execute(TOLD, [{"at": endpoint, "called": key} for key in keys])


def untold(connection: Connection, endpoint: str, most: int = 500) -> Sequence[Row[Any]]:
    """Arrivals of this endpoint that the far side may not know we have: the hub stopped between storing and telling."""
    query = select(arrivals).where(arrivals.c.endpoint == endpoint, ~arrivals.c.told)
    return connection.execute(query.order_by(arrivals.c.id).limit(most)).all()


def waiting(connection: Connection, endpoint: str, now: datetime, most: int = 50) -> Sequence[Row[Any]]:
    """Arrivals of this endpoint not yet decided, in the order they came."""
    return connection.execute(
        select(arrivals).where(OPEN, arrivals.c.endpoint == endpoint, arrivals.c.due <= now).order_by(arrivals.c.id).limit(most)
    ).all()


def settle(connection: Connection, arrival: int, state: str, error: str | None = None) -> None:
    connection.execute(SETTLED, {"arrival": arrival, "reached": state, "why": error})


def postpone(connection: Connection, arrival: int, due: datetime, error: str) -> None:
    """Something of ours failed; the arrival is tried again later."""
    connection.execute(
        update(arrivals).where(arrivals.c.id == arrival).values(due=due, error=error, attempts=arrivals.c.attempts + 1)
    )


def get(connection: Connection, arrival: int) -> Row[Any] | None:
    return connection.execute(select(arrivals).where(arrivals.c.id == arrival)).first()


def endpoints_waiting(connection: Connection, now: datetime) -> list[str]:
    """Endpoints with something to decide: from one to the next by the index, however much waits at each."""
    found, last = list[str](), connection.scalar(FIRST_WAITING)
    while last is not None:
        if waiting(connection, last, now, 1):
            found.append(last)
        last = connection.scalar(NEXT_WAITING, {"last": last})
    return found


def backlog(connection: Connection, endpoint: str, most: int) -> int:
    """How many arrivals of this endpoint are not yet decided; counts no further than `most`."""
    some = select(arrivals.c.id).where(OPEN, arrivals.c.endpoint == endpoint).limit(most).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0
