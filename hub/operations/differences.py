"""Differences between two versions of a document or a file, place by place. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from hub.errors import Unreadable
from hub.formats import detect
from hub.formats.envelope import End, Interchange
from hub.operations.pieces import cut

EDI_MEDIA = ("application/edi-x12", "application/edifact")


class Difference(NamedTuple):
    """One place that is not the same; None where there is nothing."""

    path: str
    then: str | None
    now: str | None


def of_values(then: Any, now: Any) -> list[Difference]:
    """Field by field, in the order of the fields.

    >>> of_values({"lines": [{"unit": "each"}]}, {"lines": [{"unit": "case"}], "test": True})
    [Difference(path='lines[0].unit', then='each', now='case'), Difference(path='test', then=None, now='true')]
    """
    before, after = dict(_flat(then, "")), dict(_flat(now, ""))
    paths = dict.fromkeys([*before, *after])
    return [Difference(path, before.get(path), after.get(path)) for path in paths if before.get(path) != after.get(path)]


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _flat(item, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for n, item in enumerate(value):
            yield from _flat(item, f"{path}[{n}]")
    elif value is not None:
        yield path, value if isinstance(value, str) else json.dumps(value)


def of_files(media: str, then: bytes, now: bytes) -> list[Difference]:
    """What is not the same in two files: elements of segments, fields of JSON; none when every byte is equal."""
    if then == now:
        return []
    found = _of_edi(then, now) if media in EDI_MEDIA else _of_json(then, now)
    return found or [Difference("bytes", _size(then), _size(now))]


def _size(body: bytes) -> str:
    return f"{len(body)} bytes, otherwise laid out"


def _of_json(then: bytes, now: bytes) -> list[Difference]:
    try:
        return of_values(json.loads(then), json.loads(now))
    except ValueError:
        return []


def _of_edi(then: bytes, now: bytes) -> list[Difference]:
    before, after = _segments(then), _segments(now)
    old, new = [tuple(one) for one in before], [tuple(one) for one in after]
    counted, found = _counted(before), list[Difference]()
    for what, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what != "equal":
            found += _aligned(counted[start:end], before[start:end], after[new_start:new_end])
    return found


def _segments(body: bytes) -> list[list[str]]:
    """Every segment of a file of ours, envelopes included."""
    try:
        events = [event for event in detect.read([body]) if not isinstance(event, End)]
    except Unreadable:
        return []
    first = next(event for event in events if isinstance(event, Interchange))
    return [list(piece.elements) for piece in cut(body, 0, len(body), first, events) if piece.elements]


def _counted(segments: Sequence[Sequence[str]]) -> list[str]:
    """Which of its kind each segment is."""
    seen: dict[str, int] = {}
    names = []
    for segment in segments:
        seen[segment[0]] = seen.get(segment[0], 0) + 1
        names.append(f"{segment[0]}[{seen[segment[0]]}]")
    return names


def _aligned(names: Sequence[str], then: Sequence[list[str]], now: Sequence[list[str]]) -> Iterator[Difference]:
    """Segments of one stretch; those with the same tag in the same order belong together."""
    tags, others = [one[0] for one in then], [one[0] for one in now]
    for what, start, end, new_start, new_end in SequenceMatcher(None, tags, others, autojunk=False).get_opcodes():
        if what == "equal":
            for name, old, new in zip(names[start:end], then[start:end], now[new_start:new_end], strict=True):
                yield from _elements(name, old, new)
        else:
            yield from (Difference(name, _shown(one), None) for name, one in zip(names[start:end], then[start:end], strict=True))
            yield from (Difference(f"{one[0]}[+]", None, _shown(one)) for one in now[new_start:new_end])


def _elements(name: str, then: Sequence[str], now: Sequence[str]) -> Iterator[Difference]:
    for n in range(1, max(len(then), len(now))):
        old, new = (one[n] if n < len(one) else "" for one in (then, now))
        if old != new:
            yield Difference(f"{name}/{n}", old or None, new or None)


def _shown(segment: Sequence[str]) -> str:
    return " | ".join(segment)
