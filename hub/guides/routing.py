"""Which rule of a body writes an item, where several could."""

from functools import lru_cache
from typing import Any

from hub.guides.codecs import Unwritable
from hub.guides.encoding import Unknown, code, value_of
from hub.guides.notation import Guide, Rule, When
from hub.guides.values import SELF, split, unnumbered


class Routes:
    """What each rule can carry of an item, by the first step of its paths."""

    def __init__(self, guide: Guide) -> None:
        self.heads = {id(rule): frozenset(_heads(rule)) for rule in guide.rules()}

    def chosen(self, rule: Rule, rules: tuple[Rule, ...], key: Any, home: Any) -> bool:
        """True for the first rule that matches and carries all of the item, or else for the first that matches."""
        item = home[key]
        rivals = [other for other in rules if other.each == rule.each and other.carried and other.use != "never"]
        if len(rivals) == 1:
            return matches(rule, key, item)
        able = [other for other in rivals if matches(other, key, item)]
        names = _names(key, home)
        whole = [other for other in able if names <= self.heads[id(other)]]
        return bool(able) and rule is (whole or able)[0]


def _names(key: Any, home: Any) -> set[str]:
    """Fields of an item; of all that share its key, so that their order, and with it their numbers, are kept."""
    items = [home[key]]
    if isinstance(key, str):
        items = [value for other, value in home.items() if unnumbered(other) == unnumbered(key)]
    return {name for item in items for name in (item if isinstance(item, dict) else (SELF,))}


@lru_cache(maxsize=256)
def routes(guide: Guide) -> Routes:
    """The routes of a guide."""
    return Routes(guide)


def matches(rule: Rule, key: str | int, item: Any) -> bool:
    """True when the codes that the rule takes are those of the item."""
    return all(_meets(rule, when, key, item) for when in rule.when)


def _meets(rule: Rule, when: When, key: str | int, item: Any) -> bool:
    try:
        if rule.key and rule.key.address == when.address:
            return code(rule.key.table, str(key)) in when.codes
        element = rule.element(when.address)
        value = value_of(element, item) if element else None
        if element is None or not element.paths:
            return True  # written with the first of its codes
        return value is not None and (code(element.table, str(value)) if element.table else str(value)) in when.codes
    except (Unknown, Unwritable):
        return False


def _heads(rule: Rule) -> set[str]:
    """First steps of all paths a rule and its body carry, from the item it stands in or makes."""
    heads = {split(path)[0] for element in rule.carriers() for path in element.paths}
    heads |= {split(pairs.into)[0] for pairs in rule.pairs}
    if rule.groups:
        heads.add(split(rule.groups.each)[0])
    for inner in rule.inside():
        heads |= {split(inner.each)[0]} if inner.each else _heads(inner)
    return heads
