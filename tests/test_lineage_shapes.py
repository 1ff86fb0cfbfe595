"""Lineage of tables and XML: each value has its cell or element and its rule; a changed byte changes only what depends on it."""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hub.errors import Unreadable
from hub.formats import csv, xlsx
from hub.guides.marking import leaves, plain
from hub.mapping.lineage import Pair, Places, read
from hub.mapping.lineage_written import written
from hub.mapping.mapping import Mapping
from hub.mapping.messages import parse
from hub.model import DOCUMENTS
from tests.test_golden_shapes import OWN, XML, name, taken

FILES = [path for path in OWN + XML if path.suffix != ".xlsx"]
Traced = list[tuple[dict[str, Any], list[Pair]]]
Known = tuple[Mapping, bytes, dict[str, Any], Traced, list[int]]


def paths(pairs: list[Pair]) -> dict[str, Pair]:
    return {str(pair.path): pair for pair in pairs}


@pytest.mark.parametrize("path", OWN + XML, ids=name)
def test_every_value_has_a_lineage(path: Path) -> None:
    """And tracing reads the same as reading."""
    mapping, readings = taken(path)
    traced = read(mapping, path.read_bytes())
    assert [dict(value) for value, _ in traced] == [reading.value for reading in readings]
    for value, pairs in traced:
        assert [pair.path for pair in pairs] == [at for at, _, _ in leaves(value)]
        assert [pair for pair in pairs if not pair.how or (pair.key and pair.mark is None)] == []
        assert any(pair.key for pair in pairs)


@pytest.mark.parametrize("path", [path for path in OWN if path.suffix in (".csv", ".xlsx")], ids=name)
def test_a_cell_is_where_its_lineage_says(path: Path) -> None:
    mapping, _ = taken(path)
    body, layout = path.read_bytes(), mapping.notation.layout
    lines = xlsx.read(body, layout.sheet) if path.suffix == ".xlsx" else csv.read(body, layout.encoding, layout.delimiter)
    cells = {line.number: line.cells for line in lines}
    for pair in (pair for _, pairs in read(mapping, body) for pair in pairs if pair.key and pair.how == "as it is"):
        row, column = place(pair.key or "")
        assert str(cells[row][column - 1]).strip() == str(pair.value), pair


def place(key: str) -> tuple[int, int]:
    if found := re.match(r"row (\d+), column (\d+) \(", key):
        return int(found[1]), int(found[2])
    found = re.match(r"cell ([A-Z])(\d+) \(", key)
    assert found, key
    return int(found[2]), ord(found[1]) - ord("A") + 1


@pytest.mark.parametrize("path", XML, ids=name)
def test_an_element_is_where_its_lineage_says(path: Path) -> None:
    mapping, _ = taken(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    for pair in (pair for _, pairs in read(mapping, path.read_bytes()) for pair in pairs if pair.key):
        at = re.fullmatch(r"/\S+, line (\d+)", pair.key or "")
        assert at, pair
        if (
            pair.how == "as it is"
            and len(str(pair.value).splitlines()) == 1
            and not str(pair.key).partition(",")[0].endswith("@href")
        ):
            near = "\n".join(
                lines[max(int(at[1]) - 3, 0) : int(at[1]) + 2]
            )  # a tag may end lines after it began, and texts follow
            assert str(pair.value).split()[0] in near.replace("&amp;", "&").replace("&#xE4;", "ä"), pair


@cache
def sources(path: Path) -> Known:
    """A message, what stands where, its lineage, and the bytes that may be (part of) a value."""
    mapping, body = taken(path)[0], path.read_bytes()
    found = seen(mapping, body)
    texts = {str(value).encode() for value in found.values()}
    bytes_ = {at for text in texts for one in re.finditer(re.escape(text), body) for at in range(*one.span())}
    return mapping, body, found, read(mapping, body), sorted(at for at in bytes_ if body[at] < 128 and chr(body[at]).isalnum())


def seen(mapping: Mapping, body: bytes) -> dict[str, Any]:
    """Everything in a message by its place."""
    found: dict[str, Any] = {}
    places = Places()

    def keep(value: Any, place: str) -> Any:
        found[place] = value
        return places.keep(value, place)

    parse(mapping.notation, body, {}, keep)
    return found


@settings(max_examples=10)
@given(st.data())
def test_a_changed_byte_changes_only_what_depends_on_it(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(FILES))
    mapping, body, before, then, bytes_ = sources(path)
    at = data.draw(st.sampled_from(bytes_))
    new = data.draw(st.sampled_from("0123456789AZaz"))
    assume(new != chr(body[at]))
    other = body[:at] + new.encode() + body[at + 1 :]
    try:
        after, now = seen(mapping, other), read(mapping, other)
    except Unreadable:
        assume(False)
    assume(before.keys() == after.keys())  # names of elements and columns decide everything below them
    changed = {place for place in before if before[place] != after[place]}
    assume(changed and len(then) == len(now) and not any(structural(mapping, place) for place in changed))
    for (_, one), (_, two) in zip(then, now, strict=True):
        compare(paths(one), paths(two), changed, bool(mapping.notation.finish))


def structural(mapping: Mapping, place: str) -> bool:
    """Columns that say which rows count, and to which document they belong, decide everything."""
    layout = mapping.notation.layout
    names = [*layout.group, *(name for when in (*layout.skip, *layout.end) for name in when)]
    return any(place.endswith(f"({name})") for name in names)


def compare(then: dict[str, Pair], now: dict[str, Pair], changed: set[str], finished: bool) -> None:
    # a function that makes one order of two lines which name the same: then all behind it have another place in the list
    shifted = {one for one in {*lengths(then), *lengths(now)} if finished and lengths(then).get(one) != lengths(now).get(one)}
    for path in {*then, *now}:
        if path.partition("[")[0] in shifted:
            continue
        if path not in then or path not in now or then[path].value != now[path].value:
            assert any(rests_on(pairs, path, changed) for pairs in (then, now)), (path, changed)


def lengths(pairs: dict[str, Pair]) -> dict[str, int]:
    """How many items each list of the document has."""
    places = {(path.partition("[")[0], path.partition("[")[2].partition("]")[0]) for path in pairs if "[" in path}
    return Counter(name for name, _ in places)


def rests_on(pairs: dict[str, Pair], path: str, changed: set[str], depth: int = 3) -> bool:
    pair = pairs.get(path)
    if pair is None:
        return False
    if pair.key in changed or changed.intersection(pair.beside) or path.startswith("assumed["):
        return True
    return depth > 0 and any(rests_on(pairs, one, changed, depth - 1) for one in pair.inputs)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_what_is_written_has_a_lineage(path: Path) -> None:
    """Every value of the file: where it stands there, and the path it was written from, what it was computed of, or that it is fixed."""
    mapping, readings = taken(path)
    sound = [one for one in readings if not any(finding.severity == "error" for finding in one.findings)]
    document = DOCUMENTS[mapping.document].model_validate(sound[0].value)
    body, _ = mapping.make(document)
    found = list(written(mapping, document, body))
    there = {place: str(value) for place, value in seen(mapping, body).items()}
    assert {place for place in there if not place.startswith("/")} <= {pair.key for pair in found}
    known = {plain(at) for at, _, _ in leaves(document.model_dump(mode="python"))}
    for pair in found:
        assert pair.how
        if pair.path is not None and pair.how != "as the mapping has it":
            assert any(f"{one}.".startswith(f"{plain(pair.path)}.") or plain(pair.path).startswith(one) for one in known), pair
        if pair.key in there and mapping.format == "xml":
            assert there[pair.key] == str(pair.value).strip(), pair
    assert sum(pair.path is not None for pair in found) > len(found) / 3


def test_sums_that_are_written_list_all_their_inputs() -> None:
    path = next(path for path in XML if name(path) == "ubl/invoice")
    mapping, [reading] = taken(path)
    document = DOCUMENTS[mapping.document].model_validate(reading.value)
    found = list(written(mapping, document, mapping.make(document)[0]))
    summed = [pair for pair in found if pair.how.startswith("computed by") and pair.inputs]
    assert summed
    assert all(one.partition("[")[0] in DOCUMENTS["invoice"].model_fields for pair in summed for one in pair.inputs)
