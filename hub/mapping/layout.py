"""How a table lies in a file: the keyword `layout` of mappings for csv, xlsx and fixed."""

from dataclasses import dataclass, field
from typing import Any

from hub.guides.mistakes import Mistakes
from hub.marked import Mark, MarkedDict, MarkedList, unmarked

TABULAR = ("csv", "xlsx", "fixed")
ROWS = "rows"  # the key of a body under which the rows of one document stand
WORDS = (
    "encoding", "delimiter", "quote", "eol", "decimal", "dates", "sheet", "header", "columns", "group", "skip", "fill", "end",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """Where rows and columns are, and how values are written there."""

    encoding: str | None = None  # found out where nobody says
    delimiter: str | None = None  # as above
    quote: str = '"'
    eol: str = "\r\n"
    decimal: str | None = None  # a point; where it is said, groups of three digits may be marked too
    dates: tuple[str, ...] = ()  # forms such as %d.%m.%Y, the first is written
    sheet: str | int | None = None
    header: int | None = None  # number of the row of names; None: the first that has all that must be; 0: there is none
    columns: tuple[str, ...] = ()  # names where the file has none, and the order in which they are written
    places: tuple[tuple[int, int], ...] = ()  # fixed: start from 1 and length of each column
    group: tuple[str, ...] = ()  # columns that tell one document from the next; without, all rows are one
    skip: tuple[dict[str, Any], ...] = ()  # rows for which one of these conditions holds are passed over
    fill: tuple[str, ...] = ()  # columns where an empty cell means what the cell above says
    end: tuple[dict[str, Any], ...] = field(default=())  # the first row for which one holds, and all after it, are passed over


def layout_of(spec: Any, format: str, mark: Mark, mistakes: Mistakes) -> Layout:
    """The layout, its mistakes noted."""
    if not isinstance(spec, MarkedDict):
        if format == "fixed":
            mistakes.add(mark, "format fixed needs `layout: {columns: {name: [start, length]}}`")
        return Layout()
    for word in spec:
        if word not in WORDS:
            mistakes.unknown(spec.keys_at[word], "keyword of a layout", word, WORDS)
    plain = unmarked(spec)
    names, places = _columns(spec, format, mistakes)
    return Layout(
        encoding=_text(plain.get("encoding")),
        delimiter={"tab": "\t"}.get(str(plain.get("delimiter")), _text(plain.get("delimiter"))),
        quote=str(plain.get("quote", '"')),
        eol={"lf": "\n"}.get(str(plain.get("eol")), "\r\n"),
        decimal=_text(plain.get("decimal")),
        dates=_texts(plain.get("dates")),
        sheet=plain.get("sheet"),
        header=_number(spec, "header", mistakes),
        columns=names,
        places=places,
        group=_texts(plain.get("group")),
        skip=_conditions(spec, "skip", mistakes),
        fill=_texts(plain.get("fill")),
        end=_conditions(spec, "end", mistakes),
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _texts(value: Any) -> tuple[str, ...]:
    return () if value is None else tuple(map(str, value)) if isinstance(value, list) else (str(value),)


def _number(spec: MarkedDict, word: str, mistakes: Mistakes) -> int | None:
    value = spec.get(word)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        mistakes.add(spec.values_at[word], f"`{word}` must be the number of a row, or 0 where there is none")
        return None
    return value


def _columns(spec: MarkedDict, format: str, mistakes: Mistakes) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...]]:
    found = spec.get("columns")
    if format != "fixed":
        return _texts(unmarked(found)), ()
    if not isinstance(found, MarkedDict) or not all(map(_is_place, found.values())):
        mistakes.add(spec.values_at.get("columns", spec.mark), "format fixed needs `columns: {name: [start, length]}`")
        return (), ()
    return tuple(found), tuple((place[0], place[1]) for place in found.values())


def _is_place(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(one, int) and one > 0 for one in value)


def _conditions(spec: MarkedDict, word: str, mistakes: Mistakes) -> tuple[dict[str, Any], ...]:
    found = spec.get(word)
    listed = found if isinstance(found, MarkedList) else [] if found is None else [found]
    if not all(isinstance(one, MarkedDict) for one in listed):
        mistakes.add(spec.values_at[word], f"`{word}` holds conditions such as {{Item: Total}}")
        return ()
    return tuple(unmarked(one) for one in listed)
