"""Workbooks (.xlsx), read into numbered rows. What a merged cell says, all of its cells say.

The library that reads them makes room for the whole rectangle around the used cells before it reads one, and takes the
process down where that is too much. So the parts are unpacked and looked through here first, and only what was looked
through is handed on.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree

from hub.errors import Unreadable
from hub.formats.grid import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Line, bounded

LARGEST = 200_000_000  # bytes of a workbook once unpacked
MOST_PARTS = 2_000
STEP = 1_000_000
PLACED = ("{*}c", "{*}row")
REFERENCE = re.compile(r"([A-Z]{0,9})([0-9]{0,9})")


def read(body: bytes, sheet: str | int | None = None) -> Iterator[Line]:
    """Rows of one sheet: by name, by number from 1, or the first. Raises Unreadable."""
    from python_calamine import CalamineError, CalamineWorkbook  # slow to load, and few files are workbooks

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(_looked_through(body)))
        found = book.get_sheet_by_name(_name(book.sheet_names, sheet))
        if found.total_height * found.total_width > MOST_CELLS:
            raise Unreadable(f"the sheet `{found.name}` has more than {MOST_CELLS} cells")
        rows = found.to_python(skip_empty_area=False)
        merged = found.merged_cell_ranges or []
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise Unreadable(f"not a workbook we can read: {error}") from None
    for (top, left), (bottom, right) in merged:
        _spread(rows, top, left, bottom, right)
    return bounded(Line(number, [_plain(cell) for cell in row]) for number, row in enumerate(rows, 1))


def _looked_through(body: bytes) -> bytes:
    """The same workbook with nothing in it but XML whose cells are within bounds."""
    if not body.startswith(b"PK"):
        raise Unreadable("not a workbook of the kind .xlsx; save older ones (.xls) and others as .xlsx")
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            raise Unreadable(f"the workbook has {len(parts)} parts; that is no order")
        texts, left = [], LARGEST
        for part in parts:
            content = _unpacked(archive, part, left)
            left -= len(content)
            if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<" and not part.filename.endswith(".vml"):
                texts.append((part.filename, content))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise Unreadable(f"not a workbook we can read: {error}") from None
    return _packed(texts)


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> bytes:
    """One part, unpacked in steps, whatever it says its size is."""
    found = bytearray()
    with archive.open(part) as stream:
        while chunk := stream.read(STEP):
            found += chunk
            if len(found) > left:
                raise Unreadable(f"the workbook would unpack to more than {LARGEST} bytes; that is no order")
    return bytes(found)


def _packed(texts: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in texts:
            _check_cells(name, content)
            archive.writestr(name, content)
    return out.getvalue()


def _check_cells(name: str, content: bytes) -> None:
    """Raises Unreadable where the rectangle around the cells is larger than an order can be."""
    options: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    bottom = right = rows = 0
    try:
        for _, node in etree.iterparse(io.BytesIO(content), events=("end",), tag=PLACED, **options):
            if node.tag.endswith("row"):
                rows, right = rows + 1, max(right, len(node))
                bottom = max(bottom, rows, _place(node.get("r"))[0])
                node.clear()
            else:
                row, column = _place(node.get("r"))
                bottom, right = max(bottom, row), max(right, column)
            if bottom > MOST_ROWS or right > MOST_COLUMNS or bottom * right > MOST_CELLS:
                raise Unreadable(
                    f"row {bottom}, column {right}: larger than an order can be; take away what stands outside of it"
                )
    except etree.LxmlError as error:
        raise Unreadable(f"not a workbook we can read: {name}: {error}") from None


def _place(reference: str | None) -> tuple[int, int]:
    """Row and column of a reference, counted from 1; 0 where it says none.

    >>> _place("AB7"), _place("12"), _place(None)
    ((7, 28), (12, 0), (0, 0))
    """
    match = REFERENCE.fullmatch(reference or "")
    if match is None:
        raise Unreadable(f"not a workbook we can read: `{str(reference)[:20]}` names no cell")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2] or 0), column


def _name(names: list[str], sheet: str | int | None) -> str:
    if not names:
        raise Unreadable("the workbook has no sheet")
    if isinstance(sheet, int):
        sheet = names[sheet - 1] if 0 < sheet <= len(names) else f"number {sheet}"
    if sheet is not None and sheet not in names:
        raise Unreadable(f"the workbook has no sheet `{sheet}`; it has {', '.join(f'`{name}`' for name in names[:10])}")
    return sheet or names[0]


def _spread(rows: list[list[Any]], top: int, left: int, bottom: int, right: int) -> None:
    for row in rows[top : bottom + 1]:
        for column in range(left, min(right + 1, len(row))):
            row[column] = rows[top][left]


def _plain(cell: Any) -> Any:
    """A number that is whole is shown so: item numbers and quantities are floats in a workbook."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
