"""The few statements that SQLite and PostgreSQL spell differently."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def _insert(connection: Connection, table: Table) -> Any:
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def ignore(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert unless the key is taken; True when inserted."""
    result = connection.execute(_insert(connection, table).values(**row).on_conflict_do_nothing())
    return bool(result.rowcount == 1)


def upsert(connection: Connection, table: Table, key: Sequence[str], row: Mapping[str, Any]) -> None:
    """Insert, or bring the row of this key up to date."""
    statement = _insert(connection, table).values(**row)
    changes = {name: statement.excluded[name] for name in row if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changes))


def insert(connection: Connection, table: Table, row: Mapping[str, Any]) -> int:
    """Insert and say the new id."""
    result = connection.execute(table.insert().values(**row))
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])
