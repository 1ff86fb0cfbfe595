"""Alerts: what a person must know, from when it is seen until it is gone."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, update

from hub.ledger.deliveries import LEFT
from hub.ledger.sql import insert
from hub.ledger.tables import alerts, deliveries, documents


def open_ones(connection: Connection) -> Sequence[Row[Any]]:
    """Alerts whose reason is still there, oldest first."""
    return connection.execute(select(alerts).where(alerts.c.closed_at.is_(None)).order_by(alerts.c.id)).all()


def add(connection: Connection, row: Mapping[str, Any]) -> int:
    return insert(connection, alerts, row)


def change(connection: Connection, ids: Iterable[int], **values: Any) -> None:
    connection.execute(update(alerts).where(alerts.c.id.in_(list(ids))).values(**values))


def untold(connection: Connection, before: datetime, again: datetime) -> Sequence[Row[Any]]:
    """Alerts to tell: seen before that moment and never told, or last told before `again` and not acknowledged."""
    late = alerts.c.told_at.is_(None) & (alerts.c.opened_at <= before)
    repeat = (alerts.c.told_at <= again) & alerts.c.acknowledged_at.is_(None)
    query = select(alerts).where(alerts.c.closed_at.is_(None), or_(late, repeat))
    return connection.execute(query.order_by(alerts.c.id)).all()


def oldest_due(connection: Connection, before: datetime) -> Sequence[Row[Any]]:
    """Targets with a delivery that has been waiting since before that moment: target, since, how many."""
    waiting = LEFT & deliveries.c.state.in_(("due", "sending", "unknown"))
    query = select(deliveries.c.target, func.min(deliveries.c.created_at).label("since"), func.count().label("many"))
    return connection.execute(query.where(waiting, deliveries.c.created_at <= before).group_by(deliveries.c.target)).all()


def last_brought(connection: Connection, endpoint: str, kind: str) -> datetime | None:
    """When this endpoint last brought a document of this kind; None when it never did."""
    query = select(func.max(documents.c.made_at)).where(documents.c.endpoint == endpoint, documents.c.kind == kind)
    last: datetime | None = connection.scalar(query.where(documents.c.direction == "in"))
    return last
