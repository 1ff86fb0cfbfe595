"""The connector contract: implement `check` and what applies; errors are the protocol.

`Unavailable`: later. `Unknown`: the far side may have taken it. `Rejected`: a person must look at this document.
`Misconfigured`: stop this endpoint, tell the operator. Anything else is our bug: kept, shown, not retried blindly.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal

from hub.sdk.context import Context
from hub.sdk.settings import Settings
from hub.sdk.spool import Body

# How a repeated write is safe:
#   native      the far side refuses a second write under the same key
#   upsert      a second write changes nothing
#   lookup      `find` says whether the first one arrived
#   same-bytes  absence cannot be proved: the same bytes with the same numbers and name go again, the reader tells
#   unsafe      nobody can tell: a person decides
Repeat = Literal["native", "upsert", "lookup", "same-bytes", "unsafe"]
HELD = "crossdock:held"  # among a message's headers: why no machine may read it before a person has looked


@dataclass(frozen=True, slots=True)
class Message:
    """Bytes as they came. `key` names this arrival at its source, so that one arrival is never stored twice:
    the same key is the same arrival; the same bytes under another key are a second arrival."""

    key: str
    body: Body  # spooled where it is more than memory should hold
    name: str | None = None  # file name, subject: for people
    media_type: str | None = None
    cursor: str | None = None  # where to go on after this message; stored with it in one transaction
    handle: str | None = None  # what `ack` needs to find it again; survives a restart
    headers: Mapping[str, str] = field(default_factory=dict)  # facts worth keeping; never secrets


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to send. `key` stays the same over all attempts; so do body and name."""

    key: str
    body: bytes
    name: str  # file name or last part of a path; keeps the order of documents when sorted
    document: str  # canonical kind, such as "order"
    number: str | None = None  # business number, for people
    media_type: str = "application/octet-stream"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that the far side has it."""

    reference: str | None = None  # what the far side calls it
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request that came for this endpoint; header names are lower case, what was posted is raw.

    A connector that takes large documents looks at `content`, which may be spooled; the others at `body`.
    """

    method: str
    path: str  # after the endpoint's own part
    headers: Mapping[str, str]
    query: Mapping[str, str]
    content: Body

    @property
    def body(self) -> bytes:
        """All of it, in memory."""
        return bytes(self.content)


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer once the messages are stored; given by `receive` with the messages.

    A `hint` says that something has changed at the far side: it is polled at once, which tells what.
    """

    messages: Sequence[Message] = ()
    status: int = 202
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    hint: bool = False


class Connector:
    """One instance is one configured endpoint: a channel or a system."""

    title: ClassVar[str]  # what people call the kind of place
    docs_url: ClassVar[str]  # the far side's own documentation, or ours
    repeat: ClassVar[Repeat] = "unsafe"
    by_time: ClassVar[bool] = False  # whether a moment in ISO 8601 is a cursor of it, as with `hub.sdk.polling`
    met: ClassVar[str] = "never met the real thing"  # honest: what it was proved against

    class Config(Settings):
        """Each field: type, default, description."""

    def __init__(self, config: Any, context: Context) -> None:
        self.config = config
        self.context = context

    async def check(self) -> None:
        """Reach the far side and log in, or raise. Changes nothing there."""
        raise NotImplementedError

    def pull(self, cursor: str | None, until: datetime | None = None) -> AsyncIterator[Message]:
        """Messages after the cursor, oldest first, each with the cursor after it.

        The hub stores each message with its cursor, then calls `ack`. May be called again with an old cursor.
        """
        raise NotImplementedError

    async def ack(self, message: Message) -> None:
        """Tell the far side that the message is stored (move the file, mark it read). Harmless twice."""

    async def push(self, outgoing: Outgoing) -> Receipt:
        """Hand it over and wait for the far side's word. May be called again with the same key."""
        raise NotImplementedError

    async def find(self, key: str, outgoing: Outgoing) -> Receipt | None:
        """Whether the far side has what was pushed under this key. None is proof of absence for `lookup` only."""
        raise NotImplementedError

    def ids(self, since: datetime, until: datetime) -> AsyncIterator[str]:
        """Keys of the messages that the source has of a period (`until` not in it), as `pull` names them; for reconciliation.

        Whatever was pulled or acknowledged already counts, where the source still knows of it. Changes nothing there.
        """
        raise NotImplementedError

    async def lookup(self, table: str, keys: Iterable[str]) -> Mapping[str, Any]:
        """Item, stock, party, price or credit by key, from the far side; keys that it does not know are left out. Changes nothing
        there. Raises Misconfigured for a table that there is not."""
        raise NotImplementedError

    def receive(self, request: Request) -> Reply:
        """A webhook: verify it (constant time), hand over its messages. Pure: no waiting, no network.

        Raise Rejected to refuse (400), Misconfigured for a bad signature or token (401).
        """
        raise NotImplementedError

    async def close(self) -> None:
        """Let go of what is open."""

    @classmethod
    def offers(cls, ability: str) -> bool:
        """True when the connector implements this method of the contract."""
        return getattr(cls, ability) is not getattr(Connector, ability)
