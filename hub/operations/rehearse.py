"""Rehearse: what would become of bytes, were they to come now. Sends and changes nothing.

The stages of the walk run as they are, over a copy of what the ledger knows that is thrown away; what would be sent is
written with the numbers that come next, which nobody draws.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from hub.clock import VirtualClock
from hub.errors import Misconfigured
from hub.flow.acknowledge import acknowledge
from hub.flow.asking import translated
from hub.flow.decide import Part, decide
from hub.flow.draft import Draft
from hub.flow.intend import intend
from hub.flow.number import named_now
from hub.flow.read import ACKNOWLEDGEMENT, drafts, read
from hub.flow.render import Prepared, render
from hub.flow.site import Site
from hub.ledger import arrivals, blobs, deliveries, documents, lanes, past, timeline
from hub.ledger.answers import known
from hub.ledger.arrivals import Came
from hub.ledger.outbound import bare
from hub.ledger.past import LATEST, Scratch
from hub.ledger.store import Ledger
from hub.operations.replay import names
from hub.rules.asking import Answers, Missing
from hub.rules.sscc import Exhausted
from hub.settings.company import Company
from hub.settings.endpoint import Endpoint
from hub.settings.mistakes import nearest
from hub.settings.schedule import next_after

Ask = Callable[[Missing], Answers]


@dataclass(frozen=True, slots=True)
class Message:
    """Something that would be sent."""

    target: str
    name: str
    media_type: str
    body: bytes
    holds: Sequence[str]  # kinds of documents
    when: datetime | None = None  # with the next batch; None: at once
    waits: str | None = None  # what keeps it from being sent


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Something that would have to be sent and cannot be written."""

    target: str
    kind: str
    number: str | None
    why: str


@dataclass(slots=True)
class Rehearsal:
    """All that would happen."""

    endpoint: str
    file: str | None
    problem: str | None = None
    documents: list[Any] = field(default_factory=list)  # rows, as they would be stored
    said: list[Any] = field(default_factory=list)  # of the timeline
    messages: list[Message] = field(default_factory=list)
    unwritten: list[Unwritten] = field(default_factory=list)

    @property
    def came(self) -> list[Any]:
        """The documents that are in the file."""
        return [row for row in self.documents if row.direction == "in"]

    @property
    def good(self) -> bool:
        """True when everything in it would take its way without a person."""
        settled = all(row.state in ("accepted", "duplicate") for row in self.came)
        return self.problem is None and bool(self.came) and settled and not self.unwritten


def rehearse(
    company: Company, ledger: Ledger | None, endpoint: str, came: Came, now: datetime, ask: Ask | None = None
) -> Rehearsal:
    """What would become of this, coming now from an endpoint. Without a ledger nothing is known yet. Raises Misconfigured.

    Systems are asked by `ask`; without it, what they answered last counts, however long ago.
    """
    if endpoint not in company.endpoints:
        raise Misconfigured(f"there is no channel or system `{endpoint}`: {nearest(endpoint, company.endpoints)}")
    own = ledger or Ledger("sqlite://")  # in memory: nothing is asked of it
    scratch = Scratch()
    try:
        site = Site(company, own, {}, VirtualClock(now))
        stopped = {row.name: row.stopped for row in ledger.look(lanes.stopped)} if ledger else {}
        return _Rehearsal(site, site.endpoint(endpoint), stopped, ask or _remembered(ledger)).run(scratch, ledger, came)
    finally:
        scratch.close()
        if ledger is None:
            own.close()


def _remembered(ledger: Ledger | None) -> Ask:
    return lambda missing: ledger.look(partial(known, asked=missing)) if ledger else {}


class _Rehearsal:
    """One file on its way."""

    def __init__(self, site: Site, endpoint: Endpoint, stopped: dict[str, str], ask: Ask) -> None:
        self.site, self.endpoint, self.stopped, self.ask = site, endpoint, stopped, ask
        self.found = Rehearsal(endpoint.name, None)

    def run(self, scratch: Scratch, ledger: Ledger | None, came: Came) -> Rehearsal:
        self.found.file = came.name
        with scratch.holding({}) as then:  # first alone: it says what must be known
            arrival = self._arrival(then, came)
            found = read(self.site, self.endpoint, arrival, blobs.pieces(then, arrival.hash))
            asked = _asked(drafts(self.site, self.endpoint, found))
        rows = ledger.look(partial(past.present, names=asked)) if ledger else {}
        with scratch.holding(rows) as then:
            before = max((row["id"] for row in rows.get("deliveries", ())), default=0)
            arrival = self._arrival(then, came)
            self._decide(then, arrival)
            self._send(then, past.made(then, before))
        return self.found

    def _arrival(self, then: Connection, came: Came) -> Any:
        arrivals.store(then, self.endpoint.name, [came], None, self.site.now())
        return arrivals.waiting(then, self.endpoint.name, LATEST)[-1]

    def _decide(self, then: Connection, arrival: Any) -> None:
        """As intake does."""
        found = read(self.site, self.endpoint, arrival, blobs.pieces(then, arrival.hash))
        answers = acknowledge(self.site, self.endpoint, found)
        made = list(drafts(self.site, self.endpoint, found))
        done, _ = translated(self.site, then, self.endpoint, made, {}, lambda _, missing: self.ask(missing))
        decide(self.site, then, self.endpoint, arrival, Part(done, 0, answers, found.problem))
        self.found.problem = found.problem
        self.found.said = list(timeline.of_arrival(then, arrival.id))
        self.found.documents = list(documents.came_with(then, arrival.id))

    def _send(self, then: Connection, rows: Sequence[Any]) -> None:
        """Every delivery is written, whenever it would be sent: by target, what goes together in one message."""
        for target in dict.fromkeys(row.target for row in rows):
            endpoint = self.site.endpoint(target)
            named = list(self._named(then, [row for row in rows if row.target == target]))
            for held in (False, True):
                mine = [row for row in named if (row.state == "held") is held]
                prepared, spoiled = render(self.site, endpoint, mine, endpoint.batch is not None) if mine else ([], [])
                self.found.unwritten += [Unwritten(target, one.row.kind, one.row.number, one.why) for one in spoiled]
                self.found.messages += [self._message(then, endpoint, one, held) for one in prepared]

    def _named(self, then: Connection, rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            try:
                yield named_now(self.site, row, then)
            except Exhausted as error:
                self.found.unwritten.append(Unwritten(row.target, row.kind, row.number, f"no package can be numbered: {error}"))

    def _message(self, then: Connection, endpoint: Endpoint, prepared: Prepared, held: bool) -> Message:
        ready = {row.id for row in deliveries.ready(then, endpoint.name, LATEST, len(prepared.rows) + 1000)}
        [intent] = intend(self.site, then, endpoint, [prepared], 0)
        outgoing = intent.outgoing
        batch = endpoint.batch
        calendar = self.site.calendar(self.site.partner(endpoint.partner))
        when = next_after(batch, None, self.site.now(), self.site.company.hub.zone, calendar) if batch else None
        kinds = list(dict.fromkeys(row.kind for row in prepared.rows))
        waits = None
        if endpoint.name in self.stopped:
            waits = f"{endpoint.name} is stopped: {self.stopped[endpoint.name]}"
        elif held:
            waits = "its order is held"
        elif not ready.issuperset(prepared.ids):
            waits = "an earlier document of its order must go first"
        return Message(endpoint.name, outgoing.name, outgoing.media_type, outgoing.body, kinds, when, waits)


def _asked(drafts: Iterable[Draft]) -> set[str]:
    """Every name by which these documents may belong to something that is known."""
    listed = list(drafts)
    found = names(listed)
    for value in (draft.value or {} for draft in listed if draft.kind == ACKNOWLEDGEMENT):
        said = [value, *value.get("documents", ())]
        found |= {bare(one.get(name)) for one in said for name in ("control_number", "interchange", "group") if one.get(name)}
        found |= {str(one["number"]) for one in said if one.get("number")}
        found |= {str(one["value"]) for one in value.get("references", {}).values() if one.get("value")}
    return found
