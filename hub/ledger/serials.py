"""Numbers of packages (SSCC): each given once, to one package of one document, and never again.

A number is drawn and written down in one transaction: what was not committed was never given, what was committed is found
again. So numbers have no gaps but those of documents that were withdrawn later, and nothing is drawn twice.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from hub.ledger.sql import count, ignore, insert_all
from hub.ledger.tables import numbers, serials
from hub.rules.sscc import Range


def of_document(connection: Connection, document: int) -> dict[str, str]:
    """The numbers that packages of this document were given, by the package's name in it."""
    rows = connection.execute(select(serials.c.package, serials.c.number).where(serials.c.document_id == document))
    return {row.package: row.number for row in rows}


def allocate(
    connection: Connection,
    range_: Range,
    first: int,
    document: int,
    packages: Sequence[str],
    taken: Collection[str],
    now: datetime,
) -> dict[str, str]:
    """Numbers for these packages: those they were given before, and new ones for the others.

    `first` is the lowest serial to draw; numbers in `taken` are passed over. Raises sscc.Exhausted when the range is
    spent; the caller's transaction then gives nothing to anybody.
    """
    given = of_document(connection, document)
    fresh = [package for package in packages if package not in given]
    if not fresh:
        return given
    counter = counter_of(range_)
    _begin_at(connection, counter, first)
    drawn = {package: _next(connection, counter, range_, taken) for package in fresh}
    rows = [{"number": number, "document_id": document, "package": package, "at": now} for package, number in drawn.items()]
    insert_all(connection, serials, rows)
    return {**given, **drawn}


def counter_of(range_: Range) -> str:
    """The name of the counter of this range."""
    return f"sscc:{range_.extension}:{range_.prefix}"


def _begin_at(connection: Connection, counter: str, first: int) -> None:
    """The counter never goes back: a lower `first` changes nothing."""
    if not ignore(connection, numbers, {"counter": counter, "last": first - 1}):
        connection.execute(update(numbers).where(numbers.c.counter == counter, numbers.c.last < first - 1).values(last=first - 1))


def _next(connection: Connection, counter: str, range_: Range, taken: Collection[str]) -> str:
    while True:
        number = range_.sscc(count(connection, numbers, {"counter": counter}, "last"))
        if number not in taken:
            return number
