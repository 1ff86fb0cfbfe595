"""One value over several elements: a text cut into pieces, or a list with an entry in each."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from hub.guides.codecs import Unwritable

# Lengths of old directories, by those of new ones: partners on D96A take no more, and many senders still cut there.
OLD = {256: 35, 512: 70}
CUTS = frozenset(OLD.values())


def joined(pieces: Iterable[str], high: int) -> str:
    """The text that was cut into these pieces.

    >>> joined(["a red", "box"], 35), joined(["x" * 35, "yz"], 256) == "x" * 35 + "yz", joined(["xxx ", "y"], 4)
    ('a red box', True, 'xxx y')
    """
    kept = [piece for piece in pieces if piece.strip()]
    text = kept[0].rstrip() if kept else ""
    for before, piece in pairwise(kept):
        whole = before[-1] == " " or (len(before) < high and len(before) not in CUTS)
        text += f" {piece.rstrip()}" if whole else piece.rstrip()
    return text


def cut(text: str, high: int) -> list[str]:
    """Pieces that `joined` puts together again: words stay whole where they can.

    >>> cut("one two three", 8), cut("x" * 10, 4)
    (['one two', 'three'], ['xxxx', 'xxxx', 'xx'])
    """
    pieces = []
    while len(text) > high:
        ends = [at for at in range(1, high) if text[at] == " " and at not in CUTS and text[at - 1] != " " != text[at + 1]]
        end, gap = (ends[-1], 1) if ends and ends[-1] > high // 2 else (high, 0)
        pieces.append(text[:end])
        text = text[end + gap :]
    return [*pieces, text]


def texts(codec: str, value: Any, high: int, room: int) -> list[str]:
    """What to write into `room` places. Raises Unwritable where they are too few."""
    if codec == "texts":
        pieces = [str(piece) for piece in value] if isinstance(value, list | tuple) else [str(value)]
    elif isinstance(value, str):
        pieces = cut(value, OLD.get(high, high))
        if len(pieces) > room:
            pieces = cut(value, high)
    else:
        raise Unwritable(f"{value!r} is not text")
    if len(pieces) > room:
        raise Unwritable(f"needs {len(pieces)} places of {high} characters, there are {room}")
    return pieces
