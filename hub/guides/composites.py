"""Composites of the fast path: value and qualifier in one element, and values over several components."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from hub.formats.envelope import TransactionSet
from hub.guides import spread
from hub.guides.notation import Element
from hub.guides.quick import dates, day
from hub.guides.values import Values, file, put


def inside(parts: Sequence[str], item: Values, into: str, extra: Any, tset: TransactionSet) -> bool:
    """Pairs of which each is one composite, value first."""
    words, found = extra
    filed = []
    for index, decoders in found:
        texts = tset.components(parts[index])
        if not 2 <= len(texts) <= len(decoders) or not texts[0] or not texts[1]:
            return False
        if any(text and decode(text) is None for text, decode in zip(texts, decoders, strict=False)):
            return False
        word = words.get(texts[1]) if words is not None else texts[1]
        if word is None:
            return False
        filed.append((word, texts[0]))
    mapping = item.setdefault(into, {})
    for word, value in filed:
        file(mapping, word, value)
    return True


def over(parts: Sequence[str], item: Values, low: int, high: int, extra: Any) -> bool:
    """A codec that takes several components together."""
    decode, places, paths = extra
    texts = [parts[place] if place < len(parts) else "" for place in places]
    if not low <= len(texts[0]) <= high:
        return False
    value = decode(texts)
    if value is None:
        return False
    for path in paths:
        put(item, path, value)
    return True


def day_of(texts: list[str]) -> date | None:
    """A day laid out as one; all else is for the slow path."""
    if len(texts[0]) != 8 or texts[1:] != ["102"]:
        return None
    return dates.get(texts[0]) or day(texts[0])


def pieces_of(element: Element) -> Callable[[list[str]], Any]:
    """One text out of several components, or a list of them."""

    def decode(texts: list[str]) -> Any:
        kept = [text for text in texts if text]
        if any(text[-1] == " " or not text.isprintable() for text in kept):
            return None
        return kept if element.codec == "texts" else spread.joined(kept, element.high)

    return decode
