"""One declaration, many uses: every setting has its words, its default and an example, and every example is a right value."""

from typing import Annotated, Any

import pytest
from pydantic import BaseModel, SecretStr, TypeAdapter

from docs.generate.settings import FILES
from docs.generate.shapes import ordered
from hub import registry
from hub.settings.described import default, example, fields, holds, shapes_in

CONFIGS = {name: kind.Config for name, kind in registry.connectors().items()}
SHAPES: list[type[BaseModel]] = ordered([*FILES, *CONFIGS.values()])
SETTINGS = [
    pytest.param(name, field, id=f"{shape.__module__.rpartition('.')[2]}.{shape.__name__}.{name}")
    for shape in SHAPES
    for name, field in fields(shape)
]


@pytest.mark.parametrize(("name", "field"), SETTINGS)
def test_a_setting_tells_of_itself(name: str, field: Any) -> None:
    assert field.description and field.description[0].isupper() | field.description[0].islower()
    assert field.description.endswith((".", "…")), "a sentence"
    assert example(name, field) is not None or shapes_in(field.annotation), "give it an example"


@pytest.mark.parametrize(("name", "field"), SETTINGS)
def test_an_example_is_a_right_value(name: str, field: Any) -> None:
    shown = example(name, field)
    if shown is None or holds(field.annotation, SecretStr):
        return
    kind: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    TypeAdapter(kind).validate_python(shown)


def test_defaults_are_told_as_they_are_written() -> None:
    told = {(shape.__name__, name): default(field) for shape in SHAPES for name, field in fields(shape)}
    assert told["HubSettings", "listen"] == "127.0.0.1:8710"
    assert told["RetryPolicy", "give_up_after"] == "1d 12h"
    assert told["EndpointSettings", "connector"] == ""


def test_many_settings_are_looked_at() -> None:
    assert len(SETTINGS) > 100
