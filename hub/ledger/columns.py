"""Kinds of columns that every database keeps alike."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Integer, MetaData, TypeDecorator
from sqlalchemy import Text as AnyText

metadata = MetaData()

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Key = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only INTEGER keys up by itself


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as microseconds since 1970 UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        return None if value is None else (value - EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


def clean(value: str) -> str:
    """The text as it comes out of the ledger again."""
    if value.isprintable() and value.isascii():
        return value
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


class Text(TypeDecorator[str]):
    """Text as every database can keep it: PostgreSQL knows no NUL, and neither takes half a character."""

    impl = AnyText
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else clean(value)
