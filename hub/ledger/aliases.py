"""Names that systems give to orders and their lines."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from hub.ledger.sql import ignore_all
from hub.ledger.tables import aliases as table

ANYWHERE = "*"  # a name that every endpoint may use, such as an invoice number


def orders_called(connection: Connection, endpoint: str, reference: str) -> list[int]:
    """Orders that this system knows under a reference of its own."""
    query = select(table.c.order_id).where(
        table.c.endpoint.in_((endpoint, ANYWHERE)), table.c.reference == reference, table.c.line == ""
    )
    return list(connection.scalars(query.distinct()))


def orders_named(connection: Connection, reference: str) -> list[int]:
    """Orders that any of our systems knows under this reference."""
    query = select(table.c.order_id).where(table.c.reference == reference, table.c.line == "").distinct()
    return list(connection.scalars(query))


def add(
    connection: Connection, endpoint: str, reference: str, order: int, line: str = "", *, now: datetime | None = None
) -> None:
    """A system's own name for an order, or for one of its lines, known from now on."""
    add_all(connection, [row(endpoint, reference, order, line, now)])


def row(endpoint: str, reference: str, order: int, line: str, now: datetime | None) -> dict[str, Any]:
    """The row of such a name."""
    return {"endpoint": endpoint, "reference": reference, "order_id": order, "line": line, "at": now}


def add_all(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    ignore_all(connection, table, rows)


def lines(connection: Connection, endpoint: str, order: int) -> dict[str, str]:
    """A system's line ids → the buyer's line numbers."""
    query = select(table.c.reference, table.c.line).where(
        table.c.endpoint == endpoint, table.c.order_id == order, table.c.line != ""
    )
    return {row.reference: row.line for row in connection.execute(query)}
