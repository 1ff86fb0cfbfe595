"""How a pydantic shape is told in a table: its fields, what they hold, and the shapes they are made of."""

import inspect
from collections.abc import Iterable

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from docs.generate.text import table
from hub.settings import described

Kind = type[BaseModel]
LINK = "[{0}](#{1})"


def ordered(first: Iterable[Kind]) -> list[Kind]:
    """The given shapes, then those they are made of, in the order in which they are met."""
    found = list(first)
    for shape in found:  # grows while it is walked
        for field in shape.model_fields.values():
            found += [part for part in described.shapes_in(field.annotation) if part not in found]
    return found


def section(shape: Kind, but: Iterable[str] = ()) -> str:
    """A heading with the words and the fields of a shape."""
    return f"\n## {shape.__name__}\n\n{summary(shape)}\n\n" + fields(shape, set(but))


def fields(shape: Kind, but: Iterable[str] = ()) -> str:
    named = ((field.alias or name, field) for name, field in shape.model_fields.items() if name not in but)
    return table(("field", "holds", "default", "means"), [row(name, field) for name, field in named])


def row(name: str, field: FieldInfo) -> list[str]:
    examples = "".join(f" Example: `{described.written(example)}`." for example in (field.examples or [])[:1])
    return [f"`{name}`", described.shown(field.annotation, LINK), default(field), (field.description or "") + examples]


def summary(shape: Kind) -> str:
    return inspect.cleandoc(shape.__doc__ or "").split("\n\n")[0]


def default(field: FieldInfo) -> str:
    """What counts when nothing is said; nothing for empty values."""
    if field.is_required():
        return "**must be given**"
    value = described.default(field)
    return f"`{value}`" if value else ""
