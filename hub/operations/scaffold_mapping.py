"""Begins a mapping: from a sample file, whose columns, keys or elements it names, or from a small one of its own. What a name
probably means is written beside it; the sample becomes the mapping's first test."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.errors import CrossdockError, Unreadable
from hub.formats import csv, detect, xlsx, xml
from hub.formats.decoding import decode
from hub.formats.grid import Line, blank
from hub.mapping.layout import TABULAR
from hub.mapping.mapping import load
from hub.mapping.messages import json_value
from hub.operations.guessing import OF_LINE, OF_ORDER, date_form, decimal_comma, meanings
from hub.operations.read import product
from hub.operations.scaffold_samples import own

SAMPLES = "samples"
MOST_SHEETS = 9
SUFFIX = {"csv": "csv", "xlsx": "xlsx", "fixed": "txt", "xml": "xml", "json": "json"}


class NoSample(CrossdockError):
    """Nothing can be begun from this file."""


@dataclass(slots=True)
class Begun:
    """What a channel is to read with, and the files to write for it, by their path in the company."""

    format: str
    mapping: str | None = None  # None: EDI, which needs a partner and no mapping
    files: dict[str, str | bytes] = field(default_factory=dict)


def kind_of(body: bytes) -> str:
    """What a file is made of. Raises NoSample."""
    if standard := detect.sniff(body[:65536]):
        return standard
    if body.startswith(b"PK"):
        return "xlsx"
    head = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if head in (b"<", b"{", b"["):
        return "xml" if head == b"<" else "json"
    if not head:
        raise NoSample("the sample is empty")
    text = decode(body, None)
    cut = csv.delimiter_of(text)
    return "csv" if sum(cut in line for line in text.splitlines()[:20]) > 1 or cut in text.splitlines()[0] else "fixed"


def begin(name: str, format: str, sample: bytes | None, roots: Sequence[Path] = ()) -> Begun:
    """A mapping of this name for orders in this format, and its test; one that fits a sample already is taken as it is."""
    body = sample if sample is not None else own(format)
    if format == "xml" and (known := _known(body, roots)):
        return Begun(format, known)
    try:
        text = _table(format, body) if format in TABULAR else _xml(body) if format == "xml" else _json(body)
    except Unreadable as error:
        raise NoSample(f"the sample cannot be read as {format}: {error}") from None
    file = f"mappings/{SAMPLES}/{name}.{SUFFIX[format]}"
    lines = [f"# Begun from {'a sample' if sample is not None else 'a made-up sample'}: look over what each name means."]
    lines += ["# `{}` knows a name and carries nothing; paths: docs/howto/mapping.md of the hub. Then: crossdock test", *text]
    lines += ["examples:", "  - title: the sample", f"    reads: {{file: {SAMPLES}/{name}.{SUFFIX[format]}}}"]
    return Begun(format, name, {f"mappings/{name}.yaml": "\n".join(lines) + "\n", file: body})


def example(path: Path) -> tuple[str, str]:
    """The rest of the first example, once the mapping stands: what it reads now, and what is wrong with the sample."""
    mapping = load(path)
    readings = mapping.take((path.parent / str(mapping.notation.examples[0].reads["file"])).read_bytes())
    wrong = [finding.text for reading in readings for finding in reading.findings if finding.severity == "error"]
    finds = "".join(f"      - {_quoted(text)}\n" for text in wrong)
    more = f"    gives: {{file: {SAMPLES}/{path.stem}.expected.json}}\n" + (f"    finds:\n{finds}" if wrong else "")
    values = [reading.value for reading in readings]
    return more, json.dumps(values, indent=1, ensure_ascii=False, default=str) + "\n"


def _known(body: bytes, roots: Sequence[Path]) -> str | None:
    """A mapping of orders that comes with the hub and is for this message."""
    for path in sorted([*product().glob("cxml/order.yaml"), *product().glob("ubl/order.yaml")]):
        name = path.relative_to(product()).with_suffix("").as_posix()
        mapping = load(path, name, roots=[product(), *roots])
        try:
            space = str(xml.parse(body).tag).rpartition("}")[0].removeprefix("{")
            mapping.take(body)
        except Unreadable:
            continue
        if mapping.notation.namespaces.get("", "") == space:
            return name
    return None


# --- tables -----------------------------------------------------------------------------------------------------------


def _table(format: str, body: bytes) -> list[str]:
    """The mapping of a table: columns that say the same in all rows of an order stand above, the others in its rows."""
    columns, lines, sheet = _columns(format, body)
    names, rows = _header(columns, lines)
    head = meanings(names, OF_ORDER)
    inner = meanings([name for name in names if name not in head], OF_LINE)
    if "number" not in head.values():  # something must: say so
        first = next((name for name in names if name not in inner), names[0])
        inner.pop(first, None)
        head[first] = "number"
    layout = _layout(format, columns, names, rows, {path: name for name, path in head.items()}, inner, sheet)
    below = [name for name in names if name in inner]
    others = [name for name in names if name not in head and name not in inner]
    if not below and not others:
        raise NoSample(f"it has one column, `{names[0]}`, and a line needs more than the number of its order")
    return [
        "document: order", f"format: {format}", *([] if "number" in inner.values() else ["finish: number_lines    # rows are counted"]),
        *layout, "body:", *(f"  {_rule(name, path)}" for name, path in head.items()), "  rows:", "    each: lines",
        "    body:", *(f"      {_rule(name, inner[name])}" for name in below), *(f"      {_key(name)}: {{}}" for name in others),
    ]  # fmt: skip


def _columns(format: str, body: bytes) -> tuple[dict[str, list[int]], list[Line], int]:
    """Rows that hold something; of fixed width also where the columns are, of a workbook on which sheet."""
    if format == "fixed":
        return *_cut(decode(body, None).splitlines()), 1
    if format == "csv":
        return {}, [line for line in csv.read(body) if not line.empty], 1
    sheets = [[line for line in xlsx.read(body, 1) if not line.empty]]
    while len(sheets) < MOST_SHEETS:
        try:
            sheets.append([line for line in xlsx.read(body, len(sheets) + 1) if not line.empty])
        except Unreadable:
            break
    best = max(range(len(sheets)), key=lambda n: (max((len(line.cells) for line in sheets[n]), default=0) > 1, len(sheets[n])))
    return {}, sheets[best], best + 1


def _cut(texts: Sequence[str]) -> tuple[dict[str, list[int]], list[Line]]:
    """Columns are what blanks in all lines lie between, two where that is enough; the first line names them, if it holds no digits."""
    width = max((len(text) for text in texts), default=0)
    filled = "".join(" " if all(text[at : at + 1] in ("", " ") for text in texts) else "x" for at in range(width))
    starts = [match.start() for match in re.finditer(r"x+(?: x+)*", filled)]
    starts = starts if len(starts) > 1 else [match.start() for match in re.finditer(r"x+", filled)]
    found = [[start + 1, end - start] for start, end in zip(starts, [*starts[1:], width], strict=True)]
    if len(found) < 2:
        raise NoSample("no blanks lie between its columns: begin with `--format fixed` alone, and write where the columns are")
    named = not any(letter.isdigit() for letter in texts[0]) and len(texts) > 1
    cells = [[text[start - 1 : start - 1 + length].strip() for start, length in found] for text in texts]
    names = cells[0] if named else [f"column {n}" for n in range(1, len(found) + 1)]
    return dict(zip(names, found, strict=True)), [Line(0 if named else -1, names), *(Line(1, row) for row in cells[named:])]


def _header(columns: Mapping[str, Any], lines: Sequence[Line]) -> tuple[list[str], list[list[str]]]:
    """Names of the columns, and the rows below: the first row of those that name most."""
    if not lines:
        raise NoSample("the sample has no rows")
    texts = [[" ".join(str("" if blank(cell) else cell).split()) for cell in line.cells] for line in lines]
    known = [len(meanings(row, OF_ORDER)) + len(meanings(row, OF_LINE)) for row in texts[:20]]
    at = 0 if columns else max(range(len(known)), key=lambda n: (known[n], -n))
    names = [name for name in dict.fromkeys(texts[at]) if name]
    return names, [
        [row[texts[at].index(name)] if texts[at].index(name) < len(row) else "" for name in names] for row in texts[at + 1 :]
    ]


def _layout(
    format: str,
    columns: Mapping[str, list[int]],
    names: list[str],
    rows: list[list[str]],
    head: Mapping[str, str],
    inner: Mapping[str, str],
    sheet: int,
) -> list[str]:
    def said(name: str) -> list[str]:
        return [row[names.index(name)] for row in rows if row[names.index(name)]]

    dates = {
        form for path in ("ordered_on", "dates.delivery_requested") if path in head and (form := date_form(said(head[path])))
    }
    numbers = [text for name, path in inner.items() if path in ("price", "quantity") for text in said(name)]
    found = [f"  group: {_key(head['number'])}    # rows with the same one are one order"]
    found += [f"  dates: [{', '.join(_quoted(form) for form in sorted(dates))}]"] if dates else []
    found += ['  decimal: ","'] if decimal_comma(numbers) else []
    found += [f"  sheet: {sheet}"] if sheet > 1 else []
    if format == "fixed":
        places = ", ".join(f"{_key(name)}: [{start}, {length}]" for name, (start, length) in columns.items())
        skip = [f"  skip: [{{{_key(names[0])}: {_quoted(names[0])}}}]    # the row of names"] if names[0] != "column 1" else []
        found = [f"  columns: {{{places}}}", *found, *skip]
    return ["layout:", *found]


# --- JSON and XML -----------------------------------------------------------------------------------------------------


def _json(body: bytes) -> list[str]:
    value = json_value(body)
    value = value[0] if isinstance(value, list) and value else value
    if not isinstance(value, dict):
        raise NoSample("the sample is no JSON object with keys")
    return ["document: order", "format: json", *_tree(value)]


def _xml(body: bytes) -> list[str]:
    root = xml.parse(body)
    names = {prefix or "": space for prefix, space in root.nsmap.items()}
    spaces = ["namespaces:", *(f"  {_quoted(prefix)}: {_quoted(space)}" for prefix, space in names.items())] if names else []
    called = xml.name_of(str(root.tag), {space: prefix for prefix, space in names.items()})
    return ["document: order", "format: xml", f"root: {_quoted(called)}", *spaces, *_tree(xml.values(root, names))]


def _tree(value: Mapping[str, Any]) -> list[str]:
    """Rules for all that is there: the first list of objects is taken for the lines."""
    lines = next(
        (key for key, one in _walked(value) if isinstance(one, list) and one and isinstance(one[0], dict) and len(one[0]) > 1),
        None,
    )
    lines = lines or next(
        (key for key, one in _walked(value) if isinstance(one, dict) and re.search(r"(?i)(line|item|position)s?$", key)), ""
    )
    head = meanings([key for key, one in _walked(value) if _single(one)], OF_ORDER)
    if "number" not in head.values():
        head = {next((key for key, one in _walked(value) if _single(one)), "number"): "number", **head}
    body = list(_rules(value, head, lines, "  "))
    numbered = any("is: number" in rule for rule in body if rule.startswith("      "))
    return [*([] if numbered else ["finish: number_lines"]), "body:", *body]


def _walked(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every key with what stands there, lists not entered."""
    for key, one in value.items():
        yield key, one
        if isinstance(one, dict) and not _single(one):
            yield from _walked(one)


def _single(value: Any) -> bool:
    """A value, or an element with a text alone and its attributes."""
    return not isinstance(value, dict | list) or (isinstance(value, dict) and all(key == "." or key[:1] == "@" for key in value))


def _rules(
    value: Mapping[str, Any], known: Mapping[str, str], lines: str, indent: str, taken: set[str] | None = None
) -> Iterator[str]:
    taken = set() if taken is None else taken
    for key, one in value.items():
        if key == lines and isinstance(one, list | dict):
            items: dict[str, Any] = {}
            for item in one if isinstance(one, list) else [one]:
                items |= item
            inner = meanings([name for name, each in _walked(items) if _single(each)], OF_LINE)
            yield from (f"{indent}{_key(key)}:", f"{indent}  each: lines", f"{indent}  body:")
            yield from _rules(items, inner, "", f"{indent}    ", set())
        elif _single(one):
            path = known.get(key) if known.get(key) not in taken else None
            taken.add(path or "")
            yield f"{indent}{_rule(key, path) if path else f'{_key(key)}: {{}}'}"
        elif isinstance(one, dict):
            yield from (f"{indent}{_key(key)}:", f"{indent}  body:")
            yield from _rules(one, known, lines, f"{indent}    ", taken)
        else:
            yield f"{indent}{_key(key)}: {{}}"


# --- text -------------------------------------------------------------------------------------------------------------


def _rule(name: str, path: str) -> str:
    return f"{_key(name)}: {{is: {path}{', use: must' if path in ('number', 'quantity') else ''}}}"


def _key(text: str) -> str:
    """A text as a key: quoted where YAML would take it for something else."""
    return (
        text if re.fullmatch(r"[^\W\d][\w -]*(?<! )", text) and text.lower() not in ("true", "false", "null") else _quoted(text)
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
