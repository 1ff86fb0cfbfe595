"""The few statements that SQLite and PostgreSQL spell differently. Statements are made once: building one costs more than running it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, literal_column
from sqlalchemy.dialects import postgresql, sqlite

from hub.ledger.given import given

MOST_NAMED = 1000


def fixed(word: str) -> ColumnElement[str]:
    """A word of ours, written into the statement: databases see only then that a partial index has the row."""
    return literal_column(f"'{word}'")


def _insert(dialect: str, table: Table) -> Any:
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


@cache
def _plain(table: Table) -> Any:
    return table.insert()


@cache
def _ignoring(dialect: str, table: Table) -> Any:
    return _insert(dialect, table).on_conflict_do_nothing().inline().execution_options(preserve_rowcount=True)


@cache
def _adding(dialect: str, table: Table) -> Any:
    return _insert(dialect, table).on_conflict_do_nothing().returning(table.c.id)


@cache
def _upserting(dialect: str, table: Table, key: tuple[str, ...], names: tuple[str, ...]) -> Any:
    statement = _insert(dialect, table)
    changes = {name: statement.excluded[name] for name in names if name not in key}
    return statement.on_conflict_do_update(index_elements=list(key), set_=changes)


@cache
def _counting(dialect: str, table: Table, key: tuple[str, ...], column: str) -> Any:
    statement = _insert(dialect, table)
    return statement.on_conflict_do_update(index_elements=list(key), set_={column: table.c[column] + 1}).returning(
        table.c[column]
    )


def ignore(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert unless the key is taken; True when inserted."""
    return bool(connection.execute(_ignoring(connection.dialect.name, table), row).rowcount == 1)


def ignore_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert those whose keys are not taken, and say how many; each must have the same columns."""
    return _many(connection, table, rows, " ON CONFLICT DO NOTHING")


def upsert(connection: Connection, table: Table, key: Sequence[str], row: Mapping[str, Any]) -> None:
    """Insert, or bring the row of this key up to date."""
    connection.execute(_upserting(connection.dialect.name, table, tuple(key), tuple(row)), row)


def insert(connection: Connection, table: Table, row: Mapping[str, Any]) -> int:
    """Insert and say the new id."""
    key = connection.execute(_plain(table), row).inserted_primary_key
    assert key is not None
    return int(key[0])


def insert_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> int | None:
    """Insert and say the new id; None where the key is taken."""
    key: int | None = connection.scalar(_adding(connection.dialect.name, table), row)
    return key


def insert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many; each must have the same columns."""
    _many(connection, table, rows, "")


def _many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], ending: str) -> int:
    """By the driver itself, which takes each row in a tenth of the time."""
    into = _into(table, tuple(rows[0])) if rows else ""
    return sum(
        connection.exec_driver_sql(f"{into} {select}{ending}", values).rowcount
        for select, values in given(connection, table, rows)
    )


def named(ids: Iterable[int]) -> Iterator[list[int]]:
    """Ids to be named in a statement, as many as any database takes in one."""
    found = list(ids)
    yield from (found[at : at + MOST_NAMED] for at in range(0, len(found), MOST_NAMED))


@cache
def _into(table: Table, names: tuple[str, ...]) -> str:
    forgotten = [column.name for column in table.c if column.default is not None and column.name not in names]
    assert not forgotten, f"nobody fills in {forgotten} of {table.name}"
    columns = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table.name}" ({columns})'


def count(connection: Connection, table: Table, key: Mapping[str, Any], column: str) -> int:
    """The next number of a series, from 1; nobody else gets one of it before this transaction has ended."""
    statement = _counting(connection.dialect.name, table, tuple(key), column)
    return int(connection.execute(statement, {**key, column: 1}).scalar_one())
