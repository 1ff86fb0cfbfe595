"""Arrivals: everything that came, each receipt its own row, even for equal bytes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, or_, select, update

from hub.ledger import blobs
from hub.ledger.sql import fixed, ignore, upsert
from hub.ledger.tables import arrivals, cursors, deliveries, documents
from hub.sdk.spool import Body

QUIET = "crossdock:quiet"  # among the headers: nothing of it leaves; no header of mail or HTTP has a colon in its name
RELEASED = "crossdock:released"  # a person has looked and lets it in: why
PERSON = "crossdock:person"  # who that was
READS = "crossdock:reads"  # as what it is read then, in place of what its endpoint says
WAITS = "crossdock:waits"  # the system that must be asked before it can be decided, and is away
STATE = "state:"  # before the name of what a connector keeps
MANY = 1000  # keys asked for in one statement
EXPIRES = f"{STATE}expires:"
TOLD = update(arrivals).where(arrivals.c.endpoint == bindparam("at"), arrivals.c.key == bindparam("called")).values(told=True)
OPEN = arrivals.c.state == fixed("received")
FAILED = arrivals.c.state == fixed("failed")
FIRST_WAITING = select(func.min(arrivals.c.endpoint)).where(OPEN)
NEXT_WAITING = FIRST_WAITING.where(arrivals.c.endpoint > bindparam("last"))
SETTLED = update(arrivals).where(arrivals.c.id == bindparam("arrival")).values(state=bindparam("reached"), error=bindparam("why"))


@dataclass(frozen=True, slots=True)
class Came:
    """Something that came from an endpoint. `key` names the arrival at its source."""

    key: str
    body: Body
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


def quiet(arrival: Any) -> bool:
    """Whether it was taken in for the record only: nothing that follows from it leaves."""
    return QUIET in (arrival.headers or "") and QUIET in json.loads(arrival.headers)


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


def postpone(connection: Connection, arrival: Any, due: datetime, error: str, attempts: int, waits: str | None) -> None:
    """Something of ours failed, or a system is away that must be asked first (`waits`); the arrival is tried again later."""
    headers = {name: text for name, text in marks(arrival).items() if name != WAITS} | ({WAITS: waits} if waits else {})
    values = {"due": due, "error": error, "attempts": attempts, "headers": json.dumps(headers)}
    connection.execute(update(arrivals).where(arrivals.c.id == arrival.id).values(values))


def postponed(connection: Connection) -> Sequence[Row[Any]]:
    """Arrivals that were tried and could not be decided yet, with the reason."""
    return connection.execute(
        select(arrivals).where(OPEN, arrivals.c.attempts > 0).order_by(arrivals.c.endpoint, arrivals.c.id)
    ).all()


def again(connection: Connection, arrival: int, headers: Mapping[str, str], now: datetime) -> None:
    """It is to be read once more, under these headers."""
    values = {"state": "received", "headers": json.dumps(dict(headers)), "due": now, "attempts": 0, "error": None}
    connection.execute(update(arrivals).where(arrivals.c.id == arrival).values(values))


def marks(arrival: Any) -> dict[str, str]:
    """Its headers."""
    found: dict[str, str] = json.loads(arrival.headers or "{}")
    return found


def failed(connection: Connection) -> Sequence[Row[Any]]:
    """Those no machine took, which wait for a person: held, unreadable, or in the way of a mistake of ours."""
    return connection.execute(select(arrivals).where(FAILED).order_by(arrivals.c.id)).all()


def get(connection: Connection, arrival: int) -> Row[Any] | None:
    return connection.execute(select(arrivals).where(arrivals.c.id == arrival)).first()


def named(connection: Connection, name: str) -> list[int]:
    """Arrivals that came under this file name, or go by it at their source."""
    return list(connection.scalars(select(arrivals.c.id).where(or_(arrivals.c.name == name, arrivals.c.key == name))))


def many(connection: Connection, ids: Iterable[int]) -> Sequence[Row[Any]]:
    return connection.execute(select(arrivals).where(arrivals.c.id.in_(list(ids))).order_by(arrivals.c.id)).all()


def between(connection: Connection, endpoint: str, since: datetime, until: datetime) -> Sequence[Row[Any]]:
    """What came from an endpoint in a period, `until` not in it."""
    mine = arrivals.c.endpoint == endpoint, arrivals.c.received_at >= since, arrivals.c.received_at < until
    return connection.execute(select(arrivals).where(*mine).order_by(arrivals.c.id)).all()


def keys(connection: Connection, endpoint: str, asked: Sequence[str]) -> set[str]:
    """Those of these that we have, whenever they came."""
    found: set[str] = set()
    for at in range(0, len(asked), MANY):
        query = select(arrivals.c.key).where(arrivals.c.endpoint == endpoint, arrivals.c.key.in_(asked[at : at + MANY]))
        found.update(connection.scalars(query))
    return found


def decided_since(connection: Connection, since: datetime) -> list[int]:
    """Arrivals that came since then and are decided."""
    query = select(arrivals.c.id).where(arrivals.c.received_at >= since, arrivals.c.state.in_(("done", "failed")))
    return list(connection.scalars(query.order_by(arrivals.c.id)))


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


def delivered_from(connection: Connection, endpoint: str, since: datetime, until: datetime) -> Sequence[Row[Any]]:
    """Deliveries of documents that came from an endpoint in a period, with the document's number."""
    query = select(deliveries, documents.c.number).join(documents, documents.c.id == deliveries.c.document_id)
    query = query.join(arrivals, arrivals.c.id == documents.c.arrival_id).where(documents.c.direction == "in")
    mine = arrivals.c.endpoint == endpoint, arrivals.c.received_at >= since, arrivals.c.received_at < until
    return connection.execute(query.where(*mine).order_by(deliveries.c.id)).all()
