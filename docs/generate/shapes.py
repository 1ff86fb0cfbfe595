"""How a pydantic shape is told in a table: its fields, what they hold, and the shapes they are made of."""

import inspect
import types
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from docs.generate.text import table
from hub.rules.duration import words

Kind = type[BaseModel]
WORDS: dict[Any, str] = {
    str: "text", int: "whole number", float: "number", bool: "true or false", Decimal: "exact number", date: "date",
    datetime: "time", AwareDatetime: "time with zone", timedelta: "duration", Path: "path", type(None): "null", Any: "anything",
}  # fmt: skip


def ordered(first: Iterable[Kind]) -> list[Kind]:
    """The given shapes, then those they are made of, in the order in which they are met."""
    found = list(first)
    for shape in found:  # grows while it is walked
        for field in shape.model_fields.values():
            found += [part for part in parts(field.annotation) if part not in found]
    return found


def parts(annotation: Any) -> list[Kind]:
    """Shapes named anywhere in an annotation, each once."""
    if inspect.isclass(annotation) and get_origin(annotation) is None:
        return [annotation] if issubclass(annotation, BaseModel) else []
    return list(dict.fromkeys(part for inner in get_args(annotation) for part in parts(inner)))


def section(shape: Kind, but: Iterable[str] = ()) -> str:
    """A heading with the words and the fields of a shape."""
    return f"\n## {shape.__name__}\n\n{summary(shape)}\n\n" + fields(shape, set(but))


def fields(shape: Kind, but: Iterable[str] = ()) -> str:
    named = ((field.alias or name, field) for name, field in shape.model_fields.items() if name not in but)
    return table(("field", "holds", "default", "means"), [row(name, field) for name, field in named])


def row(name: str, field: FieldInfo) -> list[str]:
    examples = "".join(f" Example: `{written(example)}`." for example in (field.examples or [])[:1])
    return [f"`{name}`", shown(field.annotation), default(field), (field.description or "") + examples]


def summary(shape: Kind) -> str:
    return inspect.cleandoc(shape.__doc__ or "").split("\n\n")[0]


def default(field: FieldInfo) -> str:
    """What counts when nothing is said; nothing for empty values."""
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is PydanticUndefined:
        return "**must be given**"
    return "" if value in (None, "", (), [], {}) or isinstance(value, BaseModel) else f"`{written(value)}`"


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


def shown(annotation: Any) -> str:
    """A type in plain words.

    >>> shown(str | None), shown(tuple[int, ...]), shown(dict[str, Decimal]), shown(Literal["a", "b"])
    ('text', 'list of whole number', 'exact number by key', '`a`, `b`')
    """
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return shown(inner[0])
    if origin is Literal:
        return ", ".join(f"`{written(value)}`" for value in inner)
    if origin in (Union, types.UnionType):
        return " or ".join(alternatives(inner))
    if origin is dict:
        return f"{shown(inner[1])} by key"
    if origin in (tuple, list, set, frozenset):
        return f"list of {shown(inner[0])}"
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    return WORDS.get(annotation, getattr(annotation, "__name__", str(annotation)))


def alternatives(inner: Iterable[Any]) -> Iterator[str]:
    return (shown(part) for part in inner if part is not type(None))
