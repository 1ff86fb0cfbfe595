"""Documents drawn from what each mapping says it carries: written, read back, and they are the same."""

import json
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hub.mapping.functions import FUNCTIONS, TURNED
from hub.mapping.layout import ROWS
from hub.mapping.mapping import Mapping, load
from hub.mapping.notation import UNSET, Rule
from hub.mapping.paths import put
from hub.model import DOCUMENTS, plain
from hub.rules.condition import value_at
from tests.test_examples import files
from tests.test_golden_shapes import FIXTURES

BOTH = [path for path in files() if path.parent.name in ("cxml", "ubl")] + sorted((FIXTURES / "csv").glob("*.yaml"))
TEXT = st.text("ABCDEFabcdef0123456789äß&<> .", min_size=1, max_size=6).map(str.strip).filter(bool)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXT,
    "digits": st.text("0123456789", min_size=12, max_size=12),
    "decimal": st.decimals("0.01", 10**4, places=2),
    "minor": st.decimals("0.01", 10**3, places=2),
    "integer": st.integers(1, 9999).map(Decimal),
    "date": st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    "moment": st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    "truth": st.booleans(),
}
ALIKE = {"detail": "accepted", "rejected_with_detail": "rejected"}  # verdicts that some formats have one word for
COMPUTED = ("assumed", "totals", "total", "amount", "extras", "currency")  # stated anew, or said only beside an amount


def drawn(draw: st.DrawFn, rules: tuple[Rule, ...], root: dict[str, Any], item: dict[str, Any]) -> None:
    if any(rule.name == "." and rule.paths and rule.default is UNSET for rule in rules) and draw(st.booleans()):
        return  # an element without its text says nothing, whatever its attributes are
    for rule in rules:
        needed = rule.use == "must" or not rule.paths or rule.name == "." or rule.default is not UNSET
        if rule.when or rule.function in TURNED or (rule.equals and not rule.body) or not (needed or draw(st.booleans())):
            continue
        if rule.each is not None:
            items(draw, rule, root, item)
        elif rule.body is not None:
            inner: dict[str, Any] = (value_at(item, rule.paths[0]) or {}) if rule.paths else item
            drawn(draw, rule.body, root, inner)
            if rule.paths and inner:
                put(item, rule.paths[0], inner)
        elif rule.paths and rule.paths[0] != "." and rule.const is UNSET:
            value = draw(scalar(rule))
            for path in rule.paths:
                put(root if path[0] == "/" else item, path.removeprefix("/"), [value] if rule.several else value)


def items(draw: st.DrawFn, rule: Rule, root: dict[str, Any], item: dict[str, Any]) -> None:
    if rule.each == ".":
        drawn(draw, rule.body or (), root, item)
        return
    found: list[dict[str, Any]] = [{} for _ in range(draw(st.integers(rule.use == "must" or rule.name == ROWS, 2)))]
    if rule.of is not None and rule.of[1] not in item:
        root["named"] = root.get("named", 0) + 1
        item[rule.of[1]] = str(root["named"])
    for one in found:
        drawn(draw, rule.body or (), root, one)
        if rule.of is not None:
            one[rule.of[0]] = item[rule.of[1]]
    holder, path = (root, str(rule.each)[1:]) if str(rule.each)[0] == "/" else (item, str(rule.each))
    if rule.keyed:
        words = draw(
            st.permutations(
                sorted(set(rule.key_table.words.values())) if rule.key_table and rule.key_table.words else ["xml:a", "xml:b"]
            )
        )
        filed = {**(value_at(holder, path) or {}), **dict(zip(words, [one for one in found if one], strict=False))}
        if filed:
            put(holder, path, filed)
    elif found:
        put(holder, path, [*(value_at(holder, path) or []), *found])


def scalar(rule: Rule) -> st.SearchStrategy[Any]:
    if rule.table is not None and rule.table.words:
        words = {"true": True, "false": False}
        return st.sampled_from(sorted(set(rule.table.words.values()) - {"*"})).map(lambda word: words.get(word, word))
    if rule.only:
        return st.sampled_from(rule.only)
    if rule.paths[0].endswith("currency"):
        return st.sampled_from(["EUR", "USD"])
    return VALUES.get(rule.codec.name, TEXT)


def said(value: Any) -> Any:
    """What is compared: numbers by value, nothing that is computed."""
    if isinstance(value, dict):
        kept = {key: said(one) for key, one in value.items() if key not in COMPUTED}
        if "quantity" in kept and "order_number" in kept:  # a line of a bill that names only its order bears the buyer's number
            kept.setdefault("order_line", kept.get("number"))
        return {key: one for key, one in kept.items() if one not in (None, {}, [])}
    if isinstance(value, list):
        return [said(one) for one in value]
    return ALIKE.get(value, value) if isinstance(value, str) else value


@pytest.mark.slow
@pytest.mark.parametrize("path", BOTH, ids=lambda path: f"{path.parent.name}/{path.stem}")
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_written_is_read_back(path: Path, data: st.DataObject) -> None:
    mapping = loaded(path)
    value = data.draw(st.composite(document)(mapping))
    try:
        first = DOCUMENTS[mapping.document].model_validate(value)
    except ValueError:
        assume(False)
    body, findings = mapping.make(first)
    assume(not [finding for finding in findings if finding.severity == "error"])
    [reading] = mapping.take(body)
    assert [finding.text for finding in reading.findings if finding.severity == "error"] == []
    again = DOCUMENTS[mapping.document].model_validate(reading.value)
    assert said(plain(again)) == said(plain(first))


def document(draw: st.DrawFn, mapping: Mapping) -> dict[str, Any]:
    value: dict[str, Any] = {}
    drawn(draw, mapping.notation.body, value, value)
    value.pop("named", None)
    for name in mapping.notation.finish:
        value = FUNCTIONS[name](value)
    return json.loads(json.dumps(value, default=str))  # type: ignore[no-any-return]


@cache
def loaded(path: Path) -> Mapping:
    return load(path)
