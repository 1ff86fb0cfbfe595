"""config/hub.yaml: the hub itself."""

from datetime import timedelta

from pydantic import Field

from hub.logs import Form
from hub.rules.breaker import Breaker
from hub.rules.calendar import Calendar
from hub.rules.retry import RetryPolicy
from hub.rules.sscc import Range
from hub.settings.alerts import Alerts
from hub.settings.fields import Database, Listen, Section, Zone
from hub.settings.retention import Retention
from hub.settings.schedule import Schedule


class Receiving(Section):
    """Limits on what is taken in."""

    largest: int = Field(
        default=10,
        ge=1,
        le=1024,
        description="Largest body that may be posted to the hub, in megabytes; a larger one is answered 413.",
        examples=[64],
    )
    at_once: int = Field(
        default=32,
        ge=1,
        le=1024,
        description="Posts taken in at the same time; those beyond are answered 429 and asked to come back.",
    )
    backlog: int = Field(
        default=10_000,
        ge=1,
        description="Arrivals of one endpoint that may wait to be worked off; beyond that, posts there are answered 429.",
    )


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
    calendar: Calendar = Field(
        default_factory=Calendar,
        description="When we work, and partners whose files say nothing else; by default Monday to Friday.",
    )
    zone: Zone = Field(
        default="UTC",
        description="Time zone of schedules and of times shown, where nothing else is said.",
        examples=["America/Chicago"],
    )
    database: Database = Field(
        default="sqlite:///var/crossdock.db",
        repr=False,
        description="Where the ledger is: an SQLAlchemy address; a relative SQLite file starts at the working place.",
        examples=["postgresql+psycopg://crossdock@db/crossdock"],
    )
    listen: Listen | None = Field(
        default="127.0.0.1:8710",
        description="Address and port for webhooks and health; null opens none.",
        examples=["0.0.0.0:8710"],
    )
    retry: RetryPolicy = Field(default_factory=RetryPolicy, description="When failed deliveries are tried again.")
    breaker: Breaker = Field(
        default_factory=Breaker, description="When a place that fails again and again is left in peace for a while."
    )
    poll: Schedule = Field(
        default_factory=lambda: Schedule(every=timedelta(seconds=30)),
        description="How often places are asked for messages, unless they say otherwise.",
    )
    sweep: Schedule = Field(
        default_factory=lambda: Schedule(every=timedelta(minutes=1)),
        description="How often the hub looks for overdue receipts and lost work.",
    )
    alerts: Alerts = Field(default_factory=Alerts, description="Who is told of what a person must know.")
    receiving: Receiving = Field(default_factory=Receiving, description="Limits on what is taken in.")
    retention: Retention | None = Field(
        default=None, description="How long what was exchanged is kept after an order is over; by default for ever."
    )
    purge: Schedule = Field(
        default_factory=lambda: Schedule(cron="15 3 * * *"),
        description="When the hub purges what `retention` says need not be kept.",
    )
    log: Form = Field(
        default="text",
        description="How the running hub logs: text for people, or json, an object a line with the ids it is about.",
    )
    gs1: Gs1 | None = Field(default=None, description="Our GS1 company prefix; needed where a partner's `sscc` is `allocate`.")
    slots: int = Field(default=8, ge=1, le=256, description="Lanes worked on at the same time.", examples=[8])
