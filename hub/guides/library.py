"""The library: guides by name or by what they are for, read when first asked for and kept."""

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from hub.guides import made
from hub.guides.elements import Shelf
from hub.guides.lengths import Era, Lengths
from hub.guides.made import Beside
from hub.guides.mistakes import GuideError, Mistake, Mistakes
from hub.guides.notation import Guide
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
        self._of_version: dict[tuple[str, str], Guide] = {}
        self._besides: dict[str, Beside] = {}
        self._found: dict[tuple[str, str, str], Guide | None] = {}

    def names(self) -> list[str]:
        """Every guide there is."""
        return list(self._files)

    def guide(self, name: str, version: str = "") -> Guide:
        """The guide of this name, with the lengths of a version; of the newest by default. Raises GuideError with all its mistakes."""
        found = self._of_version.get((name, version))
        if found is None:
            if len(self._of_version) >= MOST_ASKED:
                self._of_version.clear()
            found = self._of_version[name, version] = self._of_age(name, version)
        return found

    def _of_age(self, name: str, version: str) -> Guide:
        """Versions that share every length share a guide."""
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
        own = self.own(name) if name in self._files else {}
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
        return made.shelf(self._beside(standard))

    def lengths(self, standard: str) -> Lengths:
        """Lengths by version of a standard, the nearest folder's over the others."""
        return made.lengths_of(self._beside(standard))

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
        """What every guide is for: the nearest file that says it counts."""
        mistakes = Mistakes()
        chains = {name: self._chain(name, mistakes) for name in self._files}
        mistakes.stop()
        return {name: _heading(map(_yaml, chain)) for name, chain in chains.items()}

    def _chain(self, name: str, mistakes: Mistakes) -> list[Path]:
        """The files that a guide is made of, each extending the next."""
        skip, chain = 0, list[Path]()
        while True:
            path = self._files[name][skip]
            if path in chain:
                mistakes.add(_yaml(path).values_at["extends"], "the guides extend each other in a circle")
                return chain
            chain.append(path)
            own = _yaml(path)
            if "extends" not in own:
                return chain
            base = str(own["extends"])
            skip = skip + 1 if base == name else 0  # a name may stand for itself in a farther folder
            if base not in self._files or skip >= len(self._files[base]):
                mistakes.unknown(own.values_at["extends"], "guide", base, [other for other in self._files if other != name])
                return chain
            name = base

    def _load(self, name: str, age: Era) -> Guide:
        mistakes = Mistakes()
        if name not in self._files:
            mistakes.unknown(Mark(name, 1, 1), "guide", name, self._files)
            mistakes.stop()
        chain = made.seen(self._chain(name, mistakes))
        mistakes.stop()
        standard = str(_heading(map(made.parsed, chain)).get("standard"))
        return made.guide(name, chain, self._beside(standard) if standard in STANDARDS else Beside("x12"), age)

    def _beside(self, standard: str) -> Beside:
        if standard not in self._besides:
            codes = made.seen(path for root in self.roots for path in sorted((root / CODES).glob("*.csv")))
            self._besides[standard] = Beside(
                standard, self._dictionaries(standard, DICTIONARY), codes, self._dictionaries(standard, LENGTHS)
            )
        return self._besides[standard]

    def _dictionaries(self, standard: str, name: str) -> made.Files:
        return made.seen(path for root in self.roots if (path := root / standard / f"{name}.yaml").is_file())


def _heading(chain: Iterable[MarkedDict]) -> dict[str, Any]:
    """What a guide says it is for: of each keyword the nearest file that has it; null takes it back."""
    said = ChainMap(*chain)
    return {key: said[key] for key in HEADING if said.get(key) is not None}


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
    """The YAML of a file as it is now, not to be changed."""
    (file,) = made.seen([path])
    return made.parsed(file)


def _is_guide(path: Path) -> bool:
    """Guides say which set they are for, or what they extend; mappings of other shapes stand beside them."""
    keys = _yaml(path).keys()
    return "extends" in keys or {"standard", "set"} <= keys
