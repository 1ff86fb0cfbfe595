"""The reference of the canonical model: one table of fields for each document and each part."""

import inspect
import types
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime
from pydantic.fields import FieldInfo

from docs.generate.text import MADE, table
from hub.model import DOCUMENTS, Shape
from hub.model.shape import Document

PAGE = Path("docs/reference/model.md")
WORDS: dict[Any, str] = {
    str: "text", int: "whole number", bool: "true or false", Decimal: "exact number", date: "date", datetime: "time",
    AwareDatetime: "time with zone", type(None): "null", Any: "anything",
}  # fmt: skip
HEAD = """# The canonical model

What every order, answer, ship notice and invoice looks like inside the hub, whoever wrote it. The same shapes as JSON
Schema stand in [`docs/schema/`](../schema/). Every document also has the fields of [a document](#document).

"""


def pages(root: Path) -> dict[Path, str]:
    shapes = ordered()
    contents = "".join(f"* [`{kind}`](#{shape.__name__.lower()}): {summary(shape)}\n" for kind, shape in DOCUMENTS.items())
    return {PAGE: MADE + HEAD + contents + "".join(section(shape) for shape in shapes)}


def ordered() -> list[type[Shape]]:
    """The documents first, then their parts in the order in which they are met."""
    found: list[type[Shape]] = [Document, *DOCUMENTS.values()]
    for shape in found:  # grows while it is walked
        for field in shape.model_fields.values():
            found += [part for part in parts(field.annotation) if part not in found]
    return found


def parts(annotation: Any) -> list[type[Shape]]:
    """Shapes named anywhere in an annotation, each once."""
    if inspect.isclass(annotation) and get_origin(annotation) is None:
        return [annotation] if issubclass(annotation, Shape) else []
    return list(dict.fromkeys(part for inner in get_args(annotation) for part in parts(inner)))


def section(shape: type[Shape]) -> str:
    shared = set() if shape is Document or not issubclass(shape, Document) else set(Document.model_fields)
    rows = [row(name, field) for name, field in shape.model_fields.items() if name not in shared]
    return f"\n## {shape.__name__}\n\n{summary(shape)}\n\n" + table(("field", "holds", "means"), rows)


def row(name: str, field: FieldInfo) -> tuple[str, str, str]:
    must = " **must**" if field.is_required() else ""
    return f"`{name}`{must}", shown(field.annotation), field.description or ""


def summary(shape: type[Shape]) -> str:
    return inspect.cleandoc(shape.__doc__ or "").split("\n\n")[0]


def shown(annotation: Any) -> str:
    """A type in plain words.

    >>> shown(str | None), shown(tuple[int, ...]), shown(dict[str, Decimal])
    ('text', 'list of whole number', 'exact number by key')
    """
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return shown(inner[0])
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inner)
    if origin in (Union, types.UnionType):
        return " or ".join(shown(part) for part in inner if part is not type(None))
    if origin is dict:
        return f"{shown(inner[1])} by key"
    if origin in (tuple, list, set, frozenset):
        return f"list of {shown(inner[0])}"
    if inspect.isclass(annotation) and issubclass(annotation, Shape):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    return WORDS.get(annotation, getattr(annotation, "__name__", str(annotation)))
