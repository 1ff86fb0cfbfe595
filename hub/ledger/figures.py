"""Figures: how much waits where and since when, counted by what is left, never by all there ever was."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from hub.ledger import arrivals, deliveries, gates, lanes
from hub.ledger.outbound import UNANSWERED
from hub.ledger.sql import fixed
from hub.ledger.tables import arrivals as came
from hub.ledger.tables import cursors, documents, outbound
from hub.ledger.tables import deliveries as owed

LEFT = select(owed.c.target, owed.c.state, func.count()).where(deliveries.LEFT).group_by(owed.c.target, owed.c.state)
OLDEST_DUE = (
    select(owed.c.created_at).where(deliveries.in_state("due"), owed.c.target == bindparam("of")).order_by(owed.c.id).limit(1)
)
OLDEST_CAME = select(came.c.received_at).where(arrivals.OPEN, came.c.endpoint == bindparam("of")).order_by(came.c.id).limit(1)


@dataclass(frozen=True, slots=True)
class Figures:
    """How the hub stands; moments are those of the oldest."""

    left: Mapping[tuple[str, str], int]  # (target, state) → deliveries that are not at an end
    due_since: Mapping[str, datetime]  # target → its oldest due delivery was made then
    came_since: Mapping[str, datetime]  # endpoint → its oldest arrival not yet decided came then
    polled: Mapping[str, datetime]  # endpoint → asked last
    receipts: Mapping[str, int]  # how they stand → messages sent whose receipt is not good
    held: int  # documents that wait for a person
    failed: int  # messages no machine took
    shut: tuple[str, ...]  # targets left in peace
    stopped: tuple[str, ...]  # endpoints


def read(connection: Connection, now: datetime) -> Figures:
    """All figures at this moment."""
    left = {(row[0], row[1]): row[2] for row in connection.execute(LEFT)}
    polled = connection.execute(select(cursors.c.endpoint, cursors.c.value).where(cursors.c.name == "polled"))
    receipts = select(outbound.c.receipt, func.count()).where(UNANSWERED).group_by(outbound.c.receipt)
    return Figures(
        left=left,
        due_since=_since(connection, OLDEST_DUE, {target for target, state in left if state == "due"}),
        came_since=_since(connection, OLDEST_CAME, arrivals.endpoints_waiting(connection, now)),
        polled={row[0]: datetime.fromisoformat(row[1]) for row in polled},
        receipts={row[0]: row[1] for row in connection.execute(receipts)},
        held=connection.scalar(select(func.count()).select_from(documents).where(documents.c.state == fixed("held"))) or 0,
        failed=connection.scalar(select(func.count()).select_from(came).where(arrivals.FAILED)) or 0,
        shut=tuple(row.endpoint for row in gates.shut(connection, now)),
        stopped=tuple(row.name for row in lanes.stopped(connection)),
    )


def _since(connection: Connection, oldest: Select[Any], names: Iterable[str]) -> dict[str, datetime]:
    found = {name: connection.scalar(oldest, {"of": name}) for name in names}
    return {name: moment for name, moment in found.items() if moment is not None}
