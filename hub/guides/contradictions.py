"""Where a guide contradicts the one it extends: what the base needs is taken away, what it knows not is allowed, limits exclude all.

A partner may demand more than the standard and leave out what is free; whatever breaks this reads or writes no document at all.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from hub.guides.extend import STEP
from hub.guides.keywords import ADDRESS
from hub.guides.mistakes import Mistake
from hub.guides.notation import Address, Element, Guide, Level, Rule
from hub.marked import Mark, MarkedDict, MarkedList
from hub.model import DOCUMENTS

MOST = 10**6  # a length beyond this is no limit


def contradictions(base: Guide, guide: Guide, own: MarkedDict) -> Iterator[Mistake]:
    """Every change of `own`, the file of `guide`, that contradicts the base; each at its keyword."""
    found = [*_changed(base, guide, own)]
    yield from found
    told = {mistake.mark for mistake in found}
    yield from (mistake for mistake in _lost(base, guide, own) if mistake.mark not in told)


def _changed(base: Guide, guide: Guide, own: MarkedDict) -> Iterator[Mistake]:
    change = _change(own)
    for text, value in change.items():
        steps = text.split("/")
        place = steps.pop() if ADDRESS.match(steps[-1]) and len(steps) > 1 else None
        before, after = _rule(base, steps), _rule(guide, steps)
        if before is None or any(step.startswith("+") for step in steps):
            continue
        if place is None:
            yield from _segment(before, after, value, change, text)
        elif after is not None and isinstance(value, MarkedDict):
            address = Address(*map(int, place.split(".")))
            old, new = before.element(address), after.element(address)
            if old is not None and new is not None:
                yield from _element(address.of(before.tag), old, new, value)


def _change(own: MarkedDict) -> MarkedDict:
    change = own.get("change")
    return change if isinstance(change, MarkedDict) else MarkedDict(own.mark)


def _rule(guide: Guide, steps: list[str]) -> Rule | None:
    """The rule at an address, as a change names it."""
    body, found = guide.body, None
    levels: dict[str, Level] = {}
    for step in steps:
        if levels:
            body, levels = levels[step].body if step in levels else (), {}
            continue
        match = STEP.match(step)
        alike = [rule for rule in body if match and rule.tag == match["tag"]]
        code = match["code"] if match else None
        found = next((rule for rule in alike if code is None or code in (_codes(rule) or [""])), None)
        if found is None:
            return None
        body, levels = found.body or (), dict(found.levels)
    return found


def _codes(rule: Rule) -> list[str]:
    return [code for when in rule.when for code in when.codes]


def _segment(before: Rule, after: Rule | None, value: Any, change: MarkedDict, text: str) -> Iterator[Mistake]:
    never = isinstance(value, MarkedDict) and (value.get("use") == "never" or value.get("max") == 0)
    if before.use == "must" and (value is None or never):
        mark = value.values_at["use" if "use" in value else "max"] if isinstance(value, MarkedDict) else change.keys_at[text]
        yield Mistake(
            mark, f"{before.tag} is taken away, and the guide that this one extends needs it", "leave it, or say what is in it"
        )
    table = after.key.table if after is not None and after.key else None
    if isinstance(value, MarkedDict) and "needs" in value and table:
        known = set(table.words.values())
        needs = value["needs"]
        for word, mark in zip(needs, needs.items_at, strict=True) if isinstance(needs, MarkedList) else ():
            if word not in known:
                yield _unknown(mark, table.name, str(word), known)


def _unknown(mark: Mark, table: str, word: str, known: set[str]) -> Mistake:
    near = get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return Mistake(mark, f"no code of the table `{table}` means `{word}`", f"did you mean `{near[0]}`?" if near else None)


def _element(named: str, old: Element, new: Element, value: MarkedDict) -> Iterator[Mistake]:
    def wrong(word: str, text: str, hint: str | None = None) -> Iterator[Mistake]:
        if word in value:
            yield Mistake(value.values_at[word], f"{named} {text}", hint)

    if old.use == "must" and new.use == "never":
        yield from wrong(
            "use", "must not be sent here, and the guide that this one extends needs it", "write `must`, or leave it out"
        )
    longest = max(old.high, old.newest)
    if new.low > new.high:
        text = f"is to be at least {new.low} and at most {new.high} characters long: nothing is"
        yield from wrong(
            "min" if "min" in value else "max", text, "the standard's own lengths count where `min` or `max` is left out"
        )
    elif longest < MOST and new.high > longest:
        yield from wrong("max", f"may be {new.high} characters long here, and no more than {longest} in the standard")
    allowed = [old.const] if old.const is not None else list(old.only)
    if allowed and (more := [code for code in new.only if code not in allowed]):
        yield from wrong("only", f"may be {', '.join(more)} here, and the guide that this one extends refuses that",
                         f"it takes {', '.join(allowed)}")  # fmt: skip
    if new.const is not None and new.const not in (allowed or [new.const]):
        yield from wrong(
            "const", f"is always {new.const} here, and the guide that this one extends takes {', '.join(allowed)} only"
        )
    if new.const is not None and new.only and new.const not in new.only:
        yield from wrong("const", f"is always {new.const}, and may only be {', '.join(new.only)}", "give one of the two")


def _lost(base: Guide, guide: Guide, own: MarkedDict) -> Iterator[Mistake]:
    """What every document of this kind must have, and only the base carries."""
    shape = DOCUMENTS.get(base.document)
    for name, field in shape.model_fields.items() if shape else ():
        if not field.is_required() or name in guide.drops:  # dropped on purpose
            continue
        if name in _carried(base.body) and name not in _carried(guide.body):
            spot = _taken_away(base, name, own) or own.keys_at.get("change", own.mark)
            kind = base.document.replace("_", " ")
            hint = f"say at another place that it carries it: `is: {name}`"
            yield Mistake(spot, f"nothing carries `{name}` any more, which every {kind} must have", hint)


def _carried(rules: tuple[Rule, ...]) -> set[str]:
    """Fields of the document itself; what stands in a list of it is not meant."""
    found: set[str] = set()
    for rule in rules:
        if rule.each is None:
            found |= {path for element in rule.carriers() for path in element.paths} | _carried(rule.body or ())
    return found


def _taken_away(base: Guide, name: str, own: MarkedDict) -> Mark | None:
    """The change that took it away."""
    change = _change(own)
    for text, value in change.items():
        steps = text.split("/")
        place = steps.pop() if ADDRESS.match(steps[-1]) and len(steps) > 1 else None
        rule = _rule(base, steps)
        address = Address(*map(int, place.split("."))) if place else None
        carries = rule and any(name in one.paths and address in (None, one.address) for one in rule.carriers())
        if carries and (value is None or (isinstance(value, MarkedDict) and "is" in value)):
            return change.keys_at[text]
    return None
