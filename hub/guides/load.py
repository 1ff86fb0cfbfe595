"""From a marked YAML value to a Guide; every mistake is found, with its place and the nearest right name."""

from dataclasses import replace
from typing import Any

from hub.guides import placing, segments
from hub.guides.elements import Filler, Shelf
from hub.guides.example import examples
from hub.guides.functions import EQUALS, FINISH, outline
from hub.guides.keywords import Words, address, texts
from hub.guides.mistakes import Mistakes
from hub.guides.notation import Guide, Key, Level, Rule, Tree, When
from hub.guides.tables import Table
from hub.guides.unfold import TREES
from hub.marked import Mark, MarkedDict
from hub.model import DOCUMENTS


def guide(name: str, value: Any, mark: Mark, shelf: Shelf, mistakes: Mistakes) -> Guide:
    """The guide in this value. The caller looks at `mistakes`: while there are any, the guide is of no use."""
    words = Words(value, "guide", mark, mistakes)
    for needed in ("document", "standard", "set", "body"):
        if not words.has(needed):
            mistakes.add(mark, f"a guide needs `{needed}`")
    words.named("document", "document", DOCUMENTS)
    words.named("standard", "standard", ("x12", "edifact"))
    for finish in words.texts("finish"):
        if finish not in FINISH:
            mistakes.unknown(words.at("finish"), "function to finish with", finish, FINISH)
    for path, function in words.mapping("implied").items():
        if function not in EQUALS:
            mistakes.unknown(words.mapping("implied").values_at[path], "function for a value", str(function), EQUALS)
    if words.text("document") in DOCUMENTS:
        placing.check(words.value, outline(words.texts("finish"), words.text("document") or ""), mistakes)
    shelf = shelf.over(_tables(words, shelf))
    return Guide(
        name,
        title=words.text("title") or name,
        document=words.text("document") or "",
        standard=words.text("standard") or "",
        set=words.text("set") or "",
        group=words.text("group"),
        versions=words.texts("versions"),
        body=_Reader(shelf, mistakes).body(words.listed("body")),
        finish=words.texts("finish"),
        drops=words.texts("drops"),
        implied={str(path): str(function) for path, function in words.mapping("implied").items()},
        level=words.text("level"),
        examples=tuple(examples(words.value, mistakes)),
    )


def _tables(words: Words, shelf: Shelf) -> dict[str, Table]:
    found = {}
    for name, rows in words.mapping("tables").items():
        if not isinstance(rows, dict):
            words.mistakes.add(words.at("tables"), f"table `{name}` must be a mapping of code to word")
            continue
        base = shelf.tables.get(name) or Table(name, shelf.standard, {})
        found[name] = base.over({str(code): str(word) for code, word in rows.items()})
    return found


class _Reader:
    """Reads bodies and rules, noting mistakes."""

    def __init__(self, shelf: Shelf, mistakes: Mistakes) -> None:
        self.shelf, self.mistakes = shelf, mistakes

    def body(self, items: Any) -> tuple[Rule, ...]:
        rules = []
        for number, item in enumerate(items):
            mark = items.items_at[number]
            if isinstance(item, str):
                rules.append(self._bare(item, mark))
            elif isinstance(item, MarkedDict) and len(item) == 1:
                tag = next(iter(item))
                rules.append(replace(self._rule(tag, item[tag], item.values_at[tag]), mark=item.keys_at[tag]))
            else:
                self.mistakes.add(mark, "an item of a body is a tag, or one tag with its rule")
        return tuple(rules)

    def _bare(self, tag: str, mark: Mark) -> Rule:
        entry = self._segment(tag, mark)
        return Rule(
            tag,
            entry.title,
            carried=False,
            elements=entry.elements,
            conditions=entry.conditions,
            mark=mark,
            closed=bool(entry.elements),
        )

    def _segment(self, tag: str, mark: Mark) -> segments.Segment:
        known = self.shelf.segments
        if known and tag not in known:
            self.mistakes.unknown(mark, "segment", tag, known)
        return known.get(tag) or segments.Segment(tag, tag, (), ())

    def _rule(self, tag: str, value: Any, mark: Mark) -> Rule:
        words = Words(value, "rule", mark, self.mistakes)
        entry = self._segment(tag, mark)
        tree = self._tree(words)
        each = words.text("each")
        rule = Rule(
            tag,
            words.text("title") or entry.title,
            use=words.use("may"),
            max=self._max(words, tree is not None),
            when=self._when(words),
            each=each,
            key=self._key(words),
            needs=words.texts("needs"),
            body=self.body(words.listed("body")) if words.has("body") else None,
            tree=tree,
            levels=self._levels(words),
            function=words.named("with", "function for a loop", TREES),
            conditions=self._conditions(words) if words.has("conditions") else entry.conditions,
            closed=bool(entry.elements),
        )
        return self._whole(Filler(self.shelf, self.mistakes).fill(rule, entry, words), words)

    def _whole(self, rule: Rule, words: Words) -> Rule:
        for keyword in ("key", "needs"):
            if words.has(keyword) and not rule.each:
                self.mistakes.add(words.at(keyword), f"`{keyword}` has a meaning only beside `each`")
        if bool(rule.tree) != bool(rule.levels):
            self.mistakes.add(words.mark, "`tree` and `levels` go together")
        if rule.tree and not rule.function:
            self.mistakes.add(words.mark, "a tree needs `with`, a function that turns nodes into the document")
        return rule

    def _max(self, words: Words, tree: bool) -> int | None:
        if words.has("max"):
            return words.number("max", 1)
        carries = any(words.has(keyword) for keyword in ("at", "pairs"))
        return None if tree or words.has("each") or words.has("groups") or not carries else 1

    def _when(self, words: Words) -> tuple[When, ...]:
        mapping = words.mapping("when")
        found = []
        for text, codes in mapping.items():
            place = address(text, mapping.keys_at[text], self.mistakes)
            if place and texts(codes):
                found.append(When(place, texts(codes)))
        return tuple(found)

    def _key(self, words: Words) -> Key | None:
        mapping = words.mapping("key")
        if len(mapping) > 1:
            self.mistakes.add(words.at("key"), "`key` takes one address")
        for text, name in mapping.items():
            place = address(text, mapping.keys_at[text], self.mistakes)
            if place:
                return Key(place, self.shelf.table(name, mapping.values_at[text], self.mistakes))
        return None

    def _tree(self, words: Words) -> Tree | None:
        if not words.has("tree"):
            return None
        inner = Words(words.mapping("tree"), "tree", words.at("tree"), self.mistakes)
        return Tree(inner.number("id", 1), inner.number("parent", 2), inner.number("level", 3), inner.number("children", 0))

    def _levels(self, words: Words) -> dict[str, Level]:
        mapping = words.mapping("levels")
        levels = {}
        for code, value in mapping.items():
            inner = Words(value, "level", mapping.values_at[code], self.mistakes)
            for held in inner.texts("holds"):
                if held not in mapping:
                    self.mistakes.unknown(inner.at("holds"), "level", held, mapping)
            levels[code] = Level(inner.text("title") or code, self.body(inner.listed("body")), inner.texts("holds"))
        return levels

    def _conditions(self, words: Words) -> tuple[Any, ...]:
        found = [segments.condition(text, words.at("conditions"), self.mistakes) for text in words.texts("conditions")]
        return tuple(note for note in found if note)
