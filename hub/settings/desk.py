"""What the builders of settings share while one company folder is read."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from hub.guides.library import STANDARDS, Library
from hub.guides.mistakes import GuideError
from hub.mapping import letters
from hub.mapping.compiling import PARTS
from hub.mapping.letters import Letters
from hub.mapping.mapping import Mapping as JsonMapping
from hub.mapping.mapping import load
from hub.marked import MarkedError
from hub.sdk.connector import Connector
from hub.settings import environments
from hub.settings.mistakes import Mistake
from hub.settings.references import Elsewhere
from hub.settings.sources import Source, read

Kind = TypeVar("Kind")
LETTERS = "letters"  # the folder of files of letters among the mappings
NAME = r"[a-z0-9][a-z0-9_-]*"


@dataclass(slots=True)
class Desk:
    """One folder being read: where things are, what was found wrong."""

    folder: Path
    connectors: Mapping[str, type[Connector]]
    elsewhere: Elsewhere
    roots: tuple[Path, ...]  # guides and mappings: company first, product last
    environment: str | None = None
    mistakes: list[Mistake] = field(default_factory=list)
    remarks: list[Mistake] = field(default_factory=list)  # what works and should still not be so
    mappings: dict[str, JsonMapping] = field(default_factory=dict)
    letters: dict[str, Letters] = field(default_factory=dict)
    libraries: dict[tuple[Path, ...], Library] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)  # mappings whose mistakes are noted already

    def source(self, path: Path) -> Source | None:
        """A file of the company, with what the environment changes; or a file that only the environment has."""
        over = self._over(path)
        return read(over if over and not path.is_file() else path, over, self.elsewhere, self.mistakes, self.remarks)

    def _over(self, path: Path) -> Path | None:
        if self.environment is None:
            return None
        found = self.folder / environments.FOLDER / self.environment / path.relative_to(self.folder)
        return found if found.is_file() else None

    def listed(self, folder: str) -> list[Path]:
        """Where the files of a folder are or would be, with those that only the environment has; in the order of names."""
        found = {path.name for path in (self.folder / folder).glob("*")}
        if self.environment is not None:
            found |= {path.name for path in (self.folder / environments.FOLDER / self.environment / folder).glob("*.yaml")}
        return [self.folder / folder / name for name in sorted(found)]

    def wrong(self, path: Path, text: str, hint: str | None = None) -> None:
        """Note a mistake about a file or folder as a whole."""
        self.mistakes.append(Mistake(str(path), 1, 1, text, hint))

    def files(self, folder: str) -> Iterator[Source]:
        """Every YAML file of a folder that can be read, in the order of names."""
        for path in self.listed(folder):
            if path.suffix == ".yml":
                self.wrong(path, "settings files end in .yaml; this one is not read", f"rename it to {path.stem}.yaml")
            elif path.suffix == ".yaml" and (found := self.source(path)) is not None:
                yield found

    def mapping(self, name: str) -> JsonMapping | None:
        """A mapping by name. Its own mistakes are noted once; None when it is broken or absent."""
        return self._kept(name, self.mappings, partial(load, roots=self.roots))

    def letter(self, name: str) -> Letters | None:
        """A file of letters by name, as a mapping."""
        return self._kept(name, self.letters, letters.load)

    def _kept(self, name: str, kept: dict[str, Kind], load: Callable[[Path, str, str], Kind]) -> Kind | None:
        if name in kept or name in self.broken:
            return kept.get(name)
        path = next((root / f"{name}.yaml" for root in self.roots if (root / f"{name}.yaml").is_file()), None)
        if path is None:
            return None
        try:
            kept[name] = load(path, name, str(path))
        except GuideError as error:
            self.guide_mistakes(error)
            self.broken.add(name)
        except MarkedError as error:
            self.mistakes.append(Mistake.at(error.mark, f"not readable as YAML: {error.message}"))
            self.broken.add(name)
        return kept.get(name)

    def library(self, own: Path | None = None) -> Library:
        """The guides that count where `own` is a partner's folder of guides; without any, one library serves all."""
        roots = (own, *self.roots) if own is not None and own.is_dir() else self.roots
        return self.shelved(roots)

    def shelved(self, roots: tuple[Path, ...]) -> Library:
        """The guides under these folders, read once."""
        if roots not in self.libraries:
            self.libraries[roots] = Library(roots)
        return self.libraries[roots]

    def guide_mistakes(self, error: GuideError) -> None:
        """Note the mistakes of a guide or mapping."""
        self.mistakes += [Mistake.at(one.mark, one.text, one.hint) for one in error.mistakes]

    def mapping_names(self) -> list[str]:
        """Names of mappings, wherever they lie; guides have folders of their own."""
        found = {
            path.relative_to(root).with_suffix("").as_posix()
            for root in self.roots
            for path in root.rglob("*.yaml")
            if path.relative_to(root).parts[0] not in (*STANDARDS, LETTERS) and path.name != PARTS
        }
        return sorted(found)

    def letter_names(self) -> list[str]:
        """Names of files of letters."""
        return sorted({f"{LETTERS}/{path.stem}" for root in self.roots for path in (root / LETTERS).glob("*.yaml")})
