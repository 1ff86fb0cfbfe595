"""Tables (csv, xlsx, fixed) as messages: which rows make one document, and rows made of one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from hub.errors import Unreadable
from hub.findings import Finding
from hub.formats import csv, fixed, xlsx
from hub.formats.grid import Line, blank
from hub.formats.xml import Keep
from hub.mapping.foreign import Row, shown, takes
from hub.mapping.layout import ROWS, Layout
from hub.mapping.notation import Notation, Rule

Group = tuple[Row, list[Finding]]  # a message: what its document says once, with its rows; and what is wrong with it as a table


def groups(notation: Notation, body: bytes, keep: Keep | None = None) -> list[Group]:
    """The messages of a file, in the order of their first rows. Raises Unreadable. `keep` is asked for every cell."""
    layout = notation.layout
    names, lines = _header(notation, list(_lines(notation.format, layout, body)))
    rows = list(_filled(layout, _counted(layout, (_row(names, line, notation, keep) for line in lines if not line.empty))))
    lost = sorted({*layout.group, *layout.fill} - set(names))
    if lost:
        raise Unreadable(f"there is no column {_listed(lost)}; there are {_listed(names)}")
    return [_group(notation, key, members) for key, members in _apart(layout, rows).items()]


def _lines(format: str, layout: Layout, body: bytes) -> Iterable[Line]:
    if format == "xlsx":
        return xlsx.read(body, layout.sheet)
    if format == "fixed":
        return fixed.read(body, layout.places, layout.encoding)
    return csv.read(body, layout.encoding, layout.delimiter, layout.quote)


# --- names of columns ----------------------------------------------------------------------------------------------


def _header(notation: Notation, lines: list[Line]) -> tuple[list[str], list[Line]]:
    """Names of the columns as the mapping writes them, and the rows below."""
    layout, wanted = notation.layout, list(_named(notation.body))
    if layout.columns and (notation.format == "fixed" or layout.header == 0):
        return list(layout.columns), lines
    must = {_plain(name) for name in (*_named(notation.body, "must"), *layout.group)}
    for at, line in enumerate(lines):
        here = {_plain(cell) for cell in line.cells}
        if line.number == layout.header or (layout.header is None and here & {_plain(name) for name in wanted} and must <= here):
            return _names(line, wanted), lines[at + 1 :]
    raise Unreadable(_no_header(notation, lines, list(dict.fromkeys([*_named(notation.body, "must"), *layout.group]))))


def _named(rules: tuple[Rule, ...], use: str | None = None) -> Iterator[str]:
    """Columns that a mapping names, each once."""
    found: dict[str, None] = {}
    for rule in rules:
        inner = rule.body or ()
        found.update(dict.fromkeys(_named(inner, use)) if inner else {rule.name: None} if use in (None, rule.use) else {})
    return iter(found)


def _plain(name: Any) -> str:
    """A name without what people vary: case, blanks, line ends.

    >>> _plain(" PO\\n Number")
    'po number'
    """
    return " ".join(str(name or "").split()).casefold()


def _names(line: Line, wanted: Sequence[str]) -> list[str]:
    known = {_plain(name): name for name in wanted}
    found: list[str] = []
    for cell in line.cells:
        name = known.get(_plain(cell), " ".join(str(cell or "").split()))
        count = sum(1 for one in found if one.partition("#")[0] == name)
        found.append(f"{name}#{count + 1}" if name and count else name)
    return found


def _no_header(notation: Notation, lines: Sequence[Line], must: Sequence[str]) -> str:
    at = notation.layout.header
    if at is not None:
        return f"there is no row {at} with the names of the columns"
    if not lines:
        return "the file is empty"
    best = max(lines[:20], key=lambda line: sum(_plain(cell) in map(_plain, must) for cell in line.cells))
    there = [str(cell) for cell in best.cells if not blank(cell)]
    lost = [name for name in must if _plain(name) not in map(_plain, there)]
    alike = {_plain(name): name for name in there}
    close = {name: get_close_matches(_plain(name), alike, 1, 0.5) for name in lost}
    near = [f"`{name}` (is it `{alike[close[name][0]]}`?)" if close[name] else f"`{name}`" for name in lost]
    return f"no row names the columns {', '.join(near)}; row {best.number} has {_listed(there[:20])}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names if name) or "nothing"


# --- rows ----------------------------------------------------------------------------------------------------------


def _row(names: Sequence[str], line: Line, notation: Notation, keep: Keep | None) -> Row:
    cells = {name: _value(cell) for name, cell in zip(names, line.cells, strict=False) if name and not blank(cell)}
    if keep is not None:
        cells = {name: keep(cell, placed(notation, line.number, names, name)) for name, cell in cells.items()}
    beyond = [cell for cell in line.cells[len(names) :] if not blank(cell)]
    return Row(line.number, {**cells, **({f"column {len(names) + 1}": beyond[0]} if beyond else {})})


def placed(notation: Notation, row: int, names: Sequence[str], name: str) -> str:
    """Where a cell is, in the words of the program that shows such a file."""
    at = list(names).index(name)
    if notation.format == "xlsx":
        letters, left = "", at + 1
        while left:
            left, letter = divmod(left - 1, 26)
            letters = chr(ord("A") + letter) + letters
        return f"cell {letters}{row} ({name})"
    if notation.format == "fixed" and at < len(notation.layout.places):
        start, length = notation.layout.places[at]
        return f"row {row}, characters {start} to {start + length - 1} ({name})"
    return f"row {row}, column {at + 1} ({name})"


def _value(cell: Any) -> Any:
    return cell.strip() if isinstance(cell, str) else cell


def _counted(layout: Layout, rows: Iterable[Row]) -> Iterator[Row]:
    """Rows but totals, remarks and what comes after the end."""
    for row in rows:
        if any(takes(when, row) for when in layout.end):
            return
        if not any(takes(when, row) for when in layout.skip):
            yield row


def _filled(layout: Layout, rows: Iterable[Row]) -> Iterator[Row]:
    above: dict[str, Any] = {}
    for row in rows:
        for name in layout.fill:
            if name in row:
                above[name] = row[name]
            elif name in above:
                row[name] = above[name]
        yield row


def _apart(layout: Layout, rows: Iterable[Row]) -> dict[tuple[str, ...], list[Row]]:
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(str(row.get(name, "")) for name in layout.group), []).append(row)
    return found


def _group(notation: Notation, key: tuple[str, ...], members: list[Row]) -> Group:
    below = {name for rule in notation.body if rule.name == ROWS for name in _named(rule.body or ())}
    once = {name for rule in notation.body if rule.name != ROWS for name in _named((rule,))}
    rows = [Row(row.number, {name: cell for name, cell in row.items() if name in below}) for row in members]
    head = Row(members[0].number, {})
    findings: list[Finding] = []
    for row in members:
        for name, cell in row.items():
            if name not in below or name in once:
                _agree(head, row, name, cell, name in once, findings)
    head[ROWS] = rows
    if layout_lost := [name for name, said in zip(notation.layout.group, key, strict=True) if not said]:
        numbers = ", ".join(str(row.number) for row in members)
        findings.append(
            Finding("hub:row-of-nothing", f"row {numbers}: no {_listed(layout_lost)}, so nobody can say what it belongs to",
                    kind="application", path=f"row {members[0].number}")
        )  # fmt: skip
    return head, findings


def _agree(head: Row, row: Row, name: str, cell: Any, counts: bool, findings: list[Finding]) -> None:
    """What a document says once, all of its rows must say alike."""
    if head.setdefault(name, cell) != cell and counts:
        text = f"row {row.number} says {name} is {shown(cell)}, rows before say {shown(head[name])}"
        findings.append(Finding("hub:rows-differ", text, kind="application", path=f"row {row.number}: {name}", value=shown(cell)))


# --- writing -------------------------------------------------------------------------------------------------------


def write(notation: Notation, value: Mapping[str, Any]) -> bytes:
    """The file of one document. Raises ValueError where a value does not fit."""
    layout = notation.layout
    names = columns(notation)
    once = {name: cell for name, cell in value.items() if name != ROWS}
    rows = [[_text({**once, **row}.get(name)) for name in names] for row in value.get(ROWS) or [{}]]
    if notation.format == "fixed":
        return fixed.write(rows, layout.places, layout.encoding, layout.eol)
    header = [] if layout.header == 0 else [names]
    return csv.write([*header, *rows], layout.encoding, layout.delimiter, layout.quote, layout.eol)


def columns(notation: Notation) -> list[str]:
    """The columns that are written, in their order."""
    return list(notation.layout.columns) or list(_named(notation.body))


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(_text, value))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
