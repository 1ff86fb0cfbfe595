"""Text in columns of fixed width: read into numbered rows and written."""

from collections.abc import Iterable, Iterator, Sequence

from hub.formats.decoding import decode
from hub.formats.grid import Line, bounded

Column = tuple[int, int]  # start, counted from 1, and length


def read(body: bytes, columns: Sequence[Column], encoding: str | None = None) -> Iterator[Line]:
    """Rows cut at the columns, blanks around taken away. Raises Unreadable.

    >>> [line.cells for line in read(b"PO-1  024\\nPO-2  012\\n", [(1, 6), (7, 3)])]
    [['PO-1', '024'], ['PO-2', '012']]
    """
    lines = decode(body, encoding).replace("\r\n", "\n").replace("\r", "\n").rstrip("\x1a").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return bounded(Line(number, _cut(line, columns)) for number, line in enumerate(lines, 1))


def _cut(line: str, columns: Sequence[Column]) -> list[str]:
    return [line[start - 1 : start - 1 + length].strip() for start, length in columns]


def write(rows: Iterable[Sequence[str]], columns: Sequence[Column], encoding: str | None = None, eol: str = "\r\n") -> bytes:
    """Each cell at its place. Raises ValueError for a value that is longer than its column: nothing is cut off."""
    return "".join(_laid(row, columns) + eol for row in rows).encode(encoding or "utf-8")


def _laid(row: Sequence[str], columns: Sequence[Column]) -> str:
    line = ""
    for cell, (start, length) in sorted(zip(row, columns, strict=True), key=lambda pair: pair[1]):
        if len(cell) > length or any(mark in cell for mark in "\r\n"):
            raise ValueError(f"`{cell}` does not fit into {length} characters")
        line = line.ljust(start - 1) + cell
    return line
