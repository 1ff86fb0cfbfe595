"""Writes the lines that read one element: its checks, its value, and where the value goes."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from hub.guides.codecs import CODECS, NUMBER, NUMERIC, SPREAD
from hub.guides.digits import GLN, GTIN, ITEM, KINDS, SCHEME, SSCC
from hub.guides.fast_odd import SHORT, Odd, dates, days, number, numbers, plainly, sized
from hub.guides.fast_shapes import Shape, counts, size_of
from hub.guides.inspection import UNTYPED
from hub.guides.notation import Element
from hub.guides.plan import Entry
from hub.guides.spread import joined
from hub.guides.tables import Table
from hub.guides.values import SELF, file, split

KNOWN = (*(name for name in CODECS if name not in SPREAD), "moment")
INDENT = "    "
NOTHING = '""'  # in the code: the text of what is not there
FIXED = {
    "Odd": Odd,
    "Decimal": Decimal,
    "number": number,
    "file": file,
    "sized": sized,
}


class Elements:
    """Writes what is done with single elements of an entry that stands at this depth of open loops."""

    def __init__(self, entry: Entry, depth: int, standard: str, shape: Shape) -> None:
        self.entry, self.rule, self.depth, self.size = entry, entry.rule, depth, size_of(shape)
        self.counts = None if isinstance(shape, int) else counts(shape)  # of components, where they are parts of their own
        self.edifact = standard == "edifact"
        self.names: dict[str, Any] = dict(FIXED)
        self.met_before: dict[int, tuple[str, str]] = {}
        self.lines: list[str] = []
        self.indent = 1

    # --- writing lines ---

    def say(self, line: str) -> None:
        self.lines.append(INDENT * self.indent + line)

    def under(self, line: str, write: Callable[[], None]) -> None:
        """A block; nothing where its body would be empty, or never be reached."""
        if line == f"if {NOTHING}:":
            return
        mark = len(self.lines)
        self.say(line)
        self.indent += 1
        write()
        self.indent -= 1
        if len(self.lines) == mark + 1:
            self.lines.pop()

    def name(self, value: Any) -> str:
        """A name in the code for a value of ours."""
        name = f"k{len(self.names)}"
        self.names[name] = value
        return name

    def odd_if(self, test: str) -> None:
        self.say(f"if {test}: raise Odd")

    def composite(self, index: int) -> bool:
        return 0 < index <= len(self.rule.elements) and bool(self.rule.elements[index - 1].components)

    def at(self, index: int) -> str:
        """The element at this index, or of a composite whether it is there; text that is empty where the segment is shorter."""
        if index >= self.size:
            return NOTHING
        if self.counts is None or not self.composite(index):
            return f"v{index}"
        return f"v{index}_1" if self.counts[index] == 1 else '"+"'

    def text(self, index: int, component: int) -> str:
        """The text at an address."""
        if not self.composite(index):
            return self.at(index)
        if self.counts is None:
            return f"v{index}_{component}" if component else self.at(index)
        if not component and index < self.size and self.counts[index] > 1:
            self.say("raise Odd")
        there = index < self.size and component <= self.counts[index]
        return f"v{index}_{component or 1}" if there else NOTHING

    def met(self, memory: dict[str, Any], value: str) -> str:
        """The expression of what is remembered of a text. Brackets read what is new; of a class derived from `dict` they are slow."""
        found = self.met_before.setdefault(id(memory), (self.name(memory.get), self.name(memory)))
        return f"({found[0]}({value}) or {found[1]}[{value}])"

    # --- one element ---

    def filled(self, element: Element, value: str, into: str) -> None:
        """What is done with text that is there."""
        self.allowed(element, value)
        decoded = self.decoded(element, value)
        for path in element.paths:
            self.put(into, path, decoded, element, value)
            self.numbered(split(path)[-1], value)
        if element.equals:
            self.say(f"work.stated.append(({self.name(element)}, {into}, {decoded}))")

    def numbered(self, kind: str, value: str) -> None:
        """A number whose name says what it is has a check digit."""
        if kind == SSCC:
            self.say(f"work.numbered({kind!r}, {value})")
        elif kind in KINDS:
            self.say(f"work.numbers.append({value})")

    def place(self) -> None:
        """So has that of a place, where the segment says that it is a GLN."""
        paths = {path for element in self.rule.carriers() for path in element.paths}
        if {ITEM, SCHEME} <= paths:
            self.say(f"if item.get({SCHEME!r}) == {GLN!r}: work.numbered({GLN!r}, item.get({ITEM!r}) or '')")

    def among(self, table: Table | None, code: str, value: str) -> None:
        """The same where a code in the segment says what kind of number it is."""
        words = table.words if table else {kind: kind for kind in KINDS}
        items = frozenset(code for code, word in words.items() if word in KINDS and word != SSCC)
        packages = frozenset(code for code, word in words.items() if word == SSCC)
        for codes, kind in ((items, GTIN), (packages, SSCC)):
            if codes:
                self.under(f"if {code} in {self.name(codes)}:", partial(self.numbered, kind, value))

    def spread(self, element: Element, value: str) -> None:
        """Text over several addresses."""
        beside = [self.text(place.element, place.component) for place in element.over if place != element.address]
        test = " or ".join(text for text in (value, *beside) if text != NOTHING) or NOTHING

        def pieces() -> None:
            if element.const is not None or element.only:
                self.say("raise Odd")
            self.under(f"if {value}:", lambda: self.limits(element, value))
            several = f"[piece for piece in ({value}, {', '.join(beside)}) if piece]"
            several = several if element.codec == "texts" else f"{self.name(joined)}({several}, {element.high})"
            alone = f"[{value}]" if element.codec == "texts" else value
            self.say(f"d = {alone} if {value} and not ({' or '.join(beside)}) else {several}" if beside else f"d = {alone}")
            for path in element.paths:
                self.put("item", path, "d", element, value)
            if element.equals:
                self.say("raise Odd")

        self.under(f"if {test}:", pieces)
        if element.use == "must":
            self.odd_if(f"not ({test})")

    def allowed(self, element: Element, value: str) -> None:
        allowed = (element.const,) if element.const is not None else element.only
        if len(allowed) == 1:
            self.odd_if(f"{value} != {allowed[0]!r}")
        elif allowed:
            self.odd_if(f"{value} not in {self.name(frozenset(allowed))}")

    def put(self, into: str, path: str, decoded: str, element: Element, value: str) -> None:
        *above, last = split(path)
        if above[:1] == ["extras"]:
            place = f"{self.rule.tag}{element.address.element:02}"
            place += f"-{element.address.component:02}" if element.address.component else ""
            decoded = f"{{'value': {value}, 'place': {place!r}}}"
        if last == SELF and into == "item" and self.entry.each is not None:
            self.say(f"self = {decoded}" if self.entry.scalar else "raise Odd")
            return
        for step in above:
            into += f".setdefault({step!r}, {{}})"
        self.say(f"{into}[{last!r}] = {decoded}")

    def decoded(self, element: Element, value: str) -> str:
        """Checks the text, and gives the expression of its value."""
        if element.codec not in KNOWN:
            self.say("raise Odd")
            return value
        if element.table and element.codec == "text":
            return self.once(element, f"{self.name(element.table.words)}[{value}]")
        self.limits(element, value)
        if element.codec == "text":
            return value
        if element.codec == "moment":
            return self.moment(element, value)
        if element.codec == "decimal":
            read = f"Decimal({value}) if not {value}.strip({NUMBER!r}) else number({value})"
            return self.once(element, f"{self.met(numbers, value)} if len({value}) < {SHORT} else {read}")
        return self.once(element, self.met(dates if element.codec == "date" else plainly[element.codec], value))

    def once(self, element: Element, looked: str) -> str:
        """An expression that is used once stays one; else, or where only its failing matters, a name for it."""
        if len(element.paths) == 1 and not element.equals and not element.paths[0].startswith("extras."):
            return looked
        self.say(f"d = {looked}")
        return "d"

    def limits(self, element: Element, value: str) -> None:
        low, high = element.low, element.high
        if element.codec in NUMERIC:
            if high < UNTYPED:
                self.say(f"if len({value}) > {high}: sized({self.name(element)}, {value})")
            if low > 1:
                self.say(f"sized({self.name(element)}, {value})")
        elif element.codec in ("date", "moment") and low <= 6 and high >= 8 and not self.edifact:
            return  # the calendar knows dates of six and of eight digits
        elif low == high:
            self.odd_if(f"len({value}) != {low}")
        elif high < UNTYPED:
            self.odd_if(f"len({value}) > {high}" if low <= 1 else f"not {low} <= len({value}) <= {high}")
        elif low > 1:
            self.odd_if(f"len({value}) < {low}")

    def moment(self, element: Element, value: str) -> str:
        """A date; with a time beside it only where the path of an assumed zone is plain to see."""
        beside = [self.text(place.element, place.component) for place in element.over if place != element.address]
        plain = self.entry.each is None and not self.depth and len(element.paths) == 1
        path = element.paths[0] if plain else None
        if self.edifact:
            layout = beside[0] if beside else NOTHING
            read = f"work.laid_out({value}, {layout}, {path!r})"
            return self.once(element, f"{self.met(days, value)} if {layout} == '102' else {read}")
        if all(text == NOTHING for text in beside):
            return self.once(element, self.met(dates, value))
        self.say(f"if {' or '.join(beside)}: d = work.clocked([{', '.join([value, *beside])}], {path!r})")
        self.say(f"else: d = {self.met(dates, value)}")
        return "d"
