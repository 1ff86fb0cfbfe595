"""When to leave a target in peace: pure values and pure decisions. Nobody here looks at a clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from hub.rules.duration import Duration

GROWTH_LIMIT = 32  # past this many doublings every policy has met its longest pause


class Breaker(BaseModel):
    """After how many failures in a row a target is left in peace, and for how long."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    failures: int = Field(default=5, ge=1, description="Failures in a row after which nothing more is tried.", examples=[5])
    pause: Duration = Field(
        default=timedelta(seconds=30),
        description="Then one message is tried, and the rest follow if it goes through.",
        examples=["30s"],
    )
    most: Duration = Field(
        default=timedelta(minutes=10),
        description="Each pause is twice the one before, but no longer than this.",
        examples=["10m"],
    )


class Rate(BaseModel):
    """How many messages a target takes in a while; over all processes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    most: int = Field(ge=1, description="Messages.", examples=[40])
    per: Duration = Field(default=timedelta(seconds=1), description="In this long.", examples=["1m"])

    @property
    def step(self) -> timedelta:
        """Time from one message to the next."""
        return self.per / self.most


@dataclass(frozen=True, slots=True)
class Standing:
    """How a target stands: failures in a row, and until when it is left in peace."""

    failures: int = 0
    until: datetime | None = None


def after_failure(breaker: Breaker, standing: Standing, now: datetime, after: datetime | float | None = None) -> Standing:
    """One more failure. `after` is when the far side asked to be asked again: a moment, or seconds from now."""
    failures = standing.failures + 1
    until = standing.until
    if failures >= breaker.failures:
        doublings = min(failures - breaker.failures, GROWTH_LIMIT)
        until = now + min(breaker.pause * 2**doublings, breaker.most)
    if after is not None:
        asked = after if isinstance(after, datetime) else now + timedelta(seconds=after)
        until = max(asked, until or asked)
    return Standing(failures, until)


def allowed(breaker: Breaker, standing: Standing, now: datetime, most: int) -> int:
    """How many messages may be tried now: none, one to find out, or as many as are wanted."""
    if standing.until is not None and now < standing.until:
        return 0
    return 1 if standing.failures >= breaker.failures else most
