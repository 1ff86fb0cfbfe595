"""Tables: encodings, delimiters, and files made to do harm."""

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import Unreadable
from hub.formats import csv, fixed, grid, xlsx

TEXT = "Nr;Größe\n1;½\n"
CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\x85\u2028\u2029"), max_size=12)
TABLES = st.integers(2, 5).flatmap(lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=8))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_encoding_is_found_out(encoding):
    assert [line.cells for line in csv.read(TEXT.encode(encoding))] == [["Nr", "Größe"], ["1", "½"]]


def test_a_declared_encoding_counts():
    assert next(csv.read("Š".encode("iso8859-2"), "iso8859-2")).cells == ["Š"]
    with pytest.raises(Unreadable, match="not utf-8 text: byte 0 is 0xa9"):
        list(csv.read("Š".encode("iso8859-2"), "utf-8"))
    with pytest.raises(Unreadable, match="no encoding `latin-99`"):
        list(csv.read(b"a", "latin-99"))


@given(TABLES, st.sampled_from([",", ";", "\t", "|"]))
def test_what_is_written_is_read_back(rows, delimiter):
    assert [list(line.cells) for line in csv.read(csv.write(rows, "utf-8", delimiter), "utf-8", delimiter)] == rows


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_readers(body):
    for read in (csv.read, xlsx.read, lambda body: fixed.read(body, [(1, 4), (5, 4)])):
        try:
            list(read(body))
        except Unreadable as error:
            assert str(error)


def test_a_row_is_numbered_by_its_first_line():
    assert [line.number for line in csv.read(b'a,"two\nlines"\nb,c\n')] == [1, 3]


def test_limits(monkeypatch):
    monkeypatch.setattr(grid, "MOST_ROWS", 3)
    with pytest.raises(Unreadable, match="row 4: more than 3 rows"):
        list(csv.read(b"a\n" * 4))
    with pytest.raises(Unreadable, match="row 1: field larger than field limit"):
        list(csv.read(b"a" * 40_000))


def test_a_value_too_long_for_its_column_is_not_cut_off():
    with pytest.raises(ValueError, match="`12345` does not fit into 4 characters"):
        fixed.write([["12345"]], [(1, 4)])


def workbook(**cells: Any) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet: Any = book.active
    for place, value in cells.items():
        sheet[place] = value
    book.save(out)
    return out.getvalue()


def repacked(body: bytes, **parts: bytes) -> bytes:
    """A workbook with other contents of some parts (`sheet1`, `workbook`), or with further ones."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            stem = part.filename.rpartition("/")[2].partition(".")[0]
            new.writestr(part.filename, parts.pop(stem, b"") or old.read(part))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def test_a_cell_far_away_is_refused_before_room_is_made_for_it():
    with pytest.raises(Unreadable, match="row 1048576, column 16384"):
        xlsx.read(workbook(A1="a", XFD1048576="z"))


def test_an_archive_that_unpacks_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(xlsx, "LARGEST", 1_000_000)
    with pytest.raises(Unreadable, match="more than 1000000 bytes"):
        xlsx.read(repacked(workbook(A1="a"), bomb=b"<" + b" " * 3_000_000))


def test_cells_hidden_behind_an_entity_are_seen():
    sheet = b'<!DOCTYPE x [<!ENTITY far "XFD1048576">]><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="&far;"><v>1</v></c></row></sheetData></worksheet>'
    with pytest.raises(Unreadable):
        xlsx.read(repacked(workbook(A1="a"), sheet1=sheet))


@pytest.mark.parametrize(
    ("sheet", "why"), [("Orders", "no sheet `Orders`; it has `Sheet`"), (2, "no sheet `number 2`"), (0, "no sheet `number 0`")]
)
def test_a_sheet_that_is_not_there(sheet, why):
    with pytest.raises(Unreadable, match=why):
        xlsx.read(workbook(A1="a"), sheet)


def test_an_older_workbook_says_what_to_do():
    with pytest.raises(Unreadable, match="save older ones"):
        xlsx.read(bytes.fromhex("d0cf11e0a1b11ae1"))
