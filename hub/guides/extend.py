"""A guide that extends another: the base's YAML with changes laid over it, by address and never by place in a list."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from hub.guides.keywords import ADDRESS
from hub.guides.mistakes import Mistakes
from hub.marked import Mark, MarkedDict, MarkedList

STEP = re.compile(r"(?P<plus>\+?)(?P<tag>\w+)(?:\[(?P<code>[^\]]*)\])?\Z")
DEEP = ("at", "levels", "tables")  # other keywords are replaced as a whole


class Found(NamedTuple):
    """A segment in a body."""

    body: MarkedList
    place: int
    tag: str

    @property
    def rule(self) -> MarkedDict:
        """Its rule; a bare tag is given an empty one."""
        item = self.body[self.place]
        if isinstance(item, str) or item[self.tag] is None:
            fresh = MarkedDict(self.body.items_at[self.place])
            _set(fresh, self.tag, MarkedDict(fresh.mark), fresh.mark)
            self.body[self.place] = item = fresh
        rule: MarkedDict = item[self.tag]
        return rule


def extend(base: MarkedDict, own: MarkedDict, mistakes: Mistakes) -> MarkedDict:
    """The base as `own` wants it. Neither is touched."""
    result: MarkedDict = copied(base)
    result.pop("examples", None)  # they show what the base reads
    for key, value in own.items():
        if key in ("extends", "change"):
            continue
        if key == "drops" and isinstance(value, MarkedList) and isinstance(result.get("drops"), MarkedList):
            value = _joined(result["drops"], value)
        _merge(result, key, value, own.values_at[key])
    change = own.get("change")
    if not isinstance(change, MarkedDict):
        if change is not None:
            mistakes.add(own.values_at["change"], "`change` is a mapping of addresses")
        return result
    for text, value in change.items():
        _change(result, text, value, change.keys_at[text], change.values_at[text], mistakes)
    return result


def _change(guide: MarkedDict, text: str, value: Any, key_mark: Mark, mark: Mark, mistakes: Mistakes) -> None:
    steps = text.split("/")
    element = steps.pop() if ADDRESS.match(steps[-1]) and len(steps) > 1 else None
    adding = next((step[1:] for step in steps if step.startswith("+")), None)
    last_is_new = steps[-1].startswith("+")
    walked = [step for step in steps if not step.startswith("+")]
    body = guide.get("body")
    if not isinstance(body, MarkedList):
        return
    found, inner = _walk(body, walked, key_mark, mistakes)
    if adding and (found or last_is_new):
        if last_is_new:
            _add(_body_of(found, inner, mark) if found else inner, None, adding, value, mark)
        elif found:
            _add(found.body, found.place, adding, value, mark)
    elif found and element:
        at = found.rule.setdefault("at", MarkedDict(mark))
        _place(found.rule, "at", mark)
        _merge(at, element, value, mark, deep=True)
    elif found and value is None:
        del found.body[found.place], found.body.items_at[found.place]
    elif found and isinstance(value, MarkedDict):
        for key, item in value.items():
            _merge(found.rule, key, item, value.values_at[key])
        _let_go(found.rule, value)
    elif found:
        mistakes.add(mark, f"the change of `{text}` must be a mapping of keywords, or null to take it away")


def _let_go(rule: MarkedDict, change: MarkedDict) -> None:
    """A level that is taken away is held by no other."""
    levels = change.get("levels")
    gone = {code for code, level in levels.items() if level is None} if isinstance(levels, MarkedDict) else set()
    for level in rule["levels"].values() if gone else ():
        held = level.get("holds") if isinstance(level, MarkedDict) else None
        if isinstance(held, MarkedList):
            kept = [number for number, code in enumerate(held) if code not in gone]
            held[:], held.items_at[:] = [held[number] for number in kept], [held.items_at[number] for number in kept]


def _walk(body: MarkedList, steps: list[str], mark: Mark, mistakes: Mistakes) -> tuple[Found | None, MarkedList]:
    """The segment that the steps lead to, and the body inside it."""
    found: Found | None = None
    levels: MarkedDict | None = None
    for step in steps:
        if levels is not None:
            if step not in levels:
                mistakes.unknown(mark, "level", step, levels)
                return None, body
            body, levels = levels[step].setdefault("body", MarkedList(mark)), None
            continue
        found = _find(body, step, mark, mistakes)
        if found is None:
            return None, body
        if isinstance(found.rule.get("levels"), MarkedDict):
            levels = found.rule["levels"]
        else:
            body = found.rule.get("body") or MarkedList(mark)
    return found, body


def _body_of(found: Found, body: MarkedList, mark: Mark) -> MarkedList:
    rule = found.rule
    if isinstance(rule.get("levels"), MarkedDict):  # the last step was a level
        return body
    if "body" not in rule:
        _set(rule, "body", body, mark)
    return rule["body"] if isinstance(rule["body"], MarkedList) else body


def _find(body: MarkedList, step: str, mark: Mark, mistakes: Mistakes) -> Found | None:
    match = STEP.match(step)
    tags = [item if isinstance(item, str) else next(iter(item), "") for item in body]
    if match is None or match["tag"] not in tags:
        mistakes.unknown(mark, "segment at this address:", step, tags)
        return None
    places = [place for place, tag in enumerate(tags) if tag == match["tag"]]
    if match["code"] is None:
        return Found(body, places[0], match["tag"])
    codes = {place: list(_codes(body[place], match["tag"])) or [""] for place in places}  # `TAG[]`: the one for any code
    for place in places:
        if match["code"] in codes[place]:
            return Found(body, place, match["tag"])
    known = [f"{match['tag']}[{code}]" for place in places for code in codes[place]]
    mistakes.unknown(mark, "segment at this address:", step, known)
    return None


def _codes(item: Any, tag: str) -> Iterator[str]:
    rule = item.get(tag) if isinstance(item, dict) else None
    for codes in ((rule or {}).get("when") or {}).values():
        yield from map(str, codes if isinstance(codes, list) else [codes])


def _add(body: MarkedList, after: int | None, tag: str, value: Any, mark: Mark) -> None:
    item = MarkedDict(mark)
    _set(item, tag, value if isinstance(value, MarkedDict) else MarkedDict(mark), mark)
    place = len(body) if after is None else after + 1
    body.insert(place, item)
    body.items_at.insert(place, mark)


def _merge(into: MarkedDict, key: str, value: Any, mark: Mark, deep: bool = False) -> None:
    if value is None:
        into.pop(key, None)
    elif (deep or key in DEEP) and isinstance(value, MarkedDict) and isinstance(into.get(key), MarkedDict):
        for name, item in value.items():
            _merge(into[key], name, item, value.values_at[name], deep=key in DEEP)
    else:
        _set(into, key, copied(value), mark)


def _set(into: MarkedDict, key: str, value: Any, mark: Mark) -> None:
    into[key] = value
    _place(into, key, mark)


def _place(into: MarkedDict, key: str, mark: Mark) -> None:
    into.keys_at[key] = into.values_at[key] = mark


def _joined(first: MarkedList, second: MarkedList) -> MarkedList:
    result = MarkedList(second.mark)
    result.extend([*first, *second])
    result.items_at.extend([*first.items_at, *second.items_at])
    return result


def copied(value: Any) -> Any:
    """A copy that keeps its places."""
    if isinstance(value, MarkedDict):
        result = MarkedDict(value.mark)
        for key, item in value.items():
            result[key] = copied(item)
        result.keys_at.update(value.keys_at)
        result.values_at.update(value.values_at)
        return result
    if isinstance(value, MarkedList):
        listed = MarkedList(value.mark)
        listed.extend(map(copied, value))
        listed.items_at.extend(value.items_at)
        return listed
    return value
