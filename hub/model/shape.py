"""What every canonical shape shares: frozen, closed, exact.

Numbers are exact decimals. All amounts of a document are in its `currency`.
A calendar date stays a date; a point in time always carries its zone.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidatorFunctionWrapHandler, WrapValidator

VERSION = "1"


class Nothing(dict[str, Any]):
    """The mapping of a document that has nothing to put into it: one for all, because a new one for each costs a tenth of reading."""

    def _frozen(self, *_: Any, **__: Any) -> Any:
        raise TypeError("documents are frozen: make a changed copy")

    __setitem__ = __delitem__ = __ior__ = _frozen  # all refuse, whatever they are given
    update = setdefault = pop = popitem = clear = _frozen

    def __hash__(self) -> int:  # type: ignore[override]  # a mapping that never changes can be hashed
        """What can be hashed is not copied for every document."""
        return 0


NOTHING = Nothing()


class Shape(BaseModel):
    """A frozen, closed value: unknown fields are refused, never dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")


def _dated(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """A date is one already: trying it as a time first costs more than all else about it."""
    return value if type(value) is date else handler(value)


# Tried from left to right: text without a time or a zone cannot become an aware time, so it stays a date.
When = Annotated[AwareDatetime | date, Field(union_mode="left_to_right"), WrapValidator(_dated)]
Amount = Decimal
Ids = dict[str, str]
Dates = dict[str, When]


class Document(Shape):
    """What every business document carries, whoever wrote it."""

    kind: ClassVar[str]

    schema_version: str = Field(default=VERSION, description="Version of the canonical model, published in docs/schema.")
    channel: str | None = Field(default=None, description="Channel the order came from; set by the hub, not by the sender.")
    partner: str | None = Field(default=None, description="Trading partner concerned; set by the hub, not by the sender.")
    test: bool = Field(default=False, description="True when the sender flagged the document as a test.")
    assumed: tuple[str, ...] = Field(
        default=(), description="Paths of values the document did not carry and the hub filled in by a stated rule."
    )


def plain(document: Shape) -> dict[str, Any]:
    """The document as plain JSON values, without anything left at its default: small, stable, easy to compare."""
    return document.model_dump(mode="json", exclude_defaults=True)
