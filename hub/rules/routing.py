"""Which documents go where: routes are data. Conditions are names, presence and equality, and one range: the amount."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, model_validator

from hub.rules import facts as said
from hub.rules.condition import failing

CHANNEL = "channel"  # in `to`: the channel that the order came from


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str | int) and not isinstance(value, bool) else value


def _texts(value: Any) -> Any:
    listed = _listed(value)
    return [str(one) if isinstance(one, int) else one for one in listed] if isinstance(listed, list) else listed


def _exact(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Patterns = Annotated[tuple[str, ...], BeforeValidator(_texts)]
Money = Annotated[Decimal, BeforeValidator(_exact)]


class Amount(BaseModel):
    """A range of amounts: from this one on, and below that one."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    from_: Money | None = Field(default=None, alias="from", description="This amount or more.", examples=["10000"])
    to: Money | None = Field(default=None, description="Less than this amount.", examples=["25000"])
    currency: str | None = Field(default=None, description="Only amounts in this currency.", examples=["USD"])

    @model_validator(mode="after")
    def _some(self) -> "Amount":
        if self.from_ is None and self.to is None:
            raise ValueError("give `from`, `to` or both")
        if self.from_ is not None and self.to is not None and self.from_ >= self.to:
            raise ValueError("`from` must be less than `to`: no amount fits")
        return self

    def __str__(self) -> str:
        parts = [f"from {self.from_}"] if self.from_ is not None else []
        parts += [f"below {self.to}"] if self.to is not None else []
        return " ".join([*parts, *([self.currency] if self.currency else [])])


class Route(BaseModel):
    """One line of routes.yaml: a document that fits goes to all places named."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    _place: str = PrivateAttr(default="routes.yaml")

    document: str = Field(description="Canonical kind this route is for.", examples=["order"])
    from_: Names = Field(
        default=(), alias="from", description="Only documents that came from one of these channels or systems.", examples=["erp"]
    )
    channel: Names = Field(
        default=(), description="Only documents of orders that came through one of these channels.", examples=["acme"]
    )
    partner: Names = Field(default=(), description="Only documents of one of these partners.", examples=["acme"])
    item: Patterns = Field(
        default=(),
        description="Only documents with a line for one of these items, by any of their ids; `*` stands for any characters.",
        examples=[["0614141*"]],
    )
    amount: Amount | None = Field(
        default=None,
        description="Only documents of this amount: what the document states, else what quantities and prices come to.",
        examples=[{"from": 10000, "currency": "USD"}],
    )
    country: Names = Field(default=(), description="Only documents to be shipped to one of these countries.", examples=[["US"]])
    ship_method: Patterns = Field(
        default=(),
        description="Only documents to be shipped so: carrier, mode, service or routing, as sent; `*` stands for any characters.",
        examples=[["UPSN"]],
    )
    when: dict[str, Any] = Field(
        default_factory=dict,
        description="Only documents with these values: path to text, a list of texts, `*` (present) or null (absent).",
        examples=[{"parties.ship_to.country": "US"}],
    )
    to: Names = Field(
        description="Names of systems and channels; `channel` is the one the order came from; an empty list keeps it in the timeline only.",
        examples=[["erp"]],
    )

    @property
    def place(self) -> str:
        """File and line."""
        return self._place

    @cached_property
    def named(self) -> str:
        """What it is for, in words."""
        return " ".join([self.document, *([", ".join(asked)] if (asked := conditions(self)) else [])])

    def at(self, place: str) -> "Route":
        """The same route, with its file and line."""
        route = self.model_copy()
        route._place = place
        return route


@dataclass(frozen=True, slots=True)
class Facts:
    """What routes may look at."""

    document: str  # canonical kind
    source: str | None = None  # channel or system the document came from
    channel: str | None = None  # channel of the order it belongs to
    partner: str | None = None
    value: Mapping[str, Any] = field(default_factory=dict)  # the document as plain values


@dataclass(frozen=True, slots=True)
class Match:
    """A place a document goes to, and which route said so."""

    target: str
    route: int  # index in routes.yaml, from 0
    reason: str


def objections(route: Route, facts: Facts) -> Iterator[str]:
    """Why this route does not apply, in words, one for each condition that does not hold; nothing when it does apply."""
    if route.document != facts.document:
        yield f"is for {route.document}, not {facts.document}"
        return
    for word, wanted, found in (
        ("from", route.from_, facts.source),
        ("channel", route.channel, facts.channel),
        ("partner", route.partner, facts.partner),
    ):
        if wanted and found not in wanted:
            yield f"{word} is `{found or 'unknown'}`, not {_either(wanted)}"
    yield from _of_content(route, facts.value)
    for path, wanted in route.when.items():
        if why := failing({path: wanted}, facts.value):
            yield why


def _of_content(route: Route, value: Mapping[str, Any]) -> Iterator[str]:
    if route.item and not said.fitting(route.item, said.items(value)):
        yield f"no line is for item {_either(route.item)}"
    if route.amount is not None and (why := _outside(route.amount, value)):
        yield why
    if route.country and not set(route.country) & (found := said.countries(value)):
        yield f"country is {_found(found)}, not {_either(route.country)}"
    if route.ship_method and not said.fitting(route.ship_method, methods := said.ship_methods(value)):
        yield f"ship_method is {_found(methods)}, not {_either(route.ship_method)}"


def _outside(wanted: Amount, value: Mapping[str, Any]) -> str | None:
    found, currency = said.amount(value), value.get("currency")
    if found is None:
        return "amount is not known: a quantity or a price is missing"
    if wanted.currency and currency != wanted.currency:
        return f"amount is in {currency}, not {wanted.currency}"
    low, high = wanted.from_ is not None and found < wanted.from_, wanted.to is not None and found >= wanted.to
    return f"amount is {found}, not {wanted}" if low or high else None


def unfit(route: Route, facts: Facts) -> str | None:
    """Why this route does not apply: the first objection; None when there is none."""
    return next(objections(route, facts), None)


def targets(routes: Sequence[Route], facts: Facts) -> list[Match]:
    """Every place the document goes to, once each, in the order of the routes. Every route that fits counts."""
    found: dict[str, Match] = {}
    for index, route in enumerate(routes):
        if route.document == facts.document and unfit(route, facts) is None:
            for name in _names(route.to, facts):
                found.setdefault(name, Match(name, index, f"route {index + 1}: {route.named}"))
    return list(found.values())


def routed(routes: Sequence[Route], facts: Facts) -> bool:
    """True when any route fits, even one that leads nowhere on purpose."""
    return any(unfit(route, facts) is None for route in routes)


def conditions(route: Route) -> list[str]:
    """All that the route asks for, in words."""
    named = {
        "from": route.from_,
        "channel": route.channel,
        "partner": route.partner,
        "item": route.item,
        "amount": (str(route.amount),) if route.amount is not None else (),
        "country": route.country,
        "ship_method": route.ship_method,
    }
    found = [f"{word} {' or '.join(names)}" for word, names in named.items() if names]
    return found + [f"{path} = {wanted}" for path, wanted in route.when.items()]


def _names(to: Iterable[str], facts: Facts) -> list[str]:
    names = [facts.channel if name == CHANNEL else name for name in to]
    return [name for name in names if name is not None]


def _either(names: Iterable[str]) -> str:
    return " or ".join(f"`{name}`" for name in names)


def _found(names: Iterable[str]) -> str:
    return " and ".join(f"`{name}`" for name in sorted(names)) or "not said"
