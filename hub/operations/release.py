"""Release: by a person's word a held document takes effect now. It was acknowledged when it came; it is not again.

A message that no machine took is let in by `hub.operations.messages`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from hub.flow.asking import translated
from hub.flow.case import Case
from hub.flow.decide import decide_document
from hub.flow.draft import Draft
from hub.flow.narrate import say, words
from hub.flow.recall import read_anew, recall
from hub.flow.site import Site
from hub.ledger import arrivals, documents, holds, timeline
from hub.ledger.book import Book
from hub.operations.hold import free
from hub.operations.person import Person, Refused
from hub.rules.asking import NOTHING, Answers, Missing, of_others

STUCK = ("held", "waiting")


@dataclass(frozen=True, slots=True)
class Release:
    """What a person lets go: a number (an order's, a document's) or an endpoint's name, or one document by its id."""

    name: str | None = None
    document: int | None = None
    as_what: str | None = None  # new or replace, where an order of that number is there already
    channel: str | None = None


def needed(site: Site, connection: Connection, asked: Release, told: Answers) -> Missing:
    """What systems must be asked, once more where they did not know, before this can be let go."""
    rows = [documents.get(connection, asked.document)] if asked.document else stuck(connection, asked.name or "", asked.channel)
    if len(rows) != 1 or rows[0] is None or rows[0].state not in STUCK or rows[0].endpoint not in site.company.endpoints:
        return {}
    return _recalled(site, connection, rows[0], asked, told)[1]


def release(site: Site, connection: Connection, asked: Release, by: Person, told: Answers = NOTHING) -> list[str]:
    """Let go what is held under a name. Raises Refused, and changes nothing, when it is not clear what, or cannot take effect.

    `told`: what systems have said to what is `needed`.
    """
    if asked.document is not None:
        row = documents.get(connection, asked.document)
        if row is None:
            raise Refused(f"there is no document {asked.document}")
        return _document(site, connection, row, asked, by, told)
    name = asked.name or ""
    rows = stuck(connection, name, asked.channel)
    if freed := free(site, connection, name, asked.channel, by):
        return freed + [f"{described(row)} is held as well: crossdock release --document {row.id}" for row in rows]
    if len(rows) > 1:
        raise Refused(several(name, rows))
    if not rows:
        raise Refused(f"nothing is held under {name}; `crossdock orders --waiting` lists what is")
    return _document(site, connection, rows[0], asked, by, told)


def stuck(connection: Connection, number: str, channel: str | None) -> list[Any]:
    """Documents under this number that wait for a person's word, or for an earlier document."""
    return [row for row in documents.stuck(connection, number) if channel in (None, row.endpoint)]


def described(row: Any) -> str:
    """A stored document in a few words."""
    return f"document {row.id} ({row.kind.replace('_', ' ')} {row.number or ''} from {row.endpoint})"


def several(name: str, rows: Sequence[Any]) -> str:
    """That a name means more than one document, and which."""
    lines = "\n".join(
        f"  --document {row.id}  {row.kind.replace('_', ' ')}, {row.made_at:%Y-%m-%d %H:%M} UTC: {row.why}" for row in rows
    )
    return f"{len(rows)} documents are held under {name}; name one:\n{lines}"


def _quiet(connection: Connection, row: Any) -> bool:
    came = arrivals.get(connection, row.arrival_id) if row.arrival_id else None
    return came is not None and arrivals.quiet(came)


def _recalled(site: Site, connection: Connection, row: Any, asked: Release, told: Answers) -> tuple[Draft, Missing]:
    """The document as it is to be decided now; what a system did not know then does not count."""
    draft = recall(connection, row)
    draft.anew = read_anew(site, connection, row)
    draft.released, draft.as_what = True, asked.as_what
    draft.heard = {question: answer for question, answer in of_others(draft.heard).items() if answer.value is not None}
    done, missing = translated(site, connection, site.endpoint(row.endpoint), [draft], told, lambda *_: NOTHING)
    return done[0], missing


def _document(site: Site, connection: Connection, row: Any, asked: Release, by: Person, told: Answers) -> list[str]:
    if row.state not in STUCK:
        return [f"{described(row)} is {row.state}: there is nothing to release"]
    if row.endpoint not in site.company.endpoints:
        raise Refused(f"{described(row)} came from a place that is no longer there")
    endpoint = site.endpoint(row.endpoint)
    draft, _ = _recalled(site, connection, row, asked, told)
    case = Case(site, Book(connection), endpoint, None, by.at, _quiet(connection, row), by.who)
    say(case, "release", f"{words(draft)} is released: {by.why}", draft.orders, row.id)
    holds.ended(connection, row.id)
    if draft.state == "accepted":
        decide_document(case, draft)
    if draft.state in STUCK:
        more = "; say --as new or --as replace" if draft.kind == "order" and draft.orders and asked.as_what is None else ""
        raise Refused(f"{described(row)} cannot take effect: {draft.why}{more}")
    timeline.add(case.connection, case.said)
    return [entry["text"] for entry in case.said]
