"""One of many numbers, as one value: the statement stays the same for however many. A list that is written out costs ten times that."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Dialect, TypeDecorator, bindparam
from sqlalchemy import Text as AnyText
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement


class Numbers(TypeDecorator[Iterable[int]]):
    """A list that a statement is given: an array, or for SQLite JSON."""

    impl = AnyText
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(ARRAY(BigInteger) if dialect.name == "postgresql" else AnyText())

    def bind_processor(self, dialect: Dialect) -> Callable[[Iterable[int] | None], Any]:
        return _array if dialect.name == "postgresql" else _listed


def _array(numbers: Iterable[int] | None) -> list[int]:
    return list(numbers or ())


def _listed(numbers: Iterable[int] | None) -> str:
    return json.dumps(_array(numbers))


class _Among(FunctionElement[Any]):
    """Of no type: SQLite would be asked whether a boolean is 1, and see no use for an index."""

    inherit_cache = True


def among(column: ColumnElement[int], name: str) -> ColumnElement[Any]:
    """Whether the column has one of the numbers that are bound under this name."""
    return _Among(column, bindparam(name, type_=Numbers()))


@compiles(_Among)
def _any(element: _Among, compiler: Any, **options: Any) -> str:
    column, numbers = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} = ANY ({numbers})"


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: Any, **options: Any) -> str:
    column, numbers = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({numbers}))"
