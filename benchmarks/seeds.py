"""Ledgers to measure on: an empty one, one with many orders that are over, one with many deliveries that are due."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, func, make_url, select

from hub.ledger import tables
from hub.ledger.sql import insert_all
from hub.ledger.store import Ledger

LONG = timedelta(hours=6)
THEN = datetime(2024, 11, 22, 12, 0, tzinfo=UTC)
GROUP = 2000
CANONICAL = (
    '{"number":"%s","currency":"USD","lines":[{"number":"1","quantity":"12","unit":"EA","price":"4.25",'
    '"ids":{"upc":"012345678905"}},{"number":"2","quantity":"3","unit":"EA","price":"18.4","ids":{"vendor_part":"POT-GLASS-1L"}}]}'
)


@contextmanager
def empty(database: str | None, place: Path, name: str) -> Iterator[str]:
    """The address of a ledger without anything: an SQLite file, or a database of its own on the server given."""
    if database is None or database.startswith("sqlite"):
        yield f"sqlite:///{place}/{name}.db"
        return
    address = make_url(database).set(drivername="postgresql")
    mine = f"crossdock_bench_{name}"
    with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {mine}".encode())
        connection.execute(f"CREATE DATABASE {mine}".encode())
    yield address.set(drivername="postgresql+psycopg", database=mine).render_as_string(hide_password=False)


def undecided(connection: Connection, endpoint: str) -> int:
    query = select(func.count()).where(tables.arrivals.c.endpoint == endpoint, tables.arrivals.c.state == "received")
    return connection.scalar(query) or 0


def decided(connection: Connection) -> int:
    """Arrivals that are at an end."""
    return connection.scalar(select(func.count()).where(tables.arrivals.c.state != "received")) or 0


def highest(connection: Connection) -> dict[str, int]:
    """The highest id of each table that has one."""
    found = {}
    for table in tables.metadata.tables.values():
        column = _ordering(table)
        if column is not None:
            found[table.name] = connection.scalar(select(func.max(column))) or 0
    return found


def since(query: Any, table: Any, last: int) -> Any:
    """Only rows that came after."""
    column = _ordering(table)
    return query if column is None else query.where(column > last).order_by(column)


def _ordering(table: Any) -> Any:
    return next((table.c[name] for name in ("id", "order_id", "delivery_id", "document_id") if name in table.c), None)


def past(ledger: Ledger, count: int) -> None:
    """So many orders that came, were delivered and acknowledged long ago, with all their rows."""
    _fill(ledger, range(1, count + 1), "done", ("erp",))


def due(ledger: Ledger, before: int, count: int, targets: Sequence[str]) -> None:
    """So many deliveries that are due, spread over the targets, behind as many orders that are over."""
    _fill(ledger, range(before + 1, before + count + 1), "due", targets)


def _fill(ledger: Ledger, ids: range, state: str, targets: Sequence[str]) -> None:
    for n in range(0, len(ids), GROUP):
        ledger.submit(partial(_orders, ids=ids[n : n + GROUP], state=state, targets=targets)).result()


def _orders(connection: Connection, ids: range, state: str, targets: Sequence[str]) -> None:
    """Rows like those that the hub writes for an order, in every table that grows with orders."""
    done = state == "done"
    for table, row in _rows(done, targets).items():
        if table in ("outbound", "parcels", "receipts") and not done:
            continue
        insert_all(connection, tables.metadata.tables[table], [row(n) for n in ids])
    if connection.dialect.name == "postgresql":
        for table in _rows(done, targets):
            if "id" in tables.metadata.tables[table].c:
                connection.execute(select(func.setval(func.pg_get_serial_sequence(table, "id"), max(ids))))


def _rows(done: bool, targets: Sequence[str]) -> dict[str, Any]:
    def number(n: int) -> str:
        return f"PAST-{n:08d}"

    def digest(n: int) -> str:
        return f"{n * 2654435761 % 2**32:08x}{n:056x}"

    return {
        "blobs": lambda n: {"hash": digest(n), "size": 900},
        "arrivals": lambda n: {
            "id": n, "endpoint": "shop", "key": f"past-{n}", "name": f"{n}.edi", "headers": "{}", "hash": digest(n), "size": 900,
            "state": "done", "received_at": THEN, "told": True, "attempts": 0, "due": THEN,
        },
        "documents": lambda n: {
            "id": n, "arrival_id": n, "position": 0, "direction": "in", "endpoint": "shop", "partner": "shop", "kind": "order",
            "type": "850", "version": "004010", "control_number": "0001", "sender": "ZZ:PAST", "test": False, "number": number(n),
            "content": digest(n), "state": "accepted", "canonical": CANONICAL % number(n), "findings": '{"findings":[]}',
            "guide": "x12/850", "configuration": "0" * 64, "made_at": THEN,
        },
        "orders": lambda n: {
            "id": n, "channel": "shop", "partner": "shop", "test": False, "number": number(n), "release": "", "extra": "",
            "state": "paid" if done else "received", "revision": 1, "opened_at": THEN, "changed_at": THEN,
        },
        "revisions": lambda n: {"order_id": n, "n": 1, "document_id": n, "canonical": CANONICAL % number(n), "made_at": THEN},
        "document_orders": lambda n: {"document_id": n, "order_id": n},
        "aliases": lambda n: {"endpoint": "erp", "reference": f"S-{n}", "order_id": n, "line": ""},
        "outbound": lambda n: {
            "id": n, "key": f"past-{n}", "target": "erp", "name": f"{n}.json", "media_type": "application/json", "kind": "order",
            "number": number(n), "hash": digest(n), "test": False, "made_at": THEN, "sent_at": THEN, "receipt": "accepted",
            "control_number": str(n),
        },
        "parcels": lambda n: {"outbound_id": n, "document_id": n, "partner": "shop", "group_code": "PR", "group_number": str(n)},
        "receipts": lambda n: {"id": n, "outbound_id": n, "concerns": n, "verdict": "accepted", "at": THEN},
        "deliveries": lambda n: {
            "id": n, "key": f"past-{n}", "document_id": n, "target": targets[n % len(targets)], "kind": "order",
            "state": "done" if done else "due", "attempts": int(done), "created_at": THEN, "due": THEN,
            "outbound_id": n if done else None,
        },
        "delivery_orders": lambda n: {"delivery_id": n, "order_id": n},
        "timeline": lambda n: {
            "id": n, "at": THEN, "what": "delivered", "text": f"order {number(n)} was delivered to erp", "order_id": n,
            "document_id": n, "arrival_id": n,
        },
    }  # fmt: skip
