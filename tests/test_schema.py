"""The published schema is the model's own, and says the same as the model."""

from decimal import Decimal

import pytest

from docs.generate import schema
from hub.model import DOCUMENTS, Order, plain


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_published_schema_is_fresh(root, kind):
    path = root / schema.FOLDER / f"{kind}.json"
    assert path.exists() and path.read_text() == schema.rendered(kind, DOCUMENTS[kind]), "stale: run make docs"


def test_no_schema_is_published_without_a_document(root):
    assert {path.stem for path in (root / schema.FOLDER).iterdir()} == set(DOCUMENTS)


def described(part):
    """Every property anywhere in a schema, as (path, description)."""
    for name, inner in part.get("properties", {}).items():
        yield name, inner.get("description")
    for definition in part.get("$defs", {}).values():
        yield from described(definition)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_field_has_a_description(kind):
    assert [name for name, words in described(schema.described(kind, DOCUMENTS[kind])) if not words] == []


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_unknown_fields_are_refused_by_schema_too(kind):
    document = schema.described(kind, DOCUMENTS[kind])
    shapes = [document, *(part for part in document.get("$defs", {}).values() if "properties" in part)]
    assert all(shape["additionalProperties"] is False for shape in shapes)


def test_a_stored_document_of_version_1_still_loads():
    """What an older release wrote: never edit this text, only add to it."""
    stored = '{"number": "4500012345", "lines": [{"number": "1", "quantity": "12.50", "unit": "each", "price": "0.1"}]}'
    order = Order.model_validate_json(stored)
    assert order.lines[0].price == Decimal("0.1")
    assert plain(order)["lines"][0]["quantity"] == "12.50"
