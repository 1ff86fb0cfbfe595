"""config/hub.yaml: the hub itself."""

from datetime import timedelta

from pydantic import Field

from hub.rules.duration import Duration
from hub.rules.retry import RetryPolicy
from hub.rules.sscc import Range
from hub.settings.fields import Section, Zone
from hub.settings.schedule import Schedule


class Receiving(Section):
    """Limits on what is taken in."""

    truncated_after: Duration = Field(
        default=timedelta(minutes=10),
        description="A file whose trailer has not come after this long counts as cut off.",
        examples=["10m"],
    )
    largest: int = Field(default=256, ge=1, description="Largest message taken, in megabytes.", examples=[256])


class Gs1(Section):
    """What GS1 has given the company, for the numbers of its packages (SSCC)."""

    prefix: str = Field(pattern=r"^\d{4,12}$", description="Company prefix.", examples=["0614141"])
    extension: str = Field(
        default="0", pattern=r"^\d$", description="First digit of each SSCC; another one makes a whole new range.", examples=["1"]
    )
    first: int = Field(
        default=1, ge=1, description="Lowest serial drawn: one above the last that another program has used.", examples=[480000]
    )

    @property
    def range(self) -> Range:
        return Range(self.prefix, self.extension)


class HubSettings(Section):
    """The hub itself: name, time zone, database, doors, and the defaults that endpoints start from."""

    name: str = Field(description="Name of the company or of this hub, shown to people.", examples=["Halden Fasteners"])
    zone: Zone = Field(
        default="UTC",
        description="Time zone of schedules and of times shown, where nothing else is said.",
        examples=["America/Chicago"],
    )
    production: bool = Field(default=False, description="True on the hub that serves real trade; false on a trial installation.")
    database: str = Field(
        default="sqlite:///var/crossdock.db",
        description="Where the ledger is: an SQLAlchemy address; a relative SQLite file starts at the working place.",
        examples=["postgresql+psycopg://crossdock@db/crossdock"],
    )
    listen: str | None = Field(
        default="127.0.0.1:8710",
        pattern=r"^[^\s/]+:\d{1,5}$",
        description="Address and port for webhooks, health and the console; null opens none.",
        examples=["0.0.0.0:8710"],
    )
    retry: RetryPolicy = Field(default_factory=RetryPolicy, description="When failed deliveries are tried again.")
    poll: Schedule = Field(
        default_factory=lambda: Schedule(every=timedelta(seconds=30)),
        description="How often places are asked for messages, unless they say otherwise.",
    )
    sweep: Schedule = Field(
        default_factory=lambda: Schedule(every=timedelta(minutes=1)),
        description="How often the hub looks for overdue receipts and lost work.",
    )
    receiving: Receiving = Field(default_factory=Receiving, description="Limits on what is taken in.")
    gs1: Gs1 | None = Field(default=None, description="Our GS1 company prefix; needed where a partner's `sscc` is `allocate`.")
    slots: int = Field(default=8, ge=1, le=256, description="Lanes worked on at the same time.", examples=[8])
