"""Retention in config/hub.yaml and in channels: how long what was exchanged is kept after an order is over."""

from datetime import timedelta
from typing import Literal

from pydantic import Field, field_validator

from hub.rules.duration import Duration, words
from hub.settings.fields import Section


class Retention(Section):
    """What is purged of orders that are over, and when; totals, numbers, hashes, receipts and the timeline stay."""

    after: Duration = Field(
        description="How long after an order was changed last, being in one of the states of `closed`.", examples=["730d"]
    )
    what: Literal["personal", "bodies"] = Field(
        default="personal",
        description="personal: raw messages, and names, addresses, contacts and notes of documents; "
        "bodies: raw messages, and documents but for their numbers and totals.",
    )
    closed: tuple[str, ...] = Field(
        default=("invoiced", "paid", "cancelled"),
        min_length=1,
        description="States in which nothing more is expected of an order.",
    )

    @field_validator("after")
    @classmethod
    def _not_at_once(cls, after: timedelta) -> timedelta:
        if after < timedelta(days=1):
            raise ValueError("`after` is at least 1d: what is purged cannot be had back")
        return after

    def __str__(self) -> str:
        return f"{'personal data' if self.what == 'personal' else 'bodies'} after {words(self.after)}"
