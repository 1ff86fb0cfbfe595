"""Leftovers: how much of what came was used, and what no rule used. Changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from hub.errors import Misconfigured
from hub.flow.leftovers import traces
from hub.flow.read import EDI
from hub.flow.site import Site
from hub.ledger import documents, leftovers
from hub.operations.rests import Rest


@dataclass(frozen=True, slots=True)
class Noticed:
    """A place that no rule uses, as the hub has noticed it."""

    channel: str
    place: str
    document: str
    since: datetime | None


def of_file(site: Site, name: str, body: bytes) -> Iterator[Rest]:
    """Each document of a file as if it came from this channel. Raises Misconfigured, Unreadable."""
    endpoint = site.company.endpoints.get(name)
    if endpoint is None:
        raise Misconfigured(f"there is no channel or system `{name}`")
    if endpoint.format not in EDI:
        raise Misconfigured(f"{name} does not speak EDI: there a key that no mapping names is a note of the document itself")
    for tset, trace in traces(site, endpoint, body):
        yield Rest.of(tset, trace)


def noticed(connection: Connection) -> list[Noticed]:
    """Everything that was noticed since the hub runs."""
    listed = leftovers.known(connection)
    rows: dict[int, Any] = {row.id: row for row in documents.many(connection, {document for _, _, document in listed})}
    found = []
    for channel, place, document in listed:
        row = rows.get(document)
        name = f"{row.kind.replace('_', ' ')} {row.number or ''}".strip() if row else "a document that is no longer kept"
        found.append(Noticed(channel, place, name, row.made_at if row else None))
    return found
