"""When to try a delivery again: a pure value and a pure decision. Nobody here looks at a clock."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from hub.rules.duration import Duration

GROWTH_LIMIT = 64  # past this many doublings every policy has met its longest delay; a float would overflow later


class RetryPolicy(BaseModel):
    """How long to wait between attempts, and when to stop and ask a person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: Duration = Field(default=timedelta(seconds=20), description="Wait after the first failed attempt.", examples=["20s"])
    factor: float = Field(default=2.0, ge=1, description="Each wait is this many times the one before.", examples=[2])
    most: Duration = Field(default=timedelta(hours=1), description="No wait is longer than this.", examples=["1h"])
    jitter: float = Field(
        default=0.2, ge=0, le=1, description="Share of each wait that is random, so that retries spread out.", examples=[0.2]
    )
    give_up_after: Duration = Field(
        default=timedelta(hours=36),
        description="After this long since the first attempt a person must look; one last attempt is made at the end.",
        examples=["36h"],
    )


def delay(policy: RetryPolicy, attempts: int, random: float) -> timedelta:
    """The wait after this many failed attempts (1 or more); `random` is in [0, 1)."""
    growth = policy.factor ** min(attempts - 1, GROWTH_LIMIT)
    seconds = min(policy.most.total_seconds(), policy.first.total_seconds() * growth)
    return timedelta(seconds=seconds * (1 - policy.jitter * random))


def next_try(
    policy: RetryPolicy,
    attempts: int,
    first_at: datetime,
    now: datetime,
    after: datetime | float | None = None,
    random: float = 0.0,
) -> datetime | None:
    """When to try again, or None: give up and ask a person.

    `after` is what the far side asked for (a moment, or seconds from now): never earlier than that, and giving up
    when it asks to come back only after the policy's end.
    """
    deadline = first_at + policy.give_up_after
    if now >= deadline:
        return None
    due = min(now + delay(policy, attempts, random), deadline)
    if after is not None:
        due = max(due, after if isinstance(after, datetime) else now + timedelta(seconds=after))
    return due if due <= deadline else None
