"""Folds EDIFACT segments into interchanges, groups and messages, and hangs what is wrong with the envelope on them."""

from collections.abc import Callable
from functools import partial

from hub.findings import Finding, note
from hub.formats import trailers
from hub.formats.edifact.charset import decoded
from hub.formats.edifact.header import Header
from hub.formats.edifact.release import Release
from hub.formats.envelope import Address, End, Event, Group, Interchange, Separators, TransactionSet
from hub.formats.tape import places
from hub.formats.trailers import element

CONTROL = frozenset(("UNB", "UNG", "UNH", "UNT", "UNE", "UNZ", ""))
MOST = 20
COUNT, REFERENCE, MISSING, DUPLICATE, OUTSIDE = "0085:29", "0085:28", "0085:13", "0085:26", "0085:33"


class Nesting:
    """What is open at this point of the file. Fed with segments in order, it collects events."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.interchange: Interchange | None = None
        self.group: Group | None = None
        self.closed = True  # UNZ has come, or nothing has begun
        self.offset = 0
        self._set: TransactionSet | None = None
        self._raw: list[str] = []
        self._plain = True
        self._label = "UNOC"
        self._separators = Separators("+", ":", "'")
        self._gap = 1
        self.release = Release(self._separators)
        self._numbers: set[str] = set()  # UNH references of the interchange
        self._references: set[tuple[str, ...]] = set()  # UNB references of the file
        self._groups = self._messages = self._count = self._index = self._told = 0
        self._spare: list[Finding] = []
        self._handlers: dict[str, Callable[[list[str], str], None]] = {
            "UNB": self._unb,
            "UNG": self._ung,
            "UNH": self._unh,
            "UNT": self._unt,
            "UNE": self._une,
            "UNZ": self._unz,
        }

    @property
    def seen(self) -> bool:
        """True when there was anything."""
        return self._count > 0

    # interchange ---------------------------------------------------------------------------------------------------

    def begin(self, header: Header, offset: int) -> None:
        """Separators of what comes now; the interchange begins with the next segment."""
        self.leave()
        self._separators, self._gap = header.separators, len(header.terminator)
        self.release = Release(header.separators)
        self.closed, self.offset = False, offset + header.size
        self._spare += header.findings

    def _enter(self, interchange: Interchange) -> None:
        interchange.findings[:0] = self._spare
        self._spare = []
        self._numbers = set()
        self._groups = self._messages = self._told = 0
        self.interchange, self.closed = interchange, False
        self._count += 1
        self.events.append(interchange)

    def _open(self) -> Interchange:
        """The interchange around this segment, a pretended one if no UNB came."""
        if self.interchange is None:
            self._label = "UNOC"
            found = Interchange("edifact", self._separators, [], offset=self.offset, index=self._count)
            hint = "Nothing can be acknowledged to nobody. Ask the sender for the interchange header."
            found.findings.append(note("hub:no-interchange", "No UNB stands before this message", offset=self.offset, hint=hint))
            self._enter(found)
            return found
        return self.interchange

    def leave(self) -> None:
        """Nothing more can come for the open interchange: judge what is missing and end it."""
        interchange = self.interchange
        if interchange is None:
            return
        if not self.closed:
            self._close_group("the end")
            if interchange.header:
                self._tell(trailers.missing(MISSING, "UNZ", "the end", offset=self.offset))
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

    def _unb(self, segment: list[str], raw: str) -> None:
        self.leave()
        self._label = segment[1][:4] if len(segment) > 1 else ""
        header = [self.release.sent(decoded(value, self._label)) for value in segment]
        found = Interchange("edifact", self._separators, header, offset=self.offset, index=self._count)
        found.version = ":".join(self._parts(segment, 1)).strip(":") or None
        found.sender = self._address(segment, 2)
        found.receiver = self._address(segment, 3)
        found.control_number = self._text(segment, 5) or None
        found.wants_receipt = self._text(segment, 9) == "1"
        found.test = self._text(segment, 11) == "1"
        if not found.control_number:
            found.findings.append(_no_reference(self.offset))
        key = (*map(str, found.sender), *map(str, found.receiver), found.control_number or "")
        if key in self._references:
            found.findings.append(trailers.doubled(DUPLICATE, header, 5, "file", offset=self.offset))
        self._references.add(key)
        self._enter(found)
        self._forward([raw])

    def _unz(self, segment: list[str], raw: str) -> None:
        self._close_group("UNZ")
        interchange = self._open()
        if interchange.header:
            seen = self._groups or self._messages
            what = "the interchange has {} " + ("groups" if self._groups else "messages")
            # Some senders count messages although there are groups.
            if not self._groups or element(segment, 1).strip() != str(self._messages):
                self._tell(trailers.count(COUNT, segment, seen, what, offset=self.offset))
            self._tell(trailers.number(REFERENCE, segment, "UNB/5", element(interchange.header, 5), offset=self.offset))
        self._forward([raw])
        self.closed = True

    # segments ------------------------------------------------------------------------------------------------------

    def take(self, raw: list[str], segments: list[list[str]], plain: bool) -> int:
        """Take these segments, `raw` being the same as they stood in the file; returns how many, fewer after UNZ."""
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
            self._plain = self._plain and plain
            if self.closed:
                return begun
        if begun < len(raw):
            self._body(segments[begun:], raw[begun:], plain)
        return len(raw)

    def _forward(self, raw: list[str]) -> None:
        self.offset += sum(map(len, raw)) + len(raw) * self._gap

    def _body(self, segments: list[list[str]], raw: list[str], plain: bool) -> None:
        if self._set is not None:
            self._set.segments += segments
            self._raw += raw
            self._plain = self._plain and plain
        else:
            self._open()
            self._tell(trailers.misplaced(OUTSIDE, segments[0], "outside any message", offset=self.offset))
        self._forward(raw)

    def _blank(self, segment: list[str], raw: str) -> None:
        if len(segment) > 1:
            self._body([segment], [raw], raw.isascii())
            return
        if self._set is not None:
            self._raw.append(raw)
        self._forward([raw])

    def _tell(self, finding: Finding | None, of: Interchange | Group | None = None) -> None:
        target = of or self.interchange
        self._told += finding is not None
        if finding is not None and target is not None and self._told <= MOST:
            target.findings.append(finding)

    # group ---------------------------------------------------------------------------------------------------------

    def _ung(self, segment: list[str], raw: str) -> None:
        self._close_group("the next UNG")
        interchange = self._open()
        header = [self.release.sent(decoded(value, self._label)) for value in segment]
        group = Group(interchange, header, offset=self.offset, index=self._groups)
        group.code = self._text(segment, 1) or None
        group.sender = self._address(segment, 2).id
        group.receiver = self._address(segment, 3).id
        group.control_number = self._text(segment, 5) or None
        group.version = "".join(self._parts(segment, 7)[:2]) or None
        self._groups += 1
        self.group = group
        self.events.append(group)
        self._forward([raw])

    def _close_group(self, before: str) -> None:
        group = self.group
        if group is None:
            return
        self._close_set(before)
        if group.header:
            self._tell(trailers.missing(MISSING, "UNE", before, group=group.control_number, offset=self.offset), group)
        self._leave(group)

    def _leave(self, group: Group) -> None:
        self.events.append(End(group))
        self.group = None

    def _une(self, segment: list[str], raw: str) -> None:
        self._close_set("UNE")
        group = self.group
        if group is None or not group.header:
            self._open()
            self._tell(trailers.misplaced(OUTSIDE, segment, "without a UNG", offset=self.offset))
        else:
            claimed = element(segment, 1).strip()
            group.claimed = int(claimed) if claimed.isdecimal() else None
            place = {"group": group.control_number, "offset": self.offset}
            self._tell(trailers.count(COUNT, segment, group.count, "the group has {} messages", **place), group)
            self._tell(trailers.number(REFERENCE, segment, "UNG/5", element(group.header, 5), **place), group)
            self._leave(group)
        self._forward([raw])

    def _pretended(self) -> Group:
        """Messages that stand directly in the interchange: a group that nobody sent."""
        group = Group(self._open(), [], offset=self.offset)
        self.group = group
        self.events.append(group)
        return group

    # message -------------------------------------------------------------------------------------------------------

    def _unh(self, segment: list[str], raw: str) -> None:
        self._close_set("the next UNH")
        group = self.group or self._pretended()
        group.count += 1
        self._messages += 1
        kind = [part.strip() for part in self._parts(segment, 2)] + [""] * 5
        number = element(segment, 1)
        component, release = self._separators.component, self.release
        self._raw, self._plain = [raw], raw.isascii()
        self._set = TransactionSet(
            group,
            kind[0],
            number,
            ("D" if kind[1] == "0" else kind[1]) + kind[2],  # some write the letter as a zero
            [segment],
            self.offset,
            partial(places, self._raw, self.offset, self._gap),
            lambda value: [release.text(part) for part in value.split(component)],
            release.text,
            kind[4] or None,
            self._index,
        )
        self._index += 1
        if number in self._numbers:
            place = {"position": 1, "offset": self.offset}
            self._set.findings.append(trailers.doubled(DUPLICATE, segment, 1, "interchange", **place))
        self._numbers.add(number)
        self._forward([raw])

    def _unt(self, segment: list[str], raw: str) -> None:
        found = self._set
        if found is None:
            self._open()
            self._tell(trailers.misplaced(OUTSIDE, segment, "without a UNH", offset=self.offset))
            self._forward([raw])
            return
        found.segments.append(segment)
        self._raw.append(raw)
        place = {"position": len(found.segments), "offset": self.offset}
        counted = trailers.count(COUNT, segment, len(found.segments), "the message has {} segments", **place)
        named = trailers.number(REFERENCE, segment, "UNH/1", found.control_number, **place)
        found.findings += [finding for finding in (counted, named) if finding]
        self._forward([raw])
        self._emit(found)

    def _close_set(self, before: str) -> None:
        """A message whose UNT did not come; nothing if none is open."""
        if self._set is None:
            return
        place = {"position": len(self._set.segments) + 1, "offset": self.offset}
        self._set.findings.append(trailers.missing(MISSING, "UNT", before, **place))
        self._emit(self._set)

    def _emit(self, found: TransactionSet) -> None:
        self._set = None
        if not self._plain:
            for segment in found.segments:
                segment[:] = decoded(self._separators.element.join(segment), self._label).split(self._separators.element)
        self.events.append(found)

    # values --------------------------------------------------------------------------------------------------------

    def _parts(self, segment: list[str], at: int) -> list[str]:
        value = decoded(element(segment, at), self._label)
        return [self.release.text(part) for part in value.split(self._separators.component)]

    def _text(self, segment: list[str], at: int) -> str:
        return self.release.text(element(segment, at)).strip()

    def _address(self, segment: list[str], at: int) -> Address:
        identity, qualifier = [*self._parts(segment, at), ""][:2]
        return Address(qualifier.strip() or None, identity.strip() or None)


def _no_reference(offset: int) -> Finding:
    return Finding(
        MISSING,
        "UNB has no control reference",
        segment="UNB",
        element=5,
        offset=offset,
        hint="Ask the sender for an interchange control reference; CONTRL and UNZ refer to it.",
    )
