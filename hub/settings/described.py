"""What a setting says of itself: what it holds, its default, an example. Pages, schemas, scaffolds and messages all ask here."""

import types
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from hub.rules.duration import words

WORDS: dict[Any, str] = {
    str: "text", int: "whole number", float: "number", bool: "true or false", Decimal: "exact number", date: "date",
    datetime: "time", AwareDatetime: "time with zone", timedelta: "duration", Path: "path", type(None): "null", Any: "anything",
    SecretStr: "secret",
}  # fmt: skip


def fields(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """Every setting by the name it has in a file."""
    return ((field.alias or name, field) for name, field in model.model_fields.items())


def shapes_in(annotation: Any) -> list[type[BaseModel]]:
    """Shapes named anywhere in an annotation, each once."""
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return [annotation] if issubclass(annotation, BaseModel) else []
    return list(dict.fromkeys(part for inner in get_args(annotation) for part in shapes_in(inner)))


def holds(annotation: Any, sought: type) -> bool:
    """Whether such values stand anywhere in what is annotated."""
    return annotation is sought or any(holds(inner, sought) for inner in get_args(annotation))


def default(field: FieldInfo) -> str:
    """What counts when nothing is said, as written; nothing for empty values, and for what must be given."""
    value = None if field.is_required() else field.get_default(call_default_factory=True, validated_data={})
    empty = value in (None, "", (), [], {}) or value is PydanticUndefined or isinstance(value, BaseModel)
    return "" if empty else written(value)


def example(name: str, field: FieldInfo) -> Any:
    """A value that shows how the setting is written; None where it is made of shapes, whose fields have their own."""
    if field.examples:
        return field.examples[0]
    kind = bare(field.annotation)
    if holds(field.annotation, SecretStr):
        reference = f"${{env:{name.upper()}}}"
        return reference if kind is SecretStr else [reference]
    given = None if field.is_required() else field.get_default(call_default_factory=True, validated_data={})
    if kind is bool:
        return not given
    if get_origin(kind) is Literal:
        return next((one for one in get_args(kind) if one != given), given)
    return None if given in (None, "", (), [], {}) or shapes_in(field.annotation) else given


def bare(annotation: Any) -> Any:
    """An annotation without what may be left out and without validators.

    >>> bare(str | None)
    <class 'str'>
    """
    if get_origin(annotation) is Annotated:
        return bare(get_args(annotation)[0])
    members = [part for part in _members(annotation) if part is not type(None)]
    return bare(members[0]) if len(members) == 1 and members[0] is not annotation else annotation


def _members(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)


def written(value: Any) -> str:
    """A value as a person would write it in YAML.

    >>> written({"invoice": "24h"}), written(("a", "b")), written(True), written("004010"), written(" ")
    ('{invoice: 24h}', '[a, b]', 'true', '004010', "' '")
    """
    if isinstance(value, str) and value.strip():
        return value
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {written(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(written(inner) for inner in value) + "]"
    if isinstance(value, timedelta):
        return words(value)
    return repr(value) if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def shown(annotation: Any, shape: str = "{0}") -> str:
    """A type in plain words; `shape` is how a shape is named.

    >>> shown(str | None), shown(tuple[int, ...]), shown(dict[str, Decimal]), shown(Literal["a", "b"])
    ('text', 'list of whole number', 'exact number by key', '`a`, `b`')
    """
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return shown(inner[0], shape)
    if origin is Literal:
        return ", ".join(f"`{written(value)}`" for value in inner)
    if origin in (Union, types.UnionType):
        return " or ".join(shown(part, shape) for part in inner if part is not type(None))
    if origin is dict:
        return f"{shown(inner[1], shape)} by key"
    if origin in (tuple, list, set, frozenset):
        return f"list of {shown(inner[0], shape)}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return shape.format(annotation.__name__, annotation.__name__.lower())
    return WORDS.get(annotation, getattr(annotation, "__name__", str(annotation)))
