"""Makes documents of plain values: exactly what pydantic makes of them, in a third of the time.

For each part of the model, and each set of names that comes, a maker is written and compiled once. It takes values that are of
their field's own type already, as those that guides read nearly always are. Anything else, and all that is wrong, is left to
pydantic, which then validates the whole document. Where types are known beforehand (`typed`), nobody looks at them again.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from hub.guides.paths import is_shape
from hub.guides.values import Values
from hub.model import Document
from hub.model.shape import Shape, When

Make = Callable[[Values], Any]
MOST = 256  # makers of one part of the model; whoever sends ever new sets of names must not fill the memory
# What is true of a value that pydantic would not take as it is.
OTHERWISE = (
    (str, "type({0}) is not str"),
    (bool, "type({0}) is not bool"),
    (Decimal, "type({0}) is not Decimal or not {0}.is_finite()"),
    (When, "type({0}) is not date and (type({0}) is not datetime or {0}.utcoffset() is None)"),
)
# What an instance consists of, and what is put there.
PARTS = {"__dict__": "fields", "__pydantic_fields_set__": "names", "__pydantic_extra__": "None", "__pydantic_private__": "None"}


class Unfrozen(BaseModel):
    """Takes its parts by plain assignment, and is of the frozen class it is made for afterwards: a third cheaper than calling, for
    each part, what can put it into a frozen one."""

    __setattr__ = object.__setattr__  # that of pydantic looks at every name
    __delattr__ = object.__delattr__  # one place of the class for both: else neither is quick


class Unsure(Exception):
    """Pydantic must say."""


def made(shape: type[Document], values: Values, sure: bool = False) -> Document:
    """What `shape.model_validate(values)` gives or raises; `sure`: each value is of its field's own type, if it has a field. The
    document may keep mappings of the values as they are."""
    try:
        document: Document = makers(shape, sure)[tuple(values)](values)
    except (Unsure, AttributeError, TypeError):  # the others where something is no mapping
        return shape.model_validate(values)
    return document


@lru_cache(maxsize=512)
def makers(shape: type[Shape], sure: bool = False) -> "Makers":
    """Those of one part of the model."""
    return Makers(shape, sure)


class Makers(dict[tuple[str, ...], Make]):
    """The makers of one part of the model, by the names of the values, in their order."""

    def __init__(self, shape: type[Shape], sure: bool, writer: "type[Writer] | None" = None) -> None:
        self.shape, self.sure, self.writer, fields = shape, sure, writer or Writer, shape.model_fields
        self.needed = {name for name, field in fields.items() if field.is_required()}
        self.defaults = {name: field.default for name, field in fields.items()}
        own = shape.__pydantic_decorators__
        self.plain = not (own.field_validators or own.model_validators or own.validators or own.root_validators)
        for field in fields.values():
            self.plain &= field.default_factory is None and field.default.__hash__ is not None  # others are made anew each time
            self.plain &= not (field.alias or field.validation_alias)

    def __missing__(self, names: tuple[str, ...]) -> Make:
        if len(self) >= MOST or not self.plain or not self.needed <= set(names) <= set(self.defaults):
            raise Unsure
        make = self[names] = self.writer(self.shape, self.defaults, names, self.sure).write()
        return make


class Writer:
    """Writes the maker of one part of the model, of values with these names."""

    several_as, single_as = "tuple([{}])", "({},)"

    def __init__(self, shape: type[Shape], defaults: Values, names: tuple[str, ...], sure: bool) -> None:
        self.shape, self.defaults, self.names, self.sure = shape, defaults, names, sure
        self.known: dict[str, Any] = {"Unsure": Unsure, "Decimal": Decimal, "date": date, "datetime": datetime}
        self.known |= {"defaults": defaults, "shape": shape, "create": object.__new__, "Unfrozen": Unfrozen, "whole": _whole}
        self.known["names"] = set(names)  # one for all: nobody can change a document, and copies of it have sets of their own
        self.lines: list[str] = []

    def write(self) -> Make:
        """The maker, compiled."""
        hints = get_type_hints(self.shape, include_extras=True)
        if self.names and not self.sure:
            self.say(f"{', '.join(map(self.given, self.names))}, = values.values()")
        self.begin()
        for name in self.names:
            if self.shape.model_fields[name].metadata and _needed(hints[name]) != When:
                raise Unsure  # more is asked than a type
            self.field(name, _needed(hints[name]))
        self.end()
        exec(compile("\n".join(["def make(values):", *self.lines]), f"<maker of {self.shape.__name__}>", "exec"), self.known)
        make: Make = self.known["make"]  # written above, from the model
        return make

    def begin(self) -> None:
        self.say("fields = defaults | values")

    def keep(self, name: str, value: str) -> None:
        """Put something into a field; values as they came are there from the beginning."""
        if value != self.given(name):
            self.say(f"fields[{name!r}] = {value}")

    def leaf(self, annotation: Any, value: str) -> str:
        """The expression of a value without parts."""
        return value

    def end(self) -> None:
        self.say("made = create(Unfrozen)")
        for part, value in PARTS.items():
            self.say(f"made.{part} = {value}")
        self.say("made.__class__ = shape")
        self.say("return made")

    def say(self, line: str) -> None:
        self.lines.append("    " + line)

    def given(self, name: str) -> str:
        """The expression of a value; those that are all looked at get names, and those of fields are words of the language too."""
        return f"values[{name!r}]" if self.sure else f"{name}_"

    def field(self, name: str, annotation: Any) -> None:
        """Looks at a value, and keeps what is made of it."""
        value, held = self.given(name), get_args(annotation)
        if get_origin(annotation) is dict:
            self.unless(f"type({value}) is not dict")
            self.mapping(name, held[1])
        elif get_origin(annotation) is tuple:
            self.unless(f"type({value}) is not list")
            self.several(name, held[0])
        elif is_shape(annotation):
            self.keep(name, self.part(annotation, value))
        elif annotation is int:
            self.keep(name, f"{value} if type({value}) is int else whole({value})")
        else:
            self.unless(_otherwise(annotation, value))
            self.keep(name, self.leaf(annotation, value))

    def mapping(self, name: str, held: Any) -> None:
        value = self.given(name)
        if is_shape(held):
            self.unless("type(key) is not str", f"for key in {value}:")
            self.say("parts = {}")
            self.say(f"for key, one in {value}.items(): parts[key] = {self.part(held, 'one')}")
            self.keep(name, "parts")
            return
        self.unless("type(key) is not str or " + _otherwise(held, "one"), f"for key, one in {value}.items():")
        one = self.leaf(held, "one")
        self.keep(name, value if one == "one" else f"{{key: {one} for key, one in {value}.items()}}")

    def several(self, name: str, held: Any) -> None:
        value = self.given(name)
        if is_shape(held):
            one = self.part(held, "one")
            self.say(f"ones = {value}")
            self.say(f"if len(ones) == 1: [one] = ones; several = {self.single_as.format(one)}")  # as most have
            self.say(f"else: several = {self.several_as.format(f'{one} for one in ones')}")
            self.keep(name, "several")
            return
        self.unless(_otherwise(held, "one"), f"for one in {value}:")
        self.keep(name, self.several_as.format(f"{self.leaf(held, 'one')} for one in {value}"))

    def unless(self, test: str, each: str = "") -> None:
        """Give up where the test is true of a value, or of each in a loop."""
        if self.sure:
            return
        if each:
            self.say(each)
        self.say(f"{'    ' if each else ''}if {test}: raise Unsure")

    def makers(self, shape: type[Shape]) -> Makers:
        return makers(shape, self.sure)

    def part(self, shape: type[Shape], value: str) -> str:
        """The expression of a part of the model within another. `get` finds a maker in a third of the time of brackets, which a
        class derived from `dict` answers in a roundabout way; they are for one that must be written first."""
        name, found = shape.__name__, self.makers(shape)
        self.known |= {name: found, f"find{name}": found.get}
        return f"(find{name}(tuple({value})) or {name}[tuple({value})])({value})"


def _needed(annotation: Any) -> Any:
    """An annotation without None; of anything else that leaves a choice nothing is known."""
    kept = [it for it in get_args(annotation) if it is not NoneType]
    return kept[0] if NoneType in get_args(annotation) and len(kept) == 1 else annotation


def _otherwise(annotation: Any, value: str) -> str:
    """The test that pydantic must say about a value."""
    for known, test in OTHERWISE:
        if annotation == known:
            return test.format(value)
    raise Unsure


def _whole(value: Any) -> int:
    """A count that was read as any number is."""
    if type(value) is not Decimal or not value.is_finite() or value != int(value):
        raise Unsure
    return int(value)
