"""What is made of files: guides, dictionaries, lengths. Kept for as long as the files stay as they were.

All libraries of a process share it: what a thousand partners take from the product as it is, is read and compiled once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from hub import marked
from hub.guides import lengths, load, segments, tables
from hub.guides.elements import Shelf
from hub.guides.extend import copied, extend
from hub.guides.lengths import Era, Lengths, Steps
from hub.guides.mistakes import GuideError, Mistake, Mistakes
from hub.guides.notation import Guide
from hub.guides.tables import Table
from hub.marked import Mark, MarkedDict


class File(NamedTuple):
    """A file as it was when somebody looked."""

    path: Path
    modified: int
    size: int


Files = tuple[File, ...]  # the nearest first


class Beside(NamedTuple):
    """What guides of one standard are read with."""

    standard: str
    dictionaries: Files = ()
    tables: Files = ()
    lengths: Files = ()


def seen(paths: Iterable[Path]) -> Files:
    """These files as they are now."""
    return tuple(File(path, facts.st_mtime_ns, facts.st_size) for path, facts in ((path, path.stat()) for path in paths))


@lru_cache(maxsize=512)
def parsed(file: File) -> MarkedDict:
    """The YAML of a file, not to be changed. Raises GuideError."""
    try:
        value = marked.load(file.path)
    except marked.MarkedError as error:
        raise GuideError([Mistake(error.mark, error.message)]) from None
    return value if isinstance(value, MarkedDict) else MarkedDict(Mark(str(file.path), 1, 1))


@lru_cache(maxsize=512)
def guide(name: str, chain: Files, beside: Beside, age: Era) -> Guide:
    """The guide in the first file, each file being extended by the one before it. Raises GuideError with all its mistakes."""
    mistakes = Mistakes()
    raw = _worked(chain, mistakes)
    made = load.guide(name, raw, raw.mark, _aged(beside, age), mistakes)
    mistakes.stop()
    return made


def _worked(chain: Sequence[File], mistakes: Mistakes) -> MarkedDict:
    """The YAML of the farthest file with the changes of all nearer ones."""
    raw: MarkedDict = copied(parsed(chain[-1]))  # whoever reads a guide leaves out what is wrong
    for file in reversed(chain[:-1]):
        raw = extend(raw, parsed(file), mistakes)
    return raw


@lru_cache(maxsize=64)
def _aged(beside: Beside, age: Era) -> Shelf:
    found = shelf(beside)
    return replace(found, segments=lengths_of(beside).apply(found.segments, age)) if age else found


@lru_cache(maxsize=64)
def shelf(beside: Beside) -> Shelf:
    """The segment dictionary, of the newest version, and the code tables. Raises GuideError."""
    mistakes, known = Mistakes(), dict[str, segments.Segment]()
    for file in reversed(beside.dictionaries):
        known.update(segments.read(parsed(file), mistakes, str(file.path)))
    found = Shelf(beside.standard, known, _tables(beside, mistakes))
    mistakes.stop()
    return found


@lru_cache(maxsize=64)
def lengths_of(beside: Beside) -> Lengths:
    """Lengths by version, the nearest folder's over the others. Raises GuideError."""
    mistakes, known = Mistakes(), dict[str, Steps]()
    for file in reversed(beside.lengths):
        known.update(lengths.read(beside.standard, parsed(file), mistakes, str(file.path)).known)
    mistakes.stop()
    return Lengths(beside.standard, known)


def _tables(beside: Beside, mistakes: Mistakes) -> dict[str, Table]:
    found: dict[str, Table] = {}
    for path in (file.path for file in reversed(beside.tables)):
        try:
            table = tables.read(path.stem, path.read_text(encoding="utf-8").splitlines(), beside.standard)
        except ValueError as error:
            line, _, text = str(error).partition(": ")
            mistakes.add(Mark(str(path), int(line) if line.isdecimal() else 1, 1), text)
            continue
        found[path.stem] = found[path.stem].over(table.words) if path.stem in found else table
    return found
