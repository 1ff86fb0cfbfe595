"""Writes a canonical document as the segments of its guide, and says what of it the guide cannot carry.

The same body is walked as in reading. What was written is then read back through the guide: every fault the receiver
would find, and every value that did not come back, is a finding before anything is sent.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from hub.findings import Finding
from hub.guides import difference, encoding
from hub.guides.codecs import NUMERIC, Unwritable
from hub.guides.encoding import Texts, Unknown
from hub.guides.functions import EQUALS, PREPARE
from hub.guides.moments import UNTIL, Period
from hub.guides.notation import Address, Element, Groups, Guide, Pairs, Rule
from hub.guides.reader import Defaults
from hub.guides.report import name
from hub.guides.routing import Routes, routes
from hub.guides.structure import structured, untold
from hub.guides.trees import numbered
from hub.guides.unfold import TREES
from hub.guides.values import Values, get, split
from hub.model import Document

Lines = list[list[str]]
NO_CURRENCY = "XXX"  # ISO 4217: nobody has said
STATED = "totals."  # what a sender stated is checked when read, and never copied into what we write


@dataclass(slots=True)
class Writing:
    """Segments without header and trailer; between components stands `envelope.COMPONENT`."""

    segments: Lines
    findings: list[Finding]


def write(guide: Guide, document: Document, defaults: Defaults | None = None) -> Writing:
    """Write one document. A finding of severity error means: do not send this."""
    document = structured(guide, document)
    values = difference.pruned(document.model_dump())
    if values.get("currency") == NO_CURRENCY:
        del values["currency"]
    for function in guide.finish:
        values = PREPARE[function](values) if function in PREPARE else values
    writer = _Writer(guide, values, defaults or Defaults())
    segments = writer.body(guide.body, values, "")
    findings = writer.findings + difference.told(guide, document, segments, defaults)
    return Writing(segments, list(dict.fromkeys(findings)))


class _Writer:
    """One document being written."""

    def __init__(self, guide: Guide, document: Values, defaults: Defaults) -> None:
        self.guide, self.document, self.zone, self.decimal = guide, document, defaults.zone, defaults.decimal
        self.findings: list[Finding] = []
        self.routes: Routes = routes(guide)
        self.written: set[tuple[int, str | int]] = set()  # places in lists and mappings that a rule has taken
        self.nodes = 0

    def body(self, rules: tuple[Rule, ...], item: Any, where: str) -> Lines:
        """What the rules of one body make of an item."""
        lines: Lines = []
        for rule in rules:
            if rule.tree:
                lines += self.tree(rule)
            elif rule.each and rule.carried and rule.use != "never":
                for key, value, path in self.waiting(rule, rules, item, where):
                    lines += self.segments(rule, value, path, key)
            elif rule.carried and rule.use != "never":
                lines += self.segments(rule, item, where, None)
                while rule.pairs and self.left(rule, item):
                    lines += self.segments(rule, item, where, None)
        return lines

    def left(self, rule: Rule, item: Any) -> bool:
        """True when the segment must come again for pairs that did not fit."""
        if rule.max == 1 or rule.body is not None or not all(pairs.inside for pairs in rule.pairs):
            return False
        return any(True for pairs in rule.pairs for _ in self.open_pairs(pairs, item))

    def open_pairs(self, pairs: Pairs, item: Any) -> Iterator[tuple[Values, str, str, str]]:
        """Pairs that nobody has written yet and that can be written here: mapping, word, code, value."""
        mapping = get(item, split(pairs.into)) if isinstance(item, dict) else None
        for word, value in mapping.items() if isinstance(mapping, dict) else ():
            if (id(mapping), word) in self.written:
                continue
            with suppress(Unwritable, Unknown):
                code, text = next(encoding.paired(pairs, {word: value}))
                if not pairs.writes or code in pairs.writes:
                    yield mapping or {}, word, code, text

    def waiting(self, rule: Rule, rules: tuple[Rule, ...], item: Any, where: str) -> Iterator[tuple[str | None, Any, str]]:
        """Items that this rule is to write, each taken."""
        path = split(rule.each or "")
        home = get(item, path)
        if not home:
            return
        above = _joined(where, ".".join(path))
        listed = home.items() if isinstance(home, dict) else enumerate(home)
        for key, value in listed:
            if (id(home), key) not in self.written and self.routes.chosen(rule, rules, key, home):
                self.written.add((id(home), key))
                value = self.period(home, key, value)
                yield (key, value, f"{above}.{key}") if isinstance(key, str) else (None, value, f"{above}[{key}]")

    def period(self, home: Any, key: Any, value: Any) -> Any:
        """A date with the last day of its period, where that is filed beside it and the standard can say both at once."""
        until = f"{key}{UNTIL}"
        if self.guide.standard != "edifact" or not isinstance(home, dict) or not isinstance(value, date) or until not in home:
            return value
        self.written.add((id(home), until))
        return Period(value, home[until])

    def tree(self, rule: Rule) -> Lines:
        assert rule.tree is not None
        roots, problems = TREES[rule.function or ""].write(self.document)
        self.findings += [Finding("hub:not-carried", it.text, path=it.path) for it in untold(self.guide, problems)]
        nodes = numbered(roots)
        self.nodes = len(nodes)
        lines: Lines = []
        for node in nodes:
            if node.level not in rule.levels:
                self.findings.append(Finding("hub:not-carried", f"{self.guide.name} has no level {node.level}", path=node.path))
                continue
            said = ((rule.tree.id, node.id), (rule.tree.parent, node.parent), (rule.tree.level, node.level))
            texts = {Address(index): text for index, text in said if index}
            if rule.tree.children:
                texts[Address(rule.tree.children)] = "1" if node.children else "0"
            lines.append(encoding.segment(rule, texts))
            lines += self.body(rule.levels[node.level].body, node.values, node.path)
        return lines

    def segments(self, rule: Rule, item: Any, where: str, key: str | None) -> Lines:
        """The segments of one rule for one item, with what stands inside their loop."""
        texts: Texts = {}
        carried = self.elements(rule, item, where, texts)
        carried |= self.pairs(rule, item, where, texts)
        if rule.key and key is not None:
            try:
                texts[rule.key.address] = encoding.code(rule.key.table, key)
            except Unknown as error:
                self.tell(rule, rule.element(rule.key.address), where, str(error), key)
                return []
        runs = list(self.groups(rule, rule.groups, item, where)) if rule.groups else []
        inside = self.body(rule.body, item, where) if rule.body else []
        if not (carried or runs or inside or rule.each or rule.use == "must"):
            return []
        if not rule.each and rule.use != "must" and rule.when and _hollow(rule, texts):
            return []  # what it shares with others is theirs to write; a loss is seen when it does not come back
        for when in rule.when:
            texts.setdefault(when.address, when.codes[0])
        made = [encoding.segment(rule, {**texts, **run}) for run in runs or [{}]]
        return made + inside

    def elements(self, rule: Rule, item: Any, where: str, texts: Texts) -> bool:
        """Fill what the elements carry; True when any value was there."""
        carried = False
        for element in (part for whole in rule.elements for part in whole.each()):
            if element.const is not None and not element.paths:
                texts[element.address] = element.const
                continue
            value = self.value(rule, element, item, where)
            if value is not None:
                self.fill(rule, element, value, where, texts)
                carried = carried or bool(value) or not element.equals  # a sum over nothing is no reason for a segment
                self.take(element, item)
        return carried

    def value(self, rule: Rule, element: Element, item: Any, where: str) -> Any:
        value = encoding.value_of(element, item)
        if not element.equals:
            return value
        computed = EQUALS[element.equals]
        expected = computed.value(item, {**self.document, "nodes": self.nodes})
        if expected is not None and value is not None and expected != value and not element.paths[0].startswith(STATED):
            text, path = (
                f"{name(rule, element)} would say {value}, the document adds up to {expected}",
                _joined(where, element.paths[0]),
            )
            self.findings.append(Finding(computed.code, text, "application", path=path, segment=rule.tag, value=str(value)))
        return value if expected is None else expected

    def take(self, element: Element, item: Any) -> None:
        for path in map(split, element.paths):
            home = get(item, path[:-1]) if isinstance(item, dict) else None
            if isinstance(home, dict):
                self.written.add((id(home), path[-1]))

    def fill(self, rule: Rule, element: Element, value: Any, where: str, texts: Texts) -> None:
        try:
            made = encoding.texts(element, value, self.guide.standard, self.zone)
            if self.decimal != "." and element.codec in NUMERIC:
                made = {address: text.replace(".", self.decimal) for address, text in made.items()}
            texts.update(made)
        except (Unwritable, Unknown) as error:
            self.tell(rule, element, _joined(where, element.paths[0]) if element.paths else where, str(error), str(value))

    def tell(self, rule: Rule, element: Element | None, path: str, text: str, value: str) -> None:
        """A value that cannot be written."""
        said = f"{name(rule, element) if element else rule.tag}: {text}"
        finding = Finding(
            "hub:not-carried", said, "application", hint="map it, or name it in `drops`", value=value, path=path or None
        )
        self.findings.append(finding.at(segment=rule.tag, element=element.address.element if element else None))

    def pairs(self, rule: Rule, item: Any, where: str, texts: Texts) -> bool:
        carried = False
        for pairs in rule.pairs:
            if pairs.inside:
                carried = self.composites(pairs, item, texts) or carried
                continue
            mapping = get(item, split(pairs.into)) if isinstance(item, dict) else None
            place = pairs.first
            for word, value in (mapping or {}).items():
                if (id(mapping), word) in self.written or place >= pairs.last:
                    continue  # what does not fit is seen when it does not come back
                try:
                    texts[Address(place)], texts[Address(place + 1)] = next(encoding.paired(pairs, {word: value}))
                except (Unwritable, Unknown) as error:
                    self.tell(rule, rule.element(Address(place)), _joined(where, f"{pairs.into}.{word}"), str(error), str(value))
                    continue
                self.written.add((id(mapping), word))
                carried, place = True, place + 2
        return carried

    def composites(self, pairs: Pairs, item: Any, texts: Texts) -> bool:
        """Fill elements that hold value and qualifier each."""
        found = list(islice(self.open_pairs(pairs, item), pairs.last - pairs.first + 1))
        for (qualifier, place), (mapping, word, code, text) in zip(pairs.places(), found, strict=False):
            texts[qualifier], texts[place] = code, text
            self.written.add((id(mapping), word))
        return bool(found)

    def groups(self, rule: Rule, groups: Groups, item: Any, where: str) -> Iterator[Texts]:
        """The texts of each segment that the items of a group need."""
        run: Texts = {}
        common: Texts = {}
        place = groups.first
        for number, part in enumerate(get(item, split(groups.each)) or () if isinstance(item, dict) else ()):
            path = f"{_joined(where, groups.each)}[{number}]"
            shared = self.texts(rule, groups.shared, part, path)
            if run and (shared != common or place + groups.size - 1 > groups.last):
                yield run
                run, place = {}, groups.first
            common = shared
            run.update(shared)
            for address, text in self.texts(rule, groups.elements, part, path).items():
                run[Address(place + address.element - 1, address.component)] = text
            place += groups.size
        if run:
            yield run

    def texts(self, rule: Rule, elements: tuple[Element, ...], item: Any, where: str) -> Texts:
        texts: Texts = {}
        for element in elements:
            value = encoding.value_of(element, item)
            if value is not None:
                self.fill(rule, element, value, where, texts)
        return texts


def _hollow(rule: Rule, texts: Texts) -> bool:
    """True when a value is missing without which the segment says nothing."""
    return any(element.use == "must" and not texts.get(element.address) for element in rule.carriers() if element.paths)


def _joined(where: str, path: str) -> str:
    return f"{where}.{path}" if where and path != "." else where or path
