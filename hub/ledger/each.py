"""Changes of many rows, each with values of its own, in one statement: SQLite's driver lets go of Python's lock once a statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table

from hub.ledger.sql import bound, slices


@dataclass(frozen=True, slots=True)
class Each:
    """What is done to the rows that have a value under `key`: columns get values of their own, others what `also` says.

    `also` and `unless` are SQL that both databases know.
    """

    table: Table
    key: str
    given: tuple[str, ...]
    also: str = ""
    unless: str = ""

    def change(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Every row has the key and the given columns."""
        for some in slices(bound(connection, self.table, (self.key, *self.given), rows)):
            statement = _spelt(self, connection.dialect.name, len(some))
            connection.exec_driver_sql(statement, tuple(chain.from_iterable(some)))


@cache
def _spelt(each: Each, dialect: str, rows: int) -> str:
    mark = "?" if dialect == "sqlite" else "%s"
    names = (each.key, *each.given)
    row = f"({', '.join([mark] * len(names))})"
    sets = ", ".join([*(f'"{name}" = given."{name}"' for name in each.given), *([each.also] if each.also else [])])
    table = f'"{each.table.name}"'
    spared = f" AND NOT ({table}.{each.unless})" if each.unless else ""
    heads = ", ".join(f'"{name}"' for name in names)
    return (
        f"WITH given ({heads}) AS (VALUES {', '.join([row] * rows)}) "
        f'UPDATE {table} SET {sets} FROM given WHERE {table}."{each.key}" = given."{each.key}"{spared}'
    )
