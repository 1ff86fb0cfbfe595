"""The library: guides by name or by what they are for, read when first asked for and kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from hub import marked
from hub.guides import lengths, load, segments, tables
from hub.guides.elements import Shelf
from hub.guides.extend import copied, extend
from hub.guides.lengths import Era, Lengths, Steps
from hub.guides.mistakes import GuideError, Mistake, Mistakes
from hub.guides.notation import Guide
from hub.guides.tables import Table
from hub.marked import Mark, MarkedDict

STANDARDS = ("x12", "edifact")
DICTIONARY, LENGTHS = "segments", "lengths"
CODES = "codes"
HEADING = ("standard", "set", "versions", "document", "level")
MOST_ASKED = 256  # what strangers ask for is remembered, but not without end


class Library:
    """Guides under some folders, searched in order: the nearest (a partner's) first, the product's last.

    A guide's name is its path under its folder without suffix: `x12/850`. A single `file` comes before all folders; it is
    called by its own name, with the folder it lies in where that is a standard's.
    """

    def __init__(self, roots: Sequence[Path], file: Path | None = None) -> None:
        self.roots, self.file = tuple(roots), file
        self._guides: dict[tuple[str, Era], Guide] = {}
        self._shelves: dict[str, Shelf] = {}
        self._lengths: dict[str, Lengths] = {}
        self._found: dict[tuple[str, str, str], Guide | None] = {}

    def names(self) -> list[str]:
        """Every guide there is."""
        return list(self._files)

    def guide(self, name: str, version: str = "") -> Guide:
        """The guide of this name, with the lengths of a version; of the newest by default. Raises GuideError with all its mistakes."""
        standard = str(self._raw[name].get("standard")) if version and name in self._raw else ""
        key = (name, self.lengths(standard).age(version) if standard in STANDARDS else "")
        if key not in self._guides:
            self._guides[key] = self._load(*key)
        return self._guides[key]

    def find(self, standard: str, type: str, version: str, named: Mapping[str, str] | None = None) -> Guide | None:
        """The guide for a document of this type: the nearest written for its version, else the nearest for the type; or the one
        that is `named` for its canonical kind."""
        asked = (standard, type, version)
        if asked not in self._found:
            if len(self._found) >= MOST_ASKED:
                self._found.clear()
            self._found[asked] = self._find(standard, type, version)
        guide = self._found[asked]
        if guide is None or not named or guide.document not in named:
            return guide
        chosen = self.guide(named[guide.document], version)
        return chosen if chosen.set == type else guide

    def _find(self, standard: str, type: str, version: str) -> Guide | None:
        named = [(name, raw) for name, raw in self._raw.items() if (raw.get("standard"), str(raw.get("set"))) == (standard, type)]
        fit = [name for name, raw in named if any(version.startswith(str(prefix)) for prefix in raw.get("versions") or ())]
        chosen = fit or [name for name, _ in named]
        return self.guide(chosen[0], version) if chosen else None

    def find_for(
        self, document_kind: str, standard: str, level: str | None = None, version: str = "", named: str | None = None
    ) -> Guide | None:
        """The nearest guide that carries documents of this kind in this standard; for acknowledgements, of this level. The one
        that is `named` comes first, if it is of this level."""
        if named and self.guide(named).level == level:
            return self.guide(named, version)
        wanted = (document_kind, standard, level)
        for name, raw in self._raw.items():
            if (raw.get("document"), raw.get("standard"), raw.get("level")) == wanted:
                return self.guide(name, version)
        return None

    def extended(self, name: str, behind: "Callable[[tuple[Path, ...]], Library] | None" = None) -> Guide | None:
        """The guide that this one changes; None when it stands for itself. `behind` gives the library of farther folders, where
        somebody keeps them."""
        own = _yaml(self._files[name][0]) if name in self._files else {}
        if "extends" not in own:
            return None
        base = str(own["extends"])
        return self.guide(base) if base != name else (behind or Library)(tuple(self._farther(name))).guide(base)

    def file_of(self, name: str) -> Path | None:
        """The nearest file of this name."""
        return self._files[name][0] if name in self._files else None

    def own(self, name: str) -> MarkedDict:
        """What the nearest file of this name says itself."""
        return _yaml(self._files[name][0])

    def shelf(self, standard: str) -> Shelf:
        """The segment dictionary and the code tables of a standard."""
        return self._shelf(standard)

    def _farther(self, name: str) -> list[Path]:
        """Folders behind the one that has the nearest guide of this name."""
        if self.file is not None and name == called(self.file):
            return list(self.roots)
        nearest = next(at for at, root in enumerate(self.roots) if (root / f"{name}.yaml").is_file())
        return list(self.roots[nearest + 1 :])

    @cached_property
    def _files(self) -> dict[str, list[Path]]:
        """Files by name, the nearest first."""
        found: dict[str, list[Path]] = {called(self.file): [_guide_file(self.file)]} if self.file else {}
        for root in self.roots:
            for path in sorted(root.rglob("*.yaml")):
                name = path.relative_to(root).with_suffix("").as_posix()
                known = path.stem in (DICTIONARY, LENGTHS) or (self.file and path.samefile(self.file))
                if not known and _is_guide(path):
                    found.setdefault(name, []).append(path)
        return found

    @cached_property
    def _raw(self) -> dict[str, dict[str, Any]]:
        """What every guide is for, with what it extends worked in."""
        mistakes = Mistakes()
        raw = {name: self._extended(name, 0, (), mistakes)[0] for name in self._files}
        mistakes.stop()
        return {name: {key: whole[key] for key in HEADING if key in whole} for name, whole in raw.items()}

    def _extended(self, name: str, skip: int, chain: tuple[Path, ...], mistakes: Mistakes) -> tuple[MarkedDict, tuple[Path, ...]]:
        """The YAML of one guide and the files it came from; `skip` passes over nearer files of the same name."""
        path = self._files[name][skip]
        own = _yaml(path)
        if "extends" not in own:
            return own, (*chain, path)
        base, at = str(own["extends"]), own.values_at["extends"]
        if base not in self._files or (base == name and skip + 1 >= len(self._files[base])):
            mistakes.unknown(at, "guide", base, [other for other in self._files if other != name])
            return own, (*chain, path)
        if path in chain:
            mistakes.add(at, "the guides extend each other in a circle")
            return own, chain
        below, files = self._extended(base, skip + 1 if base == name else 0, (*chain, path), mistakes)
        return extend(below, own, mistakes), files

    def _load(self, name: str, age: Era) -> Guide:
        mistakes = Mistakes()
        if name not in self._files:
            mistakes.unknown(Mark(name, 1, 1), "guide", name, self._files)
            mistakes.stop()
        raw, files = self._extended(name, 0, (), mistakes)
        if "extends" in raw:
            mistakes.stop()  # there is nothing it changes: what else is missing would be told of the wrong guide
        standard = str(raw.get("standard"))
        shelf = self._shelf(standard) if standard in STANDARDS else Shelf("x12", {}, {})
        shelf = replace(shelf, segments=self.lengths(standard).apply(shelf.segments, age)) if age else shelf
        guide = load.guide(name, raw, raw.mark, shelf, mistakes)
        mistakes.stop()
        return load.with_hash(
            guide, _digest([*files, *self._dictionaries(standard), *self._dictionaries(standard, LENGTHS), *self._tables()])
        )

    def _shelf(self, standard: str) -> Shelf:
        if standard not in self._shelves:
            mistakes = Mistakes()
            known: dict[str, segments.Segment] = {}
            for path in reversed(self._dictionaries(standard)):
                known.update(segments.read(_yaml(path), mistakes, str(path)))
            shelf = Shelf(standard, known, self._read_tables(standard, mistakes))
            mistakes.stop()
            self._shelves[standard] = shelf
        return self._shelves[standard]

    def lengths(self, standard: str) -> Lengths:
        """Lengths by version of a standard, the nearest folder's over the others."""
        if standard not in self._lengths:
            mistakes, known = Mistakes(), dict[str, Steps]()
            for path in reversed(self._dictionaries(standard, LENGTHS)):
                known.update(lengths.read(standard, _yaml(path), mistakes, str(path)).known)
            mistakes.stop()
            self._lengths[standard] = Lengths(standard, known)
        return self._lengths[standard]

    def _dictionaries(self, standard: Any, name: str = DICTIONARY) -> list[Path]:
        files = [root / str(standard) / f"{name}.yaml" for root in self.roots]
        return [path for path in files if path.is_file()]

    def _tables(self) -> list[Path]:
        return [path for root in self.roots for path in sorted((root / CODES).glob("*.csv"))]

    def _read_tables(self, standard: str, mistakes: Mistakes) -> dict[str, Table]:
        found: dict[str, Table] = {}
        for path in reversed(self._tables()):
            try:
                table = tables.read(path.stem, path.read_text(encoding="utf-8").splitlines(), standard)
            except ValueError as error:
                line, _, text = str(error).partition(": ")
                mistakes.add(Mark(str(path), int(line) if line.isdigit() else 1, 1), text)
                continue
            found[path.stem] = found[path.stem].over(table.words) if path.stem in found else table
        return found


def called(file: Path) -> str:
    """The name of a guide that is a file by itself.

    >>> called(Path("drafts/x12/850.yaml")), called(Path("drafts/new order.yaml"))
    ('x12/850', 'new order')
    """
    return f"{file.parent.name}/{file.stem}" if file.parent.name in STANDARDS else file.stem


def _guide_file(path: Path) -> Path:
    """The file, when there is a guide in it."""
    if not path.is_file():
        raise GuideError([Mistake(Mark(str(path), 1, 1), "there is no such file")])
    if not _is_guide(path):
        raise GuideError([Mistake(Mark(str(path), 1, 1), "this is no guide: it needs `extends`, or `standard` and `set`")])
    return path


def _yaml(path: Path) -> MarkedDict:
    """The YAML of a file: a copy, since changes are worked into it."""
    facts = path.stat()
    value: MarkedDict = copied(_parsed(path, facts.st_mtime_ns, facts.st_size))
    return value


@lru_cache(maxsize=512)
def _parsed(path: Path, modified: int, size: int) -> MarkedDict:
    """Parsing takes longer than all the rest, and every partner's library reads the product's guides again."""
    try:
        value = marked.load(path)
    except marked.MarkedError as error:
        raise GuideError([Mistake(error.mark, error.message)]) from None
    return value if isinstance(value, MarkedDict) else MarkedDict(Mark(str(path), 1, 1))


def _is_guide(path: Path) -> bool:
    """Guides say which set they are for, or what they extend; mappings of other shapes stand beside them."""
    keys = _yaml(path).keys()
    return "extends" in keys or {"standard", "set"} <= keys


def _digest(files: Sequence[Path]) -> str:
    digest = sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()
