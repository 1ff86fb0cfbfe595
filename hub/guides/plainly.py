"""Makes of the values that guides read what the document made of them says as plain JSON values, without making it.

The makers are those of `making.py`, which look at every value; these keep it as text, and leave out what is a default.
"""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from hub.guides.making import Makers, Unsure, Writer, made
from hub.guides.values import Values
from hub.model import Document, plain
from hub.model.shape import Shape, When


def plainly(shape: type[Document], values: Values, sure: bool = False) -> dict[str, Any]:
    """What `plain(made(shape, values, sure))` gives or raises. Mappings of the values may be kept as they are."""
    try:
        found: dict[str, Any] = makers(shape, sure)[tuple(values)](values)
    except (Unsure, AttributeError, TypeError):  # the others where something is no mapping
        return plain(made(shape, values, sure))
    return found


@lru_cache(maxsize=512)
def makers(shape: type[Shape], sure: bool = False) -> Makers:
    """Those of one part of the model."""
    return Makers(shape, sure, PlainWriter)


class PlainWriter(Writer):
    """Writes the maker of plain values."""

    several_as = single_as = "[{}]"

    def begin(self) -> None:
        written = self.shape.__pydantic_decorators__
        if written.field_serializers or written.model_serializers:
            raise Unsure
        self.known["day"] = _day
        self.names = tuple(name for name in self.defaults if name in self.names)  # in the model's order
        if not self.names:
            self.unless("type(values) is not dict")
        self.say("found = {}")

    def keep(self, name: str, value: str) -> None:
        """Unless it is the default."""
        default, only = self.defaults[name], ""
        if not self.shape.model_fields[name].is_required() and default is not None:
            only = f"if {self.given(name)}: " if not default else f"if {self.given(name)} != defaults[{name!r}]: "
        self.say(f"{only}found[{name!r}] = {value}")

    def leaf(self, annotation: Any, value: str) -> str:
        return f"str({value})" if annotation is Decimal else f"day({value})" if annotation == When else value

    def end(self) -> None:
        self.say("return found")

    def makers(self, shape: type[Shape]) -> Makers:
        return makers(shape, self.sure)


def _day(value: date) -> str:
    """A time of day is for pydantic: it has its own way of writing zones."""
    if type(value) is not date:
        raise Unsure
    return value.isoformat()
