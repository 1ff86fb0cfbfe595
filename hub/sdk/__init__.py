"""All that a connector may import."""

from hub.clock import Clock
from hub.errors import Misconfigured, Rejected, Unavailable, Unknown
from hub.sdk.answers import checked, keyed, parsed
from hub.sdk.connector import HELD, Connector, Message, Outgoing, Receipt, Repeat, Reply, Request
from hub.sdk.context import Context, State
from hub.sdk.retrying import reading
from hub.sdk.settings import Address, Secret, Settings, setting
from hub.sdk.spool import Body, Spool, Spooled
from hub.sdk.tokens import Grant, Login, oauth

__all__ = [
    "HELD",
    "Address",
    "Body",
    "Clock",
    "Connector",
    "Context",
    "Grant",
    "Login",
    "Message",
    "Misconfigured",
    "Outgoing",
    "Receipt",
    "Rejected",
    "Repeat",
    "Reply",
    "Request",
    "Secret",
    "Settings",
    "Spool",
    "Spooled",
    "State",
    "Unavailable",
    "Unknown",
    "checked",
    "keyed",
    "oauth",
    "parsed",
    "reading",
    "setting",
]
