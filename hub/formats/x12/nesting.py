"""The envelopes of X12: what ISA, GS, ST and their trailers say, and whether they agree."""

from functools import partial

from hub.findings import note
from hub.formats import nesting, trailers
from hub.formats.envelope import Address, Group, Interchange, TransactionSet
from hub.formats.seen import Seen
from hub.formats.tape import BLANKS, places, utf8
from hub.formats.trailers import element
from hub.formats.x12.header import Header


class Nesting(nesting.Nesting):
    """Folds the segments of X12."""

    interchange_trailer, group_trailer, set_trailer = "IEA", "GE", "SE"
    no_interchange_trailer, no_group_trailer, no_set_trailer = "TA105:023", "AK905:3", "AK502:2"
    no_terminator = "TA105:004"

    def __init__(self) -> None:
        super().__init__(
            {
                "ST": self._st,
                "SE": self._se,
                "GS": self._gs,
                "GE": self._ge,
                "IEA": self._iea,
                "TA1": self._ta1,
                "ISB": self._deferred,
                "ISE": self._deferred,
            }
        )
        self._component = ""
        self._shown = ""  # the component separator in a set that is UTF-8
        self._numbers = Seen()  # ST02 of the open group
        self._group_numbers: set[tuple[str, ...]] = set()
        self._interchange_numbers: set[tuple[str, ...]] = set()

    # interchange

    def open(self, header: Header, offset: int) -> None:
        """A new interchange begins here."""
        self.leave()
        self.offset = offset + header.size
        self.divide(header.element, header.terminator)
        self._component, self._shown = header.component, header.separators.component
        found = Interchange("x12", header.separators, header.elements, offset=offset, index=self.count)
        if header.elements:
            self._read_header(found)
        found.findings += header.findings
        self.enter(found)
        # Without a terminator nothing behind the header can be read, so nothing can be missing.
        self.closed = not header.ended

    def _read_header(self, found: Interchange) -> None:
        isa = [value.strip() for value in found.header]
        found.sender = Address(element(isa, 5) or None, element(isa, 6) or None)
        found.receiver = Address(element(isa, 7) or None, element(isa, 8) or None)
        found.version = element(isa, 12) or None
        found.control_number = element(isa, 13) or None
        found.wants_receipt = element(isa, 14) == "1"
        found.test = element(isa, 15) == "T"
        key = (element(isa, 6), element(isa, 8), element(isa, 13))
        if key in self._interchange_numbers:
            found.findings.append(trailers.doubled("TA105:025", isa, 13, "file", offset=found.offset))
        self._interchange_numbers.add(key)

    def _iea(self, segment: list[str], raw: str) -> None:
        self.close_group("IEA")
        assert self.interchange is not None
        if self.interchange.header:
            self._judge_iea(self.interchange, segment)
        else:
            self.tell(note("hub:no-interchange", "IEA stands without an ISA", segment="IEA", offset=self.offset))
        self.closed = True

    def _judge_iea(self, interchange: Interchange, segment: list[str]) -> None:
        # An interchange of a TA1 alone says 0 or 1: both are common.
        alone = interchange.acknowledgements and not self.groups and element(segment, 1).strip() in ("0", "1")
        if not alone:
            self.tell(trailers.count("TA105:021", segment, self.groups, "the interchange has {} groups", offset=self.offset))
        self.tell(trailers.number("TA105:001", segment, "ISA13", element(interchange.header, 13), offset=self.offset))

    def _ta1(self, segment: list[str], raw: str) -> None:
        if self.set is not None:
            self.keep([self.element.join(segment)], [raw], raw.isascii())
        elif self.interchange is not None:
            self.interchange.acknowledgements.append(segment)

    def _deferred(self, segment: list[str], raw: str) -> None:
        """ISB and ISE ask networks to deliver later; they say nothing to us."""
        if self.set is not None:
            self.keep([self.element.join(segment)], [raw], raw.isascii())

    def binary(self, segment: list[str], raw: str) -> None:
        """A segment whose data may hold separators."""
        self.body([self.element.join(segment)], [raw], raw.isascii())
        if self.set is not None:
            self.set.segments[-1] = segment

    def stray(self, segment: list[str]) -> None:
        """A segment outside any set."""
        place = {"offset": self.offset}
        if self.group is None:
            self.tell(trailers.misplaced("TA105:024", segment, "outside any group", **place))
        else:
            self.tell(trailers.misplaced("hub:stray-segment", segment, "outside any transaction set", **place), self.group)

    # group

    def _gs(self, segment: list[str], raw: str) -> None:
        self.close_group("the next GS")
        assert self.interchange is not None
        header = [utf8(value) or value for value in segment]
        gs = [value.strip() or None for value in [*header, *[""] * 9]]
        group = Group(self.interchange, header, gs[1], gs[2], gs[3], gs[6], gs[8], offset=self.offset, index=self.groups)
        key = (str(gs[1]), str(gs[2]), str(gs[3]), str(gs[6]))
        if key in self._group_numbers:
            group.findings.append(trailers.doubled("AK905:19", header, 6, "file", group=gs[6], offset=self.offset))
        self._group_numbers.add(key)
        self.groups += 1
        self._numbers = Seen()
        self.enter_group(group)

    def _ge(self, segment: list[str], raw: str) -> None:
        group = self.group
        if group is None:
            self.tell(trailers.misplaced("TA105:022", segment, "without a GS", offset=self.offset))
            return
        self.close_set("GE")
        claimed = element(segment, 1).strip()
        group.claimed = int(claimed) if claimed.isdecimal() and len(claimed) <= trailers.LONGEST else None
        place = {"group": group.control_number, "offset": self.offset}
        self.tell(trailers.count("AK905:5", segment, group.count, "the group has {} transaction sets", **place), group)
        if group.header:
            self.tell(trailers.number("AK905:4", segment, "GS06", element(group.header, 6), **place), group)
        self.leave_group(group)

    def _pretended(self) -> Group:
        """Sets without a GS stand in a group that nobody sent."""
        assert self.interchange is not None
        group = Group(self.interchange, [], offset=self.offset, index=self.groups)
        if self.interchange.header:
            self.tell(trailers.misplaced("TA105:024", ["ST"], "outside any group: its GS is missing", offset=self.offset))
        self._numbers = Seen()
        self.enter_group(group)
        return group

    # set

    def _st(self, segment: list[str], raw: str) -> None:
        self.close_set("the next ST")
        group = self.group or self._pretended()
        number, raws, component = element(segment, 2), [raw.lstrip(BLANKS)], self._component
        found = TransactionSet(
            group,
            element(segment, 1).strip(),
            number,
            group.version or "",
            [self.element.join(segment)],
            self.offset,
            partial(places, raws, self.offset, len(self.terminator)),
            (lambda value: value.split(component)) if component else _whole,
            _same,
            element(segment, 3).strip() or None,
            self.sets,
            element=self.element,
        )
        if self._numbers.again(number):
            found.findings.append(trailers.doubled("AK502:23", segment, 2, "group", **self._place(found)))
        self.enter_set(found, raws)

    def _se(self, segment: list[str], raw: str) -> None:
        found = self.set
        if found is None:
            code = "hub:stray-segment" if self.group else "TA105:022"
            self.tell(trailers.misplaced(code, segment, "without an ST", offset=self.offset), self.group)
            return
        self.end_set(found, segment, raw)
        size = found.size
        if segment[1:] != [str(size), found.control_number]:
            place = self._place(found)
            counted = trailers.count("AK502:4", segment, size, "the set has {} segments", **place)
            named = trailers.number("AK502:3", segment, "ST02", found.control_number, **place)
            found.findings += [finding for finding in (counted, named) if finding]
        self.emit(found)

    def _place(self, found: TransactionSet) -> dict[str, int | str | None]:
        return {"position": found.size, "group": found.group.control_number, "offset": self.offset}

    def decode(self, found: TransactionSet) -> None:
        """Read again as UTF-8 what is not ASCII, where all of it is; binary segments stay as they came."""
        texts = [[utf8(value) for value in segment] for segment in found.segments if segment[0] != "BIN"]
        if any(None in values for values in texts):
            position = next(at for at, values in enumerate(texts, 1) if None in values)
            found.findings.append(trailers.strange("which are no UTF-8", found.segments[position - 1], position, found.offset))
            return
        readings = iter(texts)
        for segment in found.segments:
            if segment[0] != "BIN":
                segment[:] = [value or "" for value in next(readings)]
        shown = self._shown
        if shown != self._component and shown:
            found.components = lambda value: value.split(shown)


def _same(text: str) -> str:
    """X12 has no release character: the text stands as it is."""
    return text


def _whole(value: str) -> list[str]:
    return [value]
