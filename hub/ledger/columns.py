"""Kinds of columns that every database keeps alike."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, MetaData, TypeDecorator
from sqlalchemy import Text as AnyText
from sqlalchemy.types import TypeEngine

metadata = MetaData()

Values = Sequence[Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
Key = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only INTEGER keys up by itself


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as microseconds since 1970 UTC."""

    impl = BigInteger
    cache_ok = True

    # The processors themselves: what SQLAlchemy puts around `process_bind_param` costs more than that.
    def bind_processor(self, dialect: Any) -> Callable[[datetime | None], int | None]:
        return _counted

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[int | None], datetime | None]:
        return _moment


def _counted(value: datetime | None) -> int | None:
    return None if value is None else (value - EPOCH) // TICK


def _moment(value: int | None) -> datetime | None:
    return None if value is None else EPOCH + timedelta(microseconds=value)


def clean(value: str) -> str:
    """The text as it comes out of the ledger again."""
    if value.isascii() and "\0" not in value:
        return value
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


class Text(TypeDecorator[str]):
    """Text as every database can keep it: PostgreSQL knows no NUL, and neither takes half a character."""

    impl = AnyText
    cache_ok = True

    def bind_processor(self, dialect: Any) -> Callable[[str | None], str | None]:
        return _kept


def _kept(value: str | None) -> str | None:
    return None if value is None else clean(value)


def binder(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Values], Values] | None:
    """What makes of the values of a column what the driver takes; None where they are that already."""
    if isinstance(kind, Text):
        return _all_kept
    make = kind.dialect_impl(dialect).bind_processor(dialect)
    return None if make is None else partial(_each, make)


def _each(make: Callable[[Any], Any], values: Values) -> Values:
    return list(map(make, values))


def _all_kept(values: Values) -> Values:
    """Nearly always all of them are clean, which is cheaper to see at once."""
    whole = "".join([value for value in values if value is not None])
    return values if clean(whole) is whole else list(map(_kept, values))
