"""mock-edi as the seller: we write the order, it answers as it likes, and we read, judge and acknowledge what it says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from mockedi.testing import Mock

from hub.findings import Finding
from hub.formats import detect
from hub.formats.edifact import second as edifact_second
from hub.formats.edifact import writer as edifact
from hub.formats.envelope import Address
from hub.formats.x12 import second as x12_second
from hub.formats.x12 import writer as x12
from hub.guides.acknowledge import acknowledged
from hub.guides.judge import Policy, judge
from hub.guides.verdicts import JudgedDocument
from hub.guides.writer import write
from hub.model import Acknowledgement, Document, Order
from hub.operations.read import Desk

NUMBER = "4500009001"
ANSWERS = ("997", "CONTRL")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BUYERS = {"x12": Address("ZZ", "ACME"), "edifact": Address("14", "EURODIS")}  # whom it knows us as
SELLER = {"x12": Address("ZZ", "MOCKEDI"), "edifact": Address("ZZ", "MOCKEDI")}
SCHEME = "vendor_part"
# Its ORDRSP has the FTX of a line behind the PRI, where the directory has it before: what a partner file would tolerate.
TOLERANT = Policy({"segment_order": "tolerate"})
ORDER: dict[str, Any] = {
    "number": NUMBER,
    "ordered_on": "2026-11-22",
    "type": "stand_alone",
    "currency": "USD",
    "lines": [
        {"number": "1", "quantity": "100", "unit": "EA", "price": "12.50", "ids": {SCHEME: "WIDGET-001"}},
        {"number": "2", "quantity": "40", "unit": "EA", "price": "4.15", "ids": {SCHEME: "BRKT-050"}},
    ],
}


@dataclass
class Sale:
    """One order placed with the seller, and all that came back."""

    mock: Mock
    standard: str
    desk: Desk = field(default_factory=lambda: Desk(now=lambda: NOW))
    came: list[JudgedDocument] = field(default_factory=list)
    numbers: int = 0

    @property
    def buyer(self) -> Address:
        return BUYERS[self.standard]

    def behave(self, name: str) -> None:
        self.mock.behaviour(self.buyer.id or "", name)

    def order(self, **changes: Any) -> dict[str, Any]:
        """Send our order; what it says of it at once."""
        unit = "PCE" if self.standard == "edifact" else "EA"
        lines = [{**line, "unit": unit} for line in ORDER["lines"]]
        return self.send(Order.model_validate({**ORDER, "lines": lines, **changes}))

    def send(self, document: Document) -> dict[str, Any]:
        """Write a document through its guide, have the second reader agree, and send it."""
        self.numbers += 1
        written, found = self._written(document)
        assert found == [], found
        said: dict[str, Any] = self.mock.send(written.body.decode())
        return said

    def _written(self, document: Document) -> tuple[x12.Written | edifact.Written, list[Finding]]:
        level = document.level if isinstance(document, Acknowledgement) else None
        guide = self.desk.library.find_for(document.kind, self.standard, level)
        assert guide is not None
        writing, number = write(guide, document), self.numbers
        found = [it for it in writing.findings if it.severity == "error"]
        if self.standard == "edifact":
            group = edifact.OutGroup(guide.set, "", [edifact.OutMessage(str(number), writing.segments, guide.set, "D96A")])
            message = edifact.write(edifact.Envelope(self.buyer, SELLER["edifact"], NOW, True), str(number), [group])
            return message, [*found, *edifact_second.agree(message)]
        us, them = self.buyer.id or "", SELLER["x12"].id or ""
        one = x12.OutGroup(guide.group or "", number, None, [x12.OutSet("0001", writing.segments, guide.set)])
        interchange = x12.write(x12.Envelope(self.buyer, SELLER["x12"], us, them, NOW, True), number, [one])
        return interchange, [*found, *x12_second.agree(interchange)]

    def collect(self) -> list[str]:
        """Take what waits for us, judge it and acknowledge it, until there is nothing more; the types that came."""
        types: list[str] = []
        while waiting := self.mock.mailbox(leave=False):
            for letter in waiting:
                for judgement in judge(detect.read([letter["payload"].encode()]), self.desk.guide, TOLERANT):
                    self.came += judgement.papers
                    types += [paper.type for paper in judgement.papers]
                    for _, said in acknowledged(judgement):
                        self.send(said)
        return types

    def later(self) -> list[str]:
        """All that is promised becomes due; the types that came."""
        self.mock.advance(everything=True)
        return self.collect()

    def said(self, kind: str) -> list[Any]:
        """What came of one kind, as canonical documents, in the order it came."""
        return [it.document for it in self.came if it.document is not None and it.document.kind == kind]

    def told(self) -> list[tuple[str, str]]:
        """What it sent for acknowledgement and what our acknowledgement said, oldest first."""
        rows = [row for row in self.mock.documents() if row["direction"] == "out" and row["code"] not in ANSWERS]
        return [(row["code"], row["ack_status"]) for row in sorted(rows, key=lambda row: row["id"])]


@contextmanager
def sale(standard: str) -> Iterator[Sale]:
    """A seller that is to get our order."""
    with Mock.start() as mock:
        yield Sale(mock, standard)
