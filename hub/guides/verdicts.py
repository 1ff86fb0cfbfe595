"""Verdicts: what was found of documents, groups and interchanges."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal, overload

from hub.findings import Finding
from hub.formats.envelope import Group, Interchange
from hub.guides.notation import Guide
from hub.model import Document

MOST_KEPT = 2000  # documents with findings of which all is kept
State = Literal["accepted", "accepted_with_findings", "rejected", "unsupported"]


@dataclass(slots=True)
class JudgedDocument:
    """One document with everything found in it."""

    type: str
    version: str
    control_number: str
    implementation: str | None
    offset: int
    index: int  # which document of the file, from 0
    guide: Guide | None = None
    known: bool = False  # there is a guide for this type, be it for other versions
    identifier: tuple[str, ...] = ()  # of a message of EDIFACT: type, version, release, agency, association
    number: str | None = None
    state: State = "accepted"
    findings: list[Finding] = field(default_factory=list)
    document: Document | None = None
    plain: dict[str, Any] | None = None  # what the document says, where only that was asked for

    @property
    def rejected(self) -> bool:
        return self.state in ("rejected", "unsupported")

    def empty(self) -> None:
        """Only the verdict is kept."""
        self.document = self.plain = None

    def fall(self) -> None:
        """Rejected, with the group or interchange it stands in."""
        self.state = "rejected"
        self.empty()


class Verdicts(Sequence[JudgedDocument]):
    """The documents of a group, in order. A verdict on a sound document may be put away: it takes a tenth of the room then.

    What was put away is made anew each time it is looked at: it can be read, and rejected with all others, but not changed.
    Of very many with findings, those that come later are put away as well: each code is told once, without its place.
    """

    def __init__(self) -> None:
        self._kept: dict[int, JudgedDocument] = {}  # by place; all others are put away
        self._facts: list[tuple[Any, ...]] = []  # what many documents have in common
        self._known: dict[tuple[Any, ...], int] = {}
        self._last: tuple[tuple[Any, ...], int] = (), 0  # of the facts that came last
        self._places = array("q")  # offset, index and facts of each document
        self._names = bytearray()  # control number and number of each, or nothing
        self._ends = array("q")
        self._fallen = False

    def append(self, judged: JudgedDocument) -> None:
        """One more document."""
        self._kept[len(self._ends)] = judged
        self._places.extend((judged.offset, judged.index, 0))
        self._ends.append(len(self._names))

    def put_away(self) -> None:
        """The last document, if it is sound or one of very many: it was lent, and nobody may change it any more."""
        place = len(self._ends) - 1
        judged = self._kept[place]
        judged.empty()
        if (judged.state != "accepted" or judged.findings) and len(self._kept) <= MOST_KEPT:
            return
        self._places[3 * place + 2] = self._fact(judged)
        names = judged.control_number if judged.number is None else f"{judged.control_number}\n{judged.number}"
        self._names += names.encode("utf-8", "surrogatepass")
        self._ends[place] = len(self._names)
        del self._kept[place]

    def _fact(self, judged: JudgedDocument) -> int:
        """The number of what this document has in common with others."""
        told = _placeless(judged.findings) if judged.findings else ()
        same = (
            judged.type,
            judged.version,
            judged.implementation,
            judged.guide,
            judged.known,
            judged.identifier,
            judged.state,
            told,
        )
        if same != self._last[0]:
            key = (*same[:3], id(judged.guide), *same[4:7], tuple((it.code, it.kind, it.severity) for it in told))
            if key not in self._known:
                self._known[key] = len(self._facts)
                self._facts.append(same)
            self._last = same, self._known[key]
        return self._last[1]

    @property
    def away(self) -> int:
        """How many were put away."""
        return len(self) - len(self._kept)

    def reject(self) -> None:
        """All of them fall with their group."""
        self._fallen = True
        for judged in self._kept.values():
            judged.fall()

    @property
    def accepted(self) -> bool:
        """True when nothing is to be said of any of them; those that were put away are sound."""
        return not (self._fallen and len(self)) and all(judged.state == "accepted" for judged in self._kept.values())

    def rejected(self) -> Iterator[JudgedDocument]:
        """Those that are, in order."""
        found = iter(self) if self._fallen else iter(self._kept.values())
        return (judged for judged in found if judged.rejected)

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, place: int) -> JudgedDocument: ...
    @overload
    def __getitem__(self, place: slice) -> list[JudgedDocument]: ...
    def __getitem__(self, place: int | slice) -> JudgedDocument | list[JudgedDocument]:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self)))]
        at = range(len(self))[place]
        return self._kept[at] if at in self._kept else self._anew(at)

    def __iter__(self) -> Iterator[JudgedDocument]:
        """As a sequence has it, without trying until there is no more."""
        return (self._kept[at] if at in self._kept else self._anew(at) for at in range(len(self)))

    def _anew(self, at: int) -> JudgedDocument:
        offset, index, which = self._places[3 * at : 3 * at + 3]
        type_, version, implementation, guide, known, identifier, state, told = self._facts[which]
        names = self._names[self._ends[at - 1] if at else 0 : self._ends[at]].decode("utf-8", "surrogatepass")
        control_number, named, number = names.partition("\n")
        judged = JudgedDocument(type_, version, control_number, implementation, offset, index, guide, known, identifier)
        judged.number = number if named else None
        judged.state, judged.findings = "rejected" if self._fallen else state, list(told)
        return judged


def _placeless(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One of each code, as it is said of any document."""
    found = {(it.code, it.kind, it.severity): it for it in findings}
    return tuple(Finding(it.code, it.text, it.kind, it.severity, it.hint) for it in found.values())


@dataclass(slots=True)
class JudgedGroup:
    """A functional group and its documents."""

    group: Group
    documents: Verdicts = field(default_factory=Verdicts)
    findings: list[Finding] = field(default_factory=list)

    @property
    def rejected(self) -> bool:
        return any(finding.rejects for finding in self.findings)


@dataclass(slots=True)
class Judgement:
    """An interchange, judged after its trailer came (or never came)."""

    interchange: Interchange
    groups: list[JudgedGroup] = field(default_factory=list)
    notices: list[JudgedDocument] = field(default_factory=list)  # acknowledgements of the interchange itself
    findings: list[Finding] = field(default_factory=list)  # of the interchange and its groups
    state: State = "accepted"

    @property
    def rejected(self) -> bool:
        return self.state == "rejected"

    @property
    def refused(self) -> bool:
        """True when anything in it was."""
        papers = chain(self.notices, *(group.documents.rejected() for group in self.groups))
        return self.rejected or any(paper.rejected for paper in papers)

    def each(self) -> Iterator[JudgedDocument]:
        """The notices of the interchange, then its documents, one after another."""
        return chain(self.notices, *(group.documents for group in self.groups))

    @property
    def documents(self) -> list[JudgedDocument]:
        """All documents in file order."""
        return [document for group in self.groups for document in group.documents]

    @property
    def papers(self) -> list[JudgedDocument]:
        """The notices of the interchange, then its documents."""
        return list(self.each())
