"""Tables as all formats of tables give them: numbered rows of cells. Bounded, so that no file can eat the machine."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hub.errors import Unreadable

MOST_ROWS = 200_000
MOST_COLUMNS = 1_000
MOST_CELLS = 5_000_000
LONGEST_CELL = 32_767  # characters: what a workbook can hold

Cells = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One row; `number` counts from 1 as the program shows it that made the file."""

    number: int
    cells: Cells

    @property
    def empty(self) -> bool:
        return all(blank(cell) for cell in self.cells)


def blank(cell: Any) -> bool:
    """
    >>> blank("  "), blank(None), blank(0)
    (True, True, False)
    """
    return cell is None or (isinstance(cell, str) and not cell.strip())


def bounded(lines: Iterator[Line]) -> Iterator[Line]:
    """The same rows. Raises Unreadable once there are more than can be an order file."""
    cells = 0
    for count, line in enumerate(lines, 1):
        cells += len(line.cells)
        if count > MOST_ROWS or cells > MOST_CELLS or len(line.cells) > MOST_COLUMNS:
            raise Unreadable(f"row {line.number}: more than {MOST_ROWS} rows, {MOST_COLUMNS} columns or {MOST_CELLS} cells")
        if any(isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in line.cells):
            raise Unreadable(f"row {line.number}: a cell is longer than {LONGEST_CELL} characters")
        yield line
