"""Mappings: one description that reads a foreign message into canonical values and writes it back."""

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Conditions
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from hub import marked
from hub.findings import Finding
from hub.mapping.compiling import compile_mapping
from hub.mapping.functions import FUNCTIONS
from hub.mapping.messages import compose, parse
from hub.mapping.notation import Notation
from hub.mapping.paths import leaves, numberless
from hub.mapping.reader import Ask, Reader
from hub.mapping.writer import HUB_ONLY, SYSTEM_LINE, Writer
from hub.model import Document
from hub.rules.asking import NOTHING, Answers


@dataclass(frozen=True, slots=True)
class Reading:
    """Canonical values found; they may be fewer than a document needs, the stored order gives the rest."""

    value: dict[str, Any]
    findings: list[Finding] = field(default_factory=list)
    anew: "Callable[[Ask], Reading] | None" = None  # reads it again with what a system says; None: no system is asked


@dataclass(frozen=True, slots=True)
class Writing:
    """The foreign value."""

    value: Any
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """One foreign shape and the canonical kind it carries."""

    name: str
    notation: Notation

    @property
    def document(self) -> str:
        """The canonical kind it carries."""
        return self.notation.document

    @property
    def format(self) -> str:
        """What its messages are made of."""
        return self.notation.format

    def take(self, body: bytes, when: Conditions[str, Any] | None = None) -> list[Reading]:
        """The documents in a message. Raises Unreadable when it is not one this mapping is for, or `when` does not hold."""
        return [self.read(value, before) for value, before in parse(self.notation, body, when or {})]

    def read(self, value: Any, before: Sequence[Finding] = (), ask: Ask | None = None) -> Reading:
        """Canonical values of a foreign value. Only findings of severity error make it unusable."""
        reader = Reader(self.notation, ask)
        found = reader.read(value)
        for name in self.notation.finish:
            found = FUNCTIONS[name](found)
        anew = partial(self.read, value, before) if self.notation.asked and ask is None else None
        return Reading(found, [*before, *reader.findings], anew)

    def write(self, document: Document, told: Answers = NOTHING) -> Writing:
        """The foreign value for a document. Findings of severity error say that it must not be sent."""
        writer = Writer(self.notation, document.model_dump(mode="python"), told)
        value = writer.write()
        if self.notation.complete:
            writer.findings += self._lost(document.model_dump(mode="python", exclude_defaults=True), writer.carried)
        return Writing(value, writer.findings)

    def make(self, document: Document, told: Answers = NOTHING) -> tuple[bytes, list[Finding]]:
        """The message for a document, and what is wrong with it; empty where it cannot be made at all.

        `told`: what systems said when it, or the order that it answers, was read.
        """
        writing = self.write(document, told)
        try:
            return compose(self.notation, writing.value), writing.findings
        except ValueError as error:
            return b"", [*writing.findings, Finding("hub:value-unwritable", str(error), kind="application")]

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


def load(path: Path, name: str | None = None, file: str | None = None, roots: Sequence[Path] = ()) -> Mapping:
    """Read one mapping file; tables it names are looked for beside it, then under the roots.

    Raises MarkedError (not YAML) or GuideError (mistakes, all of them).
    """
    label = file or str(path)
    return make(name or path.stem, marked.load(path, label), label, (path.parent, *roots))


def make(name: str, tree: Any, file: str = "<text>", roots: Sequence[Path] = ()) -> Mapping:
    """A mapping from marked YAML. Raises GuideError."""

    def find(wanted: str) -> Path | None:
        return next((root / wanted for root in roots if (root / wanted).is_file()), None)

    return Mapping(name, compile_mapping(tree, marked.Mark(file, 1, 1), find))
