"""config/channels/*.yaml and config/systems/*.yaml: the places documents come from and go to."""

from typing import Any, Final, Literal

from pydantic import Field, SkipValidation

from hub.rules.breaker import Breaker, Rate
from hub.rules.retry import RetryPolicy
from hub.sdk.settings import Settings
from hub.settings.alerts import Silence
from hub.settings.fields import Section
from hub.settings.retention import Retention
from hub.settings.schedule import Schedule

CANONICAL: Final = "canonical"  # in place of a mapping: the canonical document as it is
LETTER: Final = "letter"  # words for people, made by templates
MIXED: Final = "mixed"  # any of them, told apart message by message
Format = Literal["x12", "edifact", "json", "csv", "xlsx", "fixed", "xml", "letter", "canonical", "mixed"]
MAPPED: Final = ("json", "csv", "xlsx", "fixed", "xml")  # understood through mappings
Role = Literal["channel", "system"]


class Reads(Section):
    """One kind of message that comes in, and the mapping that understands it."""

    mapping: str = Field(
        description="Mapping that reads it, such as `json/demo_erp/invoice`; or `canonical`.", examples=["json/demo_erp/invoice"]
    )
    when: dict[str, Any] = Field(
        default_factory=dict,
        description="Which messages it is for: path to text, a list of texts, `*` (present) or null (absent).",
        examples=[{"type": "invoice"}],
    )


class EndpointSettings(Section):
    """What a channel's or system's file says."""

    connector: str = Field(description="Kind of place: the name of a connector.", examples=["folder"])
    title: str | None = Field(default=None, description="What people call this place.", examples=["Warehouse in Tulsa"])
    settings: dict[str, Any] = Field(
        default_factory=dict, repr=False, description="The connector's own settings.", examples=[{"inbox": "var/in"}]
    )
    partner: str | None = Field(
        default=None, description="Trading partner on the other side; required where X12 or EDIFACT is spoken.", examples=["acme"]
    )
    format: Format = Field(
        description="What messages are made of: x12, edifact; json, csv, xlsx, fixed or xml (through mappings); letter (mails by templates); "
        "canonical (JSON as is); or mixed (any of them, each message by how it begins and its name ends).",
        examples=["x12"],
    )
    reads: tuple[Reads, ...] = Field(
        default=(), description="Mappings for what comes in; the first that fits the message, and whose `when` holds, reads it."
    )
    writes: dict[str, str] = Field(
        default_factory=dict,
        description="Mapping for each canonical kind that goes out, or its letters; `canonical` sends it as it is.",
        examples=[{"order": "json/demo_erp/order"}],
    )
    takes: tuple[str, ...] = Field(
        default=(),
        description="Canonical kinds it may be sent; default: what `writes` or the partner's guides can write.",
        examples=[["order_response", "ship_notice"]],
    )
    gives: tuple[str, ...] = Field(
        default=(),
        description="Canonical kinds it may send us; others are held. Default: any it can be read as.",
        examples=[["order"]],
    )
    poll: Schedule | None = Field(default=None, description="How often it is asked for messages; by default as in hub.yaml.")
    batch: Schedule | None = Field(
        default=None,
        description="When collected documents go out together; by default as the partner's file says, else each goes at once.",
    )
    retry: RetryPolicy | None = Field(default=None, description="Retry policy of this place; by default as in hub.yaml.")
    silence: Silence | None = Field(
        default=None, description="How long a channel may bring no order before somebody is told; by default for ever."
    )
    breaker: Breaker | None = Field(
        default=None, description="When this place is left in peace for a while; by default as in hub.yaml."
    )
    rate: Rate | None = Field(
        default=None,
        description="How many messages it takes in a while, over all processes; by default any number.",
        examples=[{"most": 40, "per": "1m"}],
    )
    retention: Retention | None = Field(
        default=None, description="How long what it brought is kept after an order is over; by default as in hub.yaml."
    )
    split: Literal["none", "per_destination"] | None = Field(
        default=None, description="Whether orders for many stores are split by store; by default as the partner's file says."
    )
    units: str | None = Field(
        default=None,
        description="Unit that this system keeps: lines in others are converted by `tables/packs.csv`, and its answers back.",
        examples=["EA"],
    )
    test: bool = Field(
        default=False, description="True for a test place: production documents never go there, test documents only there."
    )
    concurrency: int = Field(default=1, ge=1, le=64, description="Messages sent at the same time.", examples=[4])


class Endpoint(EndpointSettings):
    """A channel or a system, ready to be opened."""

    name: str = Field(description="Name of the file, without suffix.")
    role: Role = Field(description="channel: orders come from there; system: one of ours.")
    formats: dict[str, Format] = Field(default_factory=dict, description="Where it is mixed: what each kind is written in.")
    config: SkipValidation[Settings] = Field(repr=False, description="Validated settings of the connector; secrets resolved.")

    def speaks(self, kind: str) -> Format:
        """What a document of this kind is written in."""
        return self.formats.get(kind, self.format)

    def writing(self, kind: str) -> str | None:
        """Name of the mapping that writes this canonical kind (`canonical`: as it is); None when there is none."""
        return CANONICAL if self.format == CANONICAL else self.writes.get(kind)
