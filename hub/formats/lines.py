"""Segments in order: an interchange of very many is written, compared and kept without an object for each of them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

BLOCK = 1000  # segments that are kept as they are; those before them as text, in a tenth of the room


class Lines(Sequence[list[str]]):
    """Segments, each a list of its elements with the tag first. Grows at its end; nobody changes a segment that is in it.

    >>> lines = Lines([["ST", "997"]]); lines.append(["SE", "2"]); len(lines), lines[-1], list(lines)
    (2, ['SE', '2'], [['ST', '997'], ['SE', '2']])
    """

    def __init__(self, segments: Iterable[list[str]] = ()) -> None:
        self._packed: list[str] = []
        self._last: list[list[str]] = []
        self.extend(segments)

    def append(self, segment: list[str]) -> None:
        if len(self._last) >= BLOCK:
            self._packed.append(json.dumps(self._last))
            self._last = []
        self._last.append(segment)

    def extend(self, segments: Iterable[list[str]]) -> None:
        for segment in segments:
            self.append(segment)

    def blocks(self) -> Iterator[list[list[str]]]:
        """All of them in order, some at a time."""
        yield from map(json.loads, self._packed)
        yield self._last

    def __iter__(self) -> Iterator[list[str]]:
        for block in self.blocks():
            yield from block

    def __len__(self) -> int:
        return BLOCK * len(self._packed) + len(self._last)

    @overload
    def __getitem__(self, place: int) -> list[str]: ...
    @overload
    def __getitem__(self, place: slice) -> list[list[str]]: ...
    def __getitem__(self, place: int | slice) -> list[str] | list[list[str]]:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self)))]
        block, at = divmod(range(len(self))[place], BLOCK)
        segments: list[list[str]] = json.loads(self._packed[block]) if block < len(self._packed) else self._last
        return segments[at]
