"""Messages that no machine took: held for a person, unreadable, or in the way of a mistake of ours. A person lets them in or not."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from hub.flow.narrate import plural
from hub.flow.read import EDI
from hub.flow.site import Site
from hub.ledger import arrivals, blobs
from hub.ledger.arrivals import PERSON, READS, RELEASED, Came
from hub.operations.person import Person, Refused
from hub.sdk.file_names import fit
from hub.sdk.mail.letter import Attachment, Letter, keyed, opened
from hub.settings.endpoint import CANONICAL, Endpoint

MAIL = "message/rfc822"
PARTS = 1000  # of a mail
TYPES = {"json": "application/json", "csv": "text/csv", "xml": "application/xml", "txt": "text/plain"}


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person wrote down in place of what came."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class LetIn:
    """A message that is to be read after all: as it came, as something it is not said to be, or as a person typed it."""

    message: int
    reads: str | None = None  # a mapping, `canonical`, x12 or edifact; None: what its endpoint says
    typed: Typed | None = None


def let_in(site: Site, connection: Connection, asked: LetIn, by: Person) -> list[str]:
    """It is read now, as if a machine had taken it. Raises Refused, and changes nothing, when that cannot be."""
    row = waiting(connection, asked.message)
    endpoint = site.company.endpoints.get(row.endpoint)
    if endpoint is None:
        raise Refused(f"{named(row)} came from a place that is no longer there")
    if asked.reads is not None:
        _check_reads(site, endpoint, asked.reads)
    headers = {**arrivals.marks(row), RELEASED: by.why, PERSON: by.who, **({READS: asked.reads} if asked.reads else {})}
    if asked.typed is None and row.media_type != MAIL:
        arrivals.again(connection, row.id, headers, by.at)
        return [by.say(connection, "release", f"{named(row)} is released: {by.why}", arrival=row.id)]
    inside = (
        [_typed(row, asked.typed, headers)]
        if asked.typed
        else [_inside(row, one, headers) for one in _documents(connection, row)]
    )
    arrivals.store(connection, row.endpoint, inside, None, by.at)
    arrivals.told(connection, row.endpoint, [one.key for one in inside])  # the far side never knew them
    arrivals.settle(connection, row.id, "done", f"released by {by.who}: {by.why}")
    what = f"as typed in {asked.typed.name}" if asked.typed else f"with {plural(len(inside), 'attachment')}"
    return [by.say(connection, "release", f"{named(row)} is released {what}: {by.why}", arrival=row.id)]


def dismiss(connection: Connection, message: int, by: Person) -> str:
    """It is never to be read. Raises Refused where that cannot be."""
    row = waiting(connection, message)
    arrivals.settle(connection, row.id, "skipped", f"{by.why} ({by.who})")
    return by.say(connection, "skip", f"{named(row)} is never to be read: {by.why}", arrival=row.id)


def waiting(connection: Connection, message: int) -> Any:
    """The message, if no machine took it and nobody has spoken. Raises Refused."""
    row = arrivals.get(connection, message)
    if row is None:
        raise Refused(f"there is no message {message}; `crossdock orders --waiting` lists those that wait")
    if row.state != "failed":
        raise Refused(f"{named(row)} does not wait for a person: it is {row.state}" + (f" ({row.error})" if row.error else ""))
    return row


def named(row: Any) -> str:
    """A message, as a person would name it."""
    sender = arrivals.marks(row).get("from")
    return f"message {row.id} ({row.name or row.key}{f' by {sender}' if sender else ''}) from {row.endpoint}"


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as it came."""

    title: str
    state: str
    why: str | None
    facts: dict[str, str]  # what is known of it beside its content
    files: Sequence[tuple[str, bytes]]  # itself and what is attached to it, under names that no folder minds
    words: str  # of a mail


def look(connection: Connection, message: int) -> Seen:
    """A message and what is in it. Raises Refused, or Purged."""
    row = arrivals.get(connection, message)
    if row is None:
        raise Refused(f"there is no message {message}")
    body = blobs.body(connection, row.hash)
    letter = opened(body, PARTS) if row.media_type == MAIL else Letter()
    attached = [(fit(f"{row.id}-{one.number}-{one.name}"), one.body) for one in (*letter.documents, *letter.others)]
    own = f"{row.name or 'message'}{'.eml' if row.media_type == MAIL else ''}"
    return Seen(named(row), row.state, row.error, arrivals.marks(row), [(fit(f"{row.id}-{own}"), body), *attached], letter.words)


def _check_reads(site: Site, endpoint: Endpoint, name: str) -> None:
    if name in EDI and endpoint.partner is None:
        raise Refused(f"the file of {endpoint.name} names no `partner`, so nobody knows by whose guides {name} is read")
    if name not in (*EDI, CANONICAL, *site.company.mappings):
        known = ", ".join(sorted(site.company.mappings))
        raise Refused(f"there is no mapping {name} in this company; there are {', '.join(EDI)}, {CANONICAL}, {known}")


def _documents(connection: Connection, row: Any) -> Sequence[Attachment]:
    """The documents in a mail that was held as a whole."""
    found = opened(blobs.body(connection, row.hash), PARTS).documents
    if not found:
        raise Refused(f"nothing in {named(row)} can be read by a machine: give what you typed, or skip it")
    return found


def _inside(row: Any, one: Attachment, headers: dict[str, str]) -> Came:
    """Under the key it would have had: should the mail come again, it is known."""
    return Came(keyed(row.key.split("/")[0], one), one.body, one.name, one.media_type, headers=headers)


def _typed(row: Any, typed: Typed, headers: dict[str, str]) -> Came:
    key = f"{row.key}/typed/{hashlib.sha256(typed.body).hexdigest()[:16]}"
    return Came(key, typed.body, typed.name, TYPES.get(typed.name.rpartition(".")[2].lower()), headers=headers)
