"""Lineage: every value has a place it was read from or a function that made it; a changed byte changes only what depends on it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hub.formats import detect
from hub.formats.envelope import TransactionSet
from hub.guides.library import Library
from hub.guides.lineage import Trace, traced
from hub.guides.marking import leaves, plain
from hub.guides.notation import Guide
from hub.guides.reader import read_slowly

ROOT = Path(__file__).parent
FILES = sorted((ROOT / "fixtures" / "x12").glob("*/*.edi")) + sorted((ROOT / "fixtures" / "edifact").glob("*/*.edi"))
LIBRARY = Library([ROOT.parent / "mappings"])
CLEAN = ROOT / "fixtures" / "journeys" / "clean_order_to_paid_invoice"


def sets(file: Path) -> Iterator[tuple[Guide, TransactionSet]]:
    for event in detect.read([file.read_bytes()]):
        if isinstance(event, TransactionSet):
            guide = LIBRARY.find(event.interchange.standard, event.type, event.version)
            if guide is not None:
                yield guide, event


def first(file: Path) -> Trace:
    return traced(*next(sets(file)))


@pytest.mark.parametrize("file", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_value_has_a_lineage(file: Path) -> None:
    """And tracing reads the same as reading."""
    for guide, tset in sets(file):
        again = replace(tset, parted=[list(segment) for segment in tset.segments])
        reading, trace = read_slowly(guide, again), traced(guide, tset)
        assert {line.path: line.value for line in trace.lines} == {path: value for path, value, _ in leaves(reading.value)}
        for line in trace.lines:
            assert line.source is not None or line.computed, line.path
            if line.source is not None:
                assert line.source.text
                assert line.source.mark is not None and line.source.mark.line > 0, line.path
        assert len(trace.uses) + len(trace.leftovers) == trace.filled


def test_a_value_of_an_order() -> None:
    trace = first(CLEAN / "01_acme_850.edi")
    (line,) = trace.under("lines.0.quantity")
    assert line.source is not None and line.source.mark is not None
    assert (line.source.name, line.source.text, line.source.rule, line.source.how) == ("PO102", "24", "PO1/2", "read as decimal")
    text = Path(line.source.mark.file).read_text().splitlines()[line.source.mark.line - 1]
    assert "2: {is: quantity}" in text
    (name,) = trace.under("parties.ship_to.name")
    assert [one.name for one in name.beside] == ["N101"]
    (upc,) = trace.under("lines[0].ids.upc")
    assert [(one.name, one.text) for one in upc.beside] == [("PO106", "UP")]


def test_sums_list_all_their_inputs() -> None:
    trace = first(CLEAN / "05.1_to_acme_810.edi")
    sums = {name: list(inputs) for name, inputs in trace.sums.values()}
    assert sums["invoice_total"] == ["lines[0].quantity", "lines[0].price", "lines[1].quantity", "lines[1].price"]
    assert sums["line_count"] == ["lines[0]", "lines[1]"]
    assert sums["quantity_sum"] == ["lines[0].quantity", "lines[1].quantity"]
    nodes = first(CLEAN / "04.1_to_acme_856.edi").sums
    assert [name for name, _ in nodes.values()] == ["node_count", "quantity_sum"]
    assert [len(inputs) for _, inputs in nodes.values()] == [6, 2]


def test_what_no_rule_used_is_left_over() -> None:
    trace = first(ROOT / "fixtures" / "x12" / "850" / "retail.edi")
    assert {one.path for one in trace.leftovers} >= {"PKG/1", "PKG/5", "PO1/PID/MEA/3"}
    assert 0.9 < trace.share < 1


@cache
def documents() -> list[tuple[Guide, TransactionSet, Trace]]:
    small = [(guide, tset) for file in FILES for guide, tset in sets(file) if len(tset.segments) < 60]
    return [(guide, tset, traced(guide, tset)) for guide, tset in small]


@given(st.data())
def test_a_changed_element_changes_only_what_depends_on_it(data: st.DataObject) -> None:
    guide, tset, before = data.draw(st.sampled_from(documents()))
    carried = [line.source.at for line in before.lines if line.source and not line.source.at.address.component]
    assume(carried)
    at = data.draw(st.sampled_from(carried))
    segments = [list(segment) for segment in tset.segments]
    old = segments[at.position - 1][at.address.element]
    assume(len(tset.components(old)) == 1)
    letters = st.text(st.sampled_from("ABC123"), min_size=1, max_size=4)
    segments[at.position - 1][at.address.element] = new = data.draw(st.one_of(letters, st.just(old[:-1] + "1")))
    assume(new and new != old)
    after = traced(guide, replace(tset, parted=segments))
    # functions make one order of two nodes, or one package of two lines, that name the same: then all behind it have another place
    shifted = {name for name in _lengths(before) | _lengths(after) if _lengths(before).get(name) != _lengths(after).get(name)}
    then, now = ({plain(line.path): line for line in trace.lines} for trace in (before, after))
    for path in {*then, *now}:
        if path.partition(".")[0] in shifted and (guide.finish or any(rule.tree for rule in guide.rules())):
            continue
        if path not in then or path not in now or then[path].value != now[path].value:
            assert any(_rests_on(trace, path, at) for trace in (then, now)), (
                f"{path} changed with {at}, and does not depend on it"
            )


def _lengths(trace: Trace) -> dict[str, int]:
    """How many items each list of the document has."""
    found: dict[str, set[str]] = {}
    for line in trace.lines:
        name, _, rest = line.path.partition("[")
        found.setdefault(name, set()).add(rest.partition("]")[0])
    return {name: len(places) for name, places in found.items()}


def _rests_on(trace: dict, path: str, at: object) -> bool:  # type: ignore[type-arg]
    line = trace.get(path)
    if line is None:
        return False
    if any(source is not None and source.at == at for source in (line.source, *line.beside)):
        return True
    if path.startswith("assumed.") or "_tree" in (line.computed or ""):
        return True  # everything that could have been sent decides what was assumed, and all nodes what a tree makes
    return any(_rests_on(trace, plain(one), at) for one in line.inputs)
