"""Rows that a statement is given, many at once.

SQLite's driver lets go of Python's lock once a statement, and needs longer to bind a None or a truth than the database to
keep a row: so rows go in together, and what all of them have in common is bound once. PostgreSQL takes an array for each column.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Table

from hub.ledger.columns import binder

# Of a list that is written out: few, so that SQLite knows each statement from the last time; short, as it keeps a plan for each row of
# it, and with a hundred rows those of an intake take 40 MB.
SIZES = (10, 50)
MOST = SIZES[-1]


class Given(NamedTuple):
    """A select that has the rows, and what is bound in it."""

    select: str
    values: tuple[Any, ...]


def given(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> Iterator[Given]:
    """These columns of this table, under their names, as the driver takes them; each row must have the same."""
    names, dialect = tuple(rows[0]) if rows else (), connection.dialect
    for at in range(0, len(rows), MOST):
        some = rows[at : at + MOST]
        columns = [[row[name] for row in some] for name in names]
        alike = tuple(column.count(column[0]) == len(some) for column in columns)
        if len(some) > 1 and all(alike):
            alike = (False, *alike[1:])
        once, each = _bound(table, names, alike, columns, dialect)
        if dialect.name == "postgresql":
            yield Given(_arrays(table, names, alike, dialect), (*once, *each))
        else:
            size = next(size for size in SIZES if size >= len(some)) if each else 0
            yield Given(_list(names, alike, size), (*once, *_filled(each, size)))


def _bound(
    table: Table, names: tuple[str, ...], alike: Sequence[bool], columns: list[Any], dialect: Dialect
) -> tuple[list[Any], list[Any]]:
    """What all rows have, a value each; and the columns that differ."""
    once, each = list[Any](), list[Any]()
    for make, same, column in zip(_makes(table, names, dialect), alike, columns, strict=True):
        values = column[:1] if same else column
        made = values if make is None else make(values)
        (once.extend if same else each.append)(made)
    return once, each


def _filled(each: Sequence[Sequence[Any]], size: int) -> Iterator[Any]:
    """Row by row; behind the last it stands again and again, and then how many count."""
    if each:
        rows = list(zip(*each, strict=True))
        yield from chain.from_iterable(rows)
        yield from rows[-1] * (size - len(rows))
        yield len(rows)


@lru_cache(1024)
def _list(names: tuple[str, ...], alike: tuple[bool, ...], size: int) -> str:
    row = f"({', '.join(['?'] * alike.count(False))})"
    source = f" FROM (VALUES {', '.join([row] * size)}) LIMIT ?" if size else ""
    return f"SELECT {_named(names, ['?' if same else '' for same in alike])}{source}"


@lru_cache(1024)
def _arrays(table: Table, names: tuple[str, ...], alike: tuple[bool, ...], dialect: Dialect) -> str:
    kinds = [table.c[name].type.compile(dialect) for name in names]
    arrays = [f"%s::{kind}[]" for kind, same in zip(kinds, alike, strict=True) if not same]
    heads = ", ".join(f"column{n}" for n in range(1, len(arrays) + 1))
    source = f" FROM unnest({', '.join(arrays)}) AS listed({heads})" if arrays else ""
    return f"SELECT {_named(names, [f'%s::{kind}' if same else '' for kind, same in zip(kinds, alike, strict=True)])}{source}"


def _named(names: tuple[str, ...], marks: Sequence[str]) -> str:
    """What is selected: the mark, or where there is none the next column of the source."""
    count = iter(range(1, len(names) + 1))
    return ", ".join(f'{mark or f"column{next(count)}"} AS "{name}"' for name, mark in zip(names, marks, strict=True))


@cache
def _makes(table: Table, names: tuple[str, ...], dialect: Dialect) -> list[Any]:
    """What has to be done to the values of each column, if anything."""
    return [binder(table.c[name].type, dialect) for name in names]
