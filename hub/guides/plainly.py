"""Makes of the values that guides read what the document made of them says as plain JSON values, without making it.

The makers are those of `making.py`, which look at every value; these keep it as text, and leave out what is a default.
"""

from decimal import Decimal
from functools import lru_cache
from typing import Any

from hub.guides.making import Makers, Unsure, Writer, given, made
from hub.guides.values import Values
from hub.model import Document, plain
from hub.model.shape import Shape, When


def plainly(shape: type[Document], values: Values) -> dict[str, Any]:
    """What `plain(made(shape, values))` gives or raises. Mappings of the values may be kept as they are."""
    try:
        found: dict[str, Any] = makers(shape)[tuple(values)](values)
    except (Unsure, AttributeError, TypeError):  # the others where something is no mapping
        return plain(made(shape, values))
    return found


@lru_cache(maxsize=512)
def makers(shape: type[Shape]) -> Makers:
    """Those of one part of the model."""
    return Makers(shape, PlainWriter)


class PlainWriter(Writer):
    """Writes the maker of plain values."""

    several_as = "[{}]"

    def begin(self) -> None:
        written = self.shape.__pydantic_decorators__
        if written.field_serializers or written.model_serializers:
            raise Unsure
        self.names = tuple(name for name in self.defaults if name in self.names)  # in the model's order
        if not self.names:
            self.unless("type(values) is not dict")
        self.say("found = {}")

    def keep(self, name: str, value: str) -> None:
        """Unless it is the default."""
        default, only = self.defaults[name], ""
        if not self.shape.model_fields[name].is_required() and default is not None:
            only = f"if {given(name)}: " if not default else f"if {given(name)} != defaults[{name!r}]: "
        self.say(f"{only}found[{name!r}] = {value}")

    def leaf(self, annotation: Any, value: str) -> str:
        return f"str({value})" if annotation is Decimal else f"{value}.isoformat()" if annotation == When else value

    def otherwise(self, annotation: Any, value: str) -> str:
        """A time of day is for pydantic: it has its own way of writing zones."""
        return f"type({value}) is not date" if annotation == When else super().otherwise(annotation, value)

    def end(self) -> None:
        self.say("return found")

    def makers(self, shape: type[Shape]) -> Makers:
        return makers(shape)
