"""Writes the fast reader of one rule for segments of one length: straight Python, a few lines an element, compiled once.

It takes a segment in which nothing is remarkable and fills the items as the interpreter would; else it raises `Odd`. It
relies on what `fast` has looked at before: no control characters and no blanks at the end of an element.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from hub.guides.codecs import SPREAD
from hub.guides.fast_elements import INDENT, NOTHING
from hub.guides.fast_groups import Grouped
from hub.guides.fast_odd import fits, plainly
from hub.guides.notation import Address, Condition, Element, Pairs
from hub.guides.values import UNQUALIFIED

Take = Callable[[Sequence[str], list[Any], Any], Any]  # fills the items and says where that leads


class Writer(Grouped):
    """Writes the reader of an entry."""

    def write(self) -> Take:
        """The reader, compiled."""
        rule = self.rule
        self.say(f"{', '.join(self.parts())}, = s")
        self.say(f"item = {'{}' if rule.tree or self.entry.each is not None else f'items[{self.depth}]'}")
        if self.entry.scalar:
            self.say("self = None")
        for element in rule.elements:
            self.unpack(element)
        for element in rule.elements:
            self.element(element)
        self.place()
        for note in rule.conditions:
            self.condition(note)
        self.key()
        for pairs in rule.pairs:
            self.pairs(pairs)
        if rule.groups:
            self.groups(rule.groups)
        self.close()
        self.say("return after")
        code = "def take(s, items, work, after=None):\n" + "\n".join(self.lines)
        exec(compile(code, f"<fast reader of {rule.tag}>", "exec"), self.names)  # written above, from a guide
        take: Take = self.names["take"]
        return take

    # --- elements ---

    def parts(self) -> Iterator[str]:
        """Names of the parts of a segment."""
        for index in range(self.size):
            count = self.counts[index] if self.counts else 1
            if self.counts and self.composite(index):
                yield from (f"v{index}_{component}" for component in range(1, count + 1))
            else:
                yield from (f"v{index}", *(f"v{index}_{component}" for component in range(2, count + 1)))

    def element(self, element: Element) -> None:
        index = element.address.element
        if index >= self.size:
            if element.use == "must":
                self.say("raise Odd")
        elif element.components:
            self.under(f"if {self.at(index)}:", partial(self.components, element, index))
            if element.use == "must":
                self.odd_if(f"not {self.at(index)}")
        elif not self.taken(element):
            self.simple(element, f"v{index}")

    def unpack(self, element: Element) -> None:
        """Components into names of their own."""
        index, known = element.address.element, len(element.components)
        names = [f"v{index}_{part.address.component}" for part in element.components]
        if self.counts is not None and index < self.size:
            count = self.counts[index]
            if count > max(known, 1):
                self.say("raise Odd")  # more components than are known, or a separator where none should be
            elif count > 1:
                self.odd_if(f"not ({' or '.join(names[:count])})")
        elif self.counts is None and known:
            if index < self.size:
                self.under(f"if v{index}:", partial(self.open, f"v{index}", names))
            self.say(f"{'else: ' if index < self.size else ''}{' = '.join(names)} = ''")

    def open(self, value: str, names: list[str]) -> None:
        """Components of text that is there."""
        self.say(f"parts = work.components({value})")
        self.odd_if(f"len(parts) > {len(names)} or not any(parts)")
        self.say(f"{', '.join(names)}, = parts + [''] * ({len(names)} - len(parts))")

    def components(self, element: Element, index: int) -> None:
        for part in element.components:
            if not self.taken(part):
                self.simple(part, self.text(index, part.address.component))

    def taken(self, element: Element) -> bool:
        """Elements that are looked at where they are used: the key, and qualifiers with their values."""
        if self.entry.key == element.address:
            return self.entry.words is not None and not element.carries
        return any(not it.inside and it.first <= element.address.element <= it.last for it in self.rule.pairs)

    def simple(self, element: Element, value: str) -> None:
        if element.codec in SPREAD and element.use != "never":
            self.spread(element, value)
            return
        if element.use == "never":
            self.odd_if(value)
        elif element.use == "must":
            self.odd_if(f"not {value}")
            self.filled(element, value, "item")
        else:
            self.under(f"if {value}:", lambda: self.filled(element, value, "item"))

    # --- what concerns several elements ---

    def condition(self, note: Condition) -> None:
        names = [self.at(index) for index in note.positions]
        first, others = names[0], names[1:]
        if note.kind != "R" and (first == NOTHING if note.kind in "CL" else all(name == NOTHING for name in names)):
            return
        if note.kind == "P" and any(note.positions == (index, index + 1) for index in self.paired()):
            return  # each pair is looked at where it is filed
        if note.kind == "E":
            self.odd_if(f"{' + '.join(f'bool({name})' for name in names)} > 1")
        elif note.kind == "R":
            self.odd_if(f"not ({' or '.join(names)})")
        elif note.kind == "P":
            self.odd_if(f"({' or '.join(names)}) and not ({' and '.join(names)})")
        else:
            self.odd_if(f"{first} and not ({(' and ' if note.kind == 'C' else ' or ').join(others)})")

    def paired(self) -> list[int]:
        """The elements that begin a pair."""
        return [index for pairs in self.rule.pairs if not pairs.inside for index in range(pairs.first, pairs.last, 2)]

    def key(self) -> None:
        address = self.entry.key
        if address is None:
            return
        code = self.text(address.element, address.component)
        element = self.rule.element(address)
        if self.entry.words is None or element is None or not self.taken(element):
            self.odd_if(f"not {code}")
            self.say(f"key = {code}" if self.entry.words is None else f"key = {self.name(self.entry.words)}[{code}]")
        else:
            self.say(f"key = {self.known(element, self.entry.words)}[{code}]")

    def known(self, element: Element, words: Mapping[str, str]) -> str:
        """The words of a table, as far as the interpreter finds nothing about their codes; pairs alike share them."""
        found = {code: word for code, word in words.items() if fits(element, code)}
        same = (name for name, value in self.names.items() if type(value) is dict and value == found)
        return next(same, None) or self.name(found)

    def pairs(self, pairs: Pairs) -> None:
        if pairs.inside:
            self.inside(pairs)
            return
        if pairs.first >= self.size:
            return
        fresh = self.entry.each is not None and len(self.rule.pairs) == 1 and not self.fills(pairs.into)
        whole = range(pairs.first, min(pairs.last, self.size - 1), 2)
        if whole and fresh and pairs.table and pairs.codec == "text" and all(self.ordinary(index) for index in whole):
            self.under(f"if {' and '.join(f'v{at} and v{at + 1}' for at in whole)}:", partial(self.at_once, pairs, whole))
            self.under("else:", partial(self.one_by_one, pairs, fresh))
        else:
            self.one_by_one(pairs, fresh)

    def inside(self, pairs: Pairs) -> None:
        """Value and qualifier are components of one element, and have been looked at as such."""
        self.say(f"filed = item.get({pairs.into!r}) or {{}}")
        for index in range(pairs.first, min(pairs.last + 1, self.size)):
            if self.composite(index):
                code, value = self.text(index, 2), self.text(index, 1)
                self.under(f"if {value}:", partial(self.beside, pairs, code, value, self.plain(pairs, value)))
            else:
                self.odd_if(f"v{index}")
        self.say(f"if filed: item[{pairs.into!r}] = filed")

    def plain(self, pairs: Pairs, value: str) -> str:
        """The expression of the value of a pair."""
        codec = pairs.codec if pairs.codec != "moment" else "date"
        return value if codec == "text" else self.met(plainly[codec], value)

    def beside(self, pairs: Pairs, code: str, value: str, decoded: str) -> None:
        word = f"{self.name(pairs.table.words)}[{code}]" if pairs.table else code
        self.say(f"w = {word} if {code} else {UNQUALIFIED!r}" if code != NOTHING else f"w = {UNQUALIFIED!r}")
        self.say(f"if w in filed: file(filed, w, {decoded})")
        self.say(f"else: filed[w] = {decoded}")
        if code != NOTHING:
            self.among(pairs.table, code, value)

    def ordinary(self, index: int) -> bool:
        """True when the elements of a pair do nothing but that."""
        found = [self.rule.element(Address(at)) for at in (index, index + 1)]
        return all(it and not (it.components or it.carries or it.use == "never") for it in found)

    def at_once(self, pairs: Pairs, whole: range) -> None:
        """All pairs that fit into the segment are filled, as nearly always."""
        filed = []
        for index in whole:
            one, other = (self.rule.elements[at - 1] for at in (index, index + 1))
            self.filled(other, f"v{index + 1}", "item")
            assert pairs.table
            filed.append((f"{self.known(one, pairs.table.words)}[v{index}]", f"v{index + 1}"))
        self.say(f"filed = {{{', '.join(f'{code}: {value}' for code, value in filed)}}}")
        self.say(f"if len(filed) < {len(filed)}:")
        self.say(f"{INDENT}filed = {{}}")
        self.say(f"{INDENT}for w, v in ({''.join(f'({code}, {value}), ' for code, value in filed)}): file(filed, w, v)")
        for index in whole:
            self.among(pairs.table, f"v{index}", f"v{index + 1}")
        self.rest(pairs)
        self.say(f"item[{pairs.into!r}] = filed")

    def one_by_one(self, pairs: Pairs, fresh: bool) -> None:
        self.say("filed = {}" if fresh else f"filed = item.get({pairs.into!r}) or {{}}")
        for index in range(pairs.first, pairs.last, 2):
            if index < self.size:
                self.pair(pairs, index)
        if (pairs.last - pairs.first) % 2 == 0 and pairs.last < self.size:
            self.odd_if(self.at(pairs.last))
        self.say(f"if filed: item[{pairs.into!r}] = filed")

    def rest(self, pairs: Pairs) -> None:
        """A qualifier at the end of the segment, or of the run, without room for its value."""
        last = min(pairs.last, self.size - 1)
        if (last - pairs.first) % 2 == 0:
            self.odd_if(self.at(last))

    def fills(self, name: str) -> bool:
        """True when an element of the rule puts something there too."""
        return any(path.split(".")[0] == name for element in self.rule.carriers() for path in element.paths)

    def pair(self, pairs: Pairs, index: int) -> None:
        code, value = self.at(index), self.at(index + 1)
        one, other = (self.rule.element(Address(at)) for at in (index, index + 1))
        if one is None or other is None or not self.ordinary(index):
            self.odd_if(f"{code} or {value}")
            return

        def both() -> None:
            self.odd_if(f"not {value}")
            if pairs.table:
                self.say(f"w = {self.known(one, pairs.table.words)}[{code}]")
            else:
                self.filled(one, code, "item")
                self.say(f"w = {code}")
            self.filled(other, value, "item")
            decoded = self.plain(pairs, value)
            self.say(f"if w in filed: file(filed, w, {decoded})")
            self.say(f"else: filed[w] = {decoded}")
            self.among(pairs.table, code, value)

        self.under(f"if {code}:", both)
        if value != NOTHING:
            self.say(f"elif {value}: raise Odd")
        for element in (one, other):
            if element.use == "must":
                self.odd_if(f"not {self.at(element.address.element)}")

    # --- where the item goes ---

    def close(self) -> None:
        entry = self.entry
        if entry.each is not None:
            home = f"items[{self.depth}]"
            for step in entry.each[:-1]:
                home += f".setdefault({step!r}, {{}})"
            if entry.scalar:
                self.odd_if("self is None")
            value = "self" if entry.scalar else "item"
            if entry.key is None:
                self.say(f"home = {home}")
                self.say(f"if {entry.each[-1]!r} in home: home[{entry.each[-1]!r}].append({value})")
                self.say(f"else: home[{entry.each[-1]!r}] = [{value}]")
            else:
                self.say(f"home = {home}.setdefault({entry.each[-1]!r}, {{}})")
                self.say(f"if key in home: file(home, key, {value})")
                self.say(f"else: home[key] = {value}")
        if entry.rule.tree:
            tree = entry.rule.tree
            given = ", ".join(self.at(index) if index else '""' for index in (tree.level, tree.id, tree.parent))
            self.say(f"items[{self.depth + 1}] = work.hang({self.depth}, {self.name(entry.rule)}, {given})")
        elif entry.scope is not None:
            self.say(f"items[{self.depth + 1}] = item")
