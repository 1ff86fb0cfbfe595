"""Messages of EDIFACT taken apart at both levels at once, which is cheaper than composite by composite.

What comes out of a segment are its parts, one after another: the tag, and the components of each element. Which is which its
shape says, the separators alone; readers are written for one shape. In X12, where composites are rare, the parts are the elements,
and a number of them is shape enough.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from hub.formats.envelope import COMPONENT, TransactionSet
from hub.guides.fast_odd import Odd
from hub.guides.notation import Address

Shape = int | bytes
SEGMENT, ELEMENT = "\x1c", "\x1d"  # tidy text has no such characters
ONE, NEXT = SEGMENT.encode(), ELEMENT.encode()


def shaped(tset: TransactionSet, end: int) -> Iterable[tuple[Shape, list[str]]]:
    """Shape and parts of each segment between the header and this one, text without release characters."""
    element, component = tset.element, tset.interchange.separators.component
    if tset.interchange.standard != "edifact" or end < 2:
        body = [line.split(element) for line in tset.lines[1:end]] if tset.parted is None else tset.parted[1:end]
        return zip(map(len, body), body, strict=True)
    if tset.parted is None:
        text = SEGMENT.join(tset.lines[1:end])
    else:
        element, text = ELEMENT, SEGMENT.join(map(ELEMENT.join, tset.parted[1:end]))
    shapes = _shapes(text.encode("utf-8", "surrogatepass").translate(*_marks(element, component or COMPONENT)))
    text = tset.text(text.replace(element, COMPONENT).replace(component or COMPONENT, COMPONENT))
    parts = [line.split(COMPONENT) for line in text.split(SEGMENT)]
    return zip(shapes, parts, strict=True)


@lru_cache(maxsize=64)
def _marks(element: str, component: str) -> tuple[bytes, bytes]:
    """What leaves of a text its separators alone, as shapes have them: how bytes are translated, and which are left out."""
    separators = element + component
    if not separators.isascii() or len(set(separators + SEGMENT)) < 3:
        raise Odd
    kept = (separators + SEGMENT).encode()
    return bytes.maketrans(kept[:2], (ELEMENT + COMPONENT).encode()), bytes(code for code in range(256) if code not in kept)


@lru_cache(maxsize=256)
def _shapes(marks: bytes) -> list[bytes]:
    """Messages of one sender are much alike: then their shapes are the same objects, whose hashes are known."""
    return marks.split(ONE)


def counts(shape: bytes) -> list[int]:
    """How many components each element has, the tag being the first.

    >>> counts(b"\\x1d\\x1d\\x1f\\x1f")
    [1, 1, 3]
    """
    return [len(piece) + 1 for piece in shape.split(NEXT)]


def cut(shape: Shape, size: int) -> tuple[Shape, int]:
    """The shape of only so many elements, and how many parts that are."""
    if isinstance(shape, int):
        return size, size
    pieces = shape.split(NEXT)[:size]
    return NEXT.join(pieces), sum(map(len, pieces)) + len(pieces)


def size_of(shape: Shape) -> int:
    """How many elements there are, the tag being the first."""
    return shape if isinstance(shape, int) else shape.count(NEXT) + 1


def text_at(shape: Shape, parts: Sequence[str], work: Any, address: Address) -> str:
    """The text at an address."""
    if isinstance(shape, int):
        found: str = work.at(parts, address)
        return found
    at = index(shape, address)
    return "" if at is None else parts[at]


@lru_cache(maxsize=4096)
def index(shape: bytes, address: Address) -> int | None:
    """Which of the parts stands at an address; None where the segment ends before.

    >>> index(b"\\x1d\\x1d\\x1f\\x1f", Address(2, 3)), index(b"\\x1d\\x1d\\x1f\\x1f", Address(3))
    (4, None)
    """
    known = counts(shape)
    if address.element >= len(known) or address.component > known[address.element]:
        return None
    if not address.component and known[address.element] > 1:
        raise Odd
    return sum(known[: address.element]) + max(address.component, 1) - 1
