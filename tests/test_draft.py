"""What a document says, as text: one writer is quick, the other was there before, and hashes of old ledgers must stay good."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.flow.draft import SORTED, Draft, dumps, ordered, settle
from hub.model import DOCUMENTS

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from([2**63, 2**64, -(2**63) - 1]) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner) | st.dictionaries(st.text(max_size=5), inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(max_size=5), PLAIN, max_size=6))
def test_both_writers_write_the_same_bytes(value: dict[str, Any]) -> None:
    assert ordered(value, sound=True) == ordered(value) == SORTED.encode(value).encode()
    assert dumps(value, sound=True) == dumps(value) == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.filterwarnings("ignore::pydantic.json_schema.PydanticJsonSchemaWarning")
@pytest.mark.parametrize("kind", sorted(DOCUMENTS))
def test_no_document_has_a_fraction_that_is_not_text(kind: str) -> None:
    found = list(_types(DOCUMENTS[kind].model_json_schema(mode="serialization")))
    assert "string" in found and "number" not in found and None not in found


def _types(schema: Any) -> Iterator[str | None]:
    """Types of all leaves; None where anything may stand."""
    if isinstance(schema, list):
        for one in schema:
            yield from _types(one)
    elif isinstance(schema, dict):
        for name, one in schema.items():
            if name in ("properties", "$defs"):
                yield from _types(list(one.values()))
            elif name in ("items", "prefixItems", "additionalProperties", "anyOf", "oneOf") and one is not False:
                yield from _types(one) if isinstance(one, dict | list) and one else [None]
        if isinstance(said := schema.get("type"), str):
            yield said


def test_the_hash_of_an_order_is_what_it_always_was() -> None:
    value = {"number": "PO-7", "currency": "EUR", "lines": [{"number": "Tee, grün\n\u2028\x1f", "quantity": "2", "unit": "EA"}]}
    draft = Draft(0, "order", "shop", {**value, "channel": "shop"})
    was = draft.content
    assert was == "454bf502ddfba34fdc7a5713114b12f305a7562a2254ecf3e89e34cc53072ef7"
    settle(draft)
    assert draft.sound and draft.content == was
