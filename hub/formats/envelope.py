"""What the readers of X12 and EDIFACT hand out: interchanges, groups, transaction sets, and their ends, as a stream.

A reader yields `Interchange`, `Group`, `TransactionSet`, `End(group)`, `End(interchange)` in file order, in constant
memory. A bare GS, ST or UNH comes inside an interchange whose ids are None. Envelope findings hang on what they
concern; those of a group or an interchange are complete when its `End` has come.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from hub.findings import Finding

Standard = Literal["x12", "edifact"]


class Address(NamedTuple):
    """Who sends or receives: the id with its qualifier, trimmed."""

    qualifier: str | None
    id: str | None


NOBODY = Address(None, None)
# Between the components of a composite in segments that are to be written, before any partner's separators are known.
COMPONENT = "\x1f"


def trimmed(segment: list[str]) -> list[str]:
    """Without empty components and elements at its end.

    >>> trimmed(["N1", "ST", f"Oslo{COMPONENT}", ""])
    ['N1', 'ST', 'Oslo']
    """
    kept = [value.rstrip(COMPONENT) for value in segment]
    while len(kept) > 1 and not kept[-1]:
        kept.pop()
    return kept


@dataclass(frozen=True, slots=True)
class Separators:
    """The characters that take an interchange apart. A terminator may be several bytes."""

    element: str
    component: str
    terminator: str
    repetition: str | None = None
    release: str | None = None
    decimal: str = "."


@dataclass(slots=True)
class Interchange:
    """One ISA..IEA or UNB..UNZ; or a pretended one around bare groups and sets (`control_number` None)."""

    standard: Standard
    separators: Separators
    header: list[str]  # elements of ISA / UNB as sent, tag first
    sender: Address = NOBODY
    receiver: Address = NOBODY
    control_number: str | None = None
    version: str | None = None  # ISA12, or UNB syntax identifier and version such as UNOA:3
    test: bool = False
    wants_receipt: bool = False  # ISA14 is 1, UNB 0031 is 1
    offset: int = 0
    index: int = 0  # which interchange of the file, from 0
    acknowledgements: list[list[str]] = field(default_factory=list)  # TA1 segments of the interchange itself
    findings: list[Finding] = field(default_factory=list)

    @property
    def rejected(self) -> bool:
        return any(finding.rejects for finding in self.findings)


@dataclass(slots=True)
class Group:
    """One GS..GE or UNG..UNE; or a pretended one (`control_number` None)."""

    interchange: Interchange
    header: list[str]
    code: str | None = None  # GS01
    sender: str | None = None
    receiver: str | None = None
    control_number: str | None = None
    version: str | None = None  # GS08 as sent
    claimed: int | None = None  # GE01 as the trailer claimed it
    count: int = 0  # sets seen
    offset: int = 0
    index: int = 0  # which group of the interchange, from 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def rejected(self) -> bool:
        return any(finding.rejects for finding in self.findings)


@dataclass(slots=True)
class TransactionSet:
    """One ST..SE or UNH..UNT: `lines` holds the text of every segment, header and trailer included, and `element` takes it apart.
    `components` and `text` know how to open an element."""

    group: Group
    type: str  # ST01 or message type
    control_number: str  # ST02 / UNH01 as sent
    version: str  # GS08 as sent, or such as D96A
    lines: list[str]
    offset: int  # of the header segment, in bytes
    offsets: Callable[[], list[int]]  # byte offset of every segment; made on demand
    components: Callable[[str], list[str]]  # composite element -> its components, released (unescaped)
    text: Callable[[str], str]  # simple element -> its text, released
    implementation: str | None = None  # ST03, or UNH association code such as EAN008
    index: int = 0  # which set of the file, from 0
    findings: list[Finding] = field(default_factory=list)  # envelope findings: counts, control numbers
    tidy: bool = False  # True: known to hold ASCII only, no control characters, no repetition, no blank at the end of an element
    element: str = ""  # separator as it stands in the lines
    parted: list[list[str]] | None = None  # `segments` since somebody asked, or of a set that never had lines

    @property
    def interchange(self) -> Interchange:
        return self.group.interchange

    @property
    def segments(self) -> list[list[str]]:
        """Every segment, tag first, elements as text still holding its component and repetition separators. Costs time: most sets
        are read without."""
        if self.parted is None:
            self.parted = [line.split(self.element) for line in self.lines]
        return self.parted

    @property
    def header(self) -> list[str]:
        """The first segment."""
        return self.lines[0].split(self.element) if self.parted is None else self.parted[0]

    @property
    def size(self) -> int:
        """How many segments there are."""
        return len(self.lines) if self.parted is None else len(self.parted)

    def tag(self, at: int) -> str:
        """Tag of a segment."""
        return self.lines[at].partition(self.element)[0] if self.parted is None else self.parted[at][0]

    def has(self, tag: str) -> bool:
        """True when a segment with this tag stands in it; those near the end are found soonest."""
        if self.parted is None:
            start = tag + self.element
            return any(line.startswith(start) or line == tag for line in reversed(self.lines))
        return any(segment[0] == tag for segment in reversed(self.parted))

    def add(self, lines: list[str]) -> None:
        """More segments."""
        self.lines += lines
        if self.parted is not None:
            self.parted += [line.split(self.element) for line in lines]


@dataclass(frozen=True, slots=True)
class End:
    """The trailer of this group or interchange has been judged; its findings are complete."""

    of: Interchange | Group


Event = Interchange | Group | TransactionSet | End
