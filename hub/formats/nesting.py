"""Folds segments into interchanges, groups and sets: what X12 and EDIFACT have in common."""

import re
from collections.abc import Callable, Iterator, Mapping

from hub.findings import Finding, note
from hub.formats import trailers
from hub.formats.envelope import End, Event, Group, Interchange, TransactionSet
from hub.formats.tape import BLANKS

# Findings of an envelope that are told one by one; a file of rubbish must not become a file of findings.
MOST = 20

# How the characters of a set look; the least of its pieces counts.
# Not ASCII; ASCII; besides, no control characters, no repetition within a message, and no blank at the end of an element.
WIDE, ASCII, TIDY = range(3)

Handler = Callable[[list[str], str], None]


class Nesting:
    """What is open at this point of the file. Fed with segments in order, it collects events.

    A standard names its codes, brings a handler for each control segment, and says what a set and its decoding is.
    """

    interchange_trailer: str
    group_trailer: str
    set_trailer: str
    no_interchange_trailer: str  # codes
    no_group_trailer: str
    no_set_trailer: str
    no_terminator: str

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        self.events: list[Event] = []
        self.interchange: Interchange | None = None
        self.group: Group | None = None
        self.closed = True  # the trailer has come, the End has not: what follows may still concern the interchange
        self.offset = 0  # of the next segment
        self.element = self.terminator = ""  # as they stand in the text
        self.count = 0  # interchanges of the file
        self.sets = 0  # sets of the file
        self.groups = 0  # groups of the interchange, without pretended ones
        self.set: TransactionSet | None = None
        self.raw: list[str] = []  # the segments of the open set as they stand in the file
        self.look = TIDY  # of the open set so far
        self.ahead = ASCII  # of the piece being taken
        self.spare: list[Finding] = []  # what was found before the interchange it concerns
        self._told = 0
        self._handlers: dict[str, Handler] = {**handlers, "": self._blank}
        self._begin = self._blanks = re.compile("(?!)")  # of a control segment behind a terminator; or of a blank one

    # segments

    def divide(self, element: str, terminator: str) -> None:
        """The separators of what comes now, as they stand in the text."""
        self.element, self.terminator = element, terminator
        element, terminator = re.escape(element), re.escape(terminator)
        tags = [tag for tag in self._handlers if tag]
        self._blanks = re.compile(f"{terminator}(?=(?:{'|'.join(tags)})(?:{element}|{terminator}|$)|{terminator})")
        self._begin = self._blanks
        if not any(map(str.isalnum, self.terminator)):  # four times as quick, as each way to go on begins with a letter
            self._begin = re.compile(f"{terminator}(?:{'|'.join(f'{tag}(?={element}|{terminator}|$)' for tag in tags)})")

    def take(self, raw: list[str], lines: list[str], text: str, look: int) -> int:
        """Take these segments, the `lines` of `text`, an empty last one with its terminator; `raw`: as they stand in the file. Returns
        how many, fewer after a trailer."""
        self.ahead = look
        begun, start = 0, self.offset
        for mark, at in self._marks(lines, text):
            segment = lines[mark].split(self.element)
            if segment[0] not in self._handlers:
                continue
            if mark > begun:
                self.keep(lines[begun:mark], raw[begun:mark], look)
                self.offset = start + at if lines is raw else self.offset + self._length(raw[begun:mark])
            self._control(segment, raw[mark])
            begun = mark + 1
            if self.closed:
                return begun
        if begun < len(raw):
            self.keep(lines[begun:], raw[begun:], look)  # the reader knows where the next piece begins
        return len(raw)

    def _marks(self, lines: list[str], text: str) -> Iterator[tuple[int, int]]:
        """Which lines may be control segments, and where they begin: the first, and all that look like one. One look at the text is
        cheaper than one at each line."""
        line, at, size = 0, 0, len(self.terminator)
        yield line, at
        for found in (self._blanks if "" in lines else self._begin).finditer(text):
            behind = found.start() + size
            line += text.count(self.terminator, at, behind)
            at = behind
            yield line, at

    def _control(self, segment: list[str], raw: str) -> None:
        """Handle it with `offset` at its tag, not at the line end before it."""
        start = self.offset
        self.offset = start + len(raw) - len(raw.lstrip(BLANKS))
        self._handlers[segment[0]](segment, raw)
        self.offset = start + len(raw) + len(self.terminator)

    def body(self, lines: list[str], raw: list[str], look: int) -> None:
        """Segments that are no control segments: they belong to the open set."""
        self.keep(lines, raw, look)
        self.offset += self._length(raw)

    def keep(self, lines: list[str], raw: list[str], look: int) -> None:
        """Put segments into the open set."""
        if self.set is None:
            self.offset += len(raw[0]) - len(raw[0].lstrip(BLANKS))
            self.stray(lines[0].split(self.element))
            self.offset -= len(raw[0]) - len(raw[0].lstrip(BLANKS))
            return
        self.set.add(lines)
        self.raw += raw
        self.look = min(self.look, look)

    def _length(self, raw: list[str]) -> int:
        return len("".join(raw)) + len(raw) * len(self.terminator)

    def _blank(self, segment: list[str], raw: str) -> None:
        """Nothing between two terminators, or a separator without a tag."""
        if len(segment) > 1:
            self.keep([self.element.join(segment)], [raw], raw.isascii())
        elif self.set is not None:
            self.raw.append(raw)

    def stray(self, segment: list[str]) -> None:
        """A segment outside any set."""
        raise NotImplementedError

    def decode(self, found: TransactionSet) -> None:
        """Read again what is not ASCII in a set."""
        raise NotImplementedError

    # findings

    def tell(self, finding: Finding | None, of: Interchange | Group | None = None) -> None:
        """Hang a finding on the group or, by default, the open interchange."""
        target = of or self.interchange
        if finding is None or target is None:
            return
        self._told += 1
        if self._told <= MOST:
            target.findings.append(finding)

    def junk(self, size: int, offset: int) -> None:
        """Bytes that belong to no interchange: noted with the one before, or else the next."""
        findings = self.interchange.findings if self.interchange else self.spare
        findings.append(trailers.junk(size, offset))

    def bom(self) -> None:
        """The file begins with a byte order mark."""
        hint = "It was skipped. Save the file without it."
        self.spare.append(note("hub:bom", "A UTF-8 byte order mark stands before the interchange", offset=0, hint=hint))

    def overlong(self, size: int) -> None:
        """No terminator comes: what follows cannot be read."""
        hint = "Check that every segment ends with the terminator that the header shows."
        self.tell(Finding(self.no_terminator, f"No segment terminator in {size} bytes", hint=hint, offset=self.offset))

    # opening and closing

    def enter(self, interchange: Interchange) -> None:
        """A new interchange is open."""
        interchange.findings[:0] = self.spare
        self.spare = []
        self.groups = self._told = 0
        self.interchange, self.closed = interchange, False
        self.count += 1
        self.events.append(interchange)

    def leave(self) -> None:
        """Nothing more can come for the open interchange: judge what is missing and end it."""
        interchange = self.interchange
        if interchange is None:
            return
        if not self.closed:
            self.close_group("the end")
            if interchange.header:
                self.tell(trailers.missing(self.no_interchange_trailer, self.interchange_trailer, "the end", offset=self.offset))
        self.interchange, self.closed = None, True
        self.events.append(End(interchange))

    def enter_group(self, group: Group) -> None:
        """A new group is open."""
        self.group = group
        self.events.append(group)

    def close_group(self, before: str) -> None:
        """A group whose trailer did not come before this; nothing if none is open."""
        group = self.group
        if group is None:
            return
        self.close_set(before)
        if group.header:
            place = {"group": group.control_number, "offset": self.offset}
            self.tell(trailers.missing(self.no_group_trailer, self.group_trailer, before, **place), group)
        self.leave_group(group)

    def leave_group(self, group: Group) -> None:
        """The group has ended."""
        self.events.append(End(group))
        self.group = None

    def enter_set(self, found: TransactionSet, raw: list[str]) -> None:
        """A new set is open."""
        self.set, self.raw, self.look = found, raw, self.ahead if raw[0].isascii() else WIDE
        self.sets += 1
        found.group.count += 1

    def close_set(self, before: str) -> None:
        """A set whose trailer did not come before this; nothing if none is open."""
        found = self.set
        if found is None:
            return
        place = {"position": found.size + 1, "group": found.group.control_number, "offset": self.offset}
        found.findings.append(trailers.missing(self.no_set_trailer, self.set_trailer, before, **place))
        self.emit(found)

    def end_set(self, found: TransactionSet, segment: list[str], raw: str) -> None:
        """The trailer belongs to the set."""
        found.add([self.element.join(segment)])
        self.raw.append(raw)
        self.look = min(self.look, self.ahead if raw.isascii() else WIDE)

    def emit(self, found: TransactionSet) -> None:
        """The set is complete."""
        if self.look == WIDE:
            self.decode(found)
        found.tidy = self.look == TIDY
        self.set = None
        self.events.append(found)
