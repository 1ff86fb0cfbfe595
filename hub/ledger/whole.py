"""All rows of an answer as one value: SQLite's driver lets go of Python's lock for each row, and must win it back each time."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, func, select


def rows(connection: Connection, statement: Select[Any], values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
    """What a statement that is made once finds: of numbers and texts, as the database keeps them."""
    if connection.dialect.name == "postgresql":
        return connection.execute(statement, values).all()
    found: list[list[Any]] = json.loads(connection.scalar(_listed(statement), values) or "[]")
    return found


@cache
def _listed(statement: Select[Any]) -> Select[tuple[str]]:
    listed = statement.subquery()
    return select(func.json_group_array(func.json_array(*listed.c)))
