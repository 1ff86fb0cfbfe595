"""Explains EDI files segment by segment: what stands where, what it means, what is wrong with it and how to mend it.

Whatever the bytes: what no reader could place is shown as it stands. Nothing is stored.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.errors import Unreadable
from hub.findings import Finding
from hub.formats import detect
from hub.formats.envelope import End, Event, Interchange, TransactionSet
from hub.guides.judge import judge
from hub.guides.lineage import traced
from hub.guides.mistakes import GuideError
from hub.guides.verdicts import JudgedDocument, Judgement
from hub.operations.pieces import Piece, cut
from hub.operations.read import ACCEPTED, CHUNK, REFUSED, UNKNOWN, Desk
from hub.operations.rests import Rest
from hub.operations.telling import Teller

LARGEST = 1 << 25  # bytes of a file that are explained; nobody reads more
TRACED = 500  # documents of an interchange whose leftovers are looked for: that takes five times as long as all else


@dataclass(slots=True)
class Passage:
    """One interchange, or what stands outside of any (`judgement` None)."""

    judgement: Judgement | None
    pieces: list[Piece] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)  # that have no place in a segment
    rests: list[Rest] = field(default_factory=list)  # of each document that a guide was found for: what no rule used
    beyond: int = 0  # documents of which that was not looked for

    @property
    def used(self) -> list[str]:
        """What no rule used, a line for each document."""
        more = f"of {self.beyond} more documents this was not looked for; `crossdock read --leftovers` does"
        return [rest.sentence for rest in self.rests] + ([more] if self.beyond else [])


@dataclass(slots=True)
class Explanation:
    """A file in words."""

    file: str
    passages: list[Passage] = field(default_factory=list)
    error: str | None = None  # why nothing (more) could be explained

    @property
    def exit_code(self) -> int:
        """As `crossdock read` has it."""
        judgements = [passage.judgement for passage in self.passages if passage.judgement]
        if self.error is not None or not judgements:
            return UNKNOWN
        return REFUSED if any(judgement.refused for judgement in judgements) else ACCEPTED

    def as_dict(self) -> dict[str, Any]:
        """As JSON values; keys may be added, never renamed."""
        values = {"file": self.file, "interchanges": [_passage(passage) for passage in self.passages]}
        return values if self.error is None else {**values, "error": self.error}


def explain(file: str, desk: Desk | None = None) -> Explanation:
    """One file in words. Never raises, whatever the file is."""
    result = Explanation(file)
    try:
        with Path(file).open("rb") as stream:
            data = stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            result.error = f"only the first {LARGEST} bytes are explained"
        _fill(result, data[:LARGEST], desk or Desk())
    except OSError as error:
        result.error = f"cannot be read: {error.strerror or error}"
    except (Unreadable, GuideError) as error:
        result.error = str(error)
    except Exception as error:  # whatever the bytes, a person gets words
        result.error = f"the hub failed on this file, please report it: {type(error).__name__}: {error}"
    return result


def _fill(result: Explanation, data: bytes, desk: Desk) -> None:
    events: list[Event] = []
    judgements = list(judge(_kept(_chunks(data), events), desk.guide, desk.policy))
    result.passages = _passages(data, events, judgements)
    sets = {event.index: event for event in events if isinstance(event, TransactionSet)}
    for passage in result.passages:
        teller = Teller(desk.library, _standard(passage, judgements))
        documents = {document.index: document for document in passage.judgement.documents} if passage.judgement else {}
        for piece in passage.pieces:
            index = -1 if piece.document is None else piece.document
            teller.tell(piece, documents.get(index), sets.get(index))
        _place(passage, documents.values())
        read_by = [(sets[index], one.guide) for index, one in documents.items() if index in sets and one.guide]
        passage.beyond = max(0, len(read_by) - TRACED)
        passage.rests = [Rest.of(tset, traced(guide, tset, desk.policy.defaults)) for tset, guide in read_by[:TRACED]]


def _chunks(data: bytes) -> Iterator[bytes]:
    yield from (data[at : at + CHUNK] for at in range(0, len(data), CHUNK))


def _kept(chunks: Iterable[bytes], events: list[Event]) -> Iterator[Event]:
    for event in detect.read(chunks):
        events.append(event)
        yield event


def _passages(data: bytes, events: list[Event], judgements: list[Judgement]) -> list[Passage]:
    """The pieces of the file by interchange, in order."""
    own: list[list[Event]] = []
    for event in events:
        if isinstance(event, Interchange):
            own.append([])
        if not isinstance(event, End):
            own[-1].append(event)
    judged = {id(judgement.interchange): judgement for judgement in judgements}
    starts = [found[0] for found in own if isinstance(found[0], Interchange)]
    begins = [0, *(interchange.offset for interchange in starts[1:]), len(data)]
    return [
        Passage(judged.get(id(interchange)), cut(data, begins[number], begins[number + 1], interchange, own[number]))
        for number, interchange in enumerate(starts)
    ]


def _standard(passage: Passage, judgements: list[Judgement]) -> str:
    known = passage.judgement or (judgements[0] if judgements else None)
    return known.interchange.standard if known else "x12"


# --- findings at their places ---


def _place(passage: Passage, documents: Iterable[JudgedDocument]) -> None:
    pieces: dict[int | None, list[Piece]] = {}
    for piece in passage.pieces:
        pieces.setdefault(piece.document, []).append(piece)
    for document in documents:
        for finding in document.findings:
            _hang(passage, pieces.get(document.index, []), finding)
    notices = passage.judgement.notices if passage.judgement else ()
    own = passage.judgement.findings if passage.judgement else ()
    for finding in (*(it for notice in notices for it in notice.findings), *own):
        _hang_by_offset(passage, finding)


def _hang(passage: Passage, own: list[Piece], finding: Finding) -> None:
    """At the segment that the finding counts to."""
    if not own:
        passage.findings.append(finding)
    elif finding.position and finding.position > len(own):
        own[-1].behind.append(finding)
    else:
        _at(own[(finding.position or 1) - 1], finding)


def _hang_by_offset(passage: Passage, finding: Finding) -> None:
    """Findings of envelopes know the byte they are about."""
    at = bisect_right(passage.pieces, finding.offset, key=lambda piece: piece.offset) - 1 if finding.offset is not None else -1
    if at >= 0 and passage.pieces[at].end > (finding.offset or 0):
        _at(passage.pieces[at], finding)
    else:
        passage.findings.append(finding)


def _at(piece: Piece, finding: Finding) -> None:
    """What is missing stands before the segment where that was noticed."""
    missing = finding.element is None and finding.segment is not None and finding.segment != piece.tag
    (piece.before if missing else piece.findings).append(finding)


# --- as JSON ---


def _passage(passage: Passage) -> dict[str, Any]:
    found = passage.judgement.interchange if passage.judgement else None
    return {
        "standard": found.standard if found else None,
        "sender": found.sender.id if found else None,
        "receiver": found.receiver.id if found else None,
        "control_number": found.control_number if found else None,
        "offset": found.offset if found else None,
        "state": passage.judgement.state if passage.judgement else None,
        "findings": [finding.as_dict() for finding in passage.findings],
        "segments": [piece.as_dict() for piece in passage.pieces],
        "leftovers": [rest.as_dict() for rest in passage.rests],
        "beyond": passage.beyond,
    }
