"""Folds the segments of an interchange into groups and sets, and hangs what is wrong with the envelope on them."""

from collections.abc import Callable
from functools import partial

from hub.findings import Finding, note
from hub.formats import trailers
from hub.formats.envelope import Address, End, Event, Group, Interchange, TransactionSet
from hub.formats.tape import BLANKS, places, utf8
from hub.formats.trailers import element
from hub.formats.x12.header import Header

CONTROL = frozenset(("ST", "SE", "GS", "GE", "IEA", "TA1", "ISB", "ISE", ""))
# Misplaced segments that are told one by one; a file of rubbish must not become a file of findings.
MOST = 20


def identity(text: str) -> str:
    """X12 has no release character: the text stands as it is."""
    return text


def _whole(value: str) -> list[str]:
    return [value]


class Nesting:
    """What is open at this point of the file. Fed with segments in order, it collects events."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.interchange: Interchange | None = None
        self.closed = True  # the trailer of `interchange` has come, its End not yet
        self.group: Group | None = None
        self.offset = 0  # of the next raw segment
        self._set: TransactionSet | None = None
        self._raw: list[str] = []
        self._plain = True
        self._header = Header([], None, 0, "*", "~")  # type: ignore[arg-type]  # until the first header has come
        self._sets: set[str] = set()  # ST02 of the open group
        self._groups: set[tuple[str, ...]] = set()
        self._interchanges: set[tuple[str, ...]] = set()
        self._numbered = 0  # GS seen in the interchange
        self._count = 0  # interchanges of the file
        self._index = 0  # sets of the file
        self._told = 0
        self._spare: list[Finding] = []  # junk before the first interchange
        self._handlers: dict[str, Callable[[list[str], str], None]] = {
            "ST": self._st,
            "SE": self._se,
            "GS": self._gs,
            "GE": self._ge,
            "IEA": self._iea,
            "TA1": self._ta1,
            "ISB": self._deferred,
            "ISE": self._deferred,
        }

    # interchange ---------------------------------------------------------------------------------------------------

    def open(self, header: Header, offset: int) -> None:
        """A new interchange begins here."""
        self.leave()
        self._header, self.offset, self.closed = header, offset + header.size, False
        self._numbered = self._told = 0
        interchange = self._interchange(header.elements, offset)
        interchange.findings += self._spare + header.findings
        self._spare = []
        self.interchange = interchange
        self._count += 1
        self._component = header.component
        self.events.append(interchange)

    def _interchange(self, elements: list[str], offset: int) -> Interchange:
        found = Interchange("x12", self._header.separators, elements, offset=offset, index=self._count)
        if not elements:
            return found
        found.sender = _address(elements, 5)
        found.receiver = _address(elements, 7)
        found.version = element(elements, 12).strip() or None
        found.control_number = element(elements, 13).strip() or None
        found.wants_receipt = element(elements, 14).strip() == "1"
        found.test = element(elements, 15).strip() == "T"
        key = (element(elements, 6).strip(), element(elements, 8).strip(), element(elements, 13).strip())
        if key in self._interchanges:
            found.findings.append(trailers.doubled("TA105:025", elements, 13, "file", offset=offset))
        self._interchanges.add(key)
        return found

    def leave(self) -> None:
        """Nothing more can come for the open interchange: judge what is missing and end it."""
        interchange = self.interchange
        if interchange is None:
            return
        if not self.closed:
            self._close_group("the interchange ended")
            if interchange.header and self._header.ended:
                self._tell(trailers.missing("TA105:023", "IEA", "the end", offset=self.offset))
        self.interchange, self.closed = None, True
        self.events.append(End(interchange))

    def junk(self, size: int, offset: int) -> None:
        """Bytes that belong to no interchange: noted with the one before, or else the next."""
        findings = self.interchange.findings if self.interchange else self._spare
        findings.append(trailers.junk(size, offset))

    def bom(self) -> None:
        """The file begins with a byte order mark."""
        hint = "It was skipped. Save the file without it."
        self._spare.append(note("hub:bom", "A UTF-8 byte order mark stands before the interchange", offset=0, hint=hint))

    # segments ------------------------------------------------------------------------------------------------------

    def take(self, raw: list[str], segments: list[list[str]], plain: bool) -> int:
        """Take these segments, `raw` being the same as they stood in the file; returns how many, fewer after IEA."""
        begun = 0
        for mark in [at for at, segment in enumerate(segments) if segment[0] in CONTROL]:
            if mark > begun:
                self._body(segments[begun:mark], raw[begun:mark], plain)
            segment = segments[mark]
            if segment[0]:
                self._handlers[segment[0]](segment, raw[mark])
            else:
                self._blank(segment, raw[mark])
            begun = mark + 1
            if not plain:
                self._plain = False
            if self.closed:
                return begun
        self._body(segments[begun:], raw[begun:], plain)
        return len(raw)

    def _forward(self, raw: list[str]) -> None:
        self.offset += sum(map(len, raw)) + len(raw) * len(self._header.terminator)

    def _body(self, segments: list[list[str]], raw: list[str], plain: bool) -> None:
        if self._set is not None:
            self._set.segments += segments
            self._raw += raw
            self._plain = self._plain and plain
        elif segments:
            self._stray(segments[0])
        self._forward(raw)

    def _blank(self, segment: list[str], raw: str) -> None:
        if len(segment) > 1:  # a separator without a tag
            self._body([segment], [raw], raw.isascii())
            return
        if self._set is not None:
            self._raw.append(raw)
        self._forward([raw])

    def binary(self, segment: list[str], raw: str) -> None:
        """A binary segment, which no separator takes apart."""
        self._body([segment], [raw], raw.isascii())

    def _stray(self, segment: list[str]) -> None:
        if self.group is None:
            self._tell(trailers.misplaced("TA105:024", segment, "outside any group", offset=self.offset))
        else:
            finding = trailers.misplaced("hub:stray-segment", segment, "outside any transaction set", offset=self.offset)
            self._tell(finding, self.group)

    def _tell(self, finding: Finding, of: Interchange | Group | None = None) -> None:
        target = of or self.interchange
        self._told += 1
        if target is not None and self._told <= MOST:
            target.findings.append(finding)

    def _ta1(self, segment: list[str], raw: str) -> None:
        if self._set is not None:
            self._body([segment], [raw], raw.isascii())
            return
        assert self.interchange is not None
        self.interchange.acknowledgements.append(segment)
        self._forward([raw])

    def _deferred(self, segment: list[str], raw: str) -> None:
        """ISB and ISE ask networks to deliver later; they say nothing to us."""
        if self._set is not None:
            self._body([segment], [raw], raw.isascii())
        else:
            self._forward([raw])

    def _iea(self, segment: list[str], raw: str) -> None:
        self._close_group("IEA")
        interchange = self.interchange
        assert interchange is not None
        place = {"offset": self.offset}
        if not interchange.header:
            self._tell(note("hub:no-interchange", "IEA stands without an ISA", segment="IEA", **place))
        else:
            # An interchange of a TA1 alone says 0 or 1: both are common.
            alone = interchange.acknowledgements and not self._numbered and element(segment, 1).strip() in ("0", "1")
            counted = trailers.count("TA105:021", segment, self._numbered, "the interchange has {} groups", **place)
            if counted and not alone:
                self._tell(counted)
            named = trailers.number("TA105:001", segment, "ISA13", element(interchange.header, 13), **place)
            if named:
                self._tell(named)
        self._forward([raw])
        self.closed = True

    # group ---------------------------------------------------------------------------------------------------------

    def _gs(self, segment: list[str], raw: str) -> None:
        self._close_group("the next GS")
        assert self.interchange is not None
        header = _decoded(segment)
        group = Group(self.interchange, header, offset=self.offset, index=self._numbered)
        group.code = element(header, 1).strip() or None
        group.sender = element(header, 2).strip() or None
        group.receiver = element(header, 3).strip() or None
        group.control_number = element(header, 6).strip() or None
        group.version = element(header, 8).strip() or None
        key = (element(header, 1), element(header, 2), element(header, 3), element(header, 6))
        if key in self._groups:
            group.findings.append(trailers.doubled("AK905:19", header, 6, "file", offset=self.offset))
        self._groups.add(key)
        self._numbered += 1
        self._enter(group)
        self._forward([raw])

    def _enter(self, group: Group) -> None:
        self.group, self._sets = group, set()
        self.events.append(group)

    def _close_group(self, before: str) -> None:
        """A group whose GE did not come; nothing if none is open."""
        group = self.group
        if group is None:
            return
        self._close_set(before)
        if group.header:
            group.findings.append(trailers.missing("AK905:3", "GE", before, group=group.control_number, offset=self.offset))
        self._leave(group)

    def _leave(self, group: Group) -> None:
        self.events.append(End(group))
        self.group = None

    def _ge(self, segment: list[str], raw: str) -> None:
        group = self.group
        if group is None:
            self._tell(trailers.misplaced("TA105:022", segment, "without a GS", offset=self.offset))
            self._forward([raw])
            return
        self._close_set("GE")
        claimed = element(segment, 1).strip()
        group.claimed = int(claimed) if claimed.isdecimal() else None
        place = {"group": group.control_number, "offset": self.offset}
        counted = trailers.count("AK905:5", segment, group.count, "the group has {} transaction sets", **place)
        named = trailers.number("AK905:4", segment, "GS06", element(group.header, 6), **place) if group.header else None
        group.findings += [finding for finding in (counted, named) if finding]
        self._leave(group)
        self._forward([raw])

    def _pretended(self) -> Group:
        """Sets without a GS stand in a group that nobody sent."""
        assert self.interchange is not None
        group = Group(self.interchange, [], offset=self.offset, index=self._numbered)
        if self.interchange.header:
            self._tell(trailers.misplaced("TA105:024", ["ST"], "outside any group: its GS is missing", offset=self.offset))
        self._enter(group)
        return group

    # set -----------------------------------------------------------------------------------------------------------

    def _st(self, segment: list[str], raw: str) -> None:
        if self._set is not None:
            self._close_set("the next ST")
        group = self.group or self._pretended()
        group.count += 1
        number = element(segment, 2)
        component = self._component
        self._raw = [raw]
        self._plain = raw.isascii()
        self._set = TransactionSet(
            group,
            element(segment, 1).strip(),
            number,
            group.version or "",
            [segment],
            self.offset,
            partial(places, self._raw, self.offset, len(self._header.terminator)),
            (lambda value: value.split(component)) if component else _whole,
            identity,
            element(segment, 3).strip() or None,
            self._index,
        )
        self._index += 1
        if number in self._sets:
            place = {"position": 1, "group": group.control_number, "offset": self.offset}
            self._set.findings.append(trailers.doubled("AK502:23", segment, 2, "group", **place))
        self._sets.add(number)
        self._forward([raw])

    def _close_set(self, before: str) -> None:
        """A set whose SE did not come; nothing if none is open."""
        if self._set is None:
            return
        place = {"group": self._set.group.control_number, "offset": self.offset}
        self._set.findings.append(trailers.missing("AK502:2", "SE", before, position=len(self._set.segments) + 1, **place))
        self._emit(self._set)

    def _se(self, segment: list[str], raw: str) -> None:
        found = self._set
        if found is None:
            target: Interchange | Group | None = self.group or self.interchange
            code = "hub:stray-segment" if self.group else "TA105:022"
            self._tell(trailers.misplaced(code, segment, "without an ST", offset=self.offset), target)
            self._forward([raw])
            return
        found.segments.append(segment)
        self._raw.append(raw)
        if segment[1:] != [str(len(found.segments)), found.control_number]:
            place = {"position": len(found.segments), "group": found.group.control_number, "offset": self.offset}
            counted = trailers.count("AK502:4", segment, len(found.segments), "the set has {} segments", **place)
            named = trailers.number("AK502:3", segment, "ST02", found.control_number, **place)
            found.findings += [finding for finding in (counted, named) if finding]
        self._forward([raw])
        self._emit(found)

    def _emit(self, found: TransactionSet) -> None:
        if not self._plain:
            self._decode(found)
        self._set = None
        self.events.append(found)

    def _decode(self, found: TransactionSet) -> None:
        """Read again as UTF-8 what is not ASCII, where all of it is; binary segments stay as they came."""
        texts = [[utf8(value) for value in segment] for segment in found.segments if segment[0] != "BIN"]
        if any(None in values for values in texts):
            return
        readings = iter(texts)
        for segment in found.segments:
            if segment[0] != "BIN":
                segment[:] = [value or "" for value in next(readings)]
        shown = self._header.separators.component
        if shown != self._component and shown:
            found.components = lambda value: value.split(shown)


def _address(elements: list[str], at: int) -> Address:
    return Address(element(elements, at).strip() or None, element(elements, at + 1).strip() or None)


def _decoded(segment: list[str]) -> list[str]:
    return [utf8(value.strip(BLANKS)) or value for value in segment]
