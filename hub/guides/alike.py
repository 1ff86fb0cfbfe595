"""Documents of which an acknowledgement says the same: gathered into one entry, and told one by one again. Pure."""

from collections.abc import Iterable, Iterator
from typing import Any

from hub.model.acknowledgement import Judged

LISTED = 5000  # documents of a group or an interchange that have an entry each, whatever is said of them
DIGITS = "0123456789"


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
            yield from (alone.model_copy(update={"control_number": number}) for number in _counted(first, last))


def _put(rows: list[list[str]], number: str) -> None:
    """Into the last row, where it counts on from there; else into one of its own."""
    if rows and _next(rows[-1][1]) == number:
        rows[-1][1] = number
    else:
        rows.append([number, number])


def _counted(first: str, last: str) -> Iterator[str]:
    (stem, digits), (same, end) = _apart(first), _apart(last)
    if first != last and stem == same and digits and end:
        yield from (f"{stem}{number:0{len(digits)}d}" for number in range(int(digits), int(end) + 1))
    else:
        yield from dict.fromkeys((first, last))


def _next(number: str) -> str | None:
    """The control number after this one.

    >>> _next("0099"), _next("99"), _next("ME09"), _next("ME")
    ('0100', '100', 'ME10', None)
    """
    stem, digits = _apart(number)
    return f"{stem}{int(digits) + 1:0{len(digits)}d}" if digits else None


def _apart(number: str) -> tuple[str, str]:
    stem = number.rstrip(DIGITS)
    return stem, number[len(stem) :]
