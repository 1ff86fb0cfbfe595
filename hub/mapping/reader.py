"""Reading: a foreign JSON value and rules become canonical values and findings."""

from typing import Any

from hub.findings import Finding, note
from hub.mapping.notation import UNSET, Rule
from hub.mapping.paths import put
from hub.rules.condition import value_at


def read_object(
    rules: tuple[Rule, ...], value: Any, item: dict[str, Any], path: str, findings: list[Finding], key: str | None = None
) -> None:
    """Read the keys of one foreign object into the item around it; `key` is the one that files it."""
    if not isinstance(value, dict):
        findings.append(Finding("hub:not-an-object", f"{_name(path)} should be an object with keys", path=path))
        return
    for rule in rules:
        found, here = value.get(rule.name), f"{path}.{rule.name}" if path else rule.name
        if found is None:
            _absent(rule, here, findings)
        elif rule.use == "never":
            findings.append(Finding("hub:value-forbidden", f"{here} must not be given", path=here, value=_shown(found)))
        else:
            _read(rule, found, item, here, findings)
    known = {key, *(rule.name for rule in rules)}
    for name in value:
        if name not in known:
            here = f"{path}.{name}" if path else str(name)
            findings.append(note("hub:not-mapped", f"{here} is not in the mapping; it was left out", path=here))


def _absent(rule: Rule, here: str, findings: list[Finding]) -> None:
    if rule.use == "must" or (rule.const is not UNSET and rule.use != "may"):
        findings.append(Finding("hub:value-missing", f"{here} is missing", path=here, hint="the sender must give it"))


def _read(rule: Rule, found: Any, item: dict[str, Any], here: str, findings: list[Finding]) -> None:
    if rule.each is not None:
        _read_each(rule, found, item, here, findings)
    elif rule.body is not None:
        read_object(rule.body, found, item, here, findings)
    else:
        _read_scalar(rule, found, item, here, findings)


def _read_each(rule: Rule, found: Any, item: dict[str, Any], here: str, findings: list[Finding]) -> None:
    if not isinstance(found, list):
        findings.append(Finding("hub:not-a-list", f"{here} should be a list", path=here))
        return
    filed: dict[str, Any] = {}
    items: list[Any] = []
    for index, one in enumerate(found):
        inner: dict[str, Any] = {}
        read_object(rule.body or (), one, inner, f"{here}[{index}]", findings, rule.key)
        items.append(inner)
        filed[_free(filed, _filing_word(rule, one))] = inner
    before = value_at(item, str(rule.each))
    if not rule.keyed and isinstance(before, list):  # two foreign lists may fill one of ours
        items = [*before, *items]
    put(item, str(rule.each), filed if rule.keyed else items)


def _filing_word(rule: Rule, one: Any) -> str:
    code = str(one.get(rule.key)) if isinstance(one, dict) else ""
    return rule.key_table.word(code) if rule.key_table else code


def _free(taken: dict[str, Any], word: str) -> str:
    name, count = word, 1
    while name in taken:
        count += 1
        name = f"{word}#{count}"
    return name


def _read_scalar(rule: Rule, found: Any, item: dict[str, Any], here: str, findings: list[Finding]) -> None:
    if rule.const is not UNSET and found != rule.const:
        findings.append(Finding("hub:value-unexpected", f"{here} should be `{rule.const}`", path=here, value=_shown(found)))
    if rule.only and str(found) not in rule.only:
        hint = "allowed: " + ", ".join(rule.only)
        findings.append(
            Finding("hub:value-unexpected", f"{here} has a value that is not allowed", path=here, value=_shown(found), hint=hint)
        )
    if not rule.paths:
        return
    try:
        value = (
            [_decoded(rule, one, here, findings) for one in found]
            if isinstance(found, list)
            else _decoded(rule, found, here, findings)
        )
    except ValueError as error:
        findings.append(Finding("hub:value-unreadable", f"{here}: {error}", path=here, value=_shown(found)))
        return
    for path in rule.paths:
        put(item, path, value, here)


def _decoded(rule: Rule, found: Any, here: str, findings: list[Finding]) -> Any:
    value = rule.codec.read(found)
    if rule.table is None:
        return value
    if str(value) not in rule.table.words:
        findings.append(
            note(
                "hub:unknown-code", f"{here} has a code that the table `{rule.table.name}` lacks", path=here, value=_shown(found)
            )
        )
    return rule.table.word(str(value))


def _name(path: str) -> str:
    return path or "the message"


def _shown(value: Any) -> str:
    return str(value)[:80]
