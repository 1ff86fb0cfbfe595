"""A guide prepared for reading: for each place, what may follow there; made once and kept with the guide."""

from collections.abc import Mapping
from functools import lru_cache

from hub.guides.notation import Guide, Rule
from hub.guides.repetition import runs_of
from hub.guides.values import split


class Entry:
    """One rule at its place in a scope."""

    __slots__ = ("each", "index", "key", "levels", "limit", "rank", "rule", "scalar", "scope", "tag", "whens", "words")

    def __init__(self, rule: Rule, index: int, rank: int) -> None:
        self.rule, self.tag, self.index, self.rank = rule, rule.tag, index, rank
        self.limit = 0 if rule.use == "never" else rule.max
        if not rule.carried:
            self.limit = None
        self.whens = tuple((when.address, frozenset(when.codes)) for when in rule.when)
        self.each = split(rule.each) if rule.each else None
        self.key = rule.key.address if rule.key else None
        self.words = rule.key.table.words if rule.key and rule.key.table else None
        self.scalar = any(element.paths == (".",) for element in rule.carriers())
        self.levels = {code: Scope(level.body, rule.tag) for code, level in rule.levels.items()}
        self.scope = Scope(rule.body or (), rule.tag) if rule.loop else None


class Scope:
    """What may stand in a body, by tag."""

    __slots__ = ("by_tag", "checks", "entries", "simple", "trigger")

    def __init__(self, body: tuple[Rule, ...], trigger: str | None) -> None:
        self.trigger = trigger
        self.entries: list[Entry] = []
        self.by_tag: dict[str, list[Entry]] = {}
        rank, before = 0, None
        for index, rule in enumerate(body):
            rank += rule.tag != before  # rules of one tag side by side share a place: their order is free
            before = rule.tag
            entry = Entry(rule, index, rank)
            self.entries.append(entry)
            self.by_tag.setdefault(rule.tag, []).append(entry)
        self.simple: Mapping[str, Entry] = {
            tag: found[0] for tag, found in self.by_tag.items() if len(found) == 1 and not found[0].whens
        }
        self.checks = tuple(entry for entry in self.entries if entry.rule.use == "must" or entry.rule.needs)


class Plan:
    """The whole guide."""

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self.scope = Scope(guide.body, None)
        self.tags = {rule.tag for rule in guide.rules()}
        self.runs = runs_of(guide) if guide.standard == "edifact" else {}


@lru_cache(maxsize=256)
def plan(guide: Guide) -> Plan:
    """The plan of a guide."""
    return Plan(guide)
