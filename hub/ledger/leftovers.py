"""What no rule uses of what a channel sends: each place once, with the document it was first seen in."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from hub.ledger.arrivals import set_cursor
from hub.ledger.sql import ignore
from hub.ledger.tables import arrivals, cursors, documents

CODE = "hub:leftover"  # of the finding that a document has for them, since they were noticed
LOOKED = "left"  # up to which document has been looked
PLACE = "left:"  # before a place: the type of the document and the address of the element


def looked(connection: Connection, endpoint: str) -> int:
    """The last document of this channel that was looked at."""
    value = connection.scalar(select(cursors.c.value).where(cursors.c.endpoint == endpoint, cursors.c.name == LOOKED))
    return int(value or 0)


def fresh(connection: Connection, endpoint: str, after: int, most: int, largest: int) -> Sequence[Row[Any]]:
    """The newest documents that came from this channel and were taken after that one, with the bytes they came in, unless those are larger."""
    came = select(documents, arrivals.c.hash.label("raw")).join(arrivals, arrivals.c.id == documents.c.arrival_id)
    mine = came.where(
        documents.c.id > after, documents.c.endpoint == endpoint, documents.c.direction == "in", documents.c.state == "accepted"
    )
    return connection.execute(mine.where(arrivals.c.size <= largest).order_by(documents.c.id.desc()).limit(most)).all()


def note(connection: Connection, endpoint: str, places: Iterable[tuple[str, int]], last: int) -> list[tuple[str, int]]:
    """Remember these places with their documents, and how far was looked; says which are new."""
    listed = list(places)
    rows = [{"endpoint": endpoint, "name": f"{PLACE}{place}", "value": str(document)} for place, document in listed]
    new = [one for one, row in zip(listed, rows, strict=True) if ignore(connection, cursors, row)]
    set_cursor(connection, endpoint, LOOKED, str(last))
    return new


def remark(connection: Connection, row: Row[Any], findings: Sequence[Mapping[str, Any]]) -> None:
    """Findings that were made after a document was decided; they change nothing of what became of it."""
    said = json.loads(row.findings or '{"findings": []}')
    text = json.dumps({"findings": [*said["findings"], *findings]}, ensure_ascii=False, separators=(",", ":"))
    connection.execute(update(documents).where(documents.c.id == row.id).values(findings=text))


def known(connection: Connection) -> list[tuple[str, str, int]]:
    """Every place: channel, place, document it was first seen in."""
    query = select(cursors).where(cursors.c.name.startswith(PLACE, autoescape=True)).order_by(cursors.c.endpoint, cursors.c.name)
    return [(row.endpoint, row.name.removeprefix(PLACE), int(row.value)) for row in connection.execute(query)]
