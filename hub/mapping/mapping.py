"""JSON mappings: one description that reads a foreign JSON message into canonical values and writes it back."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub import marked
from hub.findings import Finding
from hub.mapping.functions import FUNCTIONS
from hub.mapping.notation import Notation, compile_mapping
from hub.mapping.paths import leaves, numberless
from hub.mapping.reader import read_object
from hub.mapping.writer import HUB_ONLY, SYSTEM_LINE, Writer
from hub.model import Document


@dataclass(frozen=True, slots=True)
class Reading:
    """Canonical values found; they may be fewer than a document needs, the stored order gives the rest."""

    value: dict[str, Any]
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Writing:
    """The foreign JSON value."""

    value: Any
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """One JSON shape and the canonical kind it carries."""

    name: str
    notation: Notation

    @property
    def document(self) -> str:
        """The canonical kind it carries."""
        return self.notation.document

    def read(self, value: Any) -> Reading:
        """Canonical values of a foreign message. Only findings of severity error make it unusable."""
        findings: list[Finding] = []
        found: dict[str, Any] = {}
        read_object(self.notation.body, value, found, "", findings)
        for name in self.notation.finish:
            found = FUNCTIONS[name](found)
        return Reading(found, findings)

    def write(self, document: Document) -> Writing:
        """The foreign message for a document. Findings of severity error say that it must not be sent."""
        writer = Writer()
        source = document.model_dump(mode="python")
        value = writer.object(self.notation.body, source, "")
        if self.notation.complete:
            writer.findings += self._lost(document.model_dump(mode="python", exclude_defaults=True), writer.carried)
        return Writing(value, writer.findings)

    def _lost(self, source: dict[str, Any], carried: set[str]) -> list[Finding]:
        text = "the mapping does not carry {}, and says `complete`"
        hint = "add a rule for it, or name it in `drops`"
        return [
            Finding("hub:value-lost", text.format(path), kind="application", path=path, value=str(value)[:80], hint=hint)
            for path, value in leaves(source)
            if path not in carried and not self._dropped(path)
        ]

    def _dropped(self, path: str) -> bool:
        plain = numberless(path)
        if plain.split(".")[0] in HUB_ONLY or plain.endswith(SYSTEM_LINE):
            return True
        return any(f"{plain}.".startswith(f"{numberless(drop)}.") for drop in self.notation.drops)


def load(path: Path, name: str | None = None, file: str | None = None) -> Mapping:
    """Read one mapping file. Raises MarkedError (not YAML) or GuideError (mistakes, all of them)."""
    label = file or str(path)
    return make(name or path.stem, marked.load(path, label), label)


def make(name: str, tree: Any, file: str = "<text>") -> Mapping:
    """A mapping from marked YAML. Raises GuideError."""
    return Mapping(name, compile_mapping(tree, marked.Mark(file, 1, 1)))
