"""The envelopes of EDIFACT: what UNB, UNG, UNH and their trailers say, and whether they agree."""

from functools import partial

from hub.findings import Finding, note
from hub.formats import nesting, trailers
from hub.formats.edifact.charset import SHIFT, decoded, promised
from hub.formats.edifact.header import Header
from hub.formats.edifact.release import Release
from hub.formats.envelope import Address, Group, Interchange, Separators, TransactionSet
from hub.formats.seen import Seen
from hub.formats.tape import BLANKS, places
from hub.formats.trailers import element

COUNT, REFERENCE, MISSING, DUPLICATE, OUTSIDE = "0085:29", "0085:28", "0085:13", "0085:26", "0085:33"


class Nesting(nesting.Nesting):
    """Folds the segments of EDIFACT."""

    interchange_trailer, group_trailer, set_trailer = "UNZ", "UNE", "UNT"
    no_interchange_trailer, no_group_trailer, no_set_trailer = MISSING, MISSING, MISSING
    no_terminator = "0085:20"

    def __init__(self) -> None:
        super().__init__(
            {
                "UNB": self._unb,
                "UNG": self._ung,
                "UNH": self._unh,
                "UNT": self._unt,
                "UNE": self._une,
                "UNZ": self._unz,
            }
        )
        self._label = "UNOC"
        self._separators = Separators("+", ":", "'")
        self.release = Release(self._separators)
        self._messages = 0  # of the interchange
        self._numbers = Seen()  # UNH references of the interchange
        self._kinds: dict[str, list[str]] = {}  # what UNH/2 says, as sent; the last one
        self._references: set[tuple[str, ...]] = set()  # UNB references of the file

    # interchange

    def begin(self, header: Header, offset: int) -> None:
        """Separators of what comes now; the interchange begins with the next segment."""
        self.leave()
        self._separators = header.separators
        self.divide(header.separators.element, header.terminator)
        self.release = Release(header.separators)
        self.closed, self.offset = False, offset + header.size
        self.spare += header.findings

    def enter(self, interchange: Interchange) -> None:
        """A new interchange is open."""
        self._numbers = Seen()
        self._kinds = {}
        self._messages = 0
        super().enter(interchange)

    def _open(self) -> Interchange:
        """The interchange around this segment, a pretended one if no UNB came."""
        if self.interchange is None:
            self._label = "UNOC"
            found = Interchange("edifact", self._separators, [], offset=self.offset, index=self.count)
            hint = "Nothing can be acknowledged to nobody. Ask the sender for the interchange header."
            found.findings.append(note("hub:no-interchange", "No UNB stands before this message", offset=self.offset, hint=hint))
            self.enter(found)
            return found
        return self.interchange

    def _unb(self, segment: list[str], raw: str) -> None:
        self.leave()
        self._label = element(segment, 1)[:4]
        found = Interchange("edifact", self._separators, self._sent(segment), offset=self.offset, index=self.count)
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
            found.findings.append(trailers.doubled(DUPLICATE, found.header, 5, "file", offset=self.offset))
        self._references.add(key)
        self.enter(found)

    def _unz(self, segment: list[str], raw: str) -> None:
        self.close_group("UNZ")
        interchange = self._open()
        if interchange.header:
            seen = self.groups or self._messages
            what = "the interchange has {} " + ("groups" if self.groups else "messages")
            # Some senders count messages although there are groups.
            if not self.groups or element(segment, 1).strip() != str(self._messages):
                self.tell(trailers.count(COUNT, segment, seen, what, offset=self.offset))
            self.tell(trailers.number(REFERENCE, segment, "UNB/5", element(interchange.header, 5), offset=self.offset))
        self.closed = True

    def stray(self, segment: list[str]) -> None:
        """A segment outside any message."""
        self._open()
        self.tell(trailers.misplaced(OUTSIDE, segment, "outside any message", offset=self.offset))

    # group

    def _ung(self, segment: list[str], raw: str) -> None:
        self.close_group("the next UNG")
        group = Group(self._open(), self._sent(segment), offset=self.offset, index=self.groups)
        group.code = self._text(segment, 1) or None
        group.sender = self._address(segment, 2).id
        group.receiver = self._address(segment, 3).id
        group.control_number = self._text(segment, 5) or None
        group.version = "".join(self._parts(segment, 7)[:2]) or None
        self.groups += 1
        self.enter_group(group)

    def _une(self, segment: list[str], raw: str) -> None:
        self.close_set("UNE")
        group = self.group
        if group is None or not group.header:
            self._open()
            self.tell(trailers.misplaced(OUTSIDE, segment, "without a UNG", offset=self.offset))
            return
        claimed = element(segment, 1).strip()
        group.claimed = int(claimed) if claimed.isdecimal() and len(claimed) <= trailers.LONGEST else None
        place = {"group": group.control_number, "offset": self.offset}
        self.tell(trailers.count(COUNT, segment, group.count, "the group has {} messages", **place), group)
        self.tell(trailers.number(REFERENCE, segment, "UNG/5", element(group.header, 5), **place), group)
        self.leave_group(group)

    def _pretended(self) -> Group:
        """Messages that stand directly in the interchange: a group that nobody sent."""
        group = Group(self._open(), [], offset=self.offset, index=self.groups)
        self.enter_group(group)
        return group

    # message

    def _unh(self, segment: list[str], raw: str) -> None:
        self.close_set("the next UNH")
        group = self.group or self._pretended()
        self._messages += 1
        sent = element(segment, 2)
        if sent not in self._kinds:  # most messages of an interchange are of one kind
            self._kinds = {sent: [part.strip() for part in self._parts(segment, 2)] + [""] * 5}
        kind = self._kinds[sent]
        number, raws, release = element(segment, 1), [raw.lstrip(BLANKS)], self.release
        found = TransactionSet(
            group,
            kind[0],
            number,
            ("D" if kind[1] == "0" else kind[1]) + kind[2],  # some write the letter as a zero
            [self.element.join(segment)],
            self.offset,
            partial(places, raws, self.offset, len(self.terminator)),
            release.components,
            release.text,
            kind[4] or None,
            self.sets,
            element=self.element,
        )
        if self._numbers.again(number):
            place = {"position": 1, "offset": self.offset}
            found.findings.append(trailers.doubled(DUPLICATE, segment, 1, "interchange", **place))
        self.enter_set(found, raws)

    def _unt(self, segment: list[str], raw: str) -> None:
        found = self.set
        if found is None:
            self._open()
            self.tell(trailers.misplaced(OUTSIDE, segment, "without a UNH", offset=self.offset))
            return
        self.end_set(found, segment, raw)
        size = found.size
        if segment[1:] != [str(size), found.control_number]:
            place = {"position": size, "offset": self.offset}
            counted = trailers.count(COUNT, segment, size, "the message has {} segments", **place)
            named = trailers.number(REFERENCE, segment, "UNH/1", found.control_number, **place)
            found.findings += [finding for finding in (counted, named) if finding]
        self.emit(found)

    def decode(self, found: TransactionSet) -> None:
        """Read what is not ASCII by the label of the interchange, each segment for itself."""
        mark = self._separators.element
        for position, segment in enumerate(found.segments, 1):
            text = mark.join(segment)
            if not text.isascii() or SHIFT in text:
                segment[:] = decoded(text, self._label).split(mark)
            if not text.isascii() and not promised(text, self._label) and not any(map(trailers.is_strange, found.findings)):
                found.findings.append(trailers.strange(f"which {self._label} does not promise", segment, position, found.offset))

    # values

    def _sent(self, segment: list[str]) -> list[str]:
        return [self.release.sent(decoded(value, self._label)) for value in segment]

    def _parts(self, segment: list[str], at: int) -> list[str]:
        value = decoded(element(segment, at), self._label)
        return [self.release.text(part) for part in value.split(self._separators.component)]

    def _text(self, segment: list[str], at: int) -> str:
        return self.release.text(decoded(element(segment, at), self._label)).strip()

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
