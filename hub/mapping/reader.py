"""Reading: a foreign value and rules become canonical values and findings."""

from collections.abc import Callable, Iterator
from typing import Any

from hub.findings import Finding, note
from hub.guides.tables import Table
from hub.mapping.asked import Asked
from hub.mapping.codecs import MINOR
from hub.mapping.crossings import Open
from hub.mapping.foreign import Row, listed, path_at, scalar, shown, takes
from hub.mapping.functions import COMPUTED, TURNED
from hub.mapping.money import major
from hub.mapping.notation import UNSET, Notation, Rule
from hub.mapping.paths import put
from hub.rules.asking import Table as Source
from hub.rules.condition import value_at

Ask = Callable[[Source, str, str], str | None]  # what a system says of a code that stands at a place in the message
NOT_MAPPED = "hub:not-mapped"  # something that no rule is for


class Reader:
    """Reads one message; collects what it finds."""

    def __init__(self, notation: Notation, ask: Ask | None = None) -> None:
        self.notation, self.ask = notation, ask
        self.xml = notation.format == "xml"
        self.value: dict[str, Any] = {}
        self.findings: list[Finding] = []
        self._coins: list[tuple[dict[str, Any], str]] = []  # amounts whose currency may stand further down
        self._named = 0
        self._filled: list[tuple[dict[str, Any], str]] = []  # items and paths that got what a mapping says is usual
        self._sums: list[tuple[Rule, dict[str, Any], Any, str]] = []

    def read(self, value: Any) -> dict[str, Any]:
        """The canonical values of a message."""
        self.object(self.notation.body, value, self.value, "")
        _close_up(self.value)
        for item, path in self._coins:
            put(item, path, major(value_at(item, path), self.value.get("currency")))
        for rule, item, stated, here in self._sums:
            self._compare(rule, item, stated, here)
        if self._filled:
            places = dict(_places(self.value))
            self.value["assumed"] = sorted(f"{places[id(item)]}{path}" for item, path in self._filled if id(item) in places)
        return self.value

    def object(self, rules: tuple[Rule, ...], value: Any, item: dict[str, Any], path: str, key: str | None = None) -> None:
        """Read the keys of one foreign object into the item around it; `key` is the one that files it."""
        if not isinstance(value, dict):
            self._wrong("hub:not-an-object", f"{path or 'the message'} should be an object with keys", path)
            return
        taken: dict[str, set[int]] = {}
        for rule in rules:
            found, here = value.get(rule.name), self._join(path, rule.name, value)
            if rule.when and found is not None:
                found = self._chosen(rule, found, taken.setdefault(rule.name, set()))
            elif found is not None and rule.name in taken:
                found = self._rest(found, taken.pop(rule.name))
            self._rule(rule, found, item, here)
        self._leftovers(rules, value, path, key, taken)

    def _rule(self, rule: Rule, found: Any, item: dict[str, Any], here: str) -> None:
        if self.xml and rule.each is None and rule.body is None:
            found = self._texts(rule, found, here)
        if found is None:
            self._absent(rule, item, here)
        elif rule.use == "never":
            self._wrong("hub:value-forbidden", f"{here} must not be given", here, shown(found))
        elif rule.each is not None:
            self._each(rule, found, item, here)
        elif rule.body is not None:
            for one, place in self._objects(found, here):
                self._inside(rule, one, item, place)
        else:
            self._scalar(rule, found, item, here)

    def _inside(self, rule: Rule, one: Any, item: dict[str, Any], place: str) -> None:
        """An object without `each`: its values go into the item around it, or into what its `is` names."""
        if not rule.paths:
            self.object(rule.body or (), one, item, place)
            return
        before = value_at(item, rule.paths[0])
        inner: dict[str, Any] = before if isinstance(before, dict) else {}
        self.object(rule.body or (), one, inner, place)
        if inner:
            put(item, rule.paths[0], inner)

    def _chosen(self, rule: Rule, found: Any, taken: set[int]) -> Any:
        """Of several objects under one key those that this rule is for; whoever comes first takes them."""
        fitting = [at for at, one in enumerate(listed(found)) if at not in taken and takes(rule.when, one)]
        taken.update(fitting)
        chosen = [listed(found)[at] for at in fitting]
        return chosen if chosen else None

    def _rest(self, found: Any, taken: set[int]) -> Any:
        rest = [one for at, one in enumerate(listed(found)) if at not in taken]
        return rest if rest else None

    def _objects(self, found: Any, here: str) -> list[tuple[Any, str]]:
        """A body without `each` is for one object; of several in XML, the first."""
        if not isinstance(found, list) or not (self.xml or len(found) == 1):
            return [(found, here)]
        if len(found) > 1:
            self._note("hub:repeated", f"{here} is there {len(found)} times; the first was read", here)
        return [(found[0], here)]

    def _texts(self, rule: Rule, found: Any, here: str) -> Any:
        texts = [text for one in listed(found) if (text := scalar(one)) is not None]
        if not texts:
            return None
        if rule.several:
            return texts
        if len(texts) > 1 and rule.paths:
            self._note("hub:repeated", f"{here} is there {len(texts)} times; the first was read", here)
        return texts[0]

    def _absent(self, rule: Rule, item: dict[str, Any], here: str) -> None:
        if rule.of is not None:
            self._point(rule.of, [], item)
        if rule.default is not UNSET and rule.paths:
            self._scalar(rule, rule.default, item, here)
            self._filled += [(item, path) for path in rule.paths]
        elif rule.use == "must" or (rule.const is not UNSET and rule.use != "may"):
            self._wrong("hub:value-missing", f"{here} is missing", here, hint="the sender must give it")

    def _each(self, rule: Rule, found: Any, item: dict[str, Any], here: str) -> None:
        if not isinstance(found, list) and not self.xml:
            self._wrong("hub:not-a-list", f"{here} should be a list", here)
            return
        filed: dict[str, Any] = {}
        items: list[Any] = []
        for index, one in enumerate(listed(found)):
            inner: dict[str, Any] = item if rule.each == "." else {}
            place = f"{here}[{index + self.xml}]"
            self.object(rule.body or (), one, inner, place, rule.key)
            items.append(inner)
            filed[_free(filed, self._filing_word(rule, one, place))] = inner
        if rule.of is not None:
            self._point(rule.of, items, item)
        holder, path = (self.value, str(rule.each)[1:]) if str(rule.each)[0] == "/" else (item, str(rule.each))
        if rule.keyed:
            self._file(rule, item, filed)
        elif path != ".":
            before = value_at(holder, path)
            put(holder, path, [*before, *items] if isinstance(before, list) else items)

    def _point(self, of: tuple[str, str], items: list[Any], item: dict[str, Any]) -> None:
        """Items of the whole document that stand here point at the item here; it gets a name where it has none."""
        if of[1] not in item:
            self._named += 1
            item[of[1]] = str(self._named)
        for one in items:
            one[of[0]] = item[of[1]]

    def _file(self, rule: Rule, item: dict[str, Any], filed: dict[str, Any]) -> None:
        before = value_at(item, str(rule.each)) or {}
        put(item, str(rule.each), before)
        for word, one in filed.items():
            before[_free(before, word)] = one

    def _filing_word(self, rule: Rule, one: Any, here: str) -> str:
        code = str(scalar(path_at(one, str(rule.key))) if isinstance(one, dict) else "")
        return self._word(rule.key_table, code, self._join(here, str(rule.key), one)) if rule.key_table else code

    def _scalar(self, rule: Rule, found: Any, item: dict[str, Any], here: str) -> None:
        if rule.const is not UNSET and found != rule.const and not (self.xml and found == str(rule.const)):
            self._wrong("hub:value-unexpected", f"{here} should be `{rule.const}`", here, shown(found))
        if rule.only and str(found) not in rule.only:
            hint = "allowed: " + ", ".join(rule.only)
            self._wrong("hub:value-unexpected", f"{here} has a value that is not allowed", here, shown(found), hint)
        if not rule.paths and not rule.equals:
            return
        try:
            value = (
                [self._decoded(rule, one, here) for one in found] if isinstance(found, list) else self._decoded(rule, found, here)
            )
        except (ValueError, ArithmeticError) as error:
            self._wrong("hub:value-unreadable", f"{here}: {error}", here, shown(found))
            return
        for named in rule.paths:
            holder, path = (self.value, named[1:]) if named[0] == "/" else (item, named)
            value = self.keep(rule, value, found, (holder, path), here)
            put(holder, path, value, here)
            if rule.codec.name == MINOR:
                self._coins.append((holder, path))
        if rule.equals is not None:
            self._sums.append((rule, item, value, here))

    def keep(self, rule: Rule, value: Any, found: Any, filed: tuple[dict[str, Any], str], here: str) -> Any:
        """The value to file at this path of an item, for what was found in the message; lineage marks it."""
        return value

    def _decoded(self, rule: Rule, found: Any, here: str) -> Any:
        if rule.table is None:
            value = rule.codec.read(found)
            return value if rule.function is None else TURNED[rule.function].read(value)
        code = str(found)
        if code not in rule.table.words and not isinstance(rule.table, Open | Asked):
            text = f"{here} has a code that the table `{rule.table.name}` lacks"
            self.findings.append(note("hub:unknown-code", text, path=here, value=shown(found)))
        return rule.codec.read(self._word(rule.table, code, here))

    def _word(self, table: Table, code: str, here: str) -> str:
        """What a code means; a system is asked where its table is kept there and ours does not have the code."""
        if not isinstance(table, Asked) or not code or code in table.words:
            return table.word(code)
        if self.ask is None:
            text = f"{here}: what {code} means, {table.source.system} is asked when the document comes ({table.source.table})"
            self.findings.append(note("hub:not-asked", text, path=here, value=shown(code)))
            return table.word(code)
        return self.ask(table.source, code, here) or table.word(code)

    def _compare(self, rule: Rule, item: dict[str, Any], stated: Any, here: str) -> None:
        """What is stated is kept; where it is not what comes out, that is said."""
        try:
            right = COMPUTED[str(rule.equals)](item, self.value)
        except (ArithmeticError, TypeError):
            return
        if rule.codec.name == MINOR and right is not None:
            stated = major(stated, self.value.get("currency"))
        if right is not None and right != stated:
            text = f"{here} says {stated}, and {right} comes out"
            self.findings.append(Finding("hub:total-differs", text, kind="application", severity="warning", path=here))

    def _leftovers(self, rules: tuple[Rule, ...], value: Any, path: str, key: str | None, taken: dict[str, set[int]]) -> None:
        known = {(key or "").partition("/")[0], *(rule.name for rule in rules)}
        for name, found in value.items():
            here = self._join(path, str(name), value)
            if name in taken:
                left = sum(1 for at, one in enumerate(listed(found)) if at not in taken[name] and one not in (None, {}))
                if left:
                    self._note(NOT_MAPPED, f"{here}: {left} that no rule is for; left out", here)
            elif name not in known and found not in (None, "", {}):
                self._note(NOT_MAPPED, f"{here} is not in the mapping; it was left out", here)

    def _join(self, path: str, name: str, value: Any) -> str:
        if isinstance(value, Row):
            return f"row {value.number}: {name}"
        return f"{path}{'/' if self.xml else '.'}{name}" if path else name

    def _wrong(self, code: str, text: str, path: str, value: str | None = None, hint: str | None = None) -> None:
        self.findings.append(Finding(code, text, path=path, value=value, hint=hint))

    def _note(self, code: str, text: str, path: str) -> None:
        self.findings.append(note(code, text, path=path))


def _places(value: Any, path: str = "") -> Iterator[tuple[int, str]]:
    """Every object inside with its path, which ends in a point."""
    if isinstance(value, dict):
        yield id(value), path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield from _places(inner, f"{path}{key}.")


def _close_up(value: Any) -> None:
    """Take away the gaps that lists of texts have where a text in front of others was missing."""
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(inner, list) and any(not isinstance(one, dict) for one in inner):
            inner[:] = [one for one in inner if one != {}]
        _close_up(inner)


def _free(taken: dict[str, Any], word: str) -> str:
    name, count = word, 1
    while name in taken:
        count += 1
        name = f"{word}#{count}"
    return name
