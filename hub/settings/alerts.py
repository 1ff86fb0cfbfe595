"""Alerts in config/hub.yaml and in channels: who is told, when, and how long silence is normal."""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from hub.rules.duration import Duration
from hub.rules.hours import Hours
from hub.sdk.settings import Address, Secret
from hub.settings.fields import Section


class Mail(Section):
    """Alerts by mail."""

    to: tuple[str, ...] = Field(min_length=1, description="Who is told.", examples=[["oncall@example.com"]])
    sender: str = Field(description="From whom it comes.", examples=["crossdock@example.com"])
    host: str = Field(description="Mail server.", examples=["smtp.example.com"])
    port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    security: Literal["starttls", "tls", "none"] = Field(default="starttls", description="How the connection is protected.")
    user: str | None = Field(
        default=None, description="User to log in with; without one nobody logs in.", examples=["crossdock@example.com"]
    )
    password: Secret | None = Field(default=None, description="The user's password.", examples=["${env:MAIL_PASSWORD}"])


class Webhook(Section):
    """Alerts as JSON to an address."""

    url: Address = Field(description="Where they are posted.", examples=["https://chat.example.com/hooks/crossdock"])
    token: Secret | None = Field(default=None, description="Sent as a bearer token.", examples=["${env:ALERT_TOKEN}"])


class Alerts(Section):
    """Who is told of what a person must know, and when."""

    mail: Mail | None = Field(default=None, description="By mail.")
    webhook: Webhook | None = Field(default=None, description="By webhook.")
    gather: Duration = Field(default=timedelta(minutes=1), description="Alerts of this long are told together.", examples=["1m"])
    again: Duration = Field(
        default=timedelta(hours=4), description="What nobody has acknowledged is told again after this long.", examples=["4h"]
    )
    lane_age: Duration = Field(
        default=timedelta(hours=1), description="A delivery that is due for longer than this is told.", examples=["1h"]
    )
    expiry: Duration = Field(
        default=timedelta(days=14), description="Certificates and tokens are told this long before they expire.", examples=["14d"]
    )


class Silence(Section):
    """How long a channel may bring nothing."""

    after: Duration = Field(description="With no order for this long, counted in its hours, somebody is told.", examples=["4h"])
    hours: Hours = Field(
        default_factory=Hours,
        description="When orders are to be expected; days on which the partner does not work (`calendar`) never count.",
    )
