"""Paths of XML in the keys of a body (`cac:Item/cbc:Name`, `Total/@currency`), made into bodies inside bodies."""

from collections.abc import Sequence
from typing import Any

from hub.marked import Mark, MarkedDict, MarkedList

Entry = tuple[str, Any, Mark]  # name, what stands there, its place
TEXT = "."  # in a body: the text of the element itself
APART = ("each", "when", "body")  # a rule with these is not put together with others of its name


def entries(body: Any) -> list[Entry]:
    """The rules of a body in order: of a mapping, or of a list of mappings where names repeat."""
    parts = body if isinstance(body, list) else [body]
    return [(name, part[name], part.values_at[name]) for part in parts if isinstance(part, MarkedDict) for name in part]


def branched(found: Sequence[Entry]) -> list[Entry]:
    """Each path cut at its first `/`; what shares a first step stands in one body."""
    result: list[Entry] = []
    open_at: dict[str, int] = {}
    for name, spec, mark in found:
        first, _, rest = name.partition("/")
        if not rest and not _joins(first, spec, open_at):
            result.append((first, spec, mark))
            if isinstance(spec, MarkedDict) and not any(word in spec for word in APART):
                open_at[first] = len(result) - 1
            continue
        if first not in open_at:
            open_at[first] = len(result)
            result.append((first, _bodied(mark), mark))
        at = open_at[first]
        result[at] = (first, _with(result[at][1], rest or TEXT, spec, mark), mark)
    return result


def _joins(name: str, spec: Any, open_at: dict[str, int]) -> bool:
    return name in open_at and isinstance(spec, MarkedDict) and not any(word in spec for word in APART)


def _bodied(mark: Mark) -> MarkedDict:
    return _set(MarkedDict(mark), "body", MarkedList(mark), mark)


def _with(holder: MarkedDict, name: str, spec: Any, mark: Mark) -> MarkedDict:
    """The holder with one more rule in its body; a plain rule becomes the rule of its text. It `must` be if that must."""
    if "body" not in holder:
        plain, holder = holder, _bodied(holder.mark)
        _with(holder, TEXT, plain, plain.mark)
    holder["body"].append(_set(MarkedDict(mark), name, spec, mark))
    holder["body"].items_at.append(mark)
    if isinstance(spec, MarkedDict) and spec.get("use") == "must":
        _set(holder, "use", "must", mark)
    return holder


def _set(holder: MarkedDict, name: str, value: Any, mark: Mark) -> MarkedDict:
    holder[name] = value
    holder.keys_at[name] = holder.values_at[name] = mark
    return holder
