"""Code tables: a code of a standard and our word for it, read from `mappings/codes/<table>.csv`."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

HEADER = ["x12", "edifact", "word", "title"]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One table as one standard sees it. Codes it does not know are kept as `x12:ZZ`."""

    name: str
    standard: str
    words: Mapping[str, str]  # code -> word
    titles: Mapping[str, str] = field(default_factory=dict)  # word -> title
    codes: Mapping[str, str] = field(init=False)  # word -> code; the first one given

    def __post_init__(self) -> None:
        codes: dict[str, str] = {}
        for code, word in self.words.items():
            codes.setdefault(word, code)
        object.__setattr__(self, "codes", codes)

    def word(self, code: str) -> str:
        """The word for a code, or the code kept with its standard."""
        return self.words.get(code) or f"{self.standard}:{code}"

    def code(self, word: str) -> str | None:
        """The code for a word; None when this standard has none."""
        if word in self.codes:
            return self.codes[word]
        standard, colon, code = word.partition(":")
        return code if colon and standard == self.standard and code else None

    def over(self, words: Mapping[str, str]) -> "Table":
        """The same table with other words for some codes."""
        return Table(self.name, self.standard, {**self.words, **words}, self.titles)


def read(name: str, lines: Iterable[str], standard: str) -> Table:
    """Read a table file. Raises ValueError with the line number and what is wrong there.

    >>> read("units", ["# own; 2026", "x12,edifact,word,title", "EA,PCE,each,Each"], "edifact").word("PCE")
    'each'
    """
    rows = list(lines)
    if not rows or not rows[0].startswith("#"):
        raise ValueError("1: the first line must say source and date: `# source; date`")
    if [cell.strip() for cell in rows[1].split(",")] != HEADER if len(rows) > 1 else True:
        raise ValueError(f"2: the second line must be `{','.join(HEADER)}`")
    words: dict[str, str] = {}
    titles: dict[str, str] = {}
    for number, row in enumerate(csv.reader(rows[2:]), 3):
        if row:
            _add(row, number, HEADER.index(standard), words, titles)
    return Table(name, standard, words, titles)


def _add(row: list[str], number: int, column: int, words: dict[str, str], titles: dict[str, str]) -> None:
    if len(row) != len(HEADER) or not row[2].strip():
        raise ValueError(f"{number}: a row needs {len(HEADER)} cells and a word, this one is {row}")
    code, word, title = row[column].strip(), row[2].strip(), row[3].strip()
    titles.setdefault(word, title)
    if code and code in words:
        raise ValueError(f"{number}: the code {code} has a word already: {words[code]}")
    if code:
        words[code] = word
