"""Tables in CSV files that a mapping or a company names: a first line with source and date, then a line of column names."""

import csv
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from hub.guides.tables import Table

SOURCE = re.compile(r"#.*\b\d{4}\b")
Row = dict[str, str]
ANY = "*"  # in a table: whatever else comes stands for itself
Words = ("file", "from", "to")


class Open(Table):
    """A table in which codes that it does not name stand for themselves.

    >>> Open("units", "xml", {"XCS": "CS"}).word("EA"), Open("units", "xml", {"XCS": "CS"}).code("CS")
    ('EA', 'XCS')
    """

    def word(self, code: str) -> str:
        return self.words.get(code, code)

    def code(self, word: str) -> str:
        return self.codes.get(word, word)


def rows(text: str) -> list[Row]:
    """Rows by column name, empty cells left out. Raises ValueError with the line number and what is wrong there.

    >>> rows("# items of Acme; 2026-11-22\\nbuyer_part,sku\\nA1,100\\n")
    [{'buyer_part': 'A1', 'sku': '100'}]
    """
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or not SOURCE.match(lines[0]):
        raise ValueError("1: the first line must say source and date: `# source; 2026-11-22`")
    names = [name.strip() for name in next(csv.reader(lines[1:2]), [])]
    if not names or not all(names) or len(set(names)) != len(names):
        raise ValueError("2: the second line must name the columns, each differently")
    return [_row(number, names, cells) for number, cells in enumerate(csv.reader(lines[2:]), 3) if any(map(str.strip, cells))]


def _row(number: int, names: list[str], cells: list[str]) -> Row:
    if len(cells) != len(names):
        raise ValueError(f"{number}: {len(cells)} cells stand under {len(names)} names")
    return {name: cell.strip() for name, cell in zip(names, cells, strict=True) if cell.strip()}


def table(name: str, format: str, spec: Mapping[str, str], find: Callable[[str], Path | None]) -> Table:
    """The code table that two columns of a file make: `from` what they say, `to` what we say. Raises ValueError."""
    if unknown := set(spec) - set(Words):
        raise ValueError(f"a table from a file has {', '.join(Words)}, not {', '.join(sorted(unknown))}")
    path = find(spec["file"])
    if path is None:
        raise ValueError(f"there is no file `{spec['file']}` beside the mappings")
    try:
        found = rows(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise ValueError(f"{path}:{error}") from None
    source, target = spec.get("from", "code"), spec.get("to", "word")
    known = {column for row in found for column in row}
    for column in (source, target):
        if column not in known:
            raise ValueError(f"{path} has no column `{column}`; it has {', '.join(sorted(known))}")
    words: dict[str, str] = {}
    for row in found:
        if source in row and target in row and words.setdefault(row[source], row[target]) != row[target]:
            raise ValueError(f"{path}: `{row[source]}` stands for `{words[row[source]]}` and for `{row[target]}`")
    return Table(name, format, words)
