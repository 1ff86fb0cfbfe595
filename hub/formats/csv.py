"""Comma-separated text, whatever separates it: read into numbered rows and written."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from hub.errors import Unreadable
from hub.formats.decoding import decode
from hub.formats.grid import LONGEST_CELL, Line, bounded

DELIMITERS = (";", "\t", "|", ",")
LOOKED_AT = 20  # lines that tell the delimiter
csv.field_size_limit(LONGEST_CELL + 1)


def read(body: bytes, encoding: str | None = None, delimiter: str | None = None, quote: str = '"') -> Iterator[Line]:
    """Rows as they stand, numbered by the line they start at. Raises Unreadable."""
    text = decode(body, encoding)
    if "\0" in text:
        raise Unreadable("it holds NUL characters: no text")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or delimiter_of(text, quote), quotechar=quote)
    return bounded(_lines(reader))


def _lines(reader: "csv._reader") -> Iterator[Line]:  # type: ignore[name-defined]  # the stubs alone know this name
    number = 1
    try:
        for row in reader:
            yield Line(number, row)
            number = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(f"row {number}: {error}") from None


def delimiter_of(text: str, quote: str = '"') -> str:
    """The delimiter that most evenly cuts the first lines; what stands in quotes does not count.

    >>> delimiter_of("a;b;c\\n1,5;2;3\\n"), delimiter_of('"Tea, green",5\\nx,1\\n'), delimiter_of("alone\\n")
    (';', ',', ',')
    """
    head = [_unquoted(line, quote) for line in text.splitlines()[:LOOKED_AT] if line.strip()]
    counts = {mark: [line.count(mark) for line in head] for mark in DELIMITERS}
    return max(reversed(DELIMITERS), key=lambda mark: (_most_even(counts[mark]), sum(counts[mark])))


def _unquoted(line: str, quote: str) -> str:
    return "".join(line.split(quote)[::2]) if quote else line


def _most_even(counts: Sequence[int]) -> int:
    """How many lines have the commonest number of this mark; none where that is zero."""
    found = [count for count in counts if count]
    return max((found.count(count) for count in set(found)), default=0)


def write(
    rows: Iterable[Sequence[str]], encoding: str | None = None, delimiter: str | None = None, quote: str = '"', eol: str = "\r\n"
) -> bytes:
    """The rows as bytes. Raises ValueError on a character that the encoding lacks."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter or ",", quotechar=quote, lineterminator=eol)
    writer.writerows(rows)
    return out.getvalue().encode(encoding or "utf-8")
