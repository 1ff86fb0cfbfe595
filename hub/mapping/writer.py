"""Writing: canonical values and rules become a foreign JSON value and findings."""

from typing import Any

from hub.findings import Finding
from hub.mapping.notation import UNSET, Rule
from hub.rules.condition import value_at

HUB_ONLY = frozenset({"schema_version", "channel", "partner", "test", "assumed"})  # of the document, set by the hub
SYSTEM_LINE = ".system_line"  # of lines: the answering system's own


class Writer:
    """Writes one document; remembers what was carried."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.carried: set[str] = set()

    def object(self, rules: tuple[Rule, ...], item: Any, here: str) -> dict[str, Any]:
        """One foreign object from the canonical item at `here`; empty ones come back empty."""
        found: dict[str, Any] = {}
        for rule in rules:
            value = self._value(rule, item, here)
            if value is not None:
                found[rule.name] = value
            elif rule.use == "must":
                place = _join(here, rule.paths[0] if rule.paths else rule.each or rule.name)
                self._wrong("hub:value-missing", f"`{rule.name}` must be given and the document has no {place}", place)
        return found

    def _value(self, rule: Rule, item: Any, here: str) -> Any:
        if rule.const is not UNSET:
            self._note_carried(rule, here)
            return rule.const
        if rule.each is not None:
            return self._each(rule, item, here)
        if rule.body is not None:
            return self._inner(rule, item, here)
        for path in rule.paths:
            value = item if path == "." else value_at(item, path)
            value = value.get("value") if path.startswith("extras.") and isinstance(value, dict) else value
            if value is not None:
                return self._encoded(rule, value, _join(here, path))
        return None

    def _inner(self, rule: Rule, item: Any, here: str) -> Any:
        """A nested object without `each`; left out when nothing in it is carried and it need not be there."""
        if rule.use != "must" and not any(self._has(inner, item) for inner in rule.body or ()):
            return None
        return self.object(rule.body or (), item, here)

    def _has(self, rule: Rule, item: Any) -> bool:
        if rule.each is None and rule.body is not None:
            return any(self._has(inner, item) for inner in rule.body)
        paths = rule.paths if rule.each is None else (rule.each,)
        return any(value_at(item, path) not in (None, [], {}, ()) for path in paths) or (not paths and rule.const is not UNSET)

    def _each(self, rule: Rule, item: Any, here: str) -> list[Any] | None:
        source, place = value_at(item, str(rule.each)), _join(here, str(rule.each))
        if not source:
            return None
        if not rule.keyed:
            return [self.object(rule.body or (), one, f"{place}.{index}") for index, one in enumerate(source)]
        return [self._filed(rule, word, one, f"{place}.{word}") for word, one in source.items()]

    def _filed(self, rule: Rule, word: str, one: Any, place: str) -> dict[str, Any]:
        plain = word.partition("#")[0]
        code = rule.key_table.code(plain) if rule.key_table else plain
        if code is None:
            self._wrong("hub:no-code", f"the table of `{rule.name}` has no code for `{plain}`", place)
        return {str(rule.key): code, **self.object(rule.body or (), one, place)}

    def _encoded(self, rule: Rule, value: Any, place: str) -> Any:
        if isinstance(value, list | tuple):
            return [self._encoded(rule, one, f"{place}.{index}") for index, one in enumerate(value)] or None
        self.carried.add(place)
        if rule.table is not None:
            code = rule.table.code(str(value))
            if code is None:
                self._wrong("hub:no-code", f"the table `{rule.table.name}` has no code for `{value}`", place)
            return code
        if rule.only and str(value) not in rule.only:
            self._wrong("hub:value-unexpected", f"`{rule.name}` may not be `{value}`", place)
        try:
            return rule.codec.write(value)
        except (ValueError, ArithmeticError, AttributeError) as error:
            self._wrong("hub:value-unwritable", f"`{rule.name}`: {error}", place)
            return None

    def _note_carried(self, rule: Rule, here: str) -> None:
        self.carried.update(_join(here, path) for path in rule.paths)

    def _wrong(self, code: str, text: str, path: str) -> None:
        self.findings.append(Finding(code, text, kind="application", path=path))


def _join(here: str, path: str) -> str:
    if path == ".":
        return here
    return f"{here}.{path}" if here else path
