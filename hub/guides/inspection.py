"""The slow path of reading: one segment element by element, with a finding for all that is wrong or remarkable."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Any

from hub.formats.envelope import TransactionSet
from hub.guides import codecs, faults, moments, spread
from hub.guides.codecs import CODECS, NUMERIC, SPREAD, Misread
from hub.guides.moments import Period
from hub.guides.notation import Address, Element, Groups, Key, Pairs, broken
from hub.guides.report import Report, Spot, Stated, name, quoted
from hub.guides.tables import Table
from hub.guides.values import SELF, UNQUALIFIED, Values, file, put, split

NOTHING = object()
UNTYPED = 10**9


class Inspector:
    """Reads segments in trouble."""

    def __init__(self, tset: TransactionSet, report: Report, zone: tzinfo) -> None:
        self.tset, self.report, self.zone = tset, report, zone
        self.stated: list[Stated] = []
        self.assumed: list[str] = []

    def read(self, spot: Spot, segment: Sequence[str], item: Values, where: Callable[[], str]) -> None:
        """All elements of a segment into the item, findings into the report."""
        rule = spot.rule
        reading = _Reading(self, spot, segment, item, where)
        for index, raw in enumerate(segment[len(rule.elements) + 1 :], len(rule.elements) + 1):
            if raw.strip() and rule.closed:
                extra = Element(Address(index))
                self.report.element(
                    faults.TOO_MANY_ELEMENTS, spot, extra, f"is one too many: {rule.tag} has {len(rule.elements)} elements", raw
                )
                break
        for element in rule.elements:
            reading.element(element, part(segment, element.address.element))
        filled = {index for index, raw in enumerate(segment) if index and raw.strip()}
        for note in rule.conditions:
            reading.condition(note, filled)
        for pairs in rule.pairs:
            reading.pairs(pairs)
        if rule.groups:
            reading.groups(rule.groups)
        self.report.place(spot, item)

    def key(self, spot: Spot, segment: Sequence[str], key: Key) -> str:
        """The key that the item of this segment is filed under."""
        code = self.text(segment, key.address)
        if key.table is None:
            return code
        if code and code not in key.table.words:
            self.unknown(spot, spot.rule.element(key.address) or Element(key.address), key.table, code)
        return key.table.word(code)

    def text(self, segment: Sequence[str], address: Address) -> str:
        """The trimmed text at an address."""
        return self.raw(segment, address).rstrip()

    def raw(self, segment: Sequence[str], address: Address) -> str:
        """The text at an address as it was sent, without release characters."""
        raw = part(segment, address.element)
        return part(["", *self.tset.components(raw)], address.component) if address.component else self.tset.text(raw)

    def keep(self, spot: Spot, address: Address, value: Any) -> Any:
        """The value that stood at this address, about to be filed; `lineage` marks it here."""
        return value

    def unknown(self, spot: Spot, element: Element, table: Table, code: str) -> None:
        """A code that our table does not have: kept."""
        text = f"{quoted(code)} is not in our table {table.name}; kept as {table.word(code)}"
        self.report.remark("hub:unknown-code", spot, element, text, code, "unknown_code")


class _Reading:
    """One segment being read."""

    def __init__(self, inspector: Inspector, spot: Spot, segment: Sequence[str], item: Values, where: Callable[[], str]) -> None:
        self.inspector, self.report, self.tset = inspector, inspector.report, inspector.tset
        self.spot, self.segment, self.item, self.where = spot, segment, item, where
        self.first = 1  # element of the segment that is the first of this group

    def element(self, element: Element, raw: str) -> None:
        if not element.components:
            self.simple(element, self.tset.text(raw))
            return
        parts = self.tset.components(raw) if raw else []
        if not any(part.strip() for part in parts):
            self.absent(element)
            return
        for component, text in zip(element.components, parts + [""] * len(element.components), strict=False):
            self.simple(component, text)
        if any(parts[len(element.components) :]) and self.spot.rule.closed:
            text = f"has {len(parts)} components, at most {len(element.components)} are known"
            self.report.element(faults.TOO_MANY_ELEMENTS, self.spot, element, text, raw)

    def absent(self, element: Element) -> None:
        if element.use == "must":
            self.report.element(faults.ELEMENT_MISSING, self.spot, element, "is missing", None)

    def simple(self, element: Element, text: str) -> None:
        value = self.trimmed(element, text)
        if not value and not (element.codec in SPREAD and self.beside(element)):
            self.absent(element)
            return
        decoded = self.decoded(element, value)
        if decoded is NOTHING:
            return
        at = element.address._replace(element=element.address.element + self.first - 1)
        for path in map(split, element.paths):
            kept = {"value": value, "place": self.tag(element)} if path[0] == "extras" else self.single(element, path, decoded)
            put(self.item, path, self.inspector.keep(self.spot, at, kept))
            self.report.number(self.spot, element, path[-1], value)
        if element.equals:
            self.inspector.stated.append(Stated(element, self.spot, self.item, decoded, value))

    def single(self, element: Element, path: tuple[str, ...], decoded: Any) -> Any:
        """The value as its place can hold it: a period needs two places, which a mapping of dates has."""
        if not isinstance(decoded, Period) or path == (SELF,):
            return decoded
        text = f"is a period; its last day, {decoded.last.isoformat()}, has no place here"
        self.report.remark("hub:period", self.spot, element, text, decoded.last.isoformat())
        return decoded.first

    def beside(self, element: Element) -> list[str]:
        """Texts of the other addresses that the codec takes, as they were sent."""
        others = [address for address in element.over if address != element.address]
        return [text for address in others if (text := self.inspector.raw(self.segment, address))]

    def tag(self, element: Element) -> str:
        return name(self.spot.rule, replace(element, title=""))

    def trimmed(self, element: Element, text: str) -> str:
        value = text.rstrip()
        if value != text and value:
            self.report.remark(
                "hub:trimmed", self.spot, element, "has blanks at its end; they are ignored", text, "trailing_blank"
            )
        return value

    def decoded(self, element: Element, value: str) -> Any:
        """The value, checked; NOTHING where it cannot be taken."""
        if element.use == "never":
            self.report.element(faults.ELEMENT_FORBIDDEN, self.spot, element, f"must be empty here, it is {quoted(value)}", value)
            return NOTHING
        allowed = (element.const,) if element.const is not None else element.only
        if allowed and value not in allowed:
            text = f"is {quoted(value)}; allowed: {', '.join(allowed)}"
            self.report.element(faults.WRONG_CODE, self.spot, element, text, value)
        if element.table and element.codec == "text":
            if value not in element.table.words:
                self.limits(element, value)
                self.inspector.unknown(self.spot, element, element.table, value)
            return element.table.word(value)
        return self.typed(element, value)

    def typed(self, element: Element, value: str) -> Any:
        if element.codec in SPREAD:
            if value:
                self.limits(element, value)
            pieces = [self.inspector.raw(self.segment, element.address), *self.beside(element)]
            if element.codec == "texts":
                return [piece.rstrip() for piece in pieces if piece.strip()]
            return spread.joined(pieces, element.high)
        try:
            decoded, remark = self.moment(element, value) if element.codec == "moment" else CODECS[element.codec].read(value)
        except Misread as error:
            # Layouts that nobody can know all of, and zeros for "none", are common in EDIFACT.
            check = "date_layout" if element.codec == "moment" and self.report.standard == "edifact" else None
            text = f"is {quoted(value)}, which {error}"
            self.report.element(faults.MISREAD[error.fault], self.spot, element, text, value, check)
            return NOTHING
        if remark:
            check = "date_layout" if element.codec == "moment" else "number_style"
            self.report.element(faults.WRONG_CHARACTER, self.spot, element, f"is {quoted(value)}: {remark}", value, check)
        self.limits(element, value)
        return decoded

    def limits(self, element: Element, value: str) -> None:
        size = codecs.digits(value) if element.codec in NUMERIC else len(value)
        if element.type == "ID" and not element.low <= size <= element.high and self.paired(element):
            # Real senders put ids where a qualifier belongs: that is a code nobody knows, and those do not reject.
            text = f"is {quoted(value)}, which is no code of {element.low} to {element.high} characters"
            self.report.element(faults.WRONG_CODE, self.spot, element, text, value, "qualifier")
        elif size > element.high:
            text = f"is {size} long, at most {element.high} fit: {quoted(value)}"
            check = "version_length" if size <= element.newest else None
            self.report.element(faults.TOO_LONG, self.spot, element, text, value, check)
        elif size < element.low:
            text = f"is {size} long, at least {element.low} are needed: {quoted(value)}"
            self.report.element(faults.TOO_SHORT, self.spot, element, text, value)
        if any(character < " " or character == "\x7f" for character in value):
            self.report.element(faults.WRONG_CHARACTER, self.spot, element, f"holds a control character: {value!r}", value)

    def paired(self, element: Element) -> bool:
        """True for a qualifier or a value of `pairs`."""
        return any(pairs.first <= element.address.element <= pairs.last for pairs in self.spot.rule.pairs)

    def moment(self, element: Element, value: str) -> tuple[Any, str | None]:
        beside = [self.inspector.text(self.segment, address) for address in element.over if address != element.address]
        if self.report.standard == "edifact":
            found = moments.read_laid_out(value, beside[0] if beside else "", self.inspector.zone)
        else:
            found = self._clocked(element, [value, *beside])
        if found.assumed:
            self.inspector.assumed += [_joined(self.where(), path) for path in element.paths]
        return found.value, f"this is layout {found.layout}, not the one it says" if found.layout else None

    def _clocked(self, element: Element, parts: list[str]) -> moments.Moment:
        """Date, time and zone; a bad time or zone has its own finding, and the date is kept."""
        try:
            return moments.read(parts, self.inspector.zone)
        except Misread as error:
            others = [address for address in element.over if address != element.address]
            at = {"time": 0, "code": 1}.get(error.fault)
            if at is None or at >= len(others):
                raise
            beside = self.spot.rule.element(others[at]) or Element(others[at])
            if error.fault == "code":  # a time is checked by its own element
                self.report.remark(
                    "hub:unknown-code", self.spot, beside, f"is {quoted(parts[2])}, which {error}", parts[2], "unknown_code"
                )
                return moments.read(parts[:2], self.inspector.zone)
            return moments.read(parts[:1], self.inspector.zone)

    def condition(self, note: Any, filled: set[int]) -> None:
        index = broken(note, filled)
        if index is None:
            return
        element = self.spot.rule.element(Address(index)) or Element(Address(index))
        others = " and ".join(f"{self.spot.rule.tag}{other:02}" for other in note.positions if other != index)
        if note.kind == "E":
            text = f"must be empty when {others} is filled"
            self.report.element(faults.ELEMENT_EXCLUDED, self.spot, element, text, part(self.segment, index))
        else:
            said = (
                f"is missing: at least one of it and {others} is needed"
                if note.kind == "R"
                else f"is missing, it goes together with {others}"
            )
            self.report.element(faults.ELEMENT_NEEDED, self.spot, element, said, None)

    def pairs(self, pairs: Pairs) -> None:
        for qualifier, place in pairs.places():
            code, text = self.inspector.text(self.segment, qualifier), self.inspector.text(self.segment, place)
            if not text or (not code and not pairs.inside):
                continue
            if pairs.table and code and code not in pairs.table.words:
                element = self.spot.rule.element(qualifier) or Element(qualifier)
                self.inspector.unknown(self.spot, element, pairs.table, code)
            try:
                value = CODECS[pairs.codec if pairs.codec != "moment" else "date"].read(text)[0]
            except Misread:
                continue  # the element itself has told
            word = (pairs.table.word(code) if pairs.table else code) if code else UNQUALIFIED
            file(self.item.setdefault(pairs.into, {}), word, self.inspector.keep(self.spot, place, value))
            self.report.number(self.spot, self.spot.rule.element(place) or Element(place), word, text)

    def groups(self, groups: Groups) -> None:
        shared = _Reading(self.inspector, self.spot, self.segment, {}, self.where)
        for element in groups.shared:
            shared.quiet(element, part(self.segment, element.address.element))
        items = self.item.setdefault(groups.each, [])
        for first in range(groups.first, groups.last + 1, groups.size):
            inner = _Reading(
                self.inspector, self.spot, self.segment, {}, lambda: f"{_joined(self.where(), groups.each)}[{len(items)}]"
            )
            inner.first = first
            for element in groups.elements:
                inner.quiet(element, part(self.segment, first + element.address.element - 1))
            if inner.item:
                items.append(inner.item.get(SELF, {**shared.item, **inner.item}))
        if not items:
            del self.item[groups.each]

    def quiet(self, element: Element, text: str) -> None:
        """An element that has been checked at its own place already."""
        silent, self.report.silent = self.report.silent, True
        self.simple(replace(element, use="may"), self.tset.text(text))
        self.report.silent = silent


def part(segment: Sequence[str], index: int) -> str:
    """The element at this index; empty when the segment is shorter."""
    return segment[index] if index < len(segment) else ""


def _joined(where: str, path: str) -> str:
    if path == SELF:
        return where
    return f"{where}.{path}" if where else path
