"""Writing: canonical values and rules become a foreign value and findings."""

from collections.abc import Iterator
from typing import Any

from hub.findings import Finding
from hub.formats.xml import add
from hub.guides.tables import Table
from hub.mapping.asked import Asked
from hub.mapping.codecs import MINOR
from hub.mapping.foreign import TEXT
from hub.mapping.functions import COMPUTED, TURNED
from hub.mapping.money import minor
from hub.mapping.notation import UNSET, Notation, Rule
from hub.rules.asking import NOTHING, Answers
from hub.rules.condition import value_at

HUB_ONLY = frozenset({"schema_version", "channel", "partner", "test", "assumed", "ship_by"})  # of the document, set by the hub
MISSING = "the system that made the document must say it, or the rule a `default`"
UNSAID = "the system that made the document must say more: of amounts, the price or the amount of each line"
SYSTEM_LINE = ".system_line"  # of lines: the answering system's own


class Writer:
    """Writes one document; remembers what was carried."""

    def __init__(self, notation: Notation, document: dict[str, Any], told: Answers = NOTHING) -> None:
        self.notation, self.document = notation, document
        self.told: dict[str, Table] = {table.name: table.speaking(told) for table in notation.asked}
        self.findings: list[Finding] = []
        self.carried: set[str] = set()
        self.named = set(_named(notation.body))

    def write(self) -> dict[str, Any]:
        """The foreign value."""
        return self.object(self.notation.body, self.document, "")

    def object(self, rules: tuple[Rule, ...], item: Any, here: str, name: str = TEXT) -> dict[str, Any]:
        """One foreign object, called `name`, from the canonical item at `here`; empty ones come back empty."""
        found: dict[str, Any] = {}
        for rule in rules:
            value = self._value(rule, item, here)
            if value is not None:
                self._put(found, rule, value)
            elif rule.use == "must":
                self._missing(rule, here, name if rule.name == TEXT else rule.name)
        return found

    def _missing(self, rule: Rule, here: str, name: str) -> None:
        place = _join(here, next(iter(rule.paths), "") or rule.each or next(_named(rule.body or ()), rule.name))
        if rule.equals is None:
            text, hint = f"`{name}` must be given and the document has no {place}", MISSING
        else:
            text, hint = f"`{name}` must be given and cannot be worked out: {rule.equals} finds too little at {place}", UNSAID
        self._wrong("hub:value-missing", text, place, hint)

    def _put(self, found: dict[str, Any], rule: Rule, value: Any) -> None:
        if rule.when:
            value = [_marked(rule, one) for one in value] if isinstance(value, list) else _marked(rule, value)
        if rule.name not in found:
            found[rule.name] = value
            return
        for one in value if isinstance(value, list) else [value]:
            add(found, rule.name, one)

    def _value(self, rule: Rule, item: Any, here: str) -> Any:
        if rule.const is not UNSET:
            self.carried.update(_join(here, path) for path in rule.paths)
            return self.keep(rule, rule.const, None)
        if rule.each is not None:
            return self._each(rule, item, here)
        if rule.body is not None:
            return self._inner(rule, item, here)
        if rule.equals is not None:
            return self._computed(rule, item, here)
        for path in rule.paths:
            value = item if path == "." else value_at(self.document, path[1:]) if path[0] == "/" else value_at(item, path)
            value = value.get("value") if path.startswith("extras.") and isinstance(value, dict) else value
            if value is not None:
                return self._encoded(rule, value, _join(here, path))
        return None if rule.default is UNSET else self.keep(rule, rule.default, None)

    def _computed(self, rule: Rule, item: Any, here: str) -> Any:
        try:
            value = COMPUTED[str(rule.equals)](item, self.document)
        except (ArithmeticError, TypeError) as error:
            self._wrong("hub:value-unwritable", f"`{rule.name}` cannot be computed: {error}", _join(here, rule.name))
            return None
        self.carried.update(_join(here, path) for path in rule.paths)
        return None if value is None else self._encoded(rule, value, _join(here, rule.name))

    def _inner(self, rule: Rule, item: Any, here: str) -> Any:
        """A nested object without `each`; left out when nothing in it is carried and it need not be there."""
        if rule.paths:
            item, here = value_at(item, rule.paths[0]) or {}, _join(here, rule.paths[0])
        silent = not rule.static and not self._any(rule.body or (), item)
        if rule.use != "must" and (silent or self._unsaid(rule, item)):
            return None if rule.default is UNSET else rule.default
        return self.object(rule.body or (), item, here, rule.name) or None

    def _any(self, rules: tuple[Rule, ...], item: Any) -> bool:
        """Whether one of them has something to say; where an element has a text, its attributes alone say nothing."""
        text = [rule for rule in rules if rule.name == TEXT and (rule.paths or rule.equals)]
        return any(self._has(rule, item) for rule in text or rules)

    def _unsaid(self, rule: Rule, item: Any) -> bool:
        """Whether a computed value that must be in it cannot be worked out: what may be left out is, and nothing is wrong."""
        needed = (one for one in rule.body or () if one.use == "must" and _computed(one))
        return not all(self._has(one, item) for one in needed)

    def _has(self, rule: Rule, item: Any) -> bool:
        if rule.each in (None, ".") and rule.body is not None:
            inner_item = value_at(item, rule.paths[0]) if rule.paths else item
            return self._any(rule.body, inner_item)
        if rule.equals is not None:  # an attribute alone, such as a currency, says nothing
            return rule.name[:1] != "@" and self._says(rule, item)
        if rule.each is not None:
            return bool(self._items(rule, item, ""))
        paths = rule.paths
        if any((item if path == "." else value_at(item, path)) not in (None, [], {}, ()) for path in paths):
            return True
        return not paths and rule.const is not UNSET

    def _says(self, rule: Rule, item: Any) -> bool:
        try:
            return COMPUTED[str(rule.equals)](item, self.document) is not None
        except (ArithmeticError, TypeError):
            return True  # said when it is written

    def _each(self, rule: Rule, item: Any, here: str) -> list[Any] | None:
        if rule.each == ".":
            found = self._inner(rule, item, here)
            return None if found is None else [found]
        if not rule.keyed:
            return [self.object(rule.body or (), one, place) for one, place in self._items(rule, item, here)] or None
        source, place = value_at(item, str(rule.each)) or {}, _join(here, str(rule.each))
        fresh = {word: one for word, one in source.items() if not self._told(rule, word)}
        return [self._filed(rule, word, one, f"{place}.{word}") for word, one in fresh.items()] or None

    def _told(self, rule: Rule, word: str) -> bool:
        """Whether another rule names it: what has a key of its own is not said again."""
        return self.notation.format == "xml" and any(f"{path}.".startswith(f"{rule.each}.{word}.") for path in self.named)

    def _items(self, rule: Rule, item: Any, here: str) -> list[tuple[Any, str]]:
        """Items of a list with their places; of one of the whole document those that point here."""
        path = str(rule.each)
        root, place = (self.document, path[1:]) if path[0] == "/" else (item, _join(here, path))
        source = value_at(root, path.removeprefix("/")) or ()
        found = [(one, f"{place}.{index}") for index, one in enumerate(source)]
        if rule.of is None:
            return found
        theirs, ours = rule.of
        mine = [(one, at) for one, at in found if one.get(theirs) == item.get(ours)]
        self.carried.update(f"{at}.{theirs}" for _, at in mine)
        return mine

    def _filed(self, rule: Rule, word: str, one: Any, place: str) -> dict[str, Any]:
        plain = word.partition("#")[0]
        code: Any = self._code(rule.key_table, plain) if rule.key_table else plain
        if code is None and rule.key_table is not None:
            self._uncoded(rule.key_table, plain, place)
        found = self.object(rule.body or (), one, place)
        code = self.keep(rule, code, place)
        for step in reversed(str(rule.key).split("/")[1:]):
            code = {step: code}
        return {str(rule.key).partition("/")[0]: code, **found}

    def _encoded(self, rule: Rule, value: Any, place: str) -> Any:
        if isinstance(value, list | tuple):
            return [self._encoded(rule, one, f"{place}.{index}") for index, one in enumerate(value)] or None
        self.carried.add(place)
        if rule.table is not None:
            word = _word(value)
            code = self._code(rule.table, word)
            if code is None:
                self._uncoded(rule.table, word, place)
            return self.keep(rule, code, place)
        if rule.only and str(value) not in rule.only:
            self._wrong("hub:value-unexpected", f"`{rule.name}` may not be `{value}`", place)
        try:
            return self.keep(rule, self._coded(rule, value), place)
        except (ValueError, ArithmeticError, AttributeError, TypeError) as error:
            self._wrong("hub:value-unwritable", f"`{rule.name}`: {error}", place)
            return None

    def _code(self, table: Table, word: str) -> str | None:
        return (self.told[table.name] if isinstance(table, Asked) else table).code(word)

    def _uncoded(self, table: Table, word: str, place: str) -> None:
        text, hint = f"the table `{table.name}` has no code for `{word}`", "add it there"
        if isinstance(table, Asked):  # nobody is asked while writing
            text += f": no row of ours has it, and {table.source.system} was not asked for one when the order was read"
            hint = f"add it to {table.source.own}"
        self._wrong("hub:no-code", text, place, hint)

    def keep(self, rule: Rule, value: Any, path: str | None) -> Any:
        """The foreign value to write for what the document has at this path, or for what is fixed; lineage marks it."""
        return value

    def _coded(self, rule: Rule, value: Any) -> Any:
        if rule.function is not None:
            value = TURNED[rule.function].write(value)
        if rule.codec.name == MINOR:
            value = minor(value, self.document.get("currency"))
        return rule.codec.write(value)

    def _wrong(self, code: str, text: str, path: str, hint: str | None = None) -> None:
        self.findings.append(Finding(code, text, kind="application", path=path, hint=hint))


def _named(rules: tuple[Rule, ...]) -> Iterator[str]:
    for rule in rules:
        yield from rule.paths
        yield from _named(rule.body or ())


def _computed(rule: Rule) -> bool:
    """Of an element with attributes, its text is."""
    return rule.equals is not None or any(one.name == TEXT and one.equals is not None for one in rule.body or ())


def _marked(rule: Rule, value: Any) -> Any:
    """The value with what tells it from others under its key; what the body says itself counts."""
    found = value if isinstance(value, dict) else {".": value}
    marks = {name: wanted[0] if isinstance(wanted, list) else wanted for name, wanted in rule.when.items() if "/" not in name}
    said = {name: mark for name, mark in marks.items() if mark not in (None, "*")}
    return {**{name: mark for name, mark in said.items() if name not in found}, **found}


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _join(here: str, path: str) -> str:
    if path == ".":
        return here
    return f"{here}.{path}" if here else path
