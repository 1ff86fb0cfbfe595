"""Replay: a stored message is worked off once more, in memory, and laid beside what became of it. Sends and changes nothing.

1. The stages of the walk run as they are, over a copy of what the ledger knew before; its clock stands at the stored moment.
2. Every file that went out with one of its documents is written again, with the numbers and the moment it has.
3. Documents are compared field by field, files byte by byte.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Protocol

from sqlalchemy import Connection

from hub.errors import CrossdockError, mistake
from hub.flow.acknowledge import Answer, acknowledge
from hub.flow.asking import translated
from hub.flow.decide import Part, decide
from hub.flow.draft import ORDERS, Draft
from hub.flow.read import drafts, read
from hub.flow.site import Site
from hub.flow.translate import mentions
from hub.ledger import aliases, arrivals, blobs, deliveries, documents, leftovers, outbound, past, timeline
from hub.ledger.answers import known
from hub.ledger.past import LAST, Before, Scratch
from hub.operations.differences import Difference, of_files, of_values
from hub.operations.rewrite import rewritten
from hub.rules.asking import of_others, reading
from hub.rules.joining import HEAD
from hub.rules.progress import state

ASKED_ONLY = ("retry",)  # what a person may ask for without deciding anything about a document


class Sites(Protocol):
    """Gives the site that decides what was decided under a configuration, its clock at a moment."""

    releases: set[str]

    def site(self, configuration: str | None, at: datetime) -> Site: ...


@dataclass(frozen=True, slots=True)
class Paper:
    """One document as it is stored, or as it came out now."""

    row: Any
    targets: tuple[str, ...]
    acted: bool = False  # a person has decided something about it since

    @property
    def values(self) -> dict[str, Any]:
        """All that is compared."""
        row = self.row
        facts = {name: getattr(row, name) or None for name in ("state", "why", "kind", "partner", "number", "test", "guide")}
        facts["goes to"] = ", ".join(self.targets) or None
        return {**facts, **json.loads(row.canonical or "{}"), "findings": _findings(row)}


def _findings(row: Any) -> list[str]:
    found = [one for one in json.loads(row.findings or "{}").get("findings", ()) if one["code"] != leftovers.CODE]  # came later
    return [" ".join(str(one[name]) for name in ("code", "path", "segment", "text") if one.get(name)) for one in found]


@dataclass(frozen=True, slots=True)
class Compared:
    """One document or file, then and now."""

    sort: str  # what it is counted with, such as `order from acme`
    title: str
    differences: Sequence[Difference] = ()


@dataclass(slots=True)
class Replayed:
    """One message, worked off again."""

    arrival: Any
    documents: list[Compared] = field(default_factory=list)
    files: list[Compared] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        return any(one.differences for one in [*self.documents, *self.files])


class Replay:
    """Works off stored messages again, one after another. With `onward` what differs counts for those that come later."""

    def __init__(self, sites: Sites, onward: bool) -> None:
        self.sites, self.onward = sites, onward
        self._scratch = Scratch()
        self._changed: dict[int, Any] = {}  # documents that came out otherwise, by their stored ids

    def close(self) -> None:
        self._scratch.close()

    def run(self, connection: Connection, arrival: Any) -> Replayed:
        """One arrival, as the ledger has it. Raises Misconfigured when the configuration of then cannot be had."""
        stored = papers(connection, arrival.id)
        again, found = Replayed(arrival), dict[int, Paper]()
        try:
            for configuration, at in _decided(stored, arrival):
                walked = self._walk(connection, self.sites.site(configuration, at), arrival, stored, at)
                mine = (place for place in walked if place not in stored or stored[place].row.configuration == configuration)
                found |= {place: walked[place] for place in mine}
        except CrossdockError:
            raise
        except Exception as error:  # a mistake of ours in one message must not hide what becomes of the others
            why = Difference("error", None, mistake(error))
            again.documents.append(Compared(f"message from {arrival.endpoint}", str(arrival.name or arrival.key), [why]))
        for position in sorted({*stored, *found}):
            before, after = stored.get(position), found.get(position)
            again.documents.append(_compared(before, after))
            if self.onward and before is not None and again.documents[-1].differences and not before.acted:
                self._changed[before.row.id] = after.row if after is not None else None
        renewed = {paper.row.id: found.get(position) for position, paper in stored.items()}
        again.files += self._files(connection, stored.values(), renewed)
        return again

    def _walk(self, connection: Connection, site: Site, arrival: Any, stored: dict[int, Paper], at: datetime) -> dict[int, Paper]:
        """What the stages make of it, by position."""
        endpoint = site.company.endpoints.get(arrival.endpoint)
        if endpoint is None:
            return {}
        found = read(site, endpoint, arrival, blobs.pieces(connection, arrival.hash))
        answers: Sequence[Answer] = acknowledge(site, endpoint, found)
        made = list(drafts(site, endpoint, found))
        ids = [paper.row.id for paper in stored.values()]
        rows = past.known(connection, names(made), ids, Before(min(ids, default=LAST), at))
        for draft in made:  # the same answers give the same again
            heard = stored[draft.position].row.heard if draft.position in stored else None
            draft.heard = of_others(reading(json.loads(heard or "[]")))
        with self._scratch.holding(self._as_of_now(rows)) as then:
            done, _ = translated(site, then, endpoint, made, {}, lambda _, missing: known(connection, missing))
            decide(site, then, endpoint, arrival, Part(done, 0, answers, found.problem))
            return papers(then, arrival.id)

    def _as_of_now(self, rows: past.Rows) -> past.Rows:
        """What was known, with what came out otherwise since; orders stand where their documents had brought them."""
        rows["documents"] = [new for row in rows["documents"] if (new := self._renewed(row)) is not None]
        present = {row["id"]: row for row in rows["documents"]}
        rows["revisions"] = [
            {**row, "canonical": _revision(row, present[row["document_id"]])}
            for row in rows["revisions"]
            if row["document_id"] in present
            and (row["document_id"] not in self._changed or present[row["document_id"]]["state"] == "accepted")
        ]
        last = {row["order_id"]: row for row in sorted(rows["revisions"], key=lambda row: row["n"])}
        rows["orders"] = [{**row, "revision": last[row["id"]]["n"]} for row in rows["orders"] if row["id"] in last]
        for order in rows["orders"]:
            linked = {row["document_id"] for row in rows["document_orders"] if row["order_id"] == order["id"]}
            told = [row for row in rows["documents"] if row["id"] in linked and row["state"] == "accepted" and row["canonical"]]
            reached = [(row["kind"], json.loads(row["canonical"])) for row in told]
            order["state"] = state(json.loads(last[order["id"]]["canonical"]), reached)
        return rows

    def _renewed(self, row: dict[str, Any]) -> dict[str, Any] | None:
        if row["id"] not in self._changed:
            return row
        new = self._changed[row["id"]]
        return (
            None if new is None else {**row, **{name: getattr(new, name) for name in ("state", "canonical", "content", "number")}}
        )

    def _files(self, connection: Connection, stored: Iterable[Paper], renewed: dict[int, Paper | None]) -> list[Compared]:
        """Every message that carries one of these documents, written again."""
        acted = {paper.row.id for paper in stored if paper.acted}
        messages = {row.id: row for document in renewed for row in outbound.carrying(connection, document)}
        return [self._file(connection, row, renewed, acted) for _, row in sorted(messages.items())]

    def _file(self, connection: Connection, message: Any, renewed: dict[int, Paper | None], acted: set[int]) -> Compared:
        rows = []
        for row in deliveries.carried(connection, message.id):
            new = self._content(row, renewed, acted)
            if new is not None:
                rows.append(SimpleNamespace(**{**row._mapping, **new}))
        then = blobs.body(connection, message.hash)
        configuration = message.configuration or _configuration(connection, renewed)
        site = self.sites.site(configuration, message.made_at)
        now = rewritten(connection, site, message, rows)
        found = (
            [Difference("file", "sent", f"not sent: {now}")] if isinstance(now, str) else of_files(message.media_type, then, now)
        )
        return Compared(f"file to {message.target}", f"{message.name} to {message.target}", found)

    def _content(self, row: Any, renewed: dict[int, Paper | None], acted: set[int]) -> dict[str, Any] | None:
        """What a delivery carries now; None when it would not be sent."""
        if row.document_id in acted:
            paper = renewed[row.document_id]
            return {"canonical": paper.row.canonical} if paper is not None and paper.row.canonical else {}
        if row.document_id in renewed:
            paper = renewed[row.document_id]
            sent = paper is not None and row.target in paper.targets
            return (
                {name: getattr(paper.row, name) for name in ("canonical", "number", "test", "heard")} if paper and sent else None
            )
        if row.document_id in self._changed:
            other = self._changed[row.document_id]
            return {"canonical": other.canonical} if other is not None and other.state == "accepted" else None
        return {}


def papers(connection: Connection, arrival: int) -> dict[int, Paper]:
    """The documents of an arrival by position, with the places they go to."""
    rows = documents.came_with(connection, arrival)
    ids = [row.id for row in rows]
    sent: dict[int, set[str]] = {}
    for one in deliveries.of_documents(connection, ids):
        sent.setdefault(one.document_id, set()).add(one.target)
    said = timeline.of_documents(connection, ids) if ids else ()
    acted = {one.document_id for one in said if one.who is not None and one.what not in ASKED_ONLY}
    return {row.position: Paper(row, tuple(sorted(sent.get(row.id, ()))), row.id in acted) for row in rows}


def _decided(stored: dict[int, Paper], arrival: Any) -> list[tuple[str | None, datetime]]:
    """Under which configurations, each with its moment: a large arrival may have seen more than one."""
    found: dict[str | None, datetime] = {}
    for paper in stored.values():
        found.setdefault(paper.row.configuration, paper.row.made_at)
    return list(found.items()) or [(None, arrival.received_at)]


def names(drafts: Iterable[Draft]) -> set[str]:
    """Every name by which these documents may belong to something."""
    found: set[str] = set()
    for draft in drafts:
        found.add(draft.number or "")
        for mention in mentions(draft.kind, draft.value or {}) if draft.kind in HEAD else ():
            found |= {str(mention[name]) for name in ("number", "own", "invoice") if mention.get(name)}
            found |= {str(one["value"]) for one in mention["references"].values() if one.get("value")}
    return found - {""}


def _compared(then: Paper | None, now: Paper | None) -> Compared:
    paper = then or now
    assert paper is not None
    kind = (paper.row.kind or "document").replace("_", " ")
    way = "to" if paper.row.direction == "out" else "from"
    values = [one.values if one is not None else {} for one in (then, now)]
    if then is not None and then.acted and now is not None:  # a person decided otherwise since: that is no difference
        for one in values:
            one.pop("state"), one.pop("why"), one.pop("goes to")
    sort = f"{kind} {way} {paper.row.endpoint}"
    return Compared(sort, f"{kind} {paper.row.number or ''}".strip() + f" {way} {paper.row.endpoint}", of_values(*values))


def _configuration(connection: Connection, ids: Iterable[int]) -> str | None:
    """Under which the documents were decided, where the message does not say."""
    return next((row.configuration for row in documents.many(connection, ids)), None)


def stored_under(connection: Connection, name: str) -> list[int]:
    """Arrivals that belong to an order number, a document's number, a file name that came or went; or one by its id."""
    orders = documents.orders_numbered(connection, name) or aliases.orders_named(connection, name)
    rows = [row for order in orders for row in documents.of_order(connection, order)]
    rows += [*documents.numbered(connection, name), *outbound.documents_of_file(connection, name)]
    found = {row.arrival_id for row in rows if row.arrival_id} | set(arrivals.named(connection, name))
    if not found and name.isascii() and name.isdigit():
        found = {row.id for row in arrivals.many(connection, [int(name)])}
    return sorted(found)


def uncompared(connection: Connection, ids: Iterable[int]) -> list[str]:
    """Files about the orders of these arrivals that no arrival leads to by itself: the hub wrote them of its own accord, when
    something that had waited was decided, the answers of parts were gathered, or a person spoke."""
    rows = [row for arrival in ids for row in documents.of_arrival(connection, arrival)]
    about = {row for order in {row.order_id for row in rows if row.order_id} for row in documents.of_order(connection, order)}
    own = sorted({row.id for row in about if row.arrival_id is None})
    return [f"{message.name} to {message.target}" for document in own for message in outbound.carrying(connection, document)]


def _revision(row: dict[str, Any], document: dict[str, Any]) -> Any:
    """What the order was by this revision: the document itself, unless that only changed what was there."""
    return document["canonical"] if document["kind"] == ORDERS[0] else row["canonical"]
