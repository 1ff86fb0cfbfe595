"""What the retailer gets, read with pyx12: interchanges, groups, sets, and what the envelope gets wrong."""

import io
from dataclasses import dataclass, field

from pyx12.errors import X12Error
from pyx12.segment import Segment
from pyx12.x12file import X12Reader


@dataclass(frozen=True)
class Row:
    """A segment: a tag and its elements, counted from 1; an absent element is empty."""

    tag: str
    elements: tuple[str, ...]

    def __getitem__(self, place: int) -> str:
        return self.elements[place - 1] if place <= len(self.elements) else ""

    def pairs(self, start: int) -> dict[str, str]:
        """Qualifier and value side by side, from this element on."""
        rest = self.elements[start - 1 :]
        return {kind: value for kind, value in zip(rest[::2], rest[1::2], strict=False) if kind}

    def __str__(self) -> str:
        return "*".join((self.tag, *self.elements))


@dataclass
class Set:
    """One transaction set, without ST and SE."""

    type: str
    control: str
    rows: list[Row] = field(default_factory=list)

    def all(self, tag: str) -> list[Row]:
        return [row for row in self.rows if row.tag == tag]

    def first(self, tag: str) -> Row:
        """The first segment of this tag, or an empty one."""
        return next((row for row in self.rows if row.tag == tag), Row(tag, ()))


@dataclass
class Group:
    """One functional group."""

    code: str
    control: str
    sets: list[Set] = field(default_factory=list)


@dataclass
class Letter:
    """One interchange (the retailer gets one a file)."""

    sender: str = ""
    receiver: str = ""
    control: str = ""
    usage: str = ""
    groups: list[Group] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def sets(self) -> list[tuple[Group, Set]]:
        return [(group, each) for group in self.groups for each in group.sets]


def read(body: bytes) -> Letter:
    """Read a file; what pyx12 finds wrong is in `faults`."""
    letter = Letter()
    try:
        reader = X12Reader(io.StringIO(body.decode("ascii")))
        for segment in reader:
            place(letter, row_of(segment))
            letter.faults += spoken(reader)
        reader.cleanup()
        letter.faults += spoken(reader)
    except (X12Error, UnicodeDecodeError) as error:
        letter.faults.append(f"unreadable: {error}")
    return letter


def spoken(reader: X12Reader) -> list[str]:
    """The reader's findings since it was last asked, in words."""
    return [" ".join(str(part) for part in fault if part) for fault in reader.pop_errors()]


def row_of(segment: Segment) -> Row:
    tag = segment.get_seg_id() or ""
    values = [segment.get_value(f"{tag}{place:02d}") or "" for place in range(1, len(segment) + 1)]
    return Row(tag, tuple(values))


def place(letter: Letter, row: Row) -> None:
    """Put a segment where it belongs."""
    if row.tag == "ISA":
        if letter.control:
            letter.faults.append("more than one interchange in a file")
        letter.sender, letter.receiver, letter.control, letter.usage = row[6].strip(), row[8].strip(), row[13], row[15]
    elif row.tag == "GS":
        letter.groups.append(Group(row[1], row[6]))
    elif row.tag == "ST":
        letter.groups[-1].sets.append(Set(row[1], row[2]))
    elif row.tag not in ("SE", "GE", "IEA"):
        letter.groups[-1].sets[-1].rows.append(row)
