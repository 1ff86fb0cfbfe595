"""Findings: what is wrong or remarkable in something we read or are about to write.

Codes name the standard's table and value (`AK403:7`, `AK304:3`, `AK502:4`, `AK905:5`, `TA105:025`, `0085:29`) or start
with `hub:`. Only findings of kind `syntax` and severity `error` may reject in an acknowledgement.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal

Kind = Literal["syntax", "application", "note"]
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, with its place and what to do about it.

    `position` counts segments from 1, the header segment (ST, UNH) being 1, or within the envelope for envelope
    findings. `element` and `component` count from 1. `offset` is in bytes from the start of the file. `path` is the
    place in a document that has no segments, such as `lines[0].quantity`.
    """

    code: str
    text: str
    kind: Kind = "syntax"
    severity: Severity = "error"
    hint: str | None = None
    group: str | None = None
    segment: str | None = None
    loop: str | None = None
    position: int | None = None
    element: int | None = None
    component: int | None = None
    offset: int | None = None
    path: str | None = None
    value: str | None = None

    @property
    def rejects(self) -> bool:
        """True when this alone makes the document unacceptable."""
        return self.kind == "syntax" and self.severity == "error"

    def at(self, **place: Any) -> "Finding":
        """The same finding with (more of) its place."""
        return replace(self, **place)

    def as_dict(self) -> dict[str, Any]:
        """All fields, in the order the `read --json` contract lists them."""
        return {name: getattr(self, name) for name in JSON_FIELDS}


JSON_FIELDS = (
    "code",
    "kind",
    "severity",
    "group",
    "segment",
    "loop",
    "position",
    "element",
    "component",
    "offset",
    "text",
    "hint",
    "path",
    "value",
)


def note(code: str, text: str, **place: Any) -> Finding:
    """A finding that is kept and told to nobody."""
    return Finding(code, text, kind="note", severity="note", **place)
