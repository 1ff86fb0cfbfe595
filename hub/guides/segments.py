"""The segment dictionary of a standard: elements, their types and lengths, and conditional notes, in our own words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hub.guides.mistakes import Mistakes
from hub.guides.notation import Address, Condition, Element, Use
from hub.marked import Mark, MarkedDict, MarkedList

LINE = re.compile(
    r"(?P<number>\w+) (?P<type>AN|ID|DT|TM|R|B|N\d?|an|a|n) (?P<low>\d+)/(?P<high>\d+)(?P<must> must)?(?: (?P<title>.+))?\Z"
)
COMPOSITE = re.compile(r"(?P<number>[A-Z]\d{3})(?P<must> must)?(?: (?P<title>.+))?\Z")
CONDITION = re.compile(r"([PRECL])((?:\d\d){2,})\Z")
CODECS = {"R": "decimal", "DT": "date", "TM": "time", "n": "decimal", "N": "n0"}
NOBODY = "-"


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """One segment as the dictionary knows it."""

    tag: str
    title: str
    elements: tuple[Element, ...]
    conditions: tuple[Condition, ...]


Segments = Mapping[str, Segment]


def read(value: Any, mistakes: Mistakes, file: str) -> dict[str, Segment]:
    """The dictionary from a marked YAML value."""
    if not isinstance(value, MarkedDict):
        mistakes.add(Mark(file, 1, 1), "a segment dictionary is a mapping of tags")
        return {}
    return {tag: _segment(tag, entry, value.values_at[tag], mistakes) for tag, entry in value.items()}


def condition(text: str, mark: Mark, mistakes: Mistakes) -> Condition | None:
    """`P0304` and the like."""
    match = CONDITION.match(text)
    if match is None:
        mistakes.add(
            mark, f"`{text}` is not a condition", "a letter P, R, E, C or L and element numbers of two digits, such as P0304"
        )
        return None
    digits = match[2]
    return Condition(match[1], tuple(int(digits[i : i + 2]) for i in range(0, len(digits), 2)))


def codec_of(type_: str) -> str:
    """How values of this type are read where a guide says nothing."""
    return f"n{type_[1]}" if len(type_) == 2 and type_[0] == "N" and type_[1].isdigit() else CODECS.get(type_, "text")


def _segment(tag: str, entry: Any, mark: Mark, mistakes: Mistakes) -> Segment:
    if not isinstance(entry, MarkedDict):
        mistakes.add(mark, f"{tag} must be a mapping with `title`, `conditions` and `elements`")
        return Segment(tag, tag, (), ())
    for key in entry:
        if key not in ("title", "conditions", "elements"):
            mistakes.unknown(entry.keys_at[key], "keyword", key, ("title", "conditions", "elements"))
    listed = entry.get("elements") or MarkedList(mark)
    elements = tuple(_element(item, Address(n), listed.items_at[n - 1], mistakes) for n, item in enumerate(listed, 1))
    notes = entry.get("conditions") or MarkedList(mark)
    found = [condition(str(text), notes.items_at[n], mistakes) for n, text in enumerate(notes)]
    return Segment(tag, str(entry.get("title") or tag), elements, tuple(note for note in found if note))


def _element(item: Any, address: Address, mark: Mark, mistakes: Mistakes) -> Element:
    if isinstance(item, MarkedList) and item:
        parts = tuple(
            _element(part, Address(address.element, n), item.items_at[n], mistakes) for n, part in enumerate(item[1:], 1)
        )
        return replace(_composite(str(item[0]), address, mark, mistakes), components=parts)
    text = str(item)
    if text == NOBODY:
        return Element(address)
    match = LINE.match(text)
    if match is None:
        mistakes.add(
            mark,
            f"`{text}` is not an element",
            "`number type min/max`, then perhaps `must`, then a title: `353 ID 2/2 must purpose`",
        )
        return Element(address)
    use: Use = "must" if match["must"] else "may"
    return Element(
        address,
        title=match["title"] or "",
        number=match["number"],
        type=match["type"],
        low=int(match["low"]),
        high=int(match["high"]),
        use=use,
        codec=codec_of(match["type"]),
    )


def _composite(text: str, address: Address, mark: Mark, mistakes: Mistakes) -> Element:
    match = COMPOSITE.match(text)
    if match is None:
        mistakes.add(mark, f"`{text}` does not name a composite", "such as `C040 must references`")
        return Element(address)
    return Element(address, title=match["title"] or "", number=match["number"], use="must" if match["must"] else "may")
