"""Changes of many rows, each with values of its own, in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table

from hub.ledger.given import given


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
        """Every row has the key and the given columns, and nothing else."""
        for select, values in given(connection, self.table, rows):
            connection.exec_driver_sql(_spelt(self, select), values)


@lru_cache(1024)
def _spelt(each: Each, select: str) -> str:
    sets = ", ".join([*(f'"{name}" = given."{name}"' for name in each.given), *([each.also] if each.also else [])])
    table = f'"{each.table.name}"'
    spared = f" AND NOT ({table}.{each.unless})" if each.unless else ""
    return f'UPDATE {table} SET {sets} FROM ({select}) AS given WHERE {table}."{each.key}" = given."{each.key}"{spared}'
