"""Documents of which an acknowledgement says the same: gathered into one entry, and told one by one again. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

from hub.model.acknowledgement import Judged, apart, counted

LISTED = 5000  # documents of a group or an interchange that have an entry each, whatever is said of them


class Gathered:
    """What is said of documents, in order.

    Of very many, those that follow one another share an entry where the same is said of them. After `LISTED` entries they share
    one with any before them: where good and bad ones take turns, the order is given up rather than memory.
    """

    def __init__(self, many: bool) -> None:
        self._many = many
        self._entries: list[tuple[str, dict[str, Any], list[list[str]]]] = []  # control number, what is said, those that share it
        self._places: dict[tuple[Any, ...], int] = {}

    def add(self, control_number: str, said: dict[str, Any]) -> None:
        """One more document, with what is said of it: the fields of its entry."""
        if self._many and (place := self._shared(said)) is not None:
            _put(self._entries[place][2], control_number)
        else:
            self._entries.append((control_number, said, []))

    def _shared(self, said: dict[str, Any]) -> int | None:
        if self._entries and self._entries[-1][1] == said:
            return len(self._entries) - 1
        if len(self._entries) < LISTED:
            return None
        if not self._places:
            self._places = {tuple(said.items()): place for place, (_, said, _) in enumerate(self._entries)}
        place = self._places.get(key := tuple(said.items()))
        self._places.setdefault(key, len(self._entries))
        return place

    def entries(self) -> tuple[Judged, ...]:
        return tuple(Judged(control_number=number, also=also, **said) for number, said, also in self._entries)


def each(documents: Iterable[Judged]) -> Iterator[Judged]:
    """Every document by itself.

    >>> [one.control_number for one in each([Judged(control_number="7", verdict="accepted", also=[("0009", "0011"), ("A", "A")])])]
    ['7', '0009', '0010', '0011', 'A']
    """
    for judged in documents:
        alone = judged.model_copy(update={"also": ()}) if judged.also else judged
        yield alone
        for first, last in judged.also:
            yield from (alone.model_copy(update={"control_number": number}) for number in counted(first, last))


class Among:
    """Some control numbers, to be found in rows without counting those out.

    >>> Among(["0002", "0040", "ME7"]).row("1", "39")
    ['0002']
    """

    def __init__(self, numbers: Iterable[str]) -> None:
        found = sorted((stem, int(digits), number) for number in set(numbers) for stem, digits in [apart(number)] if digits)
        self._keys, self._numbers = [(stem, at) for stem, at, _ in found], [number for _, _, number in found]

    def row(self, first: str, last: str) -> list[str]:
        """Those of them that stand in a row; leading zeros do not count."""
        (stem, digits), (_, end) = apart(first), apart(last)
        if not digits:
            return [first]
        return self._numbers[bisect_left(self._keys, (stem, int(digits))) : bisect_right(self._keys, (stem, int(end)))]


def _put(rows: list[list[str]], number: str) -> None:
    """Into the last row, where it counts on from there; else into one of its own."""
    if rows and _next(rows[-1][1]) == number:
        rows[-1][1] = number
    else:
        rows.append([number, number])


def _next(number: str) -> str | None:
    """The control number after this one.

    >>> _next("0099"), _next("99"), _next("ME09"), _next("ME")
    ('0100', '100', 'ME10', None)
    """
    stem, digits = apart(number)
    return f"{stem}{int(digits) + 1:0{len(digits)}d}" if digits else None
