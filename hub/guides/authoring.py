"""Invents the segments of a document along the body of its guide."""

from typing import Any

from hub.guides import encoding
from hub.guides.encoding import Texts
from hub.guides.invention import CLOCKS, LENGTHS, Invention
from hub.guides.notation import Address, Element, Guide, Pairs, Rule, broken
from hub.guides.paths import NoSuchField, at, held, is_shape
from hub.guides.unfold import TREES
from hub.guides.values import SELF, split
from hub.guides.wrapping import Lines
from hub.model import DOCUMENTS

LINES = 2  # in a list that must be there
ITEMS = "lines"
ZONE = "UT"


class Author:
    """Writes one document."""

    def __init__(self, guide: Guide, invention: Invention) -> None:
        self.guide, self.invention = guide, invention
        self.serial = 0  # of the nodes of a tree
        self.counts: dict[Rule, int] = {}

    def body(self) -> Lines:
        """All segments between header and trailer."""
        return self.segments(self.guide.body, DOCUMENTS[self.guide.document])

    def segments(self, rules: tuple[Rule, ...], shape: Any) -> Lines:
        lines: Lines = []
        for rule in rules:
            if rule.use == "never" or not (rule.carried or rule.use == "must"):
                continue
            if rule.tree:
                lines += self.tree(rule, shape)
            elif rule.use == "must" or rule.needs or self.needed(rule, shape) or self.invention.wanted():
                lines += self.occurrences(rule, rules, shape)
        return lines

    def occurrences(self, rule: Rule, rules: tuple[Rule, ...], shape: Any) -> Lines:
        """Each time that a rule is followed."""
        inner = held(_at(shape, split(rule.each))) if rule.each else shape
        lines: Lines = []
        for code in self.codes(rule, rules):
            lines += self.segment(rule, inner, code)
            if rule.body:
                lines += self.segments(rule.body, inner)
        return lines

    def codes(self, rule: Rule, rules: tuple[Rule, ...]) -> list[str | None]:
        """One entry an occurrence: the code it is filed under, None where it has no key."""
        if rule.key is None:
            many = LINES if rule.each == ITEMS or (rule.each and rule.use == "must") else 1
            return [None] * min(many, rule.max or many)
        element = rule.element(rule.key.address) or Element(rule.key.address)
        if rule.key.table is None:
            return [self.invention.words(element, "")]
        others = frozenset(
            code for other in rules if other is not rule and other.tag == rule.tag for when in other.when for code in when.codes
        )
        own = [code for when in rule.when if when.address == rule.key.address for code in when.codes]
        needed = [code for word in rule.needs if (code := rule.key.table.code(word))]
        fit = (
            own or [code for code in element.only if code not in others] or self.invention.codes(rule.key.table, element, others)
        )
        fit = [code for code in fit if element.low <= len(code) <= element.high and code not in needed]
        return [*needed, *([self.invention.chosen(fit)] if fit and not needed else [])]

    def segment(self, rule: Rule, shape: Any, code: str | None, extra: Texts | None = None) -> Lines:
        """One segment, with its elements in agreement with its conditional notes."""
        texts: Texts = dict(extra or {})
        if rule.key and code is not None:
            texts[rule.key.address] = code
        for when in rule.when:
            texts.setdefault(when.address, self.invention.chosen(when.codes))
        for element in (part for whole in rule.elements for part in whole.each() if not part.components):
            if element.address not in texts and self.filled(rule, element, shape):
                self.fill(rule, element, texts)
        for pairs in rule.pairs:
            self.pairs(rule, pairs, texts)
        self.groups(rule, texts)
        self.agree(rule, texts)
        return [encoding.segment(rule, texts)]

    def filled(self, rule: Rule, element: Element, shape: Any) -> bool:
        whole = rule.elements[element.address.element - 1]
        inside = element is not whole and whole.use == "must" and (element.use == "must" or element is _first(whole))
        if element.use == "never" or (element is not whole and whole.use == "never"):
            return False
        if inside or (element is whole and element.use == "must") or element.const is not None:
            return True
        if not element.carries:
            return False
        return SELF in element.paths or _required(shape, element.paths) or self.invention.wanted()

    def numbered(self, rule: Rule, element: Element) -> str:
        """Lines are numbered from 1; nothing for other elements."""
        if element.paths != ("line",) and (element.paths != ("number",) or not rule.each):
            return ""
        self.counts[rule] = self.counts.get(rule, 0) + 1
        return str(self.counts[rule])

    def fill(self, rule: Rule, element: Element, texts: Texts) -> None:
        texts[element.address] = self.numbered(rule, element) or self.invention.text(element)
        if element.codec != "moment":
            return
        beside = [address for address in element.over if address != element.address]
        for address, text in zip(beside, ("102",) if self.guide.standard == "edifact" else (CLOCKS[0], ZONE), strict=False):
            other = rule.element(address)
            if other and other.use != "never":
                texts[address] = text

    def pairs(self, rule: Rule, pairs: Pairs, texts: Texts) -> None:
        """One qualifier and its value, where the segment is free."""
        qualifier, place = next(pairs.places())
        key, value = rule.element(qualifier), rule.element(place)
        if key is None or value is None or key.use == "never":
            return
        if not (key.use == "must" or rule.elements[place.element - 1].use == "must" or self.invention.wanted()):
            return
        known = list(key.only) or (self.invention.codes(pairs.table, key) if pairs.table else [])
        known = [code for code in known if code in pairs.writes] if pairs.writes else known
        if pairs.writes and not known:
            return  # pairs that are only read
        code = self.invention.chosen(known) if known else self.invention.text(key)
        texts[qualifier] = code
        texts[place] = self.paired(pairs, value, pairs.table.word(code) if pairs.table else "")

    def paired(self, pairs: Pairs, value: Element, word: str) -> str:
        """A value as its qualifier asks for it."""
        if pairs.codec == "date" or value.codec == "date":
            return self.invention.day(value)
        return self.invention.numbered(LENGTHS[word]) if word in LENGTHS else self.invention.text(value)

    def groups(self, rule: Rule, texts: Texts) -> None:
        """The first of the elements that repeat inside the segment."""
        groups = rule.groups
        if groups is None or not (rule.elements[groups.first - 1].use == "must" or self.invention.wanted()):
            return
        for element in groups.shared:
            texts.setdefault(element.address, self.invention.text(element))
        for element in groups.elements:
            if element.paths:
                texts[Address(groups.first + element.address.element - 1, element.address.component)] = self.invention.text(
                    element
                )

    def agree(self, rule: Rule, texts: Texts) -> None:
        """Fill what a conditional note asks for if that can be carried; else empty what asks for it."""
        for _ in range(2 * len(rule.conditions) + 2):
            present = {address.element for address, text in texts.items() if text}
            found = [(note, index) for note in rule.conditions if (index := broken(note, present)) is not None]
            if not found:
                return
            note, index = found[0]
            element = rule.element(Address(index))
            if note.kind in "PRCL" and element and (element.carries or note.kind == "R") and element.use != "never":
                self.fill(rule, element, texts)
                continue
            kept = self.fixed(rule)
            gone = [index] if note.kind == "E" else [position for position in note.positions if position not in kept]
            for address in [it for it in texts if it.element in gone]:
                del texts[address]

    def fixed(self, rule: Rule) -> set[int]:
        """Elements that no note may empty."""
        must = {element.address.element for element in rule.elements if element.use == "must"}
        return must | {when.address.element for when in rule.when} | ({rule.key.address.element} if rule.key else set())

    def needed(self, rule: Rule, shape: Any) -> bool:
        """True when the model needs what this rule carries, or a reader would miss it: lines, and totals."""
        if rule.each == ITEMS or any(element.equals for element in rule.carriers()):
            return True
        paths = [rule.each] if rule.each else [path for element in rule.carriers() for path in element.paths]
        return _required(shape, tuple(paths))

    # --- trees ---

    def tree(self, rule: Rule, shape: Any) -> Lines:
        """A chain of nodes from a root down, the last of them twice."""
        assert rule.tree is not None
        chain = self.chain(rule)
        lines: Lines = []
        parent = ""
        for depth, level in enumerate(chain):
            for _ in range(LINES if depth == len(chain) - 1 and depth else 1):
                self.serial += 1
                texts = {
                    Address(rule.tree.id): str(self.serial),
                    Address(rule.tree.parent): parent,
                    Address(rule.tree.level): level,
                }
                if rule.tree.children:
                    texts[Address(rule.tree.children)] = str(int(depth < len(chain) - 1))
                lines.append(encoding.segment(rule, texts))
                lines += self.segments(rule.levels[level].body, self.home(rule, level, shape))
            parent = str(self.serial)
        return lines

    def chain(self, rule: Rule) -> list[str]:
        """Levels below each other, as deep as they go."""
        inside = {held for code, level in rule.levels.items() for held in level.holds if held != code}
        chain = [next((code for code in rule.levels if code not in inside), next(iter(rule.levels)))]
        while fit := [code for code in rule.levels[chain[-1]].holds if chain.count(code) < 1 + (code == chain[-1])]:
            chain.append(self.invention.chosen(fit))
        return chain

    def home(self, rule: Rule, level: str, shape: Any) -> Any:
        """The shape that a node of this level fills."""
        found = TREES[rule.function or ""].homes.get(level, "")
        if not isinstance(found, str):
            return found
        return _at(shape, split(found)) if found else shape


def _first(composite: Element) -> Element | None:
    """The component to fill where none must be filled and the composite must."""
    return None if any(part.use == "must" for part in composite.components) else composite.components[0]


def _at(shape: Any, path: tuple[str, ...]) -> Any:
    try:
        return at(shape, path)
    except NoSuchField:
        return None


def _required(shape: Any, paths: tuple[str, ...]) -> bool:
    """True when the model cannot do without one of these."""
    return is_shape(shape) and any(
        (head := split(path)[0]) in shape.model_fields and shape.model_fields[head].is_required() for path in paths
    )
