"""Lineage: where a value of a document comes from, step by step, to the byte that was sent; made on demand from what is stored.

Files that came are read again by the guide or mapping that reads them now. An answer of a system is joined with its order once
more, with every value marked, so that each is known again. A file that we sent is read back: what an element carries
there is the path of the document it was written from.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from hub.errors import Unreadable
from hub.flow.leftovers import traces
from hub.flow.read import EDI, defaults_for
from hub.flow.read import HEAD as FRONT
from hub.flow.render import guide_of
from hub.flow.site import Site
from hub.formats import detect
from hub.formats.envelope import TransactionSet
from hub.guides.lineage import Trace, traced
from hub.guides.marking import leaves, own, plain
from hub.ledger import aliases, blobs, deliveries, documents, outbound
from hub.mapping.lineage import Pair, read
from hub.mapping.lineage_written import written
from hub.mapping.messages import json_value
from hub.mapping.reader import Ask
from hub.marked import Mark
from hub.model import DOCUMENTS
from hub.operations.lineage_words import by, made_of, mapped, ruled, segmented, text_at
from hub.operations.looked_up import looked_up
from hub.rules.asking import Asking, reading
from hub.rules.condition import failing
from hub.rules.joining import HEAD, Known, join
from hub.settings.endpoint import CANONICAL, MIXED, Endpoint, Reads

ENVELOPE = ("ISA", "GS", "ST", "SE", "GE", "IEA", "UNA", "UNB", "UNG", "UNH", "UNT", "UNE", "UNZ")
Reading = tuple[dict[str, Any], list[Pair]]  # a document in a message that a mapping reads, and its lineage
BY_HUB = ("channel", "partner", "test", "currency", "schema_version", "assumed", "ship_by")


@dataclass(frozen=True, slots=True)
class Told:
    """One value of a document, or element of a file, and the steps it came by, the nearest first."""

    where: str  # the document or file
    name: str  # a path, or such as `PO102 in segment 9`
    value: str
    steps: Sequence[str]

    def fits(self, wanted: str) -> bool:
        """Whether a person means this one: a path, all below it, or the name of an element."""
        asked, mine = plain(wanted), plain(self.name)
        return mine == asked or mine.startswith((f"{asked}.", f"{asked} ")) or mine.lower() == asked.lower()


@dataclass(slots=True)
class Seen:
    """One document that is stored or would be, with all that can be told of it."""

    row: Any
    told: dict[str, Sequence[str]] = field(default_factory=dict)  # steps by path, places in lists as .0


class Lineage:
    """Tells lineages under the settings of a site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._seen: dict[int, Seen] = {}

    # --- files that came, without a ledger ---

    def of_file(self, endpoint: Endpoint, name: str, body: bytes) -> Iterator[Told]:
        """Every value of every document in a file."""
        if _edi(endpoint, body):
            for tset, trace in traces(self.site, endpoint, body):
                where = f"{tset.type} {tset.control_number} of {name}"
                yield from (Told(where, line.path, str(line.value), segmented(line, name)) for line in trace.lines)
            return
        found = self._readings(endpoint, body)
        for value, pairs in found:
            where = f"{value.get('number', 'a document')} of {name}" if len(found) > 1 else name
            yield from (Told(where, pair.path, str(pair.value), mapped(pair, name)) for pair in pairs if pair.path is not None)

    # --- documents of an order ---

    def of_order(self, connection: Connection, order: int) -> Iterator[Told]:
        """Every value of every document of an order, and every element of every file sent of them."""
        for row in documents.of_order(connection, order):
            seen = self.seen(connection, row)
            value = json.loads(row.canonical) if row.canonical else {}
            title = (
                f"{row.kind.replace('_', ' ')} {row.number or ''}".strip()
                + f" ({'to' if row.direction == 'out' else 'from'} {row.endpoint})"
            )
            for path, leaf, _ in leaves(value):
                yield Told(title, path, str(leaf), seen.told.get(plain(path)) or [self._unread(row, path)])
            for message in outbound.carrying(connection, row.id):
                yield from self._sent(connection, row, message)

    def seen(self, connection: Connection, row: Any) -> Seen:
        """What can be told of a stored document."""
        if row.id not in self._seen:
            self._seen[row.id] = Seen(row)
            if row.direction == "in" and row.canonical:
                self._seen[row.id].told = self._came(connection, row)
        return self._seen[row.id]

    def _came(self, connection: Connection, row: Any) -> dict[str, Sequence[str]]:
        endpoint = self.site.company.endpoints.get(row.endpoint)
        if endpoint is None or not getattr(row, "raw", None):
            return {}
        body, file = blobs.body(connection, row.raw), row.file or "the message"
        if row.control_number is not None:
            found = [
                (tset, trace) for tset, trace in traces(self.site, endpoint, body) if tset.control_number == row.control_number
            ]
            lines = found[0][1].lines if found else []
            return {plain(line.path): segmented(line, file) for line in lines}
        return self._joined(connection, row, endpoint, body, file)

    def _joined(self, connection: Connection, row: Any, endpoint: Endpoint, body: bytes, file: str) -> dict[str, Sequence[str]]:
        """An answer of a system: some values are its own, others the order's."""
        value, pairs = self._reading(endpoint, body, row)
        told: dict[str, Sequence[str]] = {plain(pair.path): mapped(pair, file) for pair in pairs if pair.path is not None}
        orders = documents.latest(connection, documents.orders_of(connection, row.id))
        if row.kind not in HEAD or not orders:
            return told
        origin: dict[int, tuple[int, str]] = {}
        answer = _marked(value, -1, origin)
        known = [
            Known(
                one.id,
                _marked(json.loads(one.canonical), n, origin),
                one.channel,
                one.partner,
                aliases.lines(connection, endpoint.name, one.id),
            )
            for n, one in enumerate(orders)
        ]
        for path, _, itself in leaves(join(row.kind, answer, known)[0]):
            place = origin.get(id(itself))
            if place is not None and place[0] >= 0:
                told[plain(path)] = self._of_order(connection, orders[place[0]], place[1])
            elif place is not None:
                told[plain(path)] = told.get(plain(place[1]), [f"{place[1]} of {file}"])
        return told

    def _of_order(self, connection: Connection, order: Any, path: str) -> Sequence[str]:
        last = documents.revision(connection, order.id, order.revision)
        rows = [row for row in documents.of_order(connection, order.id) if last is not None and row.id == last.document_id]
        step = f"{path} of order {order.number}, with which the answer is joined"
        return [step, *(self.seen(connection, rows[0]).told.get(plain(path), ()) if rows else ())]

    def _reading(self, endpoint: Endpoint, body: bytes, row: Any) -> Reading:
        """Of several documents in a message, this one."""
        found = self._readings(endpoint, body, Asking(reading(json.loads(row.heard or "[]")), {}, self.site.now()).word)
        mine = (one for one in found if str(one[0].get("number")) == row.number)
        return next(mine, found[0] if found else ({}, []))

    def _unread(self, row: Any, path: str) -> str:
        if plain(path).split(".")[0] in BY_HUB:
            return f"set by the hub: by the place it came from ({row.endpoint}) and its partner ({row.partner or 'none'})"
        if row.direction == "out":
            return "made by the hub, of the documents it answers or gathers"
        return looked_up(row, path) or "made by the hub when the document was joined with its order, or a default of the model"

    # --- files that went ---

    def _sent(self, connection: Connection, row: Any, message: Any) -> Iterator[Told]:
        endpoint, body = self.site.company.endpoints.get(message.target), blobs.body(connection, message.hash)
        if endpoint is None:
            return
        where = f"{message.name} to {message.target}"
        if _edi(endpoint, body):
            yield from self._sent_edi(connection, row, endpoint, body, where)
            return
        name = endpoint.writing(row.kind)
        for pair in self._written(name, row, body) if name else ():
            made = f"{pair.path}, {pair.how}" if pair.path else pair.how + made_of(pair.inputs)
            steps = [made + by(pair.mark), *self._steps(connection, row, pair.path)]
            yield Told(where, pair.key or "", str(pair.value), steps)

    def _steps(self, connection: Connection, row: Any, path: str | None) -> Sequence[str]:
        if path is None:
            return ()
        told = self.seen(connection, row).told
        below = [step for name, steps in told.items() if name.startswith(f"{plain(path)}.") for step in steps[:1]]
        return told.get(plain(path)) or below or [self._unread(row, path)]

    def _sent_edi(self, connection: Connection, row: Any, endpoint: Endpoint, body: bytes, where: str) -> Iterator[Told]:
        carried = [one for one in deliveries.of_documents(connection, [row.id]) if one.target == endpoint.name]
        guide = guide_of(self.site, endpoint, row) if carried else None
        for event in detect.read([body]):
            if not isinstance(event, TransactionSet) or guide is None or event.type != guide.set:
                continue
            trace = traced(guide, event, defaults_for(self.site, self.site.partner(endpoint.partner)))
            if row.number and not any(str(line.value) == row.number for line in trace.lines):
                continue
            yield from self._elements(connection, row, where, event, trace)

    def _elements(self, connection: Connection, row: Any, where: str, tset: TransactionSet, trace: Trace) -> Iterator[Told]:
        by_source = {line.source.at: line for line in trace.lines if line.source}
        for n, segment in enumerate(tset.segments, 1):
            if segment[0] in ENVELOPE:
                text = "written by the envelope: control numbers, counts, and what the partner file says"
                yield Told(where, f"{segment[0]} in segment {n}", " ".join(segment[1:]), [text])
        for at, how in trace.uses.items():
            tag, line = tset.segments[at.position - 1][0], by_source.get(at)
            name, text = f"{at.address.of(tag)} in segment {at.position}", text_at(tset, at)
            if at in trace.sums:
                function, inputs = trace.sums[at]
                yield Told(where, name, text, [f"computed by {function} of {', '.join(inputs) or 'nothing'}"])
            elif line is not None and line.source is not None:
                steps = [f"{line.path}, by {ruled(line.source)}", *self._steps(connection, row, line.path)]
                yield Told(where, name, text, steps)
            else:
                yield Told(where, name, text, [f"written by its rule: it {how}"])

    # --- mappings ---

    def _readings(self, endpoint: Endpoint, body: bytes, ask: Ask | None = None) -> list[Reading]:
        """The documents in a message as the first mapping sees them that it is for, with the lineage of each."""
        for reads in (Reads(mapping=CANONICAL),) if endpoint.format == CANONICAL else endpoint.reads:
            try:
                if reads.mapping != CANONICAL:
                    return read(self.site.company.mappings[reads.mapping], body, reads.when, ask)
                message = json_value(body)
            except Unreadable:
                continue
            if failing(reads.when, message) is None:
                message.pop("document", None)
                mark = Mark(f"{endpoint.name} speaks canonical JSON", 0, 0)
                return [(message, [Pair(path, path, value, mark, "as it is") for path, value, _ in leaves(message)])]
        return []

    def _written(self, name: str, row: Any, body: bytes) -> Iterator[Pair]:
        document = json.loads(row.canonical)
        if name == CANONICAL:
            mark = Mark("the target takes canonical JSON", 0, 0)
            yield from (Pair(path, path, value, mark, "as it is") for path, value, _ in leaves(document))
        else:
            told = reading(json.loads(row.heard or "[]"))
            yield from written(self.site.company.mappings[name], DOCUMENTS[row.kind].model_validate(document), body, told)


def _edi(endpoint: Endpoint, body: bytes) -> bool:
    return endpoint.format in EDI or (endpoint.format == MIXED and detect.spoken(body[:FRONT]) is not None)


def _marked(value: Any, of: int, origin: dict[int, tuple[int, str]], path: str = "") -> Any:
    """The same value, every part of it an object of its own that says where it was."""
    if isinstance(value, Mapping):
        return {name: _marked(one, of, origin, f"{path}.{name}" if path else str(name)) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_marked(one, of, origin, f"{path}[{n}]") for n, one in enumerate(value)]
    made = own(value)
    origin[id(made)] = (of, path)
    return made
