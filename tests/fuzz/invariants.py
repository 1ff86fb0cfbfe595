"""What must hold whatever the bytes are. Each target is given one file and raises when something does not hold."""

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from hub.cli.explain import told
from hub.errors import Unreadable
from hub.findings import Finding
from hub.formats import detect
from hub.formats.edifact import second as edifact_second
from hub.formats.edifact import writer as edifact
from hub.formats.envelope import Address, End, Event, Group, Interchange, TransactionSet
from hub.formats.x12 import second as x12_second
from hub.formats.x12 import writer as x12
from hub.guides import refusals
from hub.guides.acknowledge import acknowledged
from hub.guides.judge import Policy, judge, stream
from hub.guides.verdicts import Judgement
from hub.guides.writer import write
from hub.model import Acknowledgement
from hub.operations.explain import explain
from hub.operations.explain_page import page_of
from hub.operations.pieces import Piece
from hub.operations.provisional import text_of
from hub.operations.read import Desk

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DESK = Desk(now=lambda: NOW)
US, THEM = Address("ZZ", "US"), Address("14", "THEM")
ODD = (1, 3, 17, 101, 1000)  # sizes of chunks
OURS = "please report"  # the words by which the hub says that a fault is its own


class Broken(AssertionError):
    """Something that must always hold does not."""


def holds(condition: object, rule: str, *shown: object) -> None:
    if not condition:
        raise Broken(rule, *shown)


def loudly(tset: TransactionSet, error: Exception) -> Finding:
    """A fault of ours is kept from the other documents of a file; here it must be seen where it arose."""
    raise error


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    return (content[at : at + size] for at in range(0, len(content), size))


def judged(content: bytes) -> tuple[list[Judgement], dict[int, int]]:
    """As `crossdock read` does; and how many segments each document has. Nothing where there is no document."""
    lengths: dict[int, int] = {}

    def counted() -> Iterator[Event]:
        for event in detect.read([content]):
            if isinstance(event, TransactionSet):
                lengths[event.index] = len(event.segments)
            yield event

    try:
        return list(judge(counted(), DESK.guide, Policy())), lengths
    except Unreadable:
        return [], {}


# --- envelopes ---


def envelopes(content: bytes) -> None:
    """The events are the same whatever pieces the bytes come in, and lie in the file in order."""
    whole = _events([content])
    size = ODD[len(content) % len(ODD)]
    cut = _events(pieces(content, size))
    holds(cut == whole, "chunks make a difference", size, _difference(cut, whole))
    offsets = [event[1] for event in whole if event[0] in ("Interchange", "TransactionSet")]
    holds(all(0 <= at <= len(content) for at in offsets), "an offset is outside the file")
    holds(all(one <= other for one, other in pairwise(offsets)), "offsets go backwards", offsets)


def _difference(one: Sequence[Any], other: Sequence[Any]) -> Any:
    return next(((a, b) for a, b in zip(one, other, strict=False) if a != b), (len(one), len(other)))


def _events(chunks: Iterable[bytes]) -> list[tuple[Any, ...]]:
    try:
        events = list(detect.read(chunks))
    except Unreadable as error:
        return [("Unreadable", str(error))]
    return list(map(_plain, events))


def _plain(event: Any) -> tuple[Any, ...]:
    if isinstance(event, End):
        return ("End", type(event.of).__name__, event.of.findings)
    name = type(event).__name__
    if isinstance(event, TransactionSet):
        offsets = event.offsets()
        holds(len(offsets) == len(event.segments), "a segment without an offset", len(offsets), len(event.segments))
        return (name, event.offset, event.type, event.control_number, event.version, event.segments, offsets, event.findings)
    if isinstance(event, Group):
        return (name, event.offset, event.header, event.count, event.claimed)
    assert isinstance(event, Interchange)
    return (name, event.offset, event.header, event.separators, event.sender, event.receiver, event.acknowledgements)


# --- reading ---


def reading(content: bytes) -> None:
    """Documents are judged the same each time, findings lie in the file, and what would be answered is sound."""
    refusals.internal, kept = loudly, refusals.internal
    try:
        judgements, lengths = judged(content)
        _placed(judgements, lengths, content)
        if judgements:
            _again(judgements, content)
    finally:
        refusals.internal = kept
    for judgement in judgements:
        for group, said in acknowledged(judgement):
            _answered(judgement.interchange, group, said, shown=not len(content) % 4)


def _again(judgements: Sequence[Judgement], content: bytes) -> None:
    """One by one, as large files are read: the same verdicts, and the documents that stand are the same."""
    whole = [document for judgement in judgements for document in judgement.documents]
    ends = iter(judgements)
    at = 0
    for found in stream(detect.read([content]), DESK.guide, Policy()):
        if isinstance(found, Judgement):
            one = next(ends)
            holds((found.state, found.findings) == (one.state, one.findings), "an interchange is not judged the same twice")
        else:
            first, at = whole[at], at + 1
            holds(found.findings == first.findings, "findings are not the same twice", found.findings, first.findings)
            holds(first.rejected or found.document == first.document, "a document is not read the same twice")
    holds(at == len(whole), "documents are not the same twice")


def _placed(judgements: Iterable[Judgement], lengths: Mapping[int, int], content: bytes) -> None:
    for judgement in judgements:
        _within(judgement.findings, content)
        for document in judgement.documents:
            _within(document.findings, content)
            last = lengths[document.index] + 1  # where a missing trailer would stand
            wrong = [it for it in document.findings if not 1 <= (it.position or 1) <= last]
            holds(not wrong, "a finding behind the end of its document", wrong)


def _within(findings: Iterable[Finding], content: bytes) -> None:
    for finding in findings:
        holds(0 <= (finding.offset or 0) <= len(content), "a finding outside the file", finding)
        holds((finding.element or 1) >= 1 and (finding.component or 1) >= 1, "an element before the first", finding)
        json.dumps(finding.as_dict())


# --- answers ---


def _answered(interchange: Interchange, group: Group | None, said: Acknowledgement, shown: bool) -> None:
    """What would be shown can be made; in a partner's envelope nobody finds anything in it, neither of the two readers."""
    if shown:
        text_of(said, interchange, group, DESK.library, 1, NOW)
    guide = DESK.library.find_for(said.kind, interchange.standard, said.level)
    if guide is None:
        return
    writing = write(guide, said)
    _sound("guide", writing.findings, said)
    version = said.version if said.version and said.version.startswith(guide.versions) else None
    written = _written(interchange.standard, guide.set, guide.group, version, writing.segments)
    _sound("envelope", written.findings, said)
    second = edifact_second.agree(written) if isinstance(written, edifact.Written) else x12_second.agree(written)
    _sound("second reader", second, said)
    for judgement in judge(detect.read([written.body]), lambda *_: guide, Policy()):
        _sound("our reader", [*judgement.findings, *(it for paper in judgement.papers for it in paper.findings)], written.body)


def _written(
    standard: str, kind: str, code: str | None, version: str | None, segments: list[list[str]]
) -> x12.Written | edifact.Written:
    """The answer to a partner whose settings have nothing to do with the file."""
    if standard == "edifact":
        message = edifact.OutMessage("1", segments, kind, "")
        return edifact.write(
            edifact.Envelope(US, THEM, NOW, False, version="UNOY:4"), "1", [edifact.OutGroup(kind, "1", [message])]
        )
    envelope = x12.Envelope(US, THEM, "US", "THEM", NOW, False)
    if code is None:
        return x12.write(envelope, 1, [], segments)
    return x12.write(envelope, 1, [x12.OutGroup(code, 1, version, [x12.OutSet("0001", segments, kind)])])


def _sound(who: str, findings: Iterable[Finding], shown: object) -> None:
    wrong = [finding for finding in findings if finding.severity == "error"]
    holds(not wrong, f"an acknowledgement is refused by the {who}: {wrong[0].code if wrong else ''}", wrong, shown)


# --- explaining ---


def explaining(content: bytes, folder: Path) -> None:
    """A file can be told in words, as a page and as JSON; the passages stand in the file, in order, apart."""
    path = folder / f"{os.getpid()}.edi"
    path.write_bytes(content)
    explanation = explain(str(path), DESK)
    holds(OURS not in (explanation.error or ""), "explaining fails", explanation.error)
    found: list[Piece] = [piece for passage in explanation.passages for piece in passage.pieces]
    holds(all(0 <= it.offset <= it.end <= len(content) for it in found), "a passage outside the file")
    holds(all(one.end <= other.offset for one, other in pairwise(found)), "passages overlap")
    values = json.loads(json.dumps(explanation.as_dict()))
    holds(len(values["interchanges"]) == len(explanation.passages), "JSON and words differ")
    holds(list(told(explanation)) and page_of(explanation).startswith("<!doctype html>"), "nothing is said")


Target = Callable[[bytes], None]


def targets() -> dict[str, Target]:
    """By name."""
    folder = Path(tempfile.mkdtemp(prefix="crossdock-fuzz-"))
    return {"envelopes": envelopes, "reading": reading, "explaining": partial(explaining, folder=folder)}
