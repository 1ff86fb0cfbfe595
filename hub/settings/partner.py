"""config/partners/<name>/partner.yaml: a trading partner, its ids, its envelope, the receipts it owes."""

from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from hub.formats.envelope import Separators
from hub.guides.checks import Level
from hub.guides.judge import Policy
from hub.guides.reader import Defaults
from hub.rules.calendar import Calendar
from hub.rules.duration import Duration
from hub.settings.fields import Section, Zone
from hub.settings.schedule import Schedule

Duplicates = Literal["hold", "replace", "new"]
Split = Literal["none", "per_destination"]


class Id(Section):
    """One side's address on the envelope."""

    qualifier: str = Field(description="Who issued the id: ISA05 / ISA07, or the UNB qualifier.", examples=["ZZ"])
    id: str = Field(min_length=1, max_length=35, description="The id on the interchange, without padding.", examples=["HALDEN"])
    group: str | None = Field(
        default=None, max_length=35, description="Id on the group (GS02 / GS03); by default the one above.", examples=["HALDENPO"]
    )

    @property
    def group_id(self) -> str:
        return self.group or self.id


class Ids(Section):
    """Whom the envelope names."""

    us: Id = Field(description="Our address, as this partner knows us.")
    them: Id = Field(description="The partner's address.")


class Versions(Section):
    """Versions we write."""

    group: str = Field(
        default="004010", description="Version of the documents: GS08, or such as D96A.", examples=["004010", "D96A"]
    )
    interchange: str = Field(
        default="00401", description="Version of the envelope: ISA12, or such as UNOC:3.", examples=["00401", "UNOC:3"]
    )


class Delimiters(Section):
    """Characters we write between the parts."""

    element: str = Field(default="*", min_length=1, max_length=1, description="Between elements.")
    component: str = Field(default=">", min_length=1, max_length=1, description="Between components.")
    terminator: str = Field(default="~", min_length=1, max_length=1, description="After each segment.")
    repetition: str | None = Field(
        default=None, min_length=1, max_length=1, description="Between repetitions (X12 from 00402 on).", examples=["^"]
    )
    release: str | None = Field(
        default=None, min_length=1, max_length=1, description="Escapes a separator (EDIFACT).", examples=["?"]
    )
    decimal: Literal[".", ","] = Field(default=".", description="Decimal mark.")
    eol: Literal["", "lf", "crlf"] = Field(default="", description="Line end written after each segment: nothing, lf or crlf.")
    replace: str = Field(
        default=" ", max_length=1, description="Stands in for a character that collides with a separator (X12 cannot escape)."
    )

    @model_validator(mode="after")
    def _differ(self) -> "Delimiters":
        used = [mark for mark in (self.element, self.component, self.terminator, self.repetition, self.release) if mark]
        if len(set(used)) != len(used):
            raise ValueError("two separators are the same character")
        if self.replace in used:
            raise ValueError("`replace` is itself a separator")
        return self

    @property
    def line_end(self) -> str:
        return {"": "", "lf": "\n", "crlf": "\r\n"}[self.eol]

    def separators(self) -> Separators:
        return Separators(self.element, self.component, self.terminator, self.repetition, self.release, self.decimal)


class Edifact(Section):
    """What a partner wants of EDIFACT beyond the versions and separators above."""

    advice: bool = Field(default=True, description="Write UNA; without it only where the separators are not the usual ones.")
    groups: bool = Field(default=False, description="Write messages of one type into a group (UNG); most partners want none.")
    application: str | None = Field(
        default=None, max_length=14, description="Application reference on the interchange (UNB 0026).", examples=["ORDERS"]
    )
    associations: dict[str, str] = Field(
        default_factory=dict,
        description="Association code of the message type (UNH 0057), by canonical kind.",
        examples=[{"invoice": "EAN008"}],
    )
    ask: bool = Field(default=False, description="Ask for an acknowledgement of each interchange we send (UNB 0031).")
    acknowledge: Literal["when_needed", "always"] = Field(
        default="when_needed",
        description="Acknowledge what comes: when the sender asks for it or something is refused, or always.",
    )


# What EDIFACT writes where the file says nothing; the defaults of the sections are those of X12.
EDIFACT_MARKS = {"element": "+", "component": ":", "terminator": "'", "release": "?"}
EDIFACT_VERSIONS = {"group": "D96A", "interchange": "UNOC:3"}


class Receipts(Section):
    """Proof that comes back for what we send, and by when."""

    expect: dict[str, Duration] = Field(
        default_factory=dict,
        description="How long the partner's acknowledgement may take, by canonical kind; kinds not named are not waited for.",
        examples=[{"invoice": "24h"}],
    )
    business: bool = Field(
        default=False, description="Only the partner's open time counts (`calendar`), not nights and holidays."
    )


class Changes(Section):
    """How this partner changes and cancels orders, and how we answer."""

    quantities: Literal["new", "delta"] = Field(
        default="new", description="Quantities in a change: the new one, or what is added (and taken away, where it says less)."
    )
    wait: Duration = Field(
        default=timedelta(hours=4),
        description="How long a change waits for its order when it comes first; then it goes to a person.",
        examples=["4h"],
    )
    answer: str | None = Field(
        default=None,
        description="Guide that writes our answer to a change; by default the one for `order_response`.",
        examples=["x12/865"],
    )


class Gather(Section):
    """How answers to the parts of a split order become answers to the order."""

    together: tuple[Literal["order_response", "ship_notice", "invoice"], ...] = Field(
        default=("order_response",),
        description="Kinds of which the partner gets one for the whole order; of others one for each part, as it comes.",
        examples=[["order_response", "invoice"]],
    )
    wait: Duration = Field(
        default=timedelta(hours=24),
        description="How long the answer to one part waits for those to the others; then what is there goes, and the rest by itself.",
        examples=["24h"],
    )


class PartnerSettings(Section):
    """What a partner's file says."""

    title: str = Field(description="What people call the partner.", examples=["Acme Stores"])
    standard: Literal["x12", "edifact"] = Field(default="x12", description="Standard we write to this partner.")
    state: Literal["test", "production"] = Field(
        description="What we expect of the partner's test flag; documents that differ are held."
    )
    ids: Ids = Field(description="Addresses on the envelope.")
    zone: Zone = Field(
        default="UTC",
        description="Time zone of times that the partner sends without one, and of those we write.",
        examples=["America/Chicago"],
    )
    calendar: Calendar | None = Field(
        default=None,
        description="When the partner works: business days, holidays, cut-off, delivery windows; by default as in hub.yaml.",
        examples=[{"country": "US", "cutoff": "14:00"}],
    )
    currency: str = Field(
        default="USD",
        pattern=r"^[A-Z]{3}$",
        description="Currency of amounts that the partner sends without one.",
        examples=["USD"],
    )
    versions: Versions = Field(default_factory=Versions, description="Versions we write.")
    separators: Delimiters = Field(default_factory=Delimiters, description="Characters we write between the parts.")
    edifact: Edifact = Field(default_factory=Edifact, description="More of how we write EDIFACT to this partner.")
    guides: dict[str, str] = Field(
        default_factory=dict,
        description="Guide for each canonical kind, looked for in the partner's `guides/` first, then in the product.",
        examples=[{"order": "x12/850"}],
    )
    checks: dict[str, Level] = Field(
        default_factory=dict,
        description="How strict to be with what the partner sends, by [check](checks.md): strict, tolerate, or repair and note.",
        examples=[{"segment_count": "tolerate"}],
    )
    receipts: Receipts = Field(default_factory=Receipts, description="Proof that comes back for what we send.")
    duplicates: Duplicates = Field(
        default="hold",
        description="The same order number again with other content under purpose original: hold it, replace the order, or take a new one.",
    )
    changes: Changes = Field(default_factory=Changes, description="How orders are changed and cancelled.")
    order_key: tuple[str, ...] = Field(
        default=(),
        description="Paths that make an order of this partner unique beside channel, number and release.",
        examples=[["references.vendor.value"]],
    )
    split: Split = Field(
        default="none",
        description="An order with quantities for many stores goes to our systems as it is, or as one order for each store.",
        examples=["per_destination"],
    )
    gather: Gather = Field(default_factory=Gather, description="How answers to a split order are gathered.")
    sscc: Literal["as_sent", "allocate"] = Field(
        default="as_sent",
        description="Numbers of packages: as the ship notice has them, or those without one are given one of ours (`gs1` in hub.yaml).",
    )
    batch: Schedule | None = Field(
        default=None,
        description="When documents go out together in one interchange, in the partner's zone; without it each goes at once.",
    )

    @model_validator(mode="before")
    @classmethod
    def _of_standard(cls, values: Any) -> Any:
        """Defaults of the standard."""
        if not isinstance(values, dict) or values.get("standard") != "edifact":
            return values
        usual = {"separators": EDIFACT_MARKS, "versions": EDIFACT_VERSIONS}
        fitting = {name: given for name, given in usual.items() if isinstance(values.get(name) or {}, dict)}
        return {**values, **{name: {**given, **(values.get(name) or {})} for name, given in fitting.items()}}


class Partner(PartnerSettings):
    """A trading partner."""

    name: str = Field(description="Name of the folder.")
    folder: Path = Field(repr=False, description="The partner's own folder; its `guides/` come before the product's.")

    @property
    def test(self) -> bool:
        return self.state == "test"

    @cached_property
    def policy(self) -> Policy:
        """How the partner's documents are judged."""
        return Policy(self.checks, self.defaults)

    @cached_property
    def defaults(self) -> Defaults:
        """What counts where a document does not say: the partner's zone and currency."""
        decimal = self.separators.decimal if self.standard == "edifact" else "."
        return Defaults(ZoneInfo(self.zone), self.currency, decimal)

    def receipt_due(self, kind: str) -> timedelta | None:
        """How long the acknowledgement of this kind may take; None when nobody waits for one."""
        return self.receipts.expect.get(kind)
