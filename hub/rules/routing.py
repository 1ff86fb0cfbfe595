"""Which documents go where: routes are data, matching is presence and equality, nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from hub.rules.condition import failing

CHANNEL = "channel"  # in `to`: the channel that the order came from


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Route(BaseModel):
    """One line of routes.yaml: a document that fits goes to all places named."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    document: str = Field(description="Canonical kind this route is for.", examples=["order"])
    from_: Names = Field(
        default=(), alias="from", description="Only documents that came from one of these channels or systems.", examples=["erp"]
    )
    channel: Names = Field(
        default=(), description="Only documents of orders that came through one of these channels.", examples=["acme"]
    )
    partner: Names = Field(default=(), description="Only documents of one of these partners.", examples=["acme"])
    when: dict[str, Any] = Field(
        default_factory=dict,
        description="Only documents with these values: path to text, a list of texts, `*` (present) or null (absent).",
        examples=[{"parties.ship_to.country": "US"}],
    )
    to: Names = Field(
        description="Names of systems and channels; `channel` is the one the order came from; an empty list keeps it in the timeline only.",
        examples=[["erp"]],
    )


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


def unfit(route: Route, facts: Facts) -> str | None:
    """Why this route does not apply, in words; None when it does."""
    if route.document != facts.document:
        return f"is for {route.document}, not {facts.document}"
    for word, wanted, found in (
        ("from", route.from_, facts.source),
        ("channel", route.channel, facts.channel),
        ("partner", route.partner, facts.partner),
    ):
        if wanted and found not in wanted:
            return f"{word} is `{found or 'unknown'}`, not {' or '.join(f'`{name}`' for name in wanted)}"
    return failing(route.when, facts.value)


def targets(routes: Sequence[Route], facts: Facts) -> list[Match]:
    """Every place the document goes to, once each, in the order of the routes. Every route that fits counts."""
    found: dict[str, Match] = {}
    for index, route in enumerate(routes):
        if unfit(route, facts) is None:
            for name in _names(route.to, facts):
                found.setdefault(name, Match(name, index, _reason(route, index)))
    return list(found.values())


def routed(routes: Sequence[Route], facts: Facts) -> bool:
    """True when any route fits, even one that leads nowhere on purpose."""
    return any(unfit(route, facts) is None for route in routes)


def _names(to: Iterable[str], facts: Facts) -> list[str]:
    names = [facts.channel if name == CHANNEL else name for name in to]
    return [name for name in names if name is not None]


def _reason(route: Route, index: int) -> str:
    facts = [
        f"{word} {' or '.join(names)}"
        for word, names in (("from", route.from_), ("channel", route.channel), ("partner", route.partner))
        if names
    ]
    facts += [f"{path} = {wanted}" for path, wanted in route.when.items()]
    return f"route {index + 1}: {route.document}" + (f" {', '.join(facts)}" if facts else "")
