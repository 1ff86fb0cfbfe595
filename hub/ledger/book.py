"""A book: new rows that follow from one another, gathered and written many at a time. Whoever looks sees all of them."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, Table, bindparam, func, select

from hub.ledger.sql import insert_all
from hub.ledger.tables import deliveries, delivery_orders, document_orders, documents, orders, outbound, revisions

ORDER = (outbound, documents, orders, revisions, document_orders, deliveries, delivery_orders)  # none before what it refers to


class Book:
    """For one transaction of a writer; on SQLite nobody else gives ids meanwhile. `ahead`: ids fetched at once."""

    def __init__(self, connection: Connection, ahead: int = 1) -> None:
        self._connection, self._ahead = connection, ahead
        self._rows: dict[Table, list[Mapping[str, Any]]] = {table: [] for table in ORDER}
        self._ids: dict[Table, list[int]] = {}
        self._pending = False

    @property
    def connection(self) -> Connection:
        """To look, or to write in another way: what was gathered is written before."""
        if self._pending:
            self.write()
        return self._connection

    def new(self, table: Table, row: dict[str, Any]) -> int:
        """One more row, which is given its id; says it."""
        number = row["id"] = self.id(table)
        self.add(table, row)
        return number

    def add(self, table: Table, row: Mapping[str, Any]) -> None:
        """One more row; all of a table have the same columns."""
        self._rows[table].append(row)
        self._pending = True

    def write(self) -> None:
        """What was gathered, each table at once. The next ids are asked for anew: others may be given on the way."""
        self._pending = False
        self._ids.clear()
        for table, rows in self._rows.items():
            if rows:
                self._rows[table] = []
                insert_all(self._connection, table, rows)

    def id(self, table: Table) -> int:
        """The id of the row that is added next."""
        left = self._ids.get(table)
        if not left:
            left = self._ids[table] = self._more(table)
        return left.pop()

    def _more(self, table: Table) -> list[int]:
        if self._connection.dialect.name == "postgresql":
            return sorted(self._connection.scalars(_drawn(table), {"ahead": self._ahead}), reverse=True)
        last = (self._connection.exec_driver_sql(f"SELECT max(id) FROM {table.name}").scalar() or 0) + len(self._rows[table])
        return list(range(last + self._ahead, last, -1))


@cache
def _drawn(table: Table) -> Any:
    series = func.pg_get_serial_sequence(table.name, "id")
    return select(func.nextval(series)).select_from(func.generate_series(1, bindparam("ahead", type_=Integer)))
