"""JSON mappings: one description that reads a foreign JSON message into canonical values and writes it back."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import Any

from hub.findings import Finding
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


@dataclass(frozen=True, slots=True)
class Mapping:
    """One JSON shape and the canonical kind it carries."""

    name: str
    document: str
    rules: Dict[str, Any]

    def read(self, value: Any) -> Reading:
        raise NotImplementedError

    def write(self, document: Document) -> Writing:
        raise NotImplementedError
